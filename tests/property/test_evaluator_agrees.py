"""The compiled evaluator against the reference interpreter, over the whole language."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from faxrouter.deciding.boxes import MOST_BOXES, Box, Space
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.matching import Matcher
from faxrouter.deciding.reading import Reading, opposite
from faxrouter.deciding.reference import decide, truth
from faxrouter.language.conditions import AllOf, AnyOf, Condition, Leaf, Not, StateTest
from faxrouter.language.ruleset import Rule, RuleSet
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Facts
from generated_conditions import any_test_of, conditions
from generated_facts import HERE, VALUES, facts, facts_of, related_events
from rule_sets import a_rule_file, a_rule_set, rule_sets, rules

NO_RULES = a_rule_set(outcomes={})
# of the profile: whole rule sets take long to draw
EXAMPLES = settings().max_examples


@settings(max_examples=EXAMPLES // 2)
@given(rule_set=rule_sets(), events=st.lists(facts(), min_size=1, max_size=3))
def test_the_evaluator_decides_as_the_reference_does(rule_set: RuleSet, events: list[Facts]) -> None:
    """Every event is decided twice, so that what the evaluator remembers is compared as well."""
    evaluator = compile_evaluator(rule_set)

    for event in events * 2:
        assert decide(rule_set, event) == evaluator.decide(event)


@settings(max_examples=EXAMPLES // 2)
@given(rule_set=rule_sets(most_leaves=1), events=related_events())
def test_what_the_evaluator_remembers_never_answers_for_another_event(rule_set: RuleSet, events: list[Facts]) -> None:
    """Rules that match often, and events that differ in a fact or two."""
    evaluator = compile_evaluator(rule_set)

    for event in events * 2:
        assert decide(rule_set, event) == evaluator.decide(event)


@pytest.mark.parametrize("fact", sorted(VALUES))
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_tables_of_every_fact_type_agree_with_the_leaves_they_are_made_of(fact: str, data: st.DataObject) -> None:
    """Several conditions cut one fact together; each keeps its own truth, alone, turned round and beside the others."""
    leaves = [_leaf(fact, data) for _ in range(data.draw(st.integers(1, 4)))]
    trees: list[Condition] = [*leaves, *(Not(child=leaf, place=HERE) for leaf in leaves)]
    groups: list[Condition] = [AllOf(children=tuple(leaves), place=HERE), AnyOf(children=tuple(leaves), place=HERE)]
    trees += [*groups, *(Not(child=group, place=HERE) for group in groups)]
    rule_set = a_rule_set(a_rule_file(*trees), outcomes={})
    matcher = Matcher(Space(rule_set, most_boxes=data.draw(st.sampled_from((1, MOST_BOXES)))))
    events = [Facts({fact: one}) for one in data.draw(st.lists(facts_of(fact), min_size=1, max_size=8))]

    for event in (Facts(), *events):
        matched = matcher.match(event)
        for placed in matcher.placed_rules:
            assert truth(rule_set, placed.rule.when, event) == matched.verdict(placed.boxes)


@settings(max_examples=EXAMPLES * 2)
@given(condition=conditions(most_leaves=12), event=facts(), most_boxes=st.sampled_from((1, 3, MOST_BOXES)))
def test_boxes_have_the_truth_of_the_tree_that_they_came_from(
    condition: Condition, event: Facts, most_boxes: int
) -> None:
    """Kleene's logic is distributive, so a union of boxes is exact in every state of every fact."""
    space = Space(NO_RULES, more=(condition,), most_boxes=most_boxes)
    reading = Reading(space, event)
    by_box = [_truth_of_box(reading, box) for box in space.boxes(condition)]

    assert truth(NO_RULES, condition, event) == _strongest(by_box)
    assert truth(NO_RULES, condition, event) == reading.truth(condition)


@settings(max_examples=EXAMPLES // 4)
@given(rule_set=rule_sets(most_leaves=2), event=facts(), more=rules(name="added"))
def test_a_rule_below_a_certain_winner_changes_nothing(rule_set: RuleSet, event: Facts, more: Rule) -> None:
    """`first`: what stands after the first certain rule takes no part, whatever it says."""
    assume(rule_set.files and rule_set.files[0].department is None)
    organisation = rule_set.files[0]
    always = replace(more, name="always", when=AllOf(children=(), place=HERE), valid=None)
    below = replace(more, group=always.group, priority=min(always.priority, more.priority))

    def with_rules(*added: Rule) -> RuleSet:
        file = replace(organisation, rules=(*organisation.rules, *added))
        return replace(rule_set, files=(file, *rule_set.files[1:]))

    without, beside = (compile_evaluator(with_rules(*added)).decide(event) for added in ((always,), (always, below)))

    for name in ("workspace", "metadata"):
        assert without.outcomes.get(name) == beside.outcomes.get(name)


def _leaf(fact: str, data: st.DataObject) -> Leaf:
    test = data.draw(any_test_of(fact))
    negated = data.draw(st.booleans()) and not isinstance(test, StateTest)
    return Leaf(fact=fact, test=test, negated=negated, written=fact, place=HERE)


def _truth_of_box(reading: Reading, box: Box) -> Verdict:
    verdicts = [reading.atom(atom) if wanted else opposite(reading.atom(atom)) for atom, wanted in box.atoms]
    for axis, cell in box.cells.items():
        region = reading.region(axis)
        if region is None:
            verdicts.append(Verdict.UNKNOWN)
        elif cell.certain >> region & 1:
            verdicts.append(Verdict.HIT)
        else:
            verdicts.append(Verdict.UNKNOWN if cell.possible >> region & 1 else Verdict.MISS)
    return opposite(_strongest([opposite(verdict) for verdict in verdicts]))


def _strongest(verdicts: list[Verdict]) -> Verdict:
    """Kleene's or."""
    return next((one for one in (Verdict.HIT, Verdict.UNKNOWN) if one in verdicts), Verdict.MISS)
