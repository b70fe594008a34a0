"""From candidates to a decision: which outcomes are asked, which `otherwise` counts, what parks. Evaluates no
condition.

The compiled evaluator and the reference interpreter both end here, each with its own candidates.
"""

from collections.abc import Callable, Iterable
from typing import assert_never

from faxrouter.deciding.candidates import Belonging, Candidate, ScopeState, resolved
from faxrouter.deciding.policies import (
    Question,
    Settled,
    UnknownFacts,
    collect,
    default_of,
    first,
    join,
    strictest,
)
from faxrouter.language.ruleset import OutcomeDeclaration, RuleSet
from faxrouter.model.decision import Decided, Decision, Policy, Undecided, Verdict
from faxrouter.model.fact import Facts, FactState


def settle(
    rule_set: RuleSet,
    facts: Facts,
    *,
    where: Belonging,
    scope_facts: tuple[str, ...],
    candidates_of: Callable[[str], Iterable[Candidate]],
    unknown_facts: UnknownFacts,
) -> Decision:
    """Ask every outcome that is decided on this event. `scope_facts` keep the scope UNKNOWN; empty where it is
    known."""
    decided: dict[str, Decided] = {}
    parked: list[Undecided] = []
    for outcome in asked(rule_set, facts):
        question = Question(
            outcome=outcome,
            otherwise=_otherwise(where, outcome, facts),
            scope_facts=scope_facts,
            unknown_facts=unknown_facts,
        )
        match _answer(rule_set, question, candidates_of(outcome.name)):
            case Decided() as answer:
                decided[outcome.name] = answer
            case Undecided() as answer:
                parked.append(answer)
            case None:
                pass
    if parked:
        _keep_something(rule_set, facts, decided)
    return Decision(
        rule_set=rule_set.digest,
        department=where.file.department if where.file is not None else None,
        scope_known=where.state is not ScopeState.UNKNOWN,
        outcomes=decided,
        parked=tuple(parked),
    )


def asked(rule_set: RuleSet, facts: Facts) -> list[OutcomeDeclaration]:
    """The outcomes decided on this event: all where it is not known for sure, the ungated ones where it is absent."""
    event = facts["event"]
    if event.is_known:
        return [o for o in rule_set.outcomes.values() if not o.decided_on or event.value in o.decided_on]
    everything = event.state is not FactState.ABSENT
    return [o for o in rule_set.outcomes.values() if everything or not o.decided_on]


def _answer(rule_set: RuleSet, question: Question, candidates: Iterable[Candidate]) -> Settled:
    match question.outcome.policy:
        case Policy.FIRST:
            return first(question, candidates)
        case Policy.STRICTEST:
            return strictest(question, candidates)
        case Policy.COLLECT:
            return collect(question, candidates)
        case Policy.JOIN:
            return join(question, candidates, classes=rule_set.record_classes)
        case _:
            assert_never(question.outcome.policy)


def _otherwise(where: Belonging, outcome: OutcomeDeclaration, facts: Facts) -> Candidate | None:
    """The last candidate: of the department in scope, or the global one; none where the scope is unknown."""
    if where.file is None or where.file.otherwise is None:
        return None
    output = where.file.otherwise.outputs.get(outcome.name)
    if output is None:
        return None
    return Candidate(
        verdict=Verdict.HIT,
        values=resolved(output.values, facts),
        rule=where.file.otherwise.rule_name,
        at=where.file.otherwise.place,
        department=where.file.department,
    )


def _keep_something(rule_set: RuleSet, facts: Facts, decided: dict[str, Decided]) -> None:
    """A parked document is kept under the declared default where no retention is possible (parking is filing)."""
    for outcome in asked(rule_set, facts):
        if outcome.policy is Policy.JOIN and outcome.name not in decided:
            default = default_of(outcome)
            if isinstance(default, Decided):
                decided[outcome.name] = default
