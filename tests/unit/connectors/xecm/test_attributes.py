"""Texts of a metadata template as values of a category."""

from typing import Any

import pytest

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.xecm.attributes import json_values, shown_values, wire_values
from faxrouter_connectors.xecm.definitions import AttributeDefinition, CategoryDefinition
from implementations import SteppedClock

SYSTEM = System("records", clock=SteppedClock(), throttle=Throttle(per_second=1, burst=1), breaker=Breaker())


def attribute(
    type: str = "string",
    *,
    name: str = "A",
    key: str = "7_2",
    length: int | None = None,
    required: bool = False,
    several: bool = False,
    values: tuple[str, ...] = (),
) -> AttributeDefinition:
    return AttributeDefinition(
        name=name, key=key, type=type, length=length, required=required, several=several, values=values
    )


def category(*attributes: AttributeDefinition) -> CategoryDefinition:
    return CategoryDefinition(id=7, name="Fax", attributes={one.name: one for one in attributes})


def wired(known: AttributeDefinition, text: str, *, whole: bool = False) -> dict[str, Any]:
    return wire_values(SYSTEM, category(known), {known.name: text}, operation="store document", whole=whole)


@pytest.mark.parametrize(
    ("known", "text", "value"),
    [
        (attribute(), "x", "x"),
        (attribute(length=2), "xy", "xy"),
        (attribute("integer"), "12", 12),
        (attribute("number"), "12.5", 12.5),
        (attribute("boolean"), "yes", True),
        (attribute("boolean"), "False", False),
        (attribute("date"), "2026-03-09", "2026-03-09"),
        (attribute("date"), "2026-03-09 10:00 PDT", "2026-03-09"),
        (attribute("moment"), "2026-03-09 10:00 PDT", "2026-03-09T10:00:00"),
        (attribute("moment"), "2026-03-09T10:00:30Z", "2026-03-09T10:00:30"),
        (attribute("moment"), "2026-03-09", "2026-03-09T00:00:00"),
        (attribute(values=("A", "B")), "B", "B"),
        (attribute(several=True), "A, B", ["A", "B"]),
        (attribute(several=True, values=("A", "B")), "A", ["A"]),
    ],
)
def test_a_text_that_fits_becomes_a_value_of_the_type(known: AttributeDefinition, text: str, value: Any) -> None:
    """As the server writes such values itself."""
    assert {"7_2": value} == wired(known, text)


@pytest.mark.parametrize(
    ("known", "text", "reason"),
    [
        (attribute(length=2), "secret", "takes at most 2 characters, 6 were given"),
        (attribute("integer"), "secret", "takes a whole number"),
        (attribute("number"), "secret", "takes a number"),
        (attribute("boolean"), "secret", "takes yes or no"),
        (attribute("date"), "secret", "takes a date, as 2026-11-20"),
        (attribute(values=("A", "B")), "secret", "takes only the values of its list"),
        (attribute(several=True, values=("A",)), "A, secret", "takes only the values of its list"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_without_repeating_it(
    known: AttributeDefinition, text: str, reason: str
) -> None:
    """The reason goes into logs; the value is personal."""
    with pytest.raises(Failed) as failed:
        wired(known, text)

    found = failed.value.failure
    assert (FailureKind.REJECTED, FailureSubject.METADATA) == (found.kind, found.about)
    assert f"`A` of the category `Fax` {reason}" == found.reason


def test_an_attribute_that_the_category_does_not_have_is_refused() -> None:
    """It would be lost without a word."""
    with pytest.raises(Failed) as failed:
        wire_values(SYSTEM, category(attribute()), {"B": "x"}, operation="store document", whole=False)

    assert "the category `Fax` has no attribute `B`" == failed.value.failure.reason


@pytest.mark.parametrize("given", [{}, {"A": ""}])
def test_a_required_attribute_must_not_be_empty(given: dict[str, str]) -> None:
    """The server would refuse the whole document."""
    with pytest.raises(Failed) as failed:
        wire_values(SYSTEM, category(attribute(required=True)), given, operation="store document", whole=False)

    assert "`A` of the category `Fax` must not be empty" == failed.value.failure.reason


def test_an_empty_text_is_left_out_and_emptied_where_everything_is_replaced() -> None:
    """A new document needs no empty values; a change must take old ones away."""
    several = attribute(name="B", key="7_3", several=True)
    both = category(attribute(), several)

    found = [wire_values(SYSTEM, both, {"A": ""}, operation="set metadata", whole=whole) for whole in (False, True)]

    assert [{}, {"7_2": "", "7_3": []}] == found


def test_an_attribute_of_a_set_fills_its_first_row() -> None:
    """`Set:Attribute`, with x for the row in the definition."""
    known = attribute(name="Contacts:Fax", key="7_39_x_45")

    assert {"7_39_1_45": "x"} == wired(known, "x")


def test_values_are_shown_as_texts_and_empty_ones_not_at_all() -> None:
    """What was written is what is read."""
    known = category(
        attribute(),
        attribute("integer", name="B", key="7_3"),
        attribute("boolean", name="C", key="7_4"),
        attribute(name="D", key="7_5", several=True),
        attribute(name="E", key="7_6"),
    )

    shown = shown_values(known, {"7_1": {}, "7_2": "x", "7_3": 0, "7_4": False, "7_5": ["a", None, "b"], "7_6": ""})

    assert {"A": "x", "B": "0", "C": "no", "D": "a, b"} == shown


@pytest.mark.parametrize(
    ("known", "value", "shown"),
    [
        (attribute(), "x", "x"),
        (attribute("integer"), 0, 0),
        (attribute("boolean"), False, False),
        (attribute("date"), "2026-03-09T00:00:00", "2026-03-09"),
        (attribute("moment"), "2026-03-09T10:00:00", "2026-03-09T10:00:00"),
        (attribute(several=True), ["a", None, "", " ", "b"], ["a", "b"]),
    ],
)
def test_a_value_becomes_json_of_its_type(known: AttributeDefinition, value: Any, shown: Any) -> None:
    """Under the name that somebody gives it."""
    assert {"fact": shown} == json_values(category(known), {"A": value}, {"fact": "A"})


@pytest.mark.parametrize("value", [None, "", "  ", [], [None, ""]])
def test_an_empty_value_states_nothing(value: Any) -> None:
    """Nobody has filled it in."""
    assert {} == json_values(category(attribute()), {"A": value}, {"fact": "A"})
