"""Rivalry: in words, why one candidate of an outcome won and another lost. Decides nothing; knows no condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faxrouter.deciding.candidates import Candidate
from faxrouter.deciding.matching import PlacedRule
from faxrouter.deciding.policies import DEFAULT, HOLD, WHEN_UNSURE
from faxrouter.language.ruleset import Group, OutcomeDeclaration
from faxrouter.model.decision import Contribution, Policy
from faxrouter.model.records import RecordClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One outcome of one event: who was a candidate, and who gave the value."""

    outcome: OutcomeDeclaration
    candidates: Sequence[tuple[PlacedRule, Candidate]]
    contributions: Sequence[Contribution]
    classes: Mapping[str, RecordClass]

    def placed(self, rule: str) -> PlacedRule | None:
        return next((placed for placed, candidate in self.candidates if candidate.rule == rule), None)


def why_it_won(contest: Contest, winner: Contribution) -> str:
    """Of a contribution to the value."""
    outcome = contest.outcome
    if winner.rule == WHEN_UNSURE:
        return "the outcome hangs on a fact that is not known for sure, so it takes its `when unsure`"
    if winner.rule == DEFAULT:
        return "nothing asserted a record class, so the declared default stands"
    is_rule = contest.placed(winner.rule) is not None
    matching = [candidate for _, candidate in contest.candidates]
    if not is_rule:
        return "no rule matched" if not matching else "no rule matched for sure"
    match outcome.policy:
        case Policy.FIRST if not winner.certain:
            return "it may not match, but every rule that could win gives this value"
        case Policy.FIRST:
            return "the only rule that matches" if len(matching) == 1 else f"the first of {len(matching)} in order"
        case Policy.STRICTEST:
            given = next(c.values[0] for _, c in contest.candidates if c.rule == winner.rule)
            if given != winner.value:
                return f"rules that are not certain could change the value, so it is `{winner.value}`"
            return "the only rule that matches" if len(matching) == 1 else f"the strictest of {len(matching)}"
        case Policy.COLLECT:
            if outcome.name == HOLD and not winner.certain:
                return "a hold acts even where its rule only might match"
            return "every matching rule contributes"
        case Policy.JOIN:
            record_class = contest.classes[str(winner.value)]
            if not record_class.is_resolved_on_receipt:
                return (
                    f"it counts from `{record_class.trigger}`, which is still to come, so it is kept beside the others"
                )
            return "the longest period that counts from receipt"


def why_it_lost(contest: Contest, placed: PlacedRule, candidate: Candidate) -> str:
    """Of a candidate that gave no part of the value."""
    if not contest.contributions:
        return "the outcome is undecided"
    winner = contest.contributions[0]
    match contest.outcome.policy:
        case Policy.FIRST:
            return _stands_after(contest.placed(winner.rule), placed)
        case Policy.STRICTEST:
            value = str(candidate.values[0])
            order = contest.outcome.order
            if order.index(value) > order.index(str(winner.value)):
                return f"`{value}` is less strict than `{winner.value}`"
            return f"`{winner.rule}` gives the same value and stands before it"
        case Policy.COLLECT:
            if not candidate.is_certain:
                return "it only might match: a person must look"
            same = next((one.rule for one in contest.contributions if one.value in candidate.values), winner.rule)
            return f"`{same}` gives the same and stands before it"
        case Policy.JOIN:
            same = next((one.rule for one in contest.contributions if one.value in candidate.values), "")
            if same:
                return f"`{same}` asserts the same class and stands before it"
            return f"`{candidate.values[0]}` is kept for a shorter time than `{_longest(contest)}`"


def _longest(contest: Contest) -> str:
    resolved = [
        str(one.value) for one in contest.contributions if contest.classes[str(one.value)].is_resolved_on_receipt
    ]
    return resolved[0] if resolved else str(contest.contributions[0].value)


def _stands_after(winner: PlacedRule | None, loser: PlacedRule) -> str:
    """Group, then priority, then place."""
    if winner is None:
        return "it only might match, and the outcome could not wait for it"
    first, second = winner.rule, loser.rule
    if first.group is not second.group:
        if first.group is Group.BEFORE_DEPARTMENTS:
            return f"`{first.name}` applies before departments"
        return f"it applies after departments, and `{first.name}` is a rule of the department"
    if first.priority is not second.priority:
        return f"its priority is {second.priority.name.lower()}, that of `{first.name}` {first.priority.name.lower()}"
    if winner.file.path == loser.file.path:
        return f"`{first.name}` ({first.place.line_reference}) stands before it"
    return f"its file stands after {winner.file.path}"
