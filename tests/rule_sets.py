"""Hypothesis strategies over the whole rule language: rule sets with every fact type, test, policy and table, and facts
in every state, with values on and around the constants that the rules use.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
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
    Calendar,
    FactDeclaration,
    FactType,
    Group,
    Lookup,
    NamedWorkspaceDeclaration,
    Otherwise,
    OutcomeDeclaration,
    Output,
    Priority,
    Rule,
    RuleFile,
    RuleSet,
    Table,
    Valid,
    WorkspaceOutput,
    WorkspaceType,
)
from faxrouter.language.words import normalise, words
from faxrouter.model.decision import Policy
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

_TYPES_OF_FACTS = {
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
    for name, fact_type in _TYPES_OF_FACTS.items()
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
APPROVALS = ("block", "two_person", "supervisor", "release")


def _outcome(name: str, policy: Policy, **more: Any) -> OutcomeDeclaration:
    return OutcomeDeclaration(name=name, policy=policy, place=HERE, **more)


@st.composite
def outcome_declarations(draw: st.DrawFn) -> dict[str, OutcomeDeclaration]:
    """Every policy, required and not, gated by events and not."""
    received = draw(st.sampled_from((frozenset[str](), frozenset({"received", "corrected"}))))
    unsure = draw(st.booleans())
    declared = (
        _outcome("workspace", Policy.FIRST, required=draw(st.booleans()), decided_on=received),
        _outcome("metadata", Policy.FIRST, when_unsure="unsorted" if unsure else None, when_unsure_place=HERE),
        _outcome("task", Policy.COLLECT, decided_on=received),
        _outcome("hold", Policy.COLLECT),
        _outcome("notify", Policy.COLLECT, required=draw(st.booleans())),
        _outcome(
            "retention",
            Policy.JOIN,
            required=draw(st.booleans()),
            default="years_10" if draw(st.booleans()) else None,
            default_place=HERE,
        ),
        _outcome(
            "approval",
            Policy.STRICTEST,
            order=APPROVALS,
            required=draw(st.booleans()),
            decided_on=draw(st.sampled_from((frozenset[str](), frozenset({"send_requested"})))),
        ),
        _outcome(
            "urgency",
            Policy.STRICTEST,
            order=("now", "today", "normal"),
            when_unsure="today" if unsure else None,
            when_unsure_place=HERE,
        ),
    )
    return {outcome.name: outcome for outcome in declared}


_WORKSPACES = st.one_of(
    st.sampled_from(("Nursing", "Legal", "Claims")).map(lambda name: WorkspaceOutput(name=name)),
    st.sampled_from(("patient_id", "pages")).map(
        lambda key: WorkspaceOutput(type="Patient", key=key, otherwise="Nursing")
    ),
)
_OUTPUTS: Mapping[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "workspace": _WORKSPACES.map(lambda value: (value,)),
    "metadata": st.sampled_from((("lab",), ("claim",))),
    "task": st.lists(st.sampled_from(({"kind": "sort"}, {"kind": "read", "due": "2 business days"})), min_size=1).map(
        tuple
    ),
    "hold": st.lists(st.sampled_from(("matter-1", "matter-2")), min_size=1, max_size=2, unique=True).map(tuple),
    "notify": st.lists(st.sampled_from(("intake", "lead")), min_size=1, max_size=2, unique=True).map(tuple),
    "retention": st.sampled_from(list(RECORD_CLASSES)).map(lambda name: (name,)),
    "approval": st.sampled_from(APPROVALS).map(lambda value: (value,)),
    "urgency": st.sampled_from(("now", "today", "normal")).map(lambda value: (value,)),
}


def outputs(*, least: int = 1) -> st.SearchStrategy[dict[str, Output]]:
    """What a rule or an `otherwise` gives, to one to three outcomes."""
    names = st.lists(st.sampled_from(list(_OUTPUTS)), min_size=least, max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: _output(name) for name in chosen}))


def _output(outcome: str) -> st.SearchStrategy[Output]:
    return _OUTPUTS[outcome].map(lambda values: Output(outcome=outcome, values=values, place=HERE))


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
    match _TYPES_OF_FACTS[fact]:
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
    return _TYPES_OF_FACTS[fact] in (FactType.TEXT_SHORT, FactType.TEXT_LONG)


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
    fact_type = _TYPES_OF_FACTS[fact]
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


def rules(*, name: str, department: str | None = None, most_leaves: int = 6) -> st.SearchStrategy[Rule]:
    """One rule with any condition, validity, priority and outputs."""
    return st.builds(
        lambda priority, valid, when, given_outputs: Rule(
            name=name,
            place=HERE,
            department=department,
            group=Group.DEPARTMENT if department else Group.BEFORE_DEPARTMENTS,
            priority=priority,
            valid=valid,
            when=when,
            outputs=given_outputs,
        ),
        st.sampled_from(list(Priority)),
        validities(),
        conditions(most_leaves=most_leaves),
        outputs(),
    )


def a_rule_file(*trees: Condition) -> RuleFile:
    """The organisation's file with one rule a condition, each giving a task."""
    return RuleFile(
        path="rules/organisation.rules.yaml",
        department=None,
        owner="owner",
        description="",
        scope=None,
        zone=PACIFIC,
        calendar=None,
        rules=tuple(
            Rule(
                name=f"rule-{number}",
                place=Place(file="rules/organisation.rules.yaml", line=number + 1),
                department=None,
                group=Group.BEFORE_DEPARTMENTS,
                priority=Priority.NORMAL,
                valid=None,
                when=tree,
                outputs={"task": Output(outcome="task", values=({"kind": f"rule-{number}"},), place=HERE)},
            )
            for number, tree in enumerate(trees)
        ),
        tables={},
        otherwise=None,
        invariants=(),
        tests=(),
        place=HERE,
    )


@st.composite
def rule_files(draw: st.DrawFn, *, department: str | None, most_leaves: int = 6) -> RuleFile:
    path = f"rules/{department or 'organisation'}.rules.yaml"
    groups = [Group.DEPARTMENT] if department else [Group.BEFORE_DEPARTMENTS, Group.AFTER_DEPARTMENTS]
    place = Place(file=path)
    tables = {
        "unique": Table(id="unique", place=place, unique=True, columns=()),
        "ordered": Table(id="ordered", place=place, unique=False, columns=()),
    }
    found: list[Rule] = []
    for table, most in ((None, 3), ("ordered", 2), ("unique", 1)):
        group = draw(st.sampled_from(groups))
        for number in range(draw(st.integers(0, most))):
            name = f"{department or 'organisation'}-{number}" if table is None else f"{department}.{table}[{number}]"
            rule = draw(rules(name=name, department=department, most_leaves=most_leaves))
            found.append(
                replace(
                    rule,
                    place=Place(file=path, line=len(found) + 1),
                    group=group if table else draw(st.sampled_from(groups)),
                    priority=Priority.NORMAL if table else rule.priority,
                    table=table,
                )
            )
    otherwise = draw(st.none() | outputs())
    return RuleFile(
        path=path,
        department=department,
        owner="owner",
        description="",
        scope=draw(scopes()) if department else None,
        zone=PACIFIC,
        calendar=None,
        rules=tuple(found),
        tables=tables,
        otherwise=None
        if otherwise is None
        else Otherwise(rule_name=f"{department or 'organisation'}.otherwise", place=place, outputs=otherwise),
        invariants=(),
        tests=(),
        place=place,
    )


@st.composite
def rule_sets(draw: st.DrawFn, *, most_leaves: int = 6) -> RuleSet:
    """An organisation with up to two departments."""
    departments = draw(st.sampled_from(((), ("clinic",), ("claims", "clinic"))))
    files = [draw(rule_files(department=name, most_leaves=most_leaves)) for name in (None, *departments)]
    if not draw(st.integers(0, 4)):
        files = files[1:]
    return a_rule_set(*files, outcomes=draw(outcome_declarations()))


def a_rule_set(*files: RuleFile, outcomes: Mapping[str, OutcomeDeclaration]) -> RuleSet:
    return RuleSet(
        digest="d" * 64,
        language=1,
        phone_region="US",
        facts=FACTS,
        outcomes=outcomes,
        workspaces={
            name: NamedWorkspaceDeclaration(name=name, department=None, path=(name,), place=HERE)
            for name in ("Nursing", "Legal", "Claims")
        },
        workspace_types={
            "Patient": WorkspaceType(
                name="Patient",
                department=None,
                find_by={"name": "{{ key }}"},
                create=False,
                template=None,
                key_from=frozenset(),
                place=HERE,
            )
        },
        exceptions={"organisation": "Nursing"},
        record_classes=RECORD_CLASSES,
        approval_paths={},
        calendars=CALENDARS,
        lookups=LOOKUPS,
        metadata_templates={},
        files=files,
    )


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
