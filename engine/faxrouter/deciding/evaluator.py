"""The compiled evaluator: a rule set as tables of bits. Decides as the reference interpreter does; reads no clock.

Where an outcome hangs on nothing unknown, its value depends only on the boxes that matched, and is remembered by them
(a typed workspace takes its key from the event). Everything else is settled anew, by the same policies as in the
reference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from faxrouter.deciding.boxes import Space
from faxrouter.deciding.candidates import Belonging, Candidate, ScopeState, belonging, resolved
from faxrouter.deciding.matching import Matched, Matcher, PlacedRule
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.settling import asked, settle
from faxrouter.language.ruleset import OutcomeDeclaration, RuleSet, WorkspaceOutput
from faxrouter.model.decision import Contribution, Decided, Decision, Policy, Verdict
from faxrouter.model.fact import ABSENT, Facts, FactState

# how many answers one outcome remembers before it forgets them all
_MOST_REMEMBERED = 1024


class _Nothing(Enum):
    """The remembered answer of an outcome that is left out."""

    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class _TypedWinner:
    """The winner of a `first` outcome whose workspace is found by a key of the event."""

    outcome: OutcomeDeclaration
    output: WorkspaceOutput
    winner: PlacedRule

    def decided(self, facts: Facts) -> Decided:
        rule = self.winner.rule
        (value,) = resolved((self.output,), facts)
        contribution = Contribution(value=value, rule=rule.name, at=rule.place, department=rule.department)
        return Decided(outcome=self.outcome.name, policy=self.outcome.policy, contributions=(contribution,))


_Answer = Decided | _TypedWinner | _Nothing


@dataclass(slots=True, kw_only=True)
class _Outcome:
    """One outcome as the fast path sees it."""

    declaration: OutcomeDeclaration
    is_first: bool
    # the boxes of rules that give it a value
    boxes: int
    # the boxes its value depends on: beside its own the scopes, and every row of an `in order` table
    depends_on: int
    # False where several values may come from typed workspaces
    is_remembered: bool
    # `first`: by the winning box; other policies: by everything that matched of what it depends on
    answers: dict[int, _Answer] = field(default_factory=dict)
    # `first` without a match: by the scopes that matched
    unmatched: dict[int, _Answer] = field(default_factory=dict)


class Evaluator:
    """Decides events by one rule set. Made aside and swapped in as a whole; changes only in what it remembers."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self.space = Space(rule_set)
        self.matcher = Matcher(self.space)
        # (file, table) → the boxes of all rows of an `in order` table
        self._rows: dict[tuple[str, str], int] = {}
        for placed in self.matcher.placed_rules:
            table = placed.rule.table
            if table is not None and not placed.file.tables[table].unique:
                self._rows[placed.file.path, table] = self._rows.get((placed.file.path, table), 0) | placed.boxes
        self._outcomes = {name: self._outcome(declaration) for name, declaration in rule_set.outcomes.items()}
        self._asked: dict[object, tuple[_Outcome, ...]] = {}
        self._all_scopes = self.matcher.all_scopes
        # the scopes that match → the department
        self._belongs: dict[int, tuple[str | None]] = {}

    def decide(self, facts: Facts) -> Decision:
        """The decision for one event. Never raises on facts that fit their declarations."""
        possible, doubt = self.matcher.bits(facts)
        scopes = possible & self._all_scopes
        if doubt & self._all_scopes:
            return self._settle(facts, Matched(possible, doubt))
        outcomes = self._asked_for(facts)
        belongs = self._belongs.get(scopes)
        if belongs is not None:
            decided = self._recall(outcomes, facts, possible, doubt)
            if decided is not None:
                (department,) = belongs
                return Decision(
                    rule_set=self.rule_set.digest, department=department, scope_known=True, outcomes=decided
                )
        matched = Matched(possible, doubt)
        decision = self._settle(facts, matched)
        if not decision.parked:
            self._remember(outcomes, decision, matched)
        return decision

    def candidates(self, outcome: str, matched: Matched, facts: Facts) -> Iterator[tuple[PlacedRule, Candidate]]:
        """The rules that certainly or possibly give a value to an outcome, in the order of its policy."""
        compiled = self._outcomes[outcome]
        placed_rules = self.matcher.rules(matched.possible & compiled.boxes)
        if not compiled.is_first:
            placed_rules.sort(key=lambda placed: placed.order)
        for placed in placed_rules:
            verdict = matched.verdict(placed.boxes)
            if not compiled.is_first:
                verdict = self._after_earlier_rows(placed, verdict, matched)
            if verdict is not Verdict.MISS:
                rule = placed.rule
                yield (
                    placed,
                    Candidate(
                        verdict=verdict,
                        values=resolved(rule.outputs[outcome].values, facts),
                        rule=rule.name,
                        at=rule.place,
                        department=rule.department,
                    ),
                )

    def earlier_rows(self, placed: PlacedRule, matched: Matched) -> list[PlacedRule]:
        """The rows of its `in order` table that stand before it and may match; empty for any other rule."""
        rows = self.matcher.rules(matched.possible & self._rows_beside(placed))
        return sorted((row for row in rows if row.order < placed.order), key=lambda row: row.order)

    def _rows_beside(self, placed: PlacedRule) -> int:
        """The boxes of the whole `in order` table that a rule is a row of."""
        return self._rows.get((placed.file.path, placed.rule.table or ""), 0)

    def _after_earlier_rows(self, placed: PlacedRule, verdict: Verdict, matched: Matched) -> Verdict:
        """In an `in order` table only the first matching row counts; a row after a possible one is only possible."""
        for row in self.earlier_rows(placed, matched):
            if matched.verdict(row.boxes) is Verdict.HIT:
                return Verdict.MISS
            verdict = Verdict.UNKNOWN
        return verdict

    def boxes_of(self, outcome: str) -> int:
        """The boxes of the rules that give a value to an outcome."""
        return self._outcomes[outcome].boxes

    def belonging(self, matched: Matched) -> Belonging:
        """The department an event belongs to, or why none."""
        scopes = {path: matched.verdict(boxes) for path, boxes in self.matcher.scopes.items()}
        return belonging(self.rule_set, scopes)

    def _asked_for(self, facts: Facts) -> tuple[_Outcome, ...]:
        event = facts.stated.get("event", ABSENT)
        key: object = event.values[0] if event.state is FactState.KNOWN else (event.state,)
        found = self._asked.get(key)
        if found is None:
            found = tuple(self._outcomes[outcome.name] for outcome in asked(self.rule_set, facts))
            self._asked[key] = found
        return found

    def _recall(
        self, outcomes: tuple[_Outcome, ...], facts: Facts, possible: int, doubt: int
    ) -> Mapping[str, Decided] | None:
        """What is remembered of this event's outcomes; None where one of them is not."""
        decided: dict[str, Decided] = {}
        for outcome in outcomes:
            if not outcome.is_first:
                if doubt & outcome.depends_on:
                    return None
                answer = outcome.answers.get(possible & outcome.depends_on)
            elif boxes := possible & outcome.boxes:
                winner = boxes & -boxes
                if winner & doubt:
                    return None
                answer = outcome.answers.get(winner.bit_length())
            else:
                answer = outcome.unmatched.get(possible & self._all_scopes)
            if answer is None:
                return None
            if isinstance(answer, Decided):
                decided[answer.outcome] = answer
            elif isinstance(answer, _TypedWinner):
                decided[outcome.declaration.name] = answer.decided(facts)
        return decided

    def _remember(self, outcomes: tuple[_Outcome, ...], decision: Decision, matched: Matched) -> None:
        possible, doubt = matched.possible, matched.doubt
        scopes = possible & self._all_scopes
        if len(self._belongs) >= _MOST_REMEMBERED:
            self._belongs.clear()
        self._belongs[scopes] = (decision.department,)
        for outcome in outcomes:
            name = outcome.declaration.name
            answer: _Answer = decision.outcomes.get(name, _Nothing.NOTHING)
            key, answers = scopes, outcome.unmatched
            if not outcome.is_first:
                if doubt & outcome.depends_on or not outcome.is_remembered:
                    continue
                key, answers = possible & outcome.depends_on, outcome.answers
            elif boxes := possible & outcome.boxes:
                winner = boxes & -boxes
                if winner & doubt:
                    continue
                key, answers = winner.bit_length(), outcome.answers
                placed = self.matcher.rule_of(key - 1)
                value = placed.rule.outputs[name].values[0]
                if isinstance(value, WorkspaceOutput) and value.key is not None:
                    answer = _TypedWinner(outcome=outcome.declaration, output=value, winner=placed)
            elif self._otherwise_is_typed(name):
                continue
            if len(answers) >= _MOST_REMEMBERED and not outcome.is_first:
                answers.clear()
            answers[key] = answer

    def _settle(self, facts: Facts, matched: Matched) -> Decision:
        where = self.belonging(matched)
        reading = Reading(self.space, facts)
        scope_facts: set[str] = set()
        if where.state is ScopeState.UNKNOWN:
            for file in self.rule_set.files:
                if file.scope is not None:
                    scope_facts |= reading.unknown_facts(file.scope)
        asked_about: dict[str, tuple[str, PlacedRule]] = {}

        def candidates_of(outcome: str) -> Iterator[Candidate]:
            for placed, candidate in self.candidates(outcome, matched, facts):
                asked_about[candidate.rule] = (outcome, placed)
                yield candidate

        def unknown_facts(candidate: Candidate) -> tuple[str, ...]:
            outcome, placed = asked_about[candidate.rule]
            return self.unknown_facts(outcome, placed, matched, reading)

        return settle(
            self.rule_set,
            facts,
            where=where,
            scope_facts=tuple(sorted(scope_facts)),
            candidates_of=candidates_of,
            unknown_facts=unknown_facts,
        )

    def unknown_facts(self, outcome: str, placed: PlacedRule, matched: Matched, reading: Reading) -> tuple[str, ...]:
        """The facts that keep a possible rule from being certain for an outcome, sorted."""
        found = reading.unknown_facts_of_rule(placed.file, placed.rule)
        if not self._outcomes[outcome].is_first:
            for row in self.earlier_rows(placed, matched):
                found |= reading.unknown_facts_of_rule(row.file, row.rule)
        return tuple(sorted(found))

    def _outcome(self, declaration: OutcomeDeclaration) -> _Outcome:
        giving = [placed for placed in self.matcher.placed_rules if declaration.name in placed.rule.outputs]
        own = rows = 0
        for placed in giving:
            own |= placed.boxes
            rows |= self._rows_beside(placed)
        is_first = declaration.policy is Policy.FIRST
        values = [value for placed in giving for value in placed.rule.outputs[declaration.name].values]
        typed = any(isinstance(value, WorkspaceOutput) and value.key is not None for value in values)
        return _Outcome(
            declaration=declaration,
            is_first=is_first,
            boxes=own,
            depends_on=own | rows | self.matcher.all_scopes,
            is_remembered=is_first or not (typed or self._otherwise_is_typed(declaration.name)),
        )

    def _otherwise_is_typed(self, outcome: str) -> bool:
        """Whether some file's `otherwise` takes its workspace from a key of the event."""
        outputs = (file.otherwise.outputs.get(outcome) for file in self.rule_set.files if file.otherwise is not None)
        values = (value for output in outputs if output is not None for value in output.values)
        return any(isinstance(value, WorkspaceOutput) and value.key is not None for value in values)


def compile_evaluator(rule_set: RuleSet) -> Evaluator:
    """The evaluator of a rule set; `decide` of the reference is its specification."""
    return Evaluator(rule_set)
