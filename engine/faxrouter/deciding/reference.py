"""The specification: a slow, obvious interpreter of the rule language. The compiled evaluator must agree with it.

`decide` is pure and total. Truth is Kleene's: a leaf is false on an absent fact and UNKNOWN on any other fact that
is not known, `StateTest` apart (rule-language sections 3 and 11).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from faxrouter.deciding.candidates import Candidate, ScopeState, belonging, event_moment, resolved, rules_in_order
from faxrouter.deciding.moments import is_valid, matches
from faxrouter.deciding.patterns import is_found
from faxrouter.deciding.settling import settle
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
    ValueTest,
    WordsTest,
)
from faxrouter.language.ruleset import FactType, Rule, RuleFile, RuleSet
from faxrouter.language.words import normalise, words
from faxrouter.model.decision import Decision, Policy, Verdict
from faxrouter.model.fact import Amount, Duration, Fact, Facts, FactState, Value

_TEXTS = (FactType.TEXT_SHORT, FactType.TEXT_LONG)


def decide(rule_set: RuleSet, facts: Facts) -> Decision:
    """The decision for one event. Never raises on facts that fit their declarations; reads no clock and no store."""
    scopes = {file.path: _scope(rule_set, file, facts) for file in rule_set.files if file.department is not None}
    where = belonging(rule_set, scopes)
    scope_facts: set[str] = set()
    if where.state is ScopeState.UNKNOWN:
        for file in rule_set.files:
            if file.scope is not None and scopes[file.path] is Verdict.UNKNOWN:
                scope_facts |= _unknown_facts(rule_set, file.scope, facts)
    why_unknown: dict[str, tuple[str, ...]] = {}

    def candidates_of(outcome: str) -> Iterable[Candidate]:
        for file, rule in rules_in_order(rule_set, outcome):
            verdict, unknown = _rule_verdict(rule_set, file, rule, facts)
            if rule_set.outcomes[outcome].policy is not Policy.FIRST:
                verdict, unknown = _after_earlier_rows(rule_set, file, rule, facts, verdict, unknown)
            if verdict is Verdict.MISS:
                continue
            why_unknown[rule.name] = tuple(sorted(unknown))
            yield Candidate(
                verdict=verdict,
                values=resolved(rule.outputs[outcome].values, facts),
                rule=rule.name,
                at=rule.place,
                department=rule.department,
            )

    return settle(
        rule_set,
        facts,
        where=where,
        scope_facts=tuple(sorted(scope_facts)),
        candidates_of=candidates_of,
        unknown_facts=lambda candidate: why_unknown[candidate.rule],
    )


def truth(rule_set: RuleSet, condition: Condition, facts: Facts) -> Verdict:
    """The verdict of one condition tree."""
    match condition:
        case Leaf():
            return _leaf(rule_set, condition, facts[condition.fact])
        case AllOf(children=children):
            return _all(truth(rule_set, child, facts) for child in children)
        case AnyOf(children=children):
            return _not(_all(_not(truth(rule_set, child, facts)) for child in children))
        case Not(child=child):
            return _not(truth(rule_set, child, facts))
        case _:
            assert_never(condition)


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    seen = set(verdicts)
    if Verdict.MISS in seen:
        return Verdict.MISS
    return Verdict.UNKNOWN if Verdict.UNKNOWN in seen else Verdict.HIT


def _not(verdict: Verdict) -> Verdict:
    return {Verdict.HIT: Verdict.MISS, Verdict.MISS: Verdict.HIT, Verdict.UNKNOWN: Verdict.UNKNOWN}[verdict]


def _scope(rule_set: RuleSet, file: RuleFile, facts: Facts) -> Verdict:
    return Verdict.HIT if file.scope is None else truth(rule_set, file.scope, facts)


def _rule_verdict(rule_set: RuleSet, file: RuleFile, rule: Rule, facts: Facts) -> tuple[Verdict, set[str]]:
    """Scope, validity and condition together, with the facts that keep it UNKNOWN."""
    parts: list[tuple[Verdict, set[str]]] = [(truth(rule_set, rule.when, facts), set())]
    parts[0][1].update(_unknown_facts(rule_set, rule.when, facts))
    if file.scope is not None:
        parts.append((_scope(rule_set, file, facts), _unknown_facts(rule_set, file.scope, facts)))
    if rule.valid is not None:
        name = event_moment(facts)
        moment = facts[name].value
        if isinstance(moment, datetime):
            parts.append((Verdict.HIT if is_valid(rule.valid, moment) else Verdict.MISS, set()))
        else:
            parts.append((_not_known(facts[name]), {name}))
    verdict = _all(part for part, _ in parts)
    if verdict is not Verdict.UNKNOWN:
        return verdict, set()
    return verdict, {fact for part, names in parts if part is Verdict.UNKNOWN for fact in names}


def _after_earlier_rows(
    rule_set: RuleSet, file: RuleFile, rule: Rule, facts: Facts, verdict: Verdict, unknown: set[str]
) -> tuple[Verdict, set[str]]:
    """In an `in order` table only the first matching row counts; a row after a possible one is itself only possible."""
    if rule.table is None or file.tables[rule.table].unique or verdict is Verdict.MISS:
        return verdict, unknown
    for row in file.rules:
        if row is rule:
            break
        if row.table != rule.table:
            continue
        earlier, names = _rule_verdict(rule_set, file, row, facts)
        if earlier is Verdict.HIT:
            return Verdict.MISS, set()
        if earlier is Verdict.UNKNOWN:
            verdict, unknown = Verdict.UNKNOWN, unknown | names
    return verdict, unknown


def _unknown_facts(rule_set: RuleSet, condition: Condition, facts: Facts) -> set[str]:
    """The facts of the UNKNOWN leaves that make this condition UNKNOWN; empty where it is not."""
    if truth(rule_set, condition, facts) is not Verdict.UNKNOWN:
        return set()
    match condition:
        case Leaf(fact=fact):
            return {fact}
        case AllOf(children=children) | AnyOf(children=children):
            return {fact for child in children for fact in _unknown_facts(rule_set, child, facts)}
        case Not(child=child):
            return _unknown_facts(rule_set, child, facts)
        case _:
            assert_never(condition)


def _not_known(fact: Fact) -> Verdict:
    return Verdict.MISS if fact.state is FactState.ABSENT else Verdict.UNKNOWN


def _leaf(rule_set: RuleSet, leaf: Leaf, fact: Fact) -> Verdict:
    if isinstance(leaf.test, StateTest):
        if fact.state in (FactState.KNOWN, FactState.ABSENT):
            return Verdict.HIT if fact.is_known is leaf.test.want_known else Verdict.MISS
        return Verdict.UNKNOWN
    if fact.value is None:
        return _not_known(fact)
    holds = _holds(rule_set, leaf, fact)
    if holds is None:
        return Verdict.UNKNOWN
    return Verdict.HIT if holds is not leaf.negated else Verdict.MISS


def _holds(rule_set: RuleSet, leaf: Leaf, fact: Fact) -> bool | None:
    """What the test says of a known fact; None where the values do not compare (two currencies, two kinds of time)."""
    value: Value = fact.values[0]
    is_text = rule_set.facts[leaf.fact].type in _TEXTS
    comparable = normalise(str(value)) if is_text else value
    match leaf.test:
        case ValueTest(entries=entries):
            answers = [_entry(entry, comparable) for entry in entries]
            return True if True in answers else None if None in answers else False
        case WordsTest(quantity=quantity, phrases=phrases):
            found = [_contains(comparable, phrase) for phrase in phrases]
            return any(found) if quantity is Quantity.ANY else all(found)
        case PatternTest(patterns=patterns):
            return any(is_found(pattern, normalise(str(value))) for pattern in patterns)
        case LookupTest(lookups=lookups):
            return any(comparable in rule_set.lookups[name].rows for name in lookups)
        case MomentTest() as test:
            return isinstance(value, datetime) and matches(test, value, calendars=rule_set.calendars)
        case ConfidenceTest(allowed=allowed):
            return fact.confidence in allowed
        case StateTest():
            return None
        case _:
            assert_never(leaf.test)


def _contains(value: Any, phrase: tuple[str, ...]) -> bool:
    if isinstance(value, frozenset):
        return phrase[0] in value
    text = words(str(value))
    return any(text[i : i + len(phrase)] == phrase for i in range(len(text) - len(phrase) + 1))


def _entry(entry: Entry, value: Value) -> bool | None:
    match entry:
        case Exact(value=wanted):
            return value == wanted
        case Prefix(text=text):
            return str(value).startswith(text)
        case Suffix(text=text):
            return str(value).endswith(text)
        case Span():
            return _within(entry, value)
        case _:
            assert_never(entry)


def _within(span: Span, value: Any) -> bool | None:
    low, high = _ordered(span.low), _ordered(span.high)
    given = _ordered(value)
    for bound in (low, high):
        if bound is not None and bound[0] != given[0]:
            # phones of another length are simply other numbers; money and time of another kind cannot be compared
            return False if isinstance(value, str) else None
    above = low is None or (given[1] > low[1] if span.low_open else given[1] >= low[1])
    below = high is None or (given[1] < high[1] if span.high_open else given[1] <= high[1])
    return above and below


def _ordered(value: Any) -> Any:
    """A kind, and a number in it: values of one kind compare."""
    match value:
        case None:
            return None
        case Amount(number=number, currency=currency):
            return currency, number
        case Duration(length=length, unit=unit):
            return unit, length
        case str():
            return len(value), value
        case _:
            return "", value
