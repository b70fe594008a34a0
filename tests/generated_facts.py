"""Hypothesis strategies for facts: every type in every state, on and around the constants that rules use."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from faxrouter.language.conditions import (
    TimeWindow,
)
from faxrouter.language.ruleset import (
    Calendar,
    FactDeclaration,
    FactType,
    Lookup,
)
from faxrouter.language.words import normalise
from faxrouter.model.fact import Amount, Confidence, Duration, DurationUnit, Fact, Facts, FactState, Value
from faxrouter.model.problem import Place
from faxrouter.model.records import Disposition, Period, PeriodUnit, RecordClass

PACIFIC = "America/Los_Angeles"
HERE = Place(file="rules/facts.yaml")
EVENTS = ("received", "send_requested", "corrected")

# values on which constants and facts meet; phones of two lengths, texts with marks, ligatures and punctuation
PHONES = (
    "+14155550100",
    "+14155550101",
    "+14155550149",
    "+14155550200",
    "+12065550401",
    "+442079460018",
    "+4930123456",
    "+141555501015",
)
PHONE_PREFIXES = ("+1415", "+1415555", "+14155550101", "+44", "+")
TYPES = ("referral", "lab_result", "claim", "other")
TEXTS = (
    "MERCY LAB",
    "Mercy  lab",
    "St. Mary’s Lab",
    "Straße 12",
    "STRASSE 12",
    "Café ﬁle",
    "cafe file",
    "",
    "critical-\nvalue stat",
    "Critical value: STAT, urgent!",
    "statistics are not stat-ic",
    "ÅNGSTRÖM e\u0301tude 東京 ファックス",
)
PHRASES = ("stat", "urgent", "critical value", "mercy", "lab", "strasse", "cafe", "criticalvalue", "東京", "12")
IDS = ("MRN-1", "MRN-10", "mrn-1", "A-77", "A-78", "B")
CURRENCIES = ("USD", "EUR", "CHF")

_ODD_DAYS = (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 24, tzinfo=UTC))


def moments() -> st.SearchStrategy[datetime]:
    """Around both clock changes of the year, on a minute or just beside it."""
    return st.builds(
        lambda day, minutes, micro: day + timedelta(minutes=minutes, microseconds=micro),
        st.sampled_from(_ODD_DAYS),
        st.integers(0, 60 * 52),
        st.sampled_from((0, 0, 1, 999_999)),
    )


_NUMBERS = st.integers(0, 6)
_DATES = st.integers(0, 5).map(lambda n: date(2026, 3, 5) + timedelta(days=n))
_PERCENTS = st.sampled_from([Decimal(text) for text in ("0", "0.5", "1", "1.5", "50", "99.5", "100")])
_AMOUNTS = st.builds(
    Amount,
    st.sampled_from([Decimal(text) for text in ("0", "9.99", "10", "10.00", "10.01", "25")]),
    st.sampled_from(CURRENCIES),
)
_DURATIONS = st.builds(Duration, st.sampled_from((0, 1, 2, 60, 3600)), st.sampled_from(list(DurationUnit)))
_SETS = st.frozensets(st.sampled_from(IDS), max_size=3)

# fact → a strategy of its values
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "event": st.sampled_from(EVENTS),
    "our_number": st.sampled_from(PHONES),
    "their_number": st.sampled_from(PHONES),
    "document_type": st.sampled_from(TYPES),
    "pages": _NUMBERS,
    "legible": _PERCENTS,
    "total": _AMOUNTS,
    "issued": _DATES,
    "patient_id": st.sampled_from(IDS),
    "matters": _SETS,
    "signed": st.booleans(),
    "received_at": moments(),
    "requested_at": moments(),
    "answer_within": _DURATIONS,
    "sender_station": st.sampled_from(TEXTS),
    "text": st.sampled_from(TEXTS),
    "desk_by_number.desk": st.sampled_from(TYPES),
}

TYPES_OF_FACTS = {
    "event": FactType.CHOICE,
    "our_number": FactType.PHONE,
    "their_number": FactType.PHONE,
    "document_type": FactType.CHOICE,
    "pages": FactType.WHOLE_NUMBER,
    "legible": FactType.PERCENT,
    "total": FactType.AMOUNT,
    "issued": FactType.DATE,
    "patient_id": FactType.ID,
    "matters": FactType.SET_OF_IDS,
    "signed": FactType.YES_NO,
    "received_at": FactType.MOMENT,
    "requested_at": FactType.MOMENT,
    "answer_within": FactType.DURATION,
    "sender_station": FactType.TEXT_SHORT,
    "text": FactType.TEXT_LONG,
    "desk_by_number.desk": FactType.CHOICE,
}
_CHOICES = {"event": EVENTS, "document_type": TYPES, "desk_by_number.desk": TYPES}

FACTS: Mapping[str, FactDeclaration] = {
    name: FactDeclaration(
        name=name,
        type=fact_type,
        place=HERE,
        values=_CHOICES.get(name, ()),
        lookup="desk_by_number" if name.startswith("desk_by_number") else None,
    )
    for name, fact_type in TYPES_OF_FACTS.items()
}


def hours(start: int, end: int) -> TimeWindow:
    return TimeWindow(start=start * 60, end=end * 60)


CALENDARS = {
    "office": Calendar(
        name="office",
        time_zone=PACIFIC,
        open={day: (hours(8, 12), hours(13, 18)) for day in range(5)},
        closed_on=frozenset({date(2026, 12, 24)}),
        place=HERE,
    ),
    "nights": Calendar(
        name="nights",
        time_zone="Europe/Berlin",
        open={day: (hours(22, 6),) for day in range(7)},
        closed_on=frozenset(),
        place=HERE,
    ),
}


def _lookup(name: str, rows: Mapping[Value, Mapping[str, Value]]) -> Lookup:
    return Lookup(name=name, key="their_number", gives={"desk": FactType.CHOICE}, rows=rows, place=HERE)


LOOKUPS = {
    "desk_by_number": _lookup("desk_by_number", {PHONES[0]: {"desk": "claim"}, PHONES[4]: {}}),
    "stations": _lookup("stations", {normalise(TEXTS[0]): {}, "MRN-1": {}, 3: {}}),
}


def _record_class(name: str, years: int, trigger: str) -> RecordClass:
    return RecordClass(
        name=name,
        period=Period(length=years * 12, unit=PeriodUnit.MONTHS, written=f"{years} years"),
        trigger=trigger,
        disposition=Disposition.REVIEW,
        rsi=name.upper(),
        authority="records schedule",
        place=HERE,
    )


RECORD_CLASSES = {
    one.name: one
    for one in (
        _record_class("years_3", 3, "received"),
        _record_class("years_10", 10, "received"),
        _record_class("case_7", 7, "case closed"),
        _record_class("claim_9", 9, "claim closed"),
    )
}


def facts_of(name: str) -> st.SearchStrategy[Fact]:
    """One fact in any state; known twice as often as not."""
    value = VALUES[name]
    known = st.builds(
        lambda value, confidence: Fact(state=FactState.KNOWN, values=(value,), confidence=confidence),
        value,
        st.sampled_from((Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH, Confidence.HIGH, None)),
    )
    others = st.builds(
        lambda state, values: Fact(
            state=state, values=tuple(values) if state in (FactState.UNCERTAIN, FactState.CONFLICT) else ()
        ),
        st.sampled_from([state for state in FactState if state is not FactState.KNOWN]),
        st.lists(value, min_size=1, max_size=2),
    )
    return known | known | others


def facts() -> st.SearchStrategy[Facts]:
    """An event: every fact stated in some state, or not at all."""
    return st.fixed_dictionaries({}, optional={name: facts_of(name) for name in VALUES}).map(Facts)


@st.composite
def related_events(draw: st.DrawFn) -> list[Facts]:
    """An event that is known throughout, and events that differ from it in some facts: what a memory confuses."""
    first = draw(certain_facts())
    changed = st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=6, unique=True)
    others = draw(st.lists(changed, min_size=1, max_size=4))
    return [first, *(first.with_facts({name: draw(facts_of(name)) for name in names}) for names in others)]


def certain_facts() -> st.SearchStrategy[Facts]:
    """An event of which every fact is known for sure."""

    def known(name: str) -> st.SearchStrategy[Fact]:
        return VALUES[name].map(lambda value: Fact(state=FactState.KNOWN, values=(value,), confidence=Confidence.HIGH))

    return st.fixed_dictionaries({name: known(name) for name in VALUES}).map(Facts)
