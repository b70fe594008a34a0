"""A reading: the facts of one event placed in the space of a rule set, and so the truth of any single condition.

The places are found by the same regions, cells and atoms that the evaluator's tables are made of, each at most once.
"""

from datetime import datetime

from faxrouter.deciding.atoms import TestAtom, TreeAtom, comparable, holds
from faxrouter.deciding.boxes import UNSTATED_CONFIDENCE, Axis, Space
from faxrouter.deciding.candidates import event_moment
from faxrouter.deciding.moments import local_date
from faxrouter.language.conditions import AllOf, AnyOf, Condition, Leaf, Not
from faxrouter.language.ruleset import Rule, RuleFile, Valid
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Fact, Facts, FactState, Value


class Reading:
    """Truth of conditions for one event."""

    def __init__(self, space: Space, facts: Facts) -> None:
        self.space = space
        self.facts = facts
        self._regions: dict[Axis, int | None] = {}
        self._answers: dict[int, Verdict] = {}
        self._comparable: dict[str, Value] = {}

    def fact(self, axis: Axis) -> Fact:
        """The fact that an axis looks at."""
        return self.facts[event_moment(self.facts) if axis.is_date else axis.fact]

    def region(self, axis: Axis) -> int | None:
        """Where the event lies on an axis; None where its fact is not known."""
        if axis not in self._regions:
            self._regions[axis] = self._find_region(axis)
        return self._regions[axis]

    def atom(self, index: int) -> Verdict:
        """What an atom says of the event."""
        if index not in self._answers:
            self._answers[index] = self._ask(index)
        return self._answers[index]

    def leaf(self, leaf: Leaf) -> Verdict:
        placed = self.space.leaf_cell(leaf)
        if placed is not None:
            axis, cell = placed
            region = self.region(axis)
            if region is None:
                return Verdict.UNKNOWN
            if cell.certain >> region & 1:
                return Verdict.HIT
            return Verdict.UNKNOWN if cell.possible >> region & 1 else Verdict.MISS
        answer = self.test(TestAtom(leaf.fact, leaf.test))
        if leaf.negated and self.facts[leaf.fact].is_known:
            return opposite(answer)
        return answer

    def truth(self, condition: Condition) -> Verdict:
        """Kleene's truth of a tree."""
        match condition:
            case Leaf():
                return self.leaf(condition)
            case Not(child=child):
                return opposite(self.truth(child))
            case AllOf(children=children):
                stop, end = Verdict.MISS, Verdict.HIT
            case AnyOf(children=children):
                stop, end = Verdict.HIT, Verdict.MISS
        for child in children:
            verdict = self.truth(child)
            if verdict is stop:
                return stop
            if verdict is Verdict.UNKNOWN:
                end = Verdict.UNKNOWN
        return end

    def validity(self, valid: Valid) -> Verdict:
        box = self.space.validity(valid)
        ((axis, cell),) = box.cells.items()
        region = self.region(axis)
        if region is None:
            return Verdict.UNKNOWN
        return Verdict.HIT if cell.certain >> region & 1 else Verdict.MISS

    def unknown_facts(self, condition: Condition) -> set[str]:
        """The facts of the leaves that make a tree UNKNOWN; empty where it is not."""
        if self.truth(condition) is not Verdict.UNKNOWN:
            return set()
        match condition:
            case Leaf(fact=fact):
                return {fact}
            case Not(child=child):
                return self.unknown_facts(child)
            case AllOf(children=children) | AnyOf(children=children):
                return {fact for child in children for fact in self.unknown_facts(child)}

    def unknown_facts_of_rule(self, file: RuleFile, rule: Rule) -> set[str]:
        """The facts that keep scope, validity and condition of a possible rule from being certain."""
        found = self.unknown_facts(rule.when)
        if file.scope is not None:
            found |= self.unknown_facts(file.scope)
        if rule.valid is not None and self.validity(rule.valid) is Verdict.UNKNOWN:
            found.add(event_moment(self.facts))
        return found

    def test(self, atom: TestAtom) -> Verdict:
        """A test that is no interval, without its negation."""
        fact = self.facts[atom.fact]
        if fact.state is FactState.ABSENT:
            return Verdict.MISS
        if not fact.is_known:
            return Verdict.UNKNOWN
        return verdict_of(holds(self.space.rule_set, atom.test, self.comparable(atom.fact)))

    def comparable(self, fact: str) -> Value:
        """A known fact's value in the form in which it is compared."""
        if fact not in self._comparable:
            self._comparable[fact] = comparable(self.space.rule_set, fact, self.facts[fact].values[0])
        return self._comparable[fact]

    def _ask(self, index: int) -> Verdict:
        match self.space.atoms[index]:
            case TestAtom() as atom:
                return self.test(atom)
            case TreeAtom(condition=condition):
                return self.truth(condition)

    def _find_region(self, axis: Axis) -> int | None:
        fact = self.fact(axis)
        if fact.state is FactState.ABSENT:
            return 0
        if not fact.is_known:
            return None
        if axis.is_confidence:
            return UNSTATED_CONFIDENCE if fact.confidence is None else int(fact.confidence)
        value = fact.values[0]
        if axis.is_date:
            if not isinstance(value, datetime):
                return None
            value = local_date(value, axis.aspect)
        return self.space.lines[axis].region_of(value)


def verdict_of(answer: bool) -> Verdict:
    return Verdict.HIT if answer else Verdict.MISS


def opposite(verdict: Verdict) -> Verdict:
    match verdict:
        case Verdict.HIT:
            return Verdict.MISS
        case Verdict.MISS:
            return Verdict.HIT
        case Verdict.UNKNOWN:
            return Verdict.UNKNOWN
