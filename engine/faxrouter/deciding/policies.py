"""The four policies: how the candidates of one outcome become its value, or leave it undecided. Evaluates no condition.

The rules are rule-language sections 6 and 11. Every policy takes the possible candidates in order and answers a
`Settled`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from faxrouter.deciding.candidates import Candidate
from faxrouter.language.ruleset import OutcomeDeclaration
from faxrouter.model.decision import Contribution, Decided, NamedWorkspace, OutputValue, Undecided, Verdict
from faxrouter.model.problem import Place
from faxrouter.model.records import RecordClass

WHEN_UNSURE = "facts.when_unsure"
DEFAULT = "facts.default"
APPROVAL = "approval"
HOLD = "hold"
NO_CANDIDATE = "no rule matched and no `otherwise` gives a value"

# the facts that make a candidate UNKNOWN, sorted; asked for only where they are shown
UnknownFacts = Callable[[Candidate], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One outcome of one event, and what every policy must know beside its candidates."""

    outcome: OutcomeDeclaration
    # the last candidate, of the file the event belongs to; its verdict is settled by the policy
    otherwise: Candidate | None
    # the facts that keep the scope UNKNOWN; empty where the scope is known
    scope_facts: tuple[str, ...]
    unknown_facts: UnknownFacts

    @property
    def scope_is_unknown(self) -> bool:
        return bool(self.scope_facts)


# None: optional, and nothing gave it a value
Settled = Decided | Undecided | None


def first(question: Question, candidates: Iterable[Candidate]) -> Settled:
    """The first possible winner, if it is certain or if every possible winner gives the same value."""
    winners: list[Candidate] = []
    for candidate in candidates:
        winners.append(candidate)
        if candidate.is_certain:
            break
    # where no rule is certain the last word is with `otherwise`; without that, "no value" is a possible result
    last = _last_resort(question, winners)
    possible = [*winners, *last]
    if not possible:
        return _no_candidate(question)
    always_a_value = bool(last) or winners[-1].is_certain
    if always_a_value and all(winner.values == possible[0].values for winner in possible):
        return _decided(question, possible[0].contribution(possible[0].values[0]))
    hung_on = _facts_of(question, winners)
    return _hangs(question, hung_on) if question.outcome.required else _when_unsure(question, hung_on)


def strictest(question: Question, candidates: Iterable[Candidate]) -> Settled:
    """The strictest certain or possible value; `approval` blocks where an UNKNOWN candidate could change it."""
    rules = list(candidates)
    every = [*rules, *_last_resort(question, rules)]
    if not every:
        return _no_strictest_candidate(question)
    order = question.outcome.order

    def rank(candidate: Candidate) -> int:
        return order.index(str(candidate.values[0]))

    winner = min(every, key=rank)
    value = winner.values[0]
    if question.outcome.name == APPROVAL and _could_change(question, rules, rank):
        value = _blocking(question.outcome)
    return _decided(question, winner.contribution(value), hung_on=_facts_of(question, rules))


def _could_change(question: Question, rules: list[Candidate], rank: Callable[[Candidate], int]) -> bool:
    """Whether settling the UNKNOWN candidates could give another value than the certain ones give alone."""
    unsure = {rank(candidate) for candidate in rules if not candidate.is_certain}
    certain = [rank(candidate) for candidate in rules if candidate.is_certain]
    if certain:
        return any(stricter < min(certain) for stricter in unsure)
    without = rank(question.otherwise) if question.otherwise is not None else None
    return len(unsure | {without}) > 1


def collect(question: Question, candidates: Iterable[Candidate]) -> Settled:
    """The ordered set of certain members; possible ones are listed for a person, except that holds act on them too."""
    rules = list(candidates)
    every = rules or ([question.otherwise] if question.otherwise is not None else [])
    acts_on_possible = question.outcome.name == HOLD
    members = _members(candidate for candidate in every if candidate.is_certain or acts_on_possible)
    acted_on = [member.value for member in members]
    possible = tuple(
        one
        for one in _members(candidate for candidate in every if not candidate.is_certain)
        if one.value not in acted_on
    )
    hung_on = _facts_of(question, rules)
    if not members and question.outcome.required:
        return _hangs(question, hung_on) if possible else _no_candidate(question)
    if not members and not possible:
        return None
    return Decided(
        outcome=question.outcome.name,
        policy=question.outcome.policy,
        contributions=members,
        possible=possible,
        hung_on=hung_on,
    )


def join(question: Question, candidates: Iterable[Candidate], *, classes: Mapping[str, RecordClass]) -> Settled:
    """The record classes that remain: the longest of those whose trigger has happened, and all whose trigger has
    not."""
    rules = list(candidates)
    asserted = _members([*rules, *_last_resort(question, rules)])
    if not asserted:
        return (default_of(question.outcome) if question.scope_is_unknown else None) or _no_candidate(question)
    happened = [one for one in asserted if classes[str(one.value)].is_resolved_on_receipt]
    longest = max((classes[str(one.value)].period.nominal_days for one in happened), default=0.0)
    remaining = tuple(
        one for one in asserted if one not in happened or classes[str(one.value)].period.nominal_days >= longest
    )
    return Decided(
        outcome=question.outcome.name,
        policy=question.outcome.policy,
        contributions=remaining,
        hung_on=_facts_of(question, rules),
    )


def _last_resort(question: Question, rules: list[Candidate]) -> tuple[Candidate, ...]:
    """`otherwise`, where no rule is certain; beside merely possible rules it is itself only possible."""
    if question.otherwise is None or any(candidate.is_certain for candidate in rules):
        return ()
    return (replace(question.otherwise, verdict=Verdict.UNKNOWN) if rules else question.otherwise,)


def _members(candidates: Iterable[Candidate]) -> tuple[Contribution, ...]:
    """Every value once, under its first contributor; certain as soon as one contributor is."""
    members: list[Contribution] = []
    for candidate in candidates:
        for value in candidate.values:
            known_at = next((i for i, member in enumerate(members) if member.value == value), None)
            if known_at is None:
                members.append(candidate.contribution(value))
            elif candidate.is_certain and not members[known_at].certain:
                members[known_at] = replace(members[known_at], certain=True)
    return tuple(members)


def default_of(outcome: OutcomeDeclaration) -> Settled:
    """A join with nothing takes its declared default, under the rule name `facts.default`."""
    if outcome.default is None:
        return None
    contribution = Contribution(value=outcome.default, rule=DEFAULT, at=outcome.default_place or outcome.place)
    return Decided(outcome=outcome.name, policy=outcome.policy, contributions=(contribution,))


def _decided(question: Question, contribution: Contribution, *, hung_on: tuple[str, ...] = ()) -> Decided:
    outcome = question.outcome
    return Decided(outcome=outcome.name, policy=outcome.policy, contributions=(contribution,), hung_on=hung_on)


def _no_candidate(question: Question) -> Settled:
    if not question.outcome.required:
        return None
    if question.scope_is_unknown:
        return _hangs(question, question.scope_facts)
    return Undecided(outcome=question.outcome.name, facts=(), reason=NO_CANDIDATE)


def _no_strictest_candidate(question: Question) -> Settled:
    if not question.scope_is_unknown:
        return _no_candidate(question)
    if question.outcome.name == APPROVAL:
        return _decided(
            question,
            _unsure(question.outcome, _blocking(question.outcome)),
            hung_on=question.scope_facts,
        )
    if question.outcome.when_unsure is not None:
        return _when_unsure(question, question.scope_facts)
    return _no_candidate(question)


def _hangs(question: Question, facts: tuple[str, ...]) -> Undecided:
    named = " and ".join(f"`{fact}`" for fact in facts)
    reason = f"hangs on {named}, which is not known for sure"
    return Undecided(outcome=question.outcome.name, facts=facts, reason=reason)


def _when_unsure(question: Question, hung_on: tuple[str, ...]) -> Settled:
    if question.outcome.when_unsure is None:
        return None
    value = question.outcome.when_unsure
    return _decided(question, _unsure(question.outcome, value), hung_on=hung_on)


def _unsure(outcome: OutcomeDeclaration, value: OutputValue) -> Contribution:
    place: Place = outcome.when_unsure_place or outcome.place
    named = NamedWorkspace(name=value) if outcome.name == "workspace" and isinstance(value, str) else value
    return Contribution(value=named, rule=WHEN_UNSURE, at=place, certain=False)


def _blocking(outcome: OutcomeDeclaration) -> str:
    return "block" if "block" in outcome.order else outcome.order[0]


def _facts_of(question: Question, candidates: Iterable[Candidate]) -> tuple[str, ...]:
    unsure = (candidate for candidate in candidates if candidate.verdict is Verdict.UNKNOWN)
    return tuple(sorted({fact for candidate in unsure for fact in question.unknown_facts(candidate)}))
