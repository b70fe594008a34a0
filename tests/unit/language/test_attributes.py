"""Whether a text fits an attribute: the same answer when a file is saved and when a fax comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.attributes import misfit
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType
from small_rules import HERE

TEN = "takes at most 10 characters, "
WHOLE = "takes a whole number"
NUMBER = "takes a number, such as `12.5`"
DATE = "takes a date, such as `2026-03-09`"
MOMENT = "takes a moment, such as `2026-03-09 10:00`"
YES_NO = "takes `yes` or `no`"
KIND = "takes one of Referral, Consent"


def attribute(type_: str, *, required: bool = False, several: bool = False) -> AttributeDeclaration:
    return AttributeDeclaration(
        name="A",
        type=AttributeType(type_),
        place=HERE,
        length=10 if type_ == "text" else None,
        values=("Referral", "Consent") if type_ == "choice" else (),
        required=required,
        several=several,
    )


TEXTS: list[tuple[str, str, str | None]] = [
    ("text", "0123456789", None),
    ("text", "ä" * 10, None),
    ("text", "01234567890", f"{TEN}11 were given"),
    ("whole number", "0", None),
    ("whole number", "-12", None),
    ("whole number", "012", None),
    ("whole number", "12.0", WHOLE),
    ("whole number", "1,200", WHOLE),
    ("whole number", "+12", WHOLE),
    ("whole number", "١٢", WHOLE),
    ("whole number", "12 pages", WHOLE),
    ("number", "12", None),
    ("number", "-12.50", None),
    ("number", "12.", NUMBER),
    ("number", "1e3", NUMBER),
    ("number", "nan", NUMBER),
    ("number", "12.00 USD", NUMBER),
    ("number", "12.5%", NUMBER),
    ("date", "2026-03-09", None),
    ("date", "2026-03-09 10:00 PDT", None),
    ("date", "2026-03-09T10:00:00Z", None),
    ("date", "2026-02-30", DATE),
    ("date", "09.03.2026", DATE),
    ("date", "soon", DATE),
    ("moment", "2026-03-09 10:00 PDT", None),
    ("moment", "2026-03-09", None),
    ("moment", "2026-03-09T10:00:00-07:00", None),
    ("moment", "2026-03-09 24:00 PDT", MOMENT),
    ("moment", "2026-03-09 at noon", MOMENT),
    ("moment", "10:00", MOMENT),
    ("yes/no", "yes", None),
    ("yes/no", "No", None),
    ("yes/no", "true", None),
    ("yes/no", "perhaps", YES_NO),
    ("choice", "Referral", None),
    ("choice", "referral", KIND),
    ("choice", "Referral, Consent", KIND),
]


@pytest.mark.parametrize(("type_", "text", "words"), TEXTS)
def test_a_text_fits_an_attribute_or_not(type_: str, text: str, words: str | None) -> None:
    """Length, type and list; what is wrong is said without the text."""

    wrong = misfit(attribute(type_), text)

    assert words == (wrong.words if wrong is not None else None)


SEVERAL: list[tuple[str, str, str | None]] = [
    ("text", "0123456789, 0123456789", None),
    ("text", "0123456789; 0123456789", f"{TEN}22 were given"),
    ("whole number", "1, 2, 3", None),
    ("whole number", "1, two", WHOLE),
    ("choice", "Referral, Consent", None),
    ("choice", "Referral, Invoice", KIND),
]


@pytest.mark.parametrize(("type_", "text", "words"), SEVERAL)
def test_each_of_several_values_must_fit(type_: str, text: str, words: str | None) -> None:
    """A set of ids prints them with `, ` between."""

    wrong = misfit(attribute(type_, several=True), text)

    assert words == (wrong.words if wrong is not None else None)


@pytest.mark.parametrize("type_", AttributeType)
def test_an_empty_text_fits_unless_the_attribute_is_required(type_: AttributeType) -> None:
    """What is not known is left out."""

    wrong = misfit(attribute(type_.value, required=True), "")

    assert misfit(attribute(type_.value), "") is None
    assert wrong is not None
    assert wrong.words == "must not be empty"


@given(st.sampled_from(AttributeType), st.booleans(), st.text())
def test_the_words_never_hold_the_text(type_: AttributeType, several: bool, text: str) -> None:
    """Reasons are logged and shown; texts may hold what a fax says."""

    marked = f"\u2603{text}"
    wrong = misfit(attribute(type_.value, several=several), marked)

    assert wrong is None or "\u2603" not in wrong.words
