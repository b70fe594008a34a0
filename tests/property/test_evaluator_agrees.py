"""The compiled evaluator against the reference interpreter, over the whole language."""

from hypothesis import given, settings
from hypothesis import strategies as st

from faxrouter.deciding.boxes import Space
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.reference import decide, truth
from faxrouter.language.conditions import Condition
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Facts
from rule_sets import a_rule_set, conditions, facts, rule_sets

NO_RULES = a_rule_set(outcomes={})


@settings(max_examples=200)
@given(rule_set=rule_sets(), events=st.lists(facts(), min_size=1, max_size=4))
def test_the_evaluator_decides_as_the_reference_does(rule_set: RuleSet, events: list[Facts]) -> None:
    """Every event is decided twice, so that what the evaluator remembers is compared as well."""
    evaluator = compile_evaluator(rule_set)

    for event in events * 2:
        assert decide(rule_set, event) == evaluator.decide(event)


@settings(max_examples=300)
@given(condition=conditions(most_leaves=12), event=facts())
def test_boxes_have_the_truth_of_the_tree_that_they_came_from(condition: Condition, event: Facts) -> None:
    """Kleene's logic is distributive, so a union of boxes is exact in every state of every fact."""
    space = Space(NO_RULES, more=(condition,))
    reading = Reading(space, event)

    in_boxes = Verdict.MISS
    for box in space.boxes(condition):
        verdicts = [reading.atom(atom) if wanted else _opposite(reading.atom(atom)) for atom, wanted in box.atoms]
        for axis, cell in box.cells.items():
            region = reading.region(axis)
            if region is None:
                verdicts.append(Verdict.UNKNOWN)
            else:
                certain, possible = cell.certain >> region & 1, cell.possible >> region & 1
                verdicts.append(Verdict.HIT if certain else Verdict.UNKNOWN if possible else Verdict.MISS)
        whole = (
            Verdict.MISS
            if Verdict.MISS in verdicts
            else Verdict.UNKNOWN
            if Verdict.UNKNOWN in verdicts
            else Verdict.HIT
        )
        if whole is Verdict.HIT or in_boxes is Verdict.MISS:
            in_boxes = whole

    assert truth(NO_RULES, condition, event) == in_boxes
    assert truth(NO_RULES, condition, event) == reading.truth(condition)


def _opposite(verdict: Verdict) -> Verdict:
    return {Verdict.HIT: Verdict.MISS, Verdict.MISS: Verdict.HIT, Verdict.UNKNOWN: Verdict.UNKNOWN}[verdict]
