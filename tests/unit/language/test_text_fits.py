"""What is said of a text that is written into an attribute: errors for what never fits, warnings for what may not."""

import pytest

from faxrouter.language.prints import prints
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType
from faxrouter.language.text_fits import unfit
from small_rules import HERE, declare, declared

FACTS = declared(
    declare("kind", "choice", values=("referral", "police_report", "consent")),
    declare("free", "choice"),
    declare("signed", "yes_no"),
    declare("pages", "whole_number", minimum=0, maximum=2000),
    declare("subject", "text_short"),
    declare("text", "text_long"),
    declare("number", "phone"),
    declare("share", "percent"),
    declare("total", "amount", currency="EUR"),
    declare("due", "date"),
    declare("at", "moment"),
    declare("case", "id", mask="CLM-######"),
    declare("digits", "id", mask="######"),
    declare("letters", "id", mask="@@@"),
    declare("loose", "id"),
    declare("cases", "set_of_ids", mask="C-####"),
    declare("wait", "duration"),
)


def attribute(
    type_: str, *values: str, length: int | None = None, required: bool = False, several: bool = False
) -> AttributeDeclaration:
    return AttributeDeclaration(
        name="A",
        type=AttributeType(type_),
        place=HERE,
        values=values,
        length=length or (254 if type_ == "text" else None),
        required=required,
        several=several,
    )


def said(source: str, of: AttributeDeclaration) -> list[str]:
    return [f"{code} {words}" for code, words in unfit(of, prints(source, declared=FACTS, lookups={}))]


KINDS = attribute("choice", "Referral", "Consent")
ONE_OF = "`A` takes one of Referral, Consent"
LITERALS: list[tuple[str, AttributeDeclaration, list[str]]] = [
    ("Referral", KINDS, []),
    ("Referal", KINDS, [f"R413 `Referal` never fits: {ONE_OF}; did you mean `Referral`?"]),
    ("{{ kind | title or 'unknown' }}", attribute("choice", "Referral", "Police_report", "Consent", "unknown"), []),
    ("{% if kind == 'consent' %}Consent{% else %}Referral{% endif %}", KINDS, []),
    (
        "{% if kind == 'consent' %}Consents{% else %}Letter{% endif %}",
        KINDS,
        [
            f"R413 `Letter` never fits: {ONE_OF}",
            f"R413 `Consents` never fits: {ONE_OF}; did you mean `Consent`?",
        ],
    ),
    (
        "x" * 21,
        attribute("text", length=20),
        [f"R413 `{'x' * 21}` never fits: `A` takes at most 20 characters, 21 were given"],
    ),
    ("some", attribute("whole number"), ["R413 `some` never fits: `A` takes a whole number"]),
    ("2026-02-30", attribute("date"), ["R413 `2026-02-30` never fits: `A` takes a date, such as `2026-03-09`"]),
    ("{{ signed | default('') }}", attribute("yes/no"), []),
    (
        "{{ 'yes' if kind == 'consent' else 'maybe' }}",
        attribute("yes/no"),
        ["R413 `maybe` never fits: `A` takes `yes` or `no`"],
    ),
]

FEW_VALUES: list[tuple[str, AttributeDeclaration, list[str]]] = [
    (
        "{{ kind or '' }}",
        attribute("choice", "referral", "consent"),
        ["R414 prints `police_report` when `kind` is that; `A` takes one of referral, consent"],
    ),
    (
        "{{ kind | title or '' }}",
        KINDS,
        [f"R414 prints `Police_report` when `kind` is `police_report`; {ONE_OF}"],
    ),
    (
        "{{ kind or '' }}",
        attribute("choice", "consent"),
        ["R414 prints `referral` when `kind` is that, and 1 more such text; `A` takes one of consent"],
    ),
    (
        "{{ kind or '' }}",
        KINDS,
        [f"R413 nothing that `kind` prints ever fits, such as `referral`: {ONE_OF}"],
    ),
    (
        "{{ kind or '' }}",
        attribute("date"),
        ["R413 nothing that `kind` prints ever fits, such as `referral`: `A` takes a date, such as `2026-03-09`"],
    ),
    (
        "{{ kind or '' }}",
        attribute("text", length=10),
        [
            "R414 prints 13 characters when `kind` is that; `A` takes at most 10 characters: "
            "write `kind | truncate(10)`, or declare a longer `length:`"
        ],
    ),
    ("{{ kind | truncate(10) or '' }}", attribute("text", length=10), []),
    (
        "Case {{ kind }}",
        attribute("choice", "Case referral", "Case consent"),
        [
            "R414 prints `Case` when `kind` is not known, and 1 more such text; "
            "`A` takes one of Case referral, Case consent"
        ],
    ),
    (
        "{{ kind or '' }} {{ signed | default('') }}",
        attribute(
            "choice", "referral yes", "referral no", "referral", "yes", "no", "consent", "consent yes", "consent no"
        ),
        [
            "R414 prints `police_report` when `kind` is that and `signed` is not known, and 2 more such texts; "
            "`A` takes one of referral yes, referral no, referral, yes, no, consent, consent yes, consent no"
        ],
    ),
]

HALF_KNOWN: list[tuple[str, AttributeDeclaration, list[str]]] = [
    (
        "{% if pages and pages > 3 %}{{ kind | title or '' }}{% else %}{{ kind or '' }}{% endif %}",
        KINDS,
        [f"R414 prints `referral` when `kind` is that, and 2 more such texts; {ONE_OF}"],
    ),
]

MANY_VALUES: list[tuple[str, AttributeDeclaration, list[str]]] = [
    ("{{ pages or '' }}", attribute("whole number"), []),
    ("{{ pages or '' }}", attribute("number"), []),
    ("{{ due or '' }}", attribute("date"), []),
    ("{{ at or '' }}", attribute("date"), []),
    ("{{ at or '' }}", attribute("moment"), []),
    ("{{ due or '' }}", attribute("moment"), []),
    ("{{ at | date or '' }}", attribute("date"), []),
    ("{{ digits or '' }}", attribute("whole number"), []),
    ("{{ cases or '' }}", attribute("text", length=10, several=True), []),
    (
        "{{ at | time or '' }}",
        attribute("date"),
        ["R413 `at` prints such as `10:05` and never fits: `A` takes a date, such as `2026-03-09`"],
    ),
    (
        "{{ at | date('%d.%m.%Y') or '' }}",
        attribute("date"),
        ["R413 `at` prints such as `09.03.2026` and never fits: `A` takes a date, such as `2026-03-09`"],
    ),
    (
        "{{ total or '' }}",
        attribute("number"),
        ["R413 `total` prints such as `12.00 EUR` and never fits: `A` takes a number, such as `12.5`"],
    ),
    (
        "{{ share or '' }}",
        attribute("number"),
        ["R413 `share` prints such as `12.5%` and never fits: `A` takes a number, such as `12.5`"],
    ),
    (
        "{{ case or '' }}",
        attribute("whole number"),
        ["R413 `case` prints such as `CLM-111111` and never fits: `A` takes a whole number"],
    ),
    (
        "{{ text or '' }}",
        attribute("whole number"),
        ["R413 `text` has the type `text_long` and never fits: `A` takes a whole number"],
    ),
    (
        "{{ subject or '' }}",
        attribute("date"),
        ["R413 `subject` has the type `text_short` and never fits: `A` takes a date, such as `2026-03-09`"],
    ),
    (
        "{{ subject or '' }}",
        attribute("whole number"),
        ["R414 `subject` may print something else; `A` takes a whole number"],
    ),
    (
        "{{ loose or '' }}",
        attribute("whole number"),
        ["R414 `loose` may print something else; `A` takes a whole number"],
    ),
    ("{{ subject or '' }}", KINDS, [f"R414 `subject` may print something else; {ONE_OF}"]),
    ("{{ free or '' }}", KINDS, [f"R414 `free` may print something else; {ONE_OF}"]),
    ("{{ due or '' }}", KINDS, [f"R413 `due` prints such as `2026-03-09` and never fits: {ONE_OF}"]),
    (
        "{{ pages or '' }}",
        attribute("choice", "1", "2", "many"),
        ["R414 `pages` may print something else; `A` takes one of 1, 2, many"],
    ),
    (
        "{{ pages or '' }}",
        attribute("choice", "5000", "many"),
        ["R413 `pages` prints such as `1` and never fits: `A` takes one of 5000, many"],
    ),
    ("{{ letters or '' }}", attribute("yes/no"), ["R414 `letters` may print something else; `A` takes `yes` or `no`"]),
    (
        "{{ digits or '' }}",
        attribute("yes/no"),
        ["R413 `digits` prints such as `111111` and never fits: `A` takes `yes` or `no`"],
    ),
    (
        "{{ cases or '' }}",
        attribute("choice", "C-1111", "C-2222", several=True),
        ["R414 `cases` may print something else; `A` takes one of C-1111, C-2222"],
    ),
    # what a filter made of it is not compared with a list
    ("{{ case | lower or '' }}", KINDS, []),
    ("Fax {{ case or '' }}", KINDS, [f"R414 prints `Fax` when `case` is not known; {ONE_OF}"]),
]

TEXTS_TO_CUT = {
    "subject": ("of any length", 20, 20),
    "text": ("of any length", 2000, 1000),
    "case": ("10 characters long", 8, 8),
    "number": ("16 characters long", 12, 12),
}
LENGTHS: list[tuple[str, AttributeDeclaration, list[str]]] = [
    ("{{ subject | truncate(20) or '' }}", attribute("text", length=20), []),
    *(
        (
            f"{{{{ {name} or '' }}}}",
            attribute("text", length=length),
            [
                f"R414 `{name}` may be {long}; `A` takes at most {length} characters: "
                f"write `{name} | truncate({cut})`, or declare a longer `length:`"
            ],
        )
        for name, (long, length, cut) in TEXTS_TO_CUT.items()
    ),
    (
        "{{ cases or '' }}",
        attribute("text", length=100),
        [
            "R414 `cases` may be 1598 characters long; `A` takes at most 100 characters: "
            "write `cases | truncate(100)`, or declare a longer `length:`, or `several: yes`"
        ],
    ),
    ("{{ at or '' }}", attribute("text", length=20), []),
    ("{{ wait or '' }}", attribute("text", length=26), []),
    ("{{ total or '' }}", attribute("text", length=25), []),
    (
        "Fax of {{ case or '' }}",
        attribute("text", length=16),
        [
            "R414 this text may be 17 characters long; `A` takes at most 16 characters: "
            "cut the facts in it with `| truncate(…)`"
        ],
    ),
    (
        "Fax: {{ subject or '' }}",
        attribute("text", length=16),
        [
            "R414 this text may be of any length; `A` takes at most 16 characters: "
            "cut the facts in it with `| truncate(…)`"
        ],
    ),
]

MIXED: list[tuple[str, AttributeDeclaration, list[str]]] = [
    (
        "{{ pages or 0 }} pages",
        attribute("whole number"),
        [
            "R413 `0 pages` never fits: `A` takes a whole number",
            "R413 this text prints such as `1 pages`; `A` takes a whole number",
        ],
    ),
    ("{{ digits or 1 }}{{ digits or 2 }}", attribute("whole number"), []),
    # words may be anything
    ("2026-{{ subject or '01-01' }}", attribute("date"), []),
]

EMPTY: list[tuple[str, AttributeDeclaration, list[str]]] = [
    (
        "",
        attribute("text", required=True),
        ["R412 `A` must not be empty, and this text always is; write what it shall be"],
    ),
    (
        "{# nothing yet #}",
        attribute("text", required=True),
        ["R412 `A` must not be empty, and this text always is; write what it shall be"],
    ),
    ("{{ kind or 'unknown' }}", attribute("text", required=True), []),
    (
        "{{ kind or '' }}",
        attribute("text", required=True),
        ["R414 `A` must not be empty, and this text is empty where `kind` is not known; write what stands instead"],
    ),
    (
        "{{ number or due }}",
        attribute("text", required=True),
        [
            "R414 `A` must not be empty, and this text is empty where `number` and `due` are not known; "
            "write what stands instead"
        ],
    ),
    (
        "{% if kind == 'consent' %}{% else %}x{% endif %}",
        attribute("text", required=True),
        ["R414 `A` must not be empty, and this text is empty for some faxes; write what stands instead"],
    ),
    ("{{ kind or '' }}", attribute("text"), []),
    # more pages may print something
    (
        "{% if pages and pages > 3 %}x{% endif %}",
        attribute("text", required=True),
        ["R414 `A` must not be empty, and this text is empty for some faxes; write what stands instead"],
    ),
]


@pytest.mark.parametrize(
    ("source", "of", "expected"), [*LITERALS, *FEW_VALUES, *HALF_KNOWN, *MANY_VALUES, *LENGTHS, *MIXED, *EMPTY]
)
def test_a_text_that_does_not_fit_its_attribute_is_told(
    source: str, of: AttributeDeclaration, expected: list[str]
) -> None:
    """Which fact, what it would print, what the attribute takes, and what to write instead."""

    assert expected == said(source, of)


SILENT = [
    ("{% if pages > 10 %}long{% endif %}", KINDS),
    ("{% for case in cases or [] %}{{ case }} {% endfor %}", attribute("text", length=1)),
    ("{{ nothing }}", attribute("whole number", required=True)),
]


@pytest.mark.parametrize(("source", "of"), SILENT)
def test_nothing_is_said_of_what_is_not_certain(source: str, of: AttributeDeclaration) -> None:
    """Never a false error."""

    assert said(source, of) == []
