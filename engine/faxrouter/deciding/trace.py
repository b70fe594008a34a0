"""Traces: why an event was decided as it was, and why a rule was not the one. Made by the evaluator's own primitives.

A trace repeats the decision and explains it; it never decides. Its words name rules, facts and the author's conditions,
and never quote what a fact holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from faxrouter.deciding.candidates import Candidate, ScopeState, resolved
from faxrouter.deciding.evaluator import Evaluator
from faxrouter.deciding.matching import Matched, PlacedRule
from faxrouter.deciding.nearness import missed_by_one_fact
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.rivalry import Contest, why_it_lost, why_it_won
from faxrouter.deciding.settling import asked
from faxrouter.deciding.steps import failed_leaves, scope_step, steps_of_rule, words_of
from faxrouter.deciding.tables import indexes
from faxrouter.language.ruleset import OutcomeDeclaration
from faxrouter.model.decision import Contribution, Decided, Decision, Undecided, Verdict
from faxrouter.model.fact import Facts
from faxrouter.model.trace import (
    NearMiss,
    OutcomeReason,
    OutcomeTrace,
    Reason,
    Rival,
    Step,
    StepKind,
    Trace,
    WhyNot,
    Winner,
)

# near misses shown for one outcome, and how many of the boxes missed by one fact are looked at for them
_MOST_NEAR_MISSES = 5
_MOST_LOOKED_AT = 100


def trace(evaluator: Evaluator, facts: Facts) -> Trace:
    """Why every outcome of one event came out as it did."""
    story = _Story.of(evaluator, facts)
    return Trace(
        decision=story.decision,
        facts=facts,
        scopes=tuple(scope_step(story.reading, file) for file in evaluator.rule_set.files),
        outcomes=tuple(story.outcome(outcome) for outcome in asked(evaluator.rule_set, facts)),
    )


def why_not(evaluator: Evaluator, facts: Facts, rule: str) -> WhyNot | None:
    """Every condition of one rule, or of an `otherwise`, with its reason; None where there is no such rule."""
    story = _Story.of(evaluator, facts)
    for placed in evaluator.matcher.placed_rules:
        if placed.rule.name == rule:
            return story.why_not(placed)
    for file in evaluator.rule_set.files:
        if file.otherwise is not None and file.otherwise.rule_name == rule:
            used = [name for name in file.otherwise.outputs if rule in story.rules_of(name)]
            return WhyNot(
                rule=rule,
                at=file.otherwise.place,
                verdict=Verdict.HIT if used else Verdict.MISS,
                steps=(scope_step(story.reading, file),),
                outcomes=tuple(
                    OutcomeReason(
                        outcome=name,
                        reason=Reason.MATCHED if name in used else Reason.NOT_MATCHED,
                        said=story.otherwise(name),
                    )
                    for name in file.otherwise.outputs
                ),
                would_have_matched_if=(),
            )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """One event with everything the evaluator says of it."""

    evaluator: Evaluator
    facts: Facts
    decision: Decision
    matched: Matched
    reading: Reading
    # boxes that fail by one fact
    near: int
    # the steps of the rules that were asked for, by their order
    steps: dict[int, tuple[Step, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluator: Evaluator, facts: Facts) -> "_Story":
        matched = evaluator.matcher.match(facts)
        reading = Reading(evaluator.space, facts)
        return cls(
            evaluator=evaluator,
            facts=facts,
            decision=evaluator.decide(facts),
            matched=matched,
            reading=reading,
            near=missed_by_one_fact(evaluator.matcher, reading),
        )

    def result(self, outcome: str) -> Decided | Undecided | None:
        parked = next((one for one in self.decision.parked if one.outcome == outcome), None)
        return self.decision.outcomes.get(outcome, parked)

    def contributions(self, outcome: str) -> Sequence[Contribution]:
        decided = self.decision.outcomes.get(outcome)
        return decided.contributions if decided is not None else ()

    def rules_of(self, outcome: str) -> set[str]:
        return {one.rule for one in self.contributions(outcome)}

    def contest(self, outcome: OutcomeDeclaration) -> Contest:
        return Contest(
            outcome=outcome,
            candidates=list(self.evaluator.candidates(outcome.name, self.matched, self.facts)),
            contributions=self.contributions(outcome.name),
            classes=self.evaluator.rule_set.record_classes,
        )

    def outcome(self, outcome: OutcomeDeclaration) -> OutcomeTrace:
        contest = self.contest(outcome)
        result = self.result(outcome.name)
        match result:
            case Decided(hung_on=names) | Undecided(facts=names):
                hung_on = tuple((name, self.facts[name]) for name in names)
            case None:
                hung_on = ()
        winners = self.rules_of(outcome.name)
        return OutcomeTrace(
            outcome=outcome.name,
            policy=outcome.policy,
            result=result,
            winners=tuple(self._winner(contest, one) for one in contest.contributions),
            rivals=tuple(
                self._rival(contest, placed, candidate)
                for placed, candidate in contest.candidates
                if candidate.rule not in winners
            ),
            near_misses=self._near_misses(outcome.name),
            otherwise=self.otherwise(outcome.name),
            hung_on=hung_on,
        )

    def otherwise(self, outcome: str) -> str:
        """What became of the `otherwise` of the file the event belongs to."""
        where = self.evaluator.belonging(self.matched)
        if where.state is ScopeState.UNKNOWN:
            return "no `otherwise` counts: it is not known whose fax this is"
        if where.file is None or where.file.otherwise is None:
            return "there is no `otherwise`"
        otherwise = where.file.otherwise
        if outcome not in otherwise.outputs:
            return f"`{otherwise.rule_name}` says nothing of it"
        if otherwise.rule_name in self.rules_of(outcome):
            return f"`{otherwise.rule_name}` was used"
        return f"`{otherwise.rule_name}` was not needed"

    def why_not(self, placed: PlacedRule) -> WhyNot:
        verdict = self.matched.verdict(placed.boxes)
        steps = self._steps(placed)
        return WhyNot(
            rule=placed.rule.name,
            at=placed.rule.place,
            verdict=verdict,
            steps=steps,
            outcomes=tuple(self._reason(placed, verdict, name) for name in placed.rule.outputs),
            would_have_matched_if=tuple(_condition(one) for one in steps if one.verdict is not Verdict.HIT),
        )

    def _winner(self, contest: Contest, contribution: Contribution) -> Winner:
        placed = contest.placed(contribution.rule)
        return Winner(
            rule=contribution.rule,
            at=contribution.at,
            certain=contribution.certain,
            why_written="" if placed is None else placed.rule.why,
            why_it_won=why_it_won(contest, contribution),
            steps=() if placed is None else self._steps(placed),
        )

    def _rival(self, contest: Contest, placed: PlacedRule, candidate: Candidate) -> Rival:
        hangs_on: tuple[str, ...] = ()
        if not candidate.is_certain:
            hangs_on = self.evaluator.unknown_facts(contest.outcome.name, placed, self.matched, self.reading)
        return Rival(
            rule=candidate.rule,
            at=candidate.at,
            values=candidate.values,
            certain=candidate.is_certain,
            why_lost=why_it_lost(contest, placed, candidate),
            hangs_on=hangs_on,
        )

    def _steps(self, placed: PlacedRule) -> tuple[Step, ...]:
        if placed.order not in self.steps:
            self.steps[placed.order] = steps_of_rule(self.reading, placed.file, placed.rule)
        return self.steps[placed.order]

    def _near_misses(self, outcome: str) -> tuple[NearMiss, ...]:
        """The rules of the event's scope that failed by one fact, those first that look at the most facts."""
        matcher = self.evaluator.matcher
        boxes = self.near & self.evaluator.boxes_of(outcome) & ~self.matched.possible
        nearest = sorted(
            islice(indexes(boxes), _MOST_LOOKED_AT), key=lambda box: -self.evaluator.space.width(matcher.boxes[box])
        )
        found: dict[int, NearMiss] = {}
        for box in nearest:
            placed = matcher.rule_of(box)
            if len(found) == _MOST_NEAR_MISSES:
                break
            # a rule of several boxes may miss one of them and match by another
            may_match = self.matched.verdict(placed.boxes) is not Verdict.MISS
            if placed.order in found or may_match or matcher.is_out_of_scope(placed.file, self.matched):
                continue
            steps = self._steps(placed)
            if any(one.verdict is Verdict.HIT and one.kind is not StepKind.SCOPE for one in steps):
                rule = placed.rule
                found[placed.order] = NearMiss(
                    rule=rule.name,
                    at=rule.place,
                    values=resolved(rule.outputs[outcome].values, self.facts),
                    failed=tuple(failed_leaves(steps)),
                )
        return tuple(found.values())

    def _reason(self, placed: PlacedRule, verdict: Verdict, outcome: str) -> OutcomeReason:
        """What became of one outcome of a rule."""
        declaration = self.evaluator.rule_set.outcomes[outcome]
        rule = placed.rule.name

        def reason(why: Reason, said: str, by: str | None = None) -> OutcomeReason:
            return OutcomeReason(outcome=outcome, reason=why, said=said, by=by)

        if declaration not in asked(self.evaluator.rule_set, self.facts):
            return reason(Reason.NOT_ASKED, f"`{outcome}` is not decided on this event")
        if rule in self.rules_of(outcome):
            return reason(Reason.MATCHED, "it gave the value")
        if verdict is Verdict.MISS:
            return reason(Reason.NOT_MATCHED, "the rule did not match")
        contest = self.contest(declaration)
        candidate = next((one for other, one in contest.candidates if other is placed), None)
        if candidate is None:
            row = self.evaluator.earlier_rows(placed, self.matched)[0].rule.name
            return reason(Reason.OVERRIDDEN, f"overridden by `{row}`, an earlier row of its table", row)
        if not candidate.is_certain:
            hangs_on = self.evaluator.unknown_facts(outcome, placed, self.matched, self.reading)
            named = " and ".join(f"`{fact}`" for fact in hangs_on)
            return reason(Reason.NOT_KNOWN, f"it might have matched: that hangs on {named}")
        if not contest.contributions:
            return reason(Reason.NOT_KNOWN, "it matched, but a rule before it might match too, so nothing is decided")
        by = contest.contributions[0].rule
        return reason(Reason.OVERRIDDEN, f"overridden by `{by}`: {why_it_lost(contest, placed, candidate)}", by)


def _condition(one: Step) -> str:
    """What would have to hold, and how far that was."""
    return f"`{words_of(one)}` held ({one.distance or one.reason.value})"
