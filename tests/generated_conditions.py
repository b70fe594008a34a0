"""Hypothesis strategies for conditions: every test of every fact type, in trees."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from faxrouter.language.conditions import (
    AllOf,
    AnyOf,
    Condition,
    ConfidenceTest,
    Entry,
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
from faxrouter.language.ruleset import (
    FactType,
    Valid,
)
from faxrouter.language.words import normalise, words
from faxrouter.model.fact import Confidence
from generated_facts import (
    CALENDARS,
    HERE,
    IDS,
    LOOKUPS,
    PACIFIC,
    PHONE_PREFIXES,
    PHONES,
    PHRASES,
    TYPES_OF_FACTS,
    VALUES,
)


def _spans(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Span]:
    return st.builds(
        lambda low, high, low_open, high_open: Span(low=low, high=high, low_open=low_open, high_open=high_open),
        values | st.none(),
        values | st.none(),
        st.booleans(),
        st.booleans(),
    )


def _one_phone_span() -> st.SearchStrategy[Span]:
    same_length = [phone for phone in PHONES if len(phone) == 12]
    return st.builds(lambda ends: Span(low=min(ends), high=max(ends)), st.tuples(*[st.sampled_from(same_length)] * 2))


def _entries(fact: str) -> st.SearchStrategy[Entry]:
    exact: st.SearchStrategy[Entry] = VALUES[fact].map(
        lambda value: Exact(normalise(value) if _is_text(fact) else value)
    )
    match TYPES_OF_FACTS[fact]:
        case FactType.PHONE:
            prefixes = st.sampled_from(PHONE_PREFIXES).map(Prefix)
            return exact | prefixes | _one_phone_span() | st.sampled_from(("0100", "0", "18")).map(Suffix)
        case FactType.TEXT_SHORT | FactType.TEXT_LONG:
            stems = st.sampled_from(("mercy", "strasse 1", "cafe", "s", ""))
            return exact | stems.map(Prefix) | st.sampled_from(("lab", "12", "file")).map(Suffix)
        case FactType.ID:
            return (
                exact | st.sampled_from(("MRN", "MRN-1", "A-")).map(Prefix) | st.sampled_from(("1", "-77")).map(Suffix)
            )
        case FactType.CHOICE | FactType.YES_NO | FactType.SET_OF_IDS:
            return exact
        case _:
            return exact | _spans(VALUES[fact])


def _is_text(fact: str) -> bool:
    return TYPES_OF_FACTS[fact] in (FactType.TEXT_SHORT, FactType.TEXT_LONG)


def _words_test(fact: str) -> st.SearchStrategy[Test]:
    one = st.sampled_from(PHRASES).map(words) if _is_text(fact) else st.sampled_from(IDS).map(lambda member: (member,))
    phrases = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)
    return st.builds(WordsTest, st.sampled_from(list(Quantity)), phrases)


def moment_tests() -> st.SearchStrategy[MomentTest]:
    """At least one of `on`, `between`, `during` and `outside`."""
    minutes = st.integers(0, 8).map(lambda n: n * 30) | st.sampled_from((22 * 60, 18 * 60))
    windows = st.lists(st.builds(lambda a, b: TimeWindow(start=a, end=b), minutes, minutes), max_size=2).map(tuple)
    some = st.lists(st.sampled_from(list(CALENDARS)), max_size=2, unique=True).map(tuple)
    return st.builds(
        lambda weekdays, dates, windows, during, outside: MomentTest(
            weekdays=weekdays, dates=dates, windows=windows, during=during, outside=outside, zone=PACIFIC
        ),
        st.frozensets(st.integers(0, 6), max_size=2),
        st.frozensets(st.sampled_from((date(2026, 3, 8), date(2026, 11, 1))), max_size=1),
        windows,
        some,
        some,
    )


def any_test_of(fact: str) -> st.SearchStrategy[Test]:
    """Every test that the language allows on a fact of this type."""
    any_fact: st.SearchStrategy[Test] = st.one_of(
        st.builds(StateTest, st.booleans()),
        st.builds(ConfidenceTest, st.frozensets(st.sampled_from(list(Confidence)), min_size=1)),
        st.lists(_entries(fact), min_size=1, max_size=3).map(lambda entries: ValueTest(tuple(entries))),
    )
    fact_type = TYPES_OF_FACTS[fact]
    if fact_type is FactType.MOMENT:
        return any_fact | moment_tests()
    if _is_text(fact):
        patterns = st.lists(st.sampled_from(("^mercy", "l.b", "[0-9]+", "STAT\\b", "京")), min_size=1, max_size=2)
        return st.one_of(
            any_fact,
            _words_test(fact),
            patterns.map(lambda some: PatternTest(tuple(some))),
            st.just(LookupTest(("stations",))),
        )
    if fact_type is FactType.SET_OF_IDS:
        return any_fact | _words_test(fact)
    if fact_type in (FactType.PHONE, FactType.ID):
        names = st.lists(st.sampled_from(list(LOOKUPS)), min_size=1, max_size=2, unique=True)
        return any_fact | names.map(lambda some: LookupTest(tuple(some)))
    return any_fact


@st.composite
def leaves(draw: st.DrawFn) -> Leaf:
    fact = draw(st.sampled_from(list(VALUES)))
    test = draw(any_test_of(fact))
    negated = draw(st.booleans()) and not isinstance(test, StateTest)
    return Leaf(fact=fact, test=test, negated=negated, written=f"{fact}: {test}", place=HERE)


def conditions(*, most_leaves: int = 6) -> st.SearchStrategy[Condition]:
    """Trees of every shape; small enough to be read when one fails."""
    return st.recursive(
        leaves(),
        lambda children: st.one_of(
            st.lists(children, max_size=3).map(lambda some: AllOf(children=tuple(some), place=HERE)),
            st.lists(children, max_size=3).map(lambda some: AnyOf(children=tuple(some), place=HERE)),
            children.map(lambda child: Not(child=child, place=HERE)),
        ),
        max_leaves=most_leaves,
    )


def validities() -> st.SearchStrategy[Valid | None]:
    day = st.sampled_from((date(2026, 3, 7), date(2026, 3, 8), date(2026, 11, 1))) | st.none()
    zone = st.sampled_from((PACIFIC, "Pacific/Auckland"))
    return st.none() | st.builds(
        lambda start, end, zone: Valid(start=start, end=end, zone=zone, place=HERE), day, day, zone
    )


SCOPES: tuple[Entry, ...] = (
    Exact("+14155550100"),
    Prefix("+1415"),
    Span(low="+14155550100", high="+14155550149"),
    Prefix("+1206"),
    Exact("+442079460018"),
)


def scopes() -> st.SearchStrategy[Condition]:
    """Sets of our numbers, which may overlap: `check` refuses that, but deciding is total."""
    entries = st.lists(st.sampled_from(SCOPES), min_size=1, max_size=2, unique=True)
    return entries.map(
        lambda some: Leaf(fact="our_number", test=ValueTest(tuple(some)), written="our_number: …", place=HERE)
    )
