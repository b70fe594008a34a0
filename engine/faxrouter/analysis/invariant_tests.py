"""Tests made from invariants: concrete faxes that `never` describes, decided, and held against `unless`. Does no I/O.

Not a proof: one fax is made for every box of the invariant, and one for every rule that speaks of an outcome it names.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from faxrouter.analysis.examples import facts_in, in_json
from faxrouter.analysis.rule_tests import TestResult, TestStatus, fits
from faxrouter.deciding.boxes import EVERYTHING, Box, Space
from faxrouter.deciding.reading import Reading
from faxrouter.facts.gather import gather
from faxrouter.facts.writing import write_facts
from faxrouter.language.ruleset import Invariant, RuleFile, RuleSet
from faxrouter.model.decision import Decision, Policy, Verdict
from faxrouter.model.fact import Facts
from faxrouter.planning.outcomes import outcomes_as_json

# faxes made for one invariant
_MOST_FAXES = 500


def run_invariants(rule_set: RuleSet, *, decide: Callable[[Facts], Decision]) -> Iterator[TestResult]:
    """One result for each invariant for which a fax could be made: passed, or the first fax that breaks it."""
    invariants = [(file, invariant) for file in rule_set.files for invariant in file.invariants]
    if not invariants:
        return
    space = Space(rule_set, more=[invariant.never for _, invariant in invariants])
    for file, invariant in invariants:
        tried = 0
        breaking: str | None = None
        for facts in islice(_faxes(space, file, invariant), _MOST_FAXES):
            tried += 1
            breaking = _broken(rule_set, invariant, facts, decide)
            if breaking is not None:
                break
        if tried:
            yield TestResult(
                name=f"must always: {invariant.id}",
                file=file.path,
                place=invariant.place,
                status=TestStatus.PASSED if breaking is None else TestStatus.FAILED,
                reasons=() if breaking is None else (breaking,),
            )


def _faxes(space: Space, file: RuleFile, invariant: Invariant) -> Iterator[Facts]:
    """Faxes in the invariant's scope that `never` describes, each once."""
    seen: set[str] = set()
    for box in _boxes(space, file, invariant):
        proposed = None if box.is_empty else facts_in(space, box)
        if proposed is None:
            continue
        written = in_json(proposed)
        if written in seen:
            continue
        seen.add(written)
        # read like any stated facts: lookups are filled, the event is named
        facts = gather(space.rule_set, [("stated", write_facts(Facts(proposed)))]).facts
        reading = Reading(space, facts)
        in_scope = file.scope is None or reading.truth(file.scope) is Verdict.HIT
        if in_scope and reading.truth(invariant.never) is Verdict.HIT:
            yield facts


def _boxes(space: Space, file: RuleFile, invariant: Invariant) -> Iterator[Box]:
    described = space.boxes(invariant.never)
    scopes: Iterable[Box] = (EVERYTHING,)
    if file.scope is not None:
        scopes = space.boxes(file.scope)
    for scope in scopes:
        for never in described:
            inside = scope.meet(never)
            yield inside
            for other in space.rule_set.files:
                if other.scope is not None and file.scope is None:
                    yield from (inside.meet(department) for department in space.boxes(other.scope))
                for rule in other.rules:
                    if rule.outputs.keys() & invariant.unless.keys():
                        yield from (inside.meet(box) for box in space.rule_boxes(other, rule))


def _broken(rule_set: RuleSet, invariant: Invariant, facts: Facts, decide: Callable[[Facts], Decision]) -> str | None:
    """The fax that breaks it and what it got, in words; None where it holds.

    An outcome that waits for a person does nothing, so it breaks nothing.
    """
    decision = decide(facts)
    outcomes = outcomes_as_json(rule_set, decision, facts)["outcomes"]
    waiting = {undecided.outcome for undecided in decision.parked}
    for outcome, allowed in invariant.unless.items():
        if outcome in waiting:
            continue
        given = outcomes.get(outcome)
        if given is None or not any(_gives(given, wanted) for wanted in allowed):
            wanted = " or ".join(map(str, allowed))
            found = f"is {given['value']!r}, by {given['rule']}" if given is not None else "has no value"
            return f"`{outcome}` should be {wanted}, but {found}, for the fax {in_json(facts)}"
    return None if invariant.unless else f"nothing excuses the fax {in_json(facts)}: name the outcomes under `unless`"


def _gives(given: dict[str, Any], wanted: Any) -> bool:
    if given["policy"] in (Policy.COLLECT.value, Policy.JOIN.value):
        return any(fits(wanted, member) for member in given["value"])
    return fits(wanted, given["value"])
