"""Every fact type reads what people write, and refuses the rest in plain words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from faxrouter.language.values import Refusal, read_constant, read_json_value, read_member, read_value, write_json_value
from faxrouter.model.fact import Amount, Duration, DurationUnit, Value
from small_rules import declare

TEXTS: list[tuple[str, dict[str, Any], str, Value]] = [
    ("choice", {"values": ("no", "lab_result")}, "no", "no"),
    ("choice", {}, "anything goes", "anything goes"),
    ("phone", {}, "+1 415 555 0100", "+14155550100"),
    ("phone", {}, "(415) 555-0101", "+14155550101"),
    ("text_short", {}, "  MERCY  Lab ", "  MERCY  Lab "),
    ("text_long", {}, "a\nb", "a\nb"),
    ("whole_number", {}, "0123", 123),
    ("whole_number", {}, "-4", -4),
    ("percent", {}, "12 %", Decimal(12)),
    ("percent", {}, "12.5%", Decimal("12.5")),
    ("amount", {}, "12.00 USD", Amount(Decimal("12.00"), "USD")),
    ("amount", {"currency": "EUR"}, "-1 EUR", Amount(Decimal(-1), "EUR")),
    ("date", {}, "2026-03-01", date(2026, 3, 1)),
    ("id", {"mask": "@@-##*"}, "ab-12X", "ab-12X"),
    ("set_of_ids", {}, "A-1, B-2", frozenset({"A-1", "B-2"})),
    ("yes_no", {}, "no", False),
    ("yes_no", {}, "True", True),
    ("moment", {}, "2026-03-01T09:30:00-08:00", datetime(2026, 3, 1, 17, 30, tzinfo=UTC)),
    ("moment", {}, "2026-03-01 09:30Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
    ("moment", {}, "2026-03-01T09:30:00.123456789z", datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)),
    ("duration", {}, "4 business hours", Duration(4 * 3600, DurationUnit.BUSINESS_HOURS)),
]

REFUSED: list[tuple[str, dict[str, Any], str, str, str | None]] = [
    ("choice", {"values": ("lab_result", "referral")}, "Lab-Result", "is not one of", "lab_result"),
    ("choice", {"values": ("invoice",)}, "invoce", "is not one of", "invoice"),
    ("choice", {"values": ("invoice",)}, "zebra", "is not one of", None),
    ("choice", {}, "  ", "is empty", None),
    ("phone", {}, "04155550101", "leading 0 is a trunk prefix", "+14155550101"),
    ("whole_number", {}, "1,200", "whole number", "1200"),
    ("whole_number", {}, "1e3", "whole number", None),
    ("whole_number", {}, "12.0", "whole number", None),
    ("whole_number", {"minimum": 0, "maximum": 2000}, "2001", "above the largest permitted value `2000`", None),
    ("whole_number", {"minimum": 0}, "-1", "below the smallest permitted value `0`", None),
    ("percent", {}, "12", "`%`", "12%"),
    ("percent", {}, "101%", "outside 0 to 100", None),
    ("amount", {}, "USD 1,200.00", "`12.00 USD`", "1200.00 USD"),
    ("amount", {}, "1,200.50 USD", "`12.00 USD`", "1200.50 USD"),
    ("amount", {}, "12.00 usd", "`12.00 USD`", "12.00 USD"),
    ("amount", {}, "12.00USD", "`12.00 USD`", "12.00 USD"),
    ("amount", {}, "$12", "`12.00 USD`", None),
    ("amount", {"currency": "EUR"}, "12.00 USD", "is not in EUR", None),
    ("date", {}, "01/03/2026", "year-month-day", None),
    ("date", {}, "2026-02-30", "no such day", None),
    ("date", {"maximum": date(2026, 1, 1)}, "2026-01-02", "above the largest", None),
    ("id", {"mask": "##"}, "1", "does not fit the mask `##`", None),
    ("id", {"mask": "@#"}, "a1 ", "spaces around it", "a1"),
    ("id", {}, "", "is empty", None),
    ("id", {"mask": "MRN-####"}, "mrn-1234", "does not fit the mask", "MRN-1234"),
    ("id", {"check_digit": "luhn"}, "79927398710", "check digit is wrong (luhn)", None),
    ("set_of_ids", {"mask": "##"}, "11, 2", "has a member that does not fit", None),
    ("yes_no", {}, "maybe", "`yes` nor `no`", None),
    ("moment", {}, "2026-03-01T09:30", "has no offset", None),
    ("moment", {}, "yesterday", "is not a moment", None),
    ("moment", {}, "2026-02-30T09:30Z", "no such time", None),
    ("moment", {}, "0001-01-01T00:00+14:00", "no such time", None),
    ("duration", {}, "4 busines hours", "has a unit that is not known", "4 business hours"),
    ("duration", {}, "soon", "is not a duration", None),
    ("text_short", {}, "half \ud800", "half a character", None),
]

JSON: list[tuple[str, dict[str, Any], object, Value]] = [
    ("whole_number", {}, 3, 3),
    ("whole_number", {}, 3.0, 3),
    ("percent", {}, 12.5, Decimal("12.5")),
    ("percent", {}, 100, Decimal(100)),
    ("amount", {}, "12.00 USD", Amount(Decimal(12), "USD")),
    ("yes_no", {}, True, True),
    ("yes_no", {}, "no", False),
    ("set_of_ids", {}, ["B", "A", "B"], frozenset({"A", "B"})),
    ("set_of_ids", {}, [], frozenset()),
    ("phone", {}, "+14155550100", "+14155550100"),
]

WRONG_JSON: list[tuple[str, dict[str, Any], object]] = [
    ("whole_number", {}, "3"),
    ("whole_number", {}, True),
    ("whole_number", {}, 3.5),
    ("whole_number", {}, float("inf")),
    ("whole_number", {}, 10**30),
    ("whole_number", {"maximum": 5}, 6),
    ("percent", {}, "12%"),
    ("percent", {}, float("nan")),
    ("percent", {}, -1),
    ("percent", {"minimum": Decimal(50)}, 49),
    ("phone", {}, 14155550100),
    ("choice", {"values": ("1",)}, 1),
    ("amount", {}, 12),
    ("yes_no", {}, 1),
    ("set_of_ids", {}, "A"),
    ("set_of_ids", {}, ["A", 1]),
    ("set_of_ids", {}, ["\ud800"]),
    ("text_short", {}, ["a"]),
    ("duration", {}, 30),
    ("date", {}, {"year": 2026}),
]


@pytest.mark.parametrize(("kind", "more", "text", "value"), TEXTS)
def test_a_text_becomes_the_value_that_was_meant(kind: str, more: dict[str, Any], text: str, value: Value) -> None:
    """YAML, CSV and XML hold only texts; the type of the fact says what they are."""

    assert value == read_value(declare("fact", kind, **more), text, phone_region="US")


@pytest.mark.parametrize(("kind", "more", "text", "words", "suggestion"), REFUSED)
def test_a_text_that_is_no_such_value_is_refused_in_words(
    kind: str, more: dict[str, Any], text: str, words: str, suggestion: str | None
) -> None:
    """A refusal says why and, where it is known, what to write instead."""

    refusal = read_value(declare("fact", kind, **more), text, phone_region="US")

    assert isinstance(refusal, Refusal)
    assert words in refusal.reason
    assert suggestion == refusal.suggestion


@pytest.mark.parametrize(("kind", "more", "text", "words", "suggestion"), REFUSED)
def test_the_reason_never_repeats_the_value(
    kind: str, more: dict[str, Any], text: str, words: str, suggestion: str | None
) -> None:
    """Reasons become the reasons of facts in state `error`, which are logged: fax content is no part of them."""

    refusal = read_value(declare("fact", kind, **more), text, phone_region="US")

    assert isinstance(refusal, Refusal)
    assert not text.strip() or text not in refusal.reason


@pytest.mark.parametrize(("kind", "more", "raw", "value"), JSON)
def test_json_values_have_their_own_form(kind: str, more: dict[str, Any], raw: object, value: Value) -> None:
    """Numbers, booleans and lists arrive as such; percentages without their sign."""

    assert value == read_json_value(declare("fact", kind, **more), raw, phone_region="US")


@pytest.mark.parametrize(("kind", "more", "raw"), WRONG_JSON)
def test_json_of_another_type_is_refused(kind: str, more: dict[str, Any], raw: object) -> None:
    """A text is no number and a number is no text; nothing is guessed."""

    assert isinstance(read_json_value(declare("fact", kind, **more), raw, phone_region="US"), Refusal)


def test_a_constant_for_a_text_fact_is_normalised_and_any_other_is_not() -> None:
    """Text is compared normalised; choices and ids compare exactly."""

    assert "mercy lab" == read_constant(declare("station", "text_short"), " MERCY  Läb ", phone_region=None)
    assert "MERCY" == read_constant(declare("word", "choice"), "MERCY", phone_region=None)


def test_a_member_of_a_set_is_read_like_an_id() -> None:
    """Masks and check digits hold for every member."""

    declaration = declare("cases", "set_of_ids", mask="C-##")

    assert "C-12" == read_member(declaration, "C-12")
    assert isinstance(read_member(declaration, "C-1"), Refusal)


def test_a_local_time_takes_the_given_zone() -> None:
    """Tests beside the rules write times in the zone of their file."""

    read = read_value(
        declare("received_at", "moment"), "2026-03-01 09:30", phone_region=None, zone="America/Los_Angeles"
    )

    assert datetime(2026, 3, 1, 17, 30, tzinfo=UTC) == read


def test_amounts_of_another_currency_are_not_compared_with_the_limits() -> None:
    """Amounts of two currencies do not compare, so a limit in dollars says nothing about euros."""

    declaration = declare("total", "amount", maximum=Amount(Decimal(10), "USD"))

    assert Amount(Decimal(20), "EUR") == read_value(declaration, "20 EUR", phone_region=None)
    assert isinstance(read_value(declaration, "20 USD", phone_region=None), Refusal)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("12.50"), 12.5),
        (Decimal(12), 12),
        (Amount(Decimal("12.00"), "USD"), "12.00 USD"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
        (date(2026, 3, 1), "2026-03-01"),
        (Duration(1800, DurationUnit.ELAPSED, "30 minutes"), "30 minutes"),
        (frozenset({"B", "A"}), ["A", "B"]),
        (True, True),
        ("x", "x"),
    ],
)
def test_values_are_written_as_json(value: Value, written: object) -> None:
    """The written form is the one that `decide` reads."""

    assert written == write_json_value(value)


def test_a_message_quotes_what_was_written_and_asks_whether_another_word_was_meant() -> None:
    """A message says what, in the author's own words, and how to mend it."""

    refusal = Refusal("is not one of invoice", "invoice")

    assert "`invoce` is not one of invoice; did you mean `invoice`?" == refusal.message("invoce")
    assert len(Refusal("is too long").message("x" * 500)) < 100
