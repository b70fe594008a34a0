"""Lines cut at constants, cells of tests, and the witnesses of regions."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.deciding.regions import Line
from faxrouter.deciding.witnesses import witness
from faxrouter.language.conditions import Entry, Exact, Prefix, Span, Suffix, ValueTest
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.model.fact import Amount, Duration, DurationUnit, Value
from faxrouter.model.problem import Place
from generated_conditions import any_test_of
from generated_facts import FACTS, VALUES

PLACE = Place(file="rules/facts.yaml")


def line(fact_type: FactType, *tests: tuple[Entry, ...], values: tuple[str, ...] = (), **bounds: Value) -> Line:
    declaration = FactDeclaration(
        name="fact",
        type=fact_type,
        place=PLACE,
        values=values,
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
    )
    return Line(declaration, [ValueTest(entries) for entries in tests])


def dollars(number: str) -> Amount:
    return Amount(Decimal(number), "USD")


@pytest.mark.parametrize(
    ("fact_type", "entry", "inside", "outside"),
    [
        (FactType.WHOLE_NUMBER, Span(low=3, high=20), [3, 10, 20], [2, 21]),
        (FactType.WHOLE_NUMBER, Span(low=3, low_open=True), [4, 999], [3, -1]),
        (FactType.WHOLE_NUMBER, Span(high=3, high_open=True), [2], [3]),
        (FactType.WHOLE_NUMBER, Span(), [0, 7], []),
        (FactType.WHOLE_NUMBER, Span(low=5, high=3), [], [3, 4, 5]),
        (FactType.PERCENT, Span(low=Decimal("0.5")), [Decimal("0.50"), Decimal(1)], [Decimal("0.499999")]),
        (FactType.DATE, Span(low=date(2026, 3, 1)), [date(2026, 3, 1)], [date(2026, 2, 28)]),
        (FactType.PHONE, Prefix("+1415"), ["+14155550100", "+1415"], ["+14165550100", "+141"]),
        (FactType.PHONE, Span(low="+14155550100", high="+14155550149"), ["+14155550120"], ["+141555501205"]),
        (FactType.PHONE, Exact("+14155550100"), ["+14155550100"], ["+14155550101", "+141555501000"]),
        (FactType.TEXT_SHORT, Exact("mercy lab"), ["MERCY  Lab"], ["MERCY LABS"]),
        (FactType.TEXT_SHORT, Prefix(""), ["", "anything"], []),
        (FactType.TEXT_SHORT, Prefix("\U0010ffff"), ["\U0010ffffx"], ["x"]),
        (FactType.CHOICE, Exact("a"), ["a"], ["b", "A"]),
        (FactType.YES_NO, Exact(True), [True], [False]),
        (FactType.AMOUNT, Exact(dollars("10.00")), [dollars("10")], [Amount(Decimal(10), "EUR")]),
    ],
)
def test_a_cell_holds_exactly_the_values_of_its_test(
    fact_type: FactType, entry: Entry, inside: list[Value], outside: list[Value]
) -> None:
    """Ends are included unless they are open; a phone range speaks of numbers of its own length."""
    cut = line(fact_type, (entry,))
    cell = cut.cell(ValueTest((entry,)))

    assert [True] * len(inside) == [bool(cell.certain >> cut.region_of(value) & 1) for value in inside]
    assert [False] * len(outside) == [bool(cell.possible >> cut.region_of(value) & 1) for value in outside]


def test_a_prefix_cuts_numbers_of_every_length() -> None:
    """A range gives numbers of its length a segment of their own; a prefix holds there and elsewhere."""
    span, prefix = Span(low="+12065550100", high="+14155559999"), Prefix("+1415")
    cut = line(FactType.PHONE, (span,), (prefix,))
    cell = cut.cell(ValueTest((prefix,)))
    numbers = ("+14155550100", "+13125550100", "+141555501005", "+131255501005")

    assert [1, 0, 1, 0] == [cell.certain >> cut.region_of(number) & 1 for number in numbers]


@pytest.mark.parametrize(
    ("fact_type", "span", "other"),
    [
        (FactType.AMOUNT, Span(low=dollars("10")), Amount(Decimal(50), "EUR")),
        (FactType.DURATION, Span(high=Duration(60, DurationUnit.ELAPSED)), Duration(1, DurationUnit.BUSINESS_DAYS)),
        (FactType.AMOUNT, Span(low=dollars("10"), high=Amount(Decimal(99), "EUR")), dollars("50")),
    ],
)
def test_values_of_two_kinds_do_not_compare(fact_type: FactType, span: Span, other: Value) -> None:
    """Two currencies, or elapsed and business time: possible, but never certain, either way round."""
    cut = line(fact_type, (span,))
    cell = cut.cell(ValueTest((span,)))
    region = cut.region_of(other)

    assert (1, 0) == (cell.possible >> region & 1, cell.certain >> region & 1)
    turned = cell.within(cut.known)
    assert (1, 0) == (turned.possible >> region & 1, turned.certain >> region & 1)


def test_a_suffix_is_no_interval() -> None:
    """It is an atom, so a line refuses to hold it."""
    test = ValueTest((Suffix("0100"),))

    with pytest.raises(ValueError, match="suffix"):
        line(FactType.PHONE, (Exact("+1"),)).cell(test)


def test_ten_thousand_constants_are_found_without_looking_at_all_of_them() -> None:
    """Regions are numbered along the line: each listed number is alone in its region."""
    numbers = [f"+1415{number:07}" for number in range(0, 20_000, 2)]
    cut = line(FactType.PHONE, tuple(Exact(number) for number in numbers))

    assert len(numbers) == len({cut.region_of(number) for number in numbers})
    assert 2 * len(numbers) + 2 == cut.count
    assert cut.region_of("+14150000001") not in {cut.region_of(number) for number in numbers}


@pytest.mark.parametrize(
    ("cut", "empty"),
    [
        (line(FactType.WHOLE_NUMBER, (Span(low=3), Exact(3), Span(low=4))), 0),
        (line(FactType.WHOLE_NUMBER, (Exact(0), Exact(2000)), minimum=0, maximum=2000), 2),
        (line(FactType.CHOICE, (Exact("a"), Exact("b")), values=("a", "b")), 3),
    ],
)
def test_a_region_without_a_plain_value_has_no_witness(cut: Line, empty: int) -> None:
    """Outside the bounds, beside the last value of a choice: nothing to show. No region lies between 3 and 4."""
    shown = [witness(cut, region, phone_region="US") for region in range(1, cut.count)]

    assert empty == shown.count(None)


@given(data=st.data())
def test_a_witness_lies_in_its_region(data: st.DataObject) -> None:
    """Whatever is shown for a region is a value of that region."""
    fact = data.draw(st.sampled_from(sorted(set(VALUES) - {"matters"})))
    tests = data.draw(st.lists(any_test_of(fact), max_size=4))
    on_line = [
        test
        for test in tests
        if isinstance(test, ValueTest) and not any(isinstance(entry, Suffix) for entry in test.entries)
    ]
    cut = Line(FACTS[fact], on_line)

    for region in range(1, cut.count):
        shown = witness(cut, region, phone_region="US")
        assert shown is None or cut.region_of(shown) == region
