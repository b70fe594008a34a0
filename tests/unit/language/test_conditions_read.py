"""What an analyst writes under `when:` becomes the typed condition that the language says."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from faxrouter.language.catalogue.examples import clinic
from faxrouter.language.conditions import (
    AllOf,
    AnyOf,
    Condition,
    ConfidenceTest,
    Exact,
    Leaf,
    LookupTest,
    MomentTest,
    Not,
    PatternTest,
    Prefix,
    Quantity,
    Span,
    StateTest,
    Suffix,
    Test,
    TimeWindow,
    ValueTest,
    WordsTest,
)
from faxrouter.model.fact import Amount, Confidence

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
ZONE = "America/Los_Angeles"

LEAVES: list[tuple[str, str, Test, bool]] = [
    ("document_type: referral", "document_type", ValueTest((Exact("referral"),)), False),
    ("document_type is: referral", "document_type", ValueTest((Exact("referral"),)), False),
    ("document_type: [referral, consent]", "document_type", ValueTest((Exact("referral"), Exact("consent"))), False),
    ("document_type is one of: [consent]", "document_type", ValueTest((Exact("consent"),)), False),
    ("document_type is not: other", "document_type", ValueTest((Exact("other"),)), True),
    ("document_type is not one of: [other]", "document_type", ValueTest((Exact("other"),)), True),
    ("our_number: (415) 555-0103", "our_number", ValueTest((Exact("+14155550103"),)), False),
    (
        'our_number: "+1 415 555 0100 .. +1 415 555 0149"',
        "our_number",
        ValueTest((Span(low="+14155550100", high="+14155550149"),)),
        False,
    ),
    ('their_number: "+1 312 555 03*"', "their_number", ValueTest((Prefix("+131255503"),)), False),
    ('their_number starts with: "+1 415"', "their_number", ValueTest((Prefix("+1415"),)), False),
    ("their_number does not start with: +1 415", "their_number", ValueTest((Prefix("+1415"),)), True),
    ('their_number ends with: "0100"', "their_number", ValueTest((Suffix("0100"),)), False),
    ('sender_station: "Café  MÜNCHEN"', "sender_station", ValueTest((Exact("cafe munchen"),)), False),
    ("sender_station starts with: MERCY", "sender_station", ValueTest((Prefix("mercy"),)), False),
    ("patient_id starts with: MRN-1", "patient_id", ValueTest((Prefix("MRN-1"),)), False),
    ("patient_id: MRN-0012", "patient_id", ValueTest((Exact("MRN-0012"),)), False),
    ("pages: 3", "pages", ValueTest((Exact(3),)), False),
    ("pages: 3 to 20", "pages", ValueTest((Span(low=3, high=20),)), False),
    ("pages between: 3 to 20", "pages", ValueTest((Span(low=3, high=20),)), False),
    ("pages at least: 3", "pages", ValueTest((Span(low=3),)), False),
    ("pages at most: 3", "pages", ValueTest((Span(high=3),)), False),
    ("pages more than: 3", "pages", ValueTest((Span(low=3, low_open=True),)), False),
    ("pages below: 3", "pages", ValueTest((Span(high=3, high_open=True),)), False),
    ("amount at least: 12.00 USD", "amount", ValueTest((Span(low=Amount(Decimal("12.00"), "USD")),)), False),
    (
        "due_on between: 2026-01-01 to 2026-01-31",
        "due_on",
        ValueTest((Span(low=date(2026, 1, 1), high=date(2026, 1, 31)),)),
        False,
    ),
    ("signed: no", "signed", ValueTest((Exact(False),)), False),
    (
        "text contains any: [STAT, Critical value!]",
        "text",
        WordsTest(Quantity.ANY, (("stat",), ("critical", "value"))),
        False,
    ),
    ("text contains all: [a, b]", "text", WordsTest(Quantity.ALL, (("a",), ("b",))), False),
    ("text contains none: a", "text", WordsTest(Quantity.ANY, (("a",),)), True),
    ("claim_ids contains any: C-0001", "claim_ids", WordsTest(Quantity.ANY, (("C-0001",),)), False),
    (r"text matches: \d{3,5} urgent", "text", PatternTest((r"\d{3,5} urgent",)), False),
    ("patient_id is known: yes", "patient_id", StateTest(want_known=True), False),
    ("patient_id is missing: yes", "patient_id", StateTest(want_known=False), False),
    ("document_type confidence: high", "document_type", ConfidenceTest(frozenset({HIGH})), False),
    ("document_type confidence at least: medium", "document_type", ConfidenceTest(frozenset({MEDIUM, HIGH})), False),
    ("document_type confidence below: high", "document_type", ConfidenceTest(frozenset({LOW, MEDIUM})), False),
    ("document_type confidence is not: low", "document_type", ConfidenceTest(frozenset({LOW})), True),
    (
        "document_type confidence between: low to medium",
        "document_type",
        ConfidenceTest(frozenset({LOW, MEDIUM})),
        False,
    ),
    (
        "received_at: {on: friday, between: 22:00-06:00}",
        "received_at",
        MomentTest(weekdays=frozenset({4}), windows=(TimeWindow(start=1320, end=360),), zone=ZONE),
        False,
    ),
    (
        "received_at: {on: [monday to wednesday, 2026-12-24]}",
        "received_at",
        MomentTest(weekdays=frozenset({0, 1, 2}), dates=frozenset({date(2026, 12, 24)}), zone=ZONE),
        False,
    ),
    ("received_at on: friday to monday", "received_at", MomentTest(weekdays=frozenset({4, 5, 6, 0}), zone=ZONE), False),
    ("received_at: {outside: clinic_hours}", "received_at", MomentTest(outside=("clinic_hours",), zone=ZONE), False),
    ("received_at during: clinic_hours", "received_at", MomentTest(during=("clinic_hours",), zone=ZONE), False),
    (
        "received_at between: 08:00-12:00",
        "received_at",
        MomentTest(windows=(TimeWindow(start=480, end=720),), zone=ZONE),
        False,
    ),
]


@pytest.mark.parametrize(("line", "fact", "test", "negated"), LEAVES, ids=[leaf[0] for leaf in LEAVES])
def test_one_line_asks_one_question(
    line: str, fact: str, test: Test, negated: bool, condition_of: Callable[..., Condition]
) -> None:
    """A key `<fact> <phrase>` and its value are one leaf; text facts are normalised, choices and ids exact."""

    leaf = condition_of(line)

    assert isinstance(leaf, Leaf)
    assert (fact, test, negated) == (leaf.fact, leaf.test, leaf.negated)


def test_a_map_is_and_any_is_or_of_maps(condition_of: Callable[..., Condition]) -> None:
    """A map is AND, `any` a list of maps of which one must hold, `not` a map that must not hold as a whole."""

    condition = condition_of(
        "document_type: referral",
        "any:",
        "  - {pages: 1, signed: yes}",
        "  - pages: 2",
        'not: {our_number: "+1 415 555 0103"}',
    )

    assert isinstance(condition, AllOf)
    first, any_of, not_ = condition.children
    assert isinstance(first, Leaf)
    assert isinstance(any_of, AnyOf)
    assert [AllOf, Leaf] == [type(child) for child in any_of.children]
    assert isinstance(not_, Not)
    assert isinstance(not_.child, Leaf)


def test_a_list_is_named_with_a_dollar(condition_of: Callable[..., Condition]) -> None:
    """`$name` stands for the values of a list, beside others too; `$500` is only a text."""

    leaf = condition_of("text contains any: [$rush, $500]", lists="{rush: [stat, at once]}")

    assert isinstance(leaf, Leaf)
    assert WordsTest(Quantity.ANY, (("stat",), ("at", "once"), ("500",))) == leaf.test
    assert "text contains any: [$rush, $500]" == leaf.written


def test_a_lookup_gives_facts_and_can_be_asked(compiled: Callable[..., Any]) -> None:
    """The facts of a lookup are named after it; `found in` takes its bare name."""

    overlay = clinic(
        "lookups:",
        "  desk_by_number: {key: our_number, from file: desks.csv, gives: {desk: choice}}",
        "rules:",
        "  - {id: a, when: {desk_by_number.desk: front}, then: {urgency: now}}",
        "  - {id: b, when: {their_number found in: desk_by_number}, then: {urgency: now}}",
    )

    made = compiled(overlay)

    assert ValueTest((Exact("front"),)) == made.rule("a").when.test
    assert LookupTest(("desk_by_number",)) == made.rule("b").when.test


def test_no_when_is_always(compiled: Callable[..., Any]) -> None:
    """A rule without `when` has the empty AND, which is true for every fax."""

    made = compiled(clinic("rules:", "  - {id: a, then: {urgency: now}}"))

    assert () == made.rule("a").when.children
