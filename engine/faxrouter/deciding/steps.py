"""Steps: the conditions of one rule against one event, each with its verdict, its reason and its distance.

Made from the same reading that the evaluator asks. Knows no outcome; its words never quote a fact.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from faxrouter.deciding.atoms import comparable, contains
from faxrouter.deciding.candidates import event_moment
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.regions import Line
from faxrouter.language.conditions import (
    AllOf,
    AnyOf,
    Condition,
    ConfidenceTest,
    Exact,
    Leaf,
    Not,
    Span,
    ValueTest,
    WordsTest,
)
from faxrouter.language.durations import write_duration
from faxrouter.language.ruleset import Rule, RuleFile, Valid
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Amount, Duration, Fact, FactState
from faxrouter.model.trace import Reason, Step, StepKind

_BY_STATE = {
    FactState.KNOWN: Reason.NOT_COMPARABLE,
    FactState.ABSENT: Reason.ABSENT,
    FactState.UNCERTAIN: Reason.UNCERTAIN,
    FactState.CONFLICT: Reason.CONFLICT,
    FactState.NOT_EVALUATED: Reason.NOT_EVALUATED,
    FactState.ERROR: Reason.ERROR,
}
# a number that differs in more digits is another number, not a slip
_MOST_DIGITS_APART = 2


def steps_of_rule(reading: Reading, file: RuleFile, rule: Rule) -> tuple[Step, ...]:
    """Scope, validity and each condition of a rule, in this order."""
    steps: list[Step] = []
    if file.scope is not None:
        steps.append(scope_step(reading, file))
    if rule.valid is not None:
        steps.append(_validity_step(reading, rule.valid))
    conditions = rule.when.children if isinstance(rule.when, AllOf) else (rule.when,)
    steps += [step(reading, condition) for condition in conditions]
    return tuple(steps)


def scope_step(reading: Reading, file: RuleFile) -> Step:
    """Whether an event is in a file's scope; the organisation's file takes every event."""
    if file.scope is None:
        return Step(
            kind=StepKind.SCOPE, written="", verdict=Verdict.HIT, reason=Reason.MATCHED, at=file.place, children=()
        )
    inner = step(reading, file.scope)
    return Step(
        kind=StepKind.SCOPE,
        written=inner.written,
        verdict=inner.verdict,
        reason=inner.reason,
        at=inner.at,
        fact=inner.fact,
        actual=inner.actual,
        distance=inner.distance,
        children=inner.children,
    )


def step(reading: Reading, condition: Condition) -> Step:
    """One condition, with everything below it."""
    match condition:
        case Leaf():
            return _leaf_step(reading, condition)
        case AllOf(children=children):
            return _group(reading, condition, StepKind.ALL, children)
        case AnyOf(children=children):
            return _group(reading, condition, StepKind.ANY, children)
        case Not(child=child):
            return _group(reading, condition, StepKind.NOT, (child,))


def failed_leaves(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The conditions at which a rule failed or hangs. A group that was not met counts as one where it is a `not`."""
    for one in steps:
        if one.verdict is Verdict.HIT:
            continue
        if one.children and one.kind is not StepKind.NOT:
            yield from failed_leaves(one.children)
        else:
            yield one


def words_of(one: Step) -> str:
    """A step as its author wrote it."""
    if one.written:
        return one.written
    inner = "; ".join(words_of(child) for child in one.children)
    return f"not: {inner}" if one.kind is StepKind.NOT else f"{one.kind.value}: {inner}"


def _group(reading: Reading, condition: AllOf | AnyOf | Not, kind: StepKind, children: tuple[Condition, ...]) -> Step:
    verdict = reading.truth(condition)
    return Step(
        kind=kind,
        written="",
        verdict=verdict,
        reason=_reason_of_group(verdict),
        at=condition.place,
        children=tuple(step(reading, child) for child in children),
    )


def _reason_of_group(verdict: Verdict) -> Reason:
    match verdict:
        case Verdict.HIT:
            return Reason.MATCHED
        case Verdict.MISS:
            return Reason.NOT_MATCHED
        case Verdict.UNKNOWN:
            return Reason.NOT_KNOWN


def _leaf_step(reading: Reading, leaf: Leaf) -> Step:
    fact = reading.facts[leaf.fact]
    verdict = reading.leaf(leaf)
    return Step(
        kind=StepKind.CONDITION,
        written=leaf.written,
        verdict=verdict,
        reason=_reason(verdict, fact),
        at=leaf.place,
        fact=leaf.fact,
        actual=fact,
        distance=None if verdict is Verdict.HIT else _distance(reading, leaf, fact),
    )


def _reason(verdict: Verdict, fact: Fact) -> Reason:
    if verdict is Verdict.HIT:
        return Reason.MATCHED
    if verdict is Verdict.MISS and fact.is_known:
        return Reason.NOT_MATCHED
    return _BY_STATE[fact.state]


def _validity_step(reading: Reading, valid: Valid) -> Step:
    name = event_moment(reading.facts)
    fact = reading.facts[name]
    verdict = reading.validity(valid)
    ends = [f"{word}: {day}" for word, day in (("from", valid.start), ("until", valid.end)) if day is not None]
    return Step(
        kind=StepKind.VALIDITY,
        written=f"valid: {{{', '.join(ends)}}}",
        verdict=verdict,
        reason=_reason(verdict, fact),
        at=valid.place,
        fact=name,
        actual=fact,
    )


def _distance(reading: Reading, leaf: Leaf, fact: Fact) -> str | None:
    """How far a leaf that did not hold was from holding."""
    match fact.state:
        case FactState.KNOWN:
            return None if leaf.negated else _distance_of_known(reading, leaf, fact)
        case FactState.UNCERTAIN:
            floor = reading.space.rule_set.facts[leaf.fact].floor
            if fact.confidence is not None and floor is not None and fact.confidence < floor:
                return f"confidence {fact.confidence.word}, needs {floor.word}"
            return None
        case FactState.CONFLICT:
            return f"{len(fact.values)} readings differ" if fact.values else None
        case _:
            return None


def _distance_of_known(reading: Reading, leaf: Leaf, fact: Fact) -> str | None:
    value = comparable(reading.space.rule_set, leaf.fact, fact.values[0])
    match leaf.test:
        case ConfidenceTest(allowed=allowed) if fact.confidence is not None:
            return f"confidence {fact.confidence.word}, needs {min(allowed).word}"
        case WordsTest(phrases=phrases):
            missing = [" ".join(phrase) for phrase in phrases if not contains(value, phrase)]
            return f"{len(missing)} of {len(phrases)} not found" if len(phrases) > 1 else None
        case ValueTest(entries=entries):
            spans = [text for entry in entries if isinstance(entry, Span) for text in _outside(entry, value)]
            exact = [entry.value for entry in entries if isinstance(entry, Exact)]
            return min(spans, key=len) if spans else _digits_apart(exact, value)
        case _:
            return None


def _outside(span: Span, value: Any) -> Iterator[str]:
    """By how much a value misses an interval of its kind."""
    if isinstance(value, str):
        return
    for end, word in ((span.low, "below"), (span.high, "above")):
        if end is None or type(end) is not type(value):
            continue
        bound, own = Line.key(end), Line.key(value)
        if isinstance(value, Amount | Duration) and _unit(end) != _unit(value):
            yield "of another kind"
        elif own == bound:
            yield "just at the end, which is not included"
        elif (own < bound) is (word == "below"):
            yield f"{_difference(value, bound - own if own < bound else own - bound)} {word}"


def _unit(value: Any) -> object:
    return value.currency if isinstance(value, Amount) else value.unit


def _difference(value: Any, by: Any) -> str:
    match value:
        case datetime():
            return str(by)
        case date():
            days = by.days if isinstance(by, timedelta) else by
            return "1 day" if days == 1 else f"{days} days"
        case Amount(currency=currency):
            return f"{by} {currency}"
        case Duration(unit=unit):
            return write_duration(Duration(by, unit))
        case Decimal():
            return f"{by:f}"
        case _:
            return str(by)


def _digits_apart(wanted: list[Any], value: Any) -> str | None:
    """Numbers and ids of one length that differ in a digit or two: probably a slip."""
    if not isinstance(value, str) or not any(c.isdigit() for c in value):
        return None
    same_length = (other for other in wanted if isinstance(other, str) and len(other) == len(value))
    distances = [sum(a != b for a, b in zip(other, value, strict=True)) for other in same_length]
    nearest = min(distances, default=_MOST_DIGITS_APART + 1)
    if nearest > _MOST_DIGITS_APART:
        return None
    return "1 character differs" if nearest == 1 else f"{nearest} characters differ"
