"""The compiled evaluator where properties seldom look: several texts in one rule, explosions, and what it remembers."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from faxrouter.deciding.boxes import MOST_BOXES
from faxrouter.deciding.evaluator import Evaluator, compile_evaluator
from faxrouter.deciding.reference import decide
from faxrouter.language.conditions import AllOf, AnyOf, Condition, Exact, Leaf, Not, Quantity, ValueTest, WordsTest
from faxrouter.language.ruleset import Valid
from faxrouter.language.words import words
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Fact, Facts, FactState, known
from generated_facts import HERE
from rule_sets import a_rule_file, a_rule_set

UNCERTAIN = Fact(state=FactState.UNCERTAIN)


def contains(phrase: str, *, fact: str = "text", negated: bool = False) -> Leaf:
    test = WordsTest(Quantity.ANY, (words(phrase),))
    return Leaf(fact=fact, test=test, negated=negated, written=f"{fact} contains any: [{phrase}]", place=HERE)


def equals(fact: str, value: Any) -> Leaf:
    return Leaf(fact=fact, test=ValueTest((Exact(value),)), written=f"{fact}: {value}", place=HERE)


def all_of(*children: Condition) -> AllOf:
    return AllOf(children=children, place=HERE)


def any_of(*children: Condition) -> AnyOf:
    return AnyOf(children=children, place=HERE)


def evaluator_of(*conditions: Condition) -> Evaluator:
    return compile_evaluator(a_rule_set(a_rule_file(*conditions), outcomes={}))


def verdicts(evaluator: Evaluator, **facts: Any) -> list[Verdict]:
    stated = {name: fact if isinstance(fact, Fact) else known(fact) for name, fact in facts.items()}
    matched = evaluator.matcher.match(Facts(stated))
    return [matched.verdict(placed.boxes) for placed in evaluator.matcher.placed_rules]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("urgent", Verdict.MISS),
        ("stat", Verdict.MISS),
        ("stat: urgent", Verdict.HIT),
        ("stat urgent lab", Verdict.MISS),
        (UNCERTAIN, Verdict.UNKNOWN),
        (Fact(state=FactState.ABSENT), Verdict.MISS),
    ],
)
def test_a_rule_may_ask_several_things_of_one_text(text: object, expected: Verdict) -> None:
    """Two tests wanted and one unwanted, all of one fact."""
    evaluator = evaluator_of(all_of(contains("urgent"), contains("stat"), contains("lab", negated=True)))

    assert [expected] == verdicts(evaluator, text=text)


def test_a_contradiction_is_false_on_known_facts_and_unknown_on_others() -> None:
    """Kleene: x and not x is UNKNOWN where x is."""
    numbers = all_of(equals("pages", 1), equals("pages", 2))
    texts = all_of(contains("stat"), Not(child=contains("stat"), place=HERE))
    evaluator = evaluator_of(numbers, texts)

    assert [Verdict.MISS] * 2 == verdicts(evaluator, pages=1, text="stat")
    assert [Verdict.UNKNOWN] * 2 == verdicts(evaluator, pages=UNCERTAIN, text=UNCERTAIN)


def test_a_condition_that_covers_every_value_still_needs_to_know() -> None:
    """`yes or no` is not "any": it is UNKNOWN while the fact is."""
    evaluator = evaluator_of(any_of(equals("signed", True), equals("signed", False)))

    assert [Verdict.HIT] == verdicts(evaluator, signed=True)
    assert [Verdict.UNKNOWN] == verdicts(evaluator, signed=UNCERTAIN)
    assert [Verdict.MISS] == verdicts(evaluator)


def test_a_tree_that_would_explode_keeps_its_truth_in_bounded_space() -> None:
    """Twelve alternatives of two facts each, all required: 4,096 boxes become a few and opaque trees."""
    pairs = [any_of(equals("pages", number), contains(f"w{number}")) for number in range(12)]
    evaluator = evaluator_of(all_of(*pairs))
    text = " ".join(f"w{number}" for number in range(12))

    assert len(evaluator.matcher.boxes) <= MOST_BOXES
    assert [Verdict.HIT] == verdicts(evaluator, pages=3, text=text.replace("w3", ""))
    assert [Verdict.MISS] == verdicts(evaluator, pages=3, text=text.replace("w4", ""))
    assert [Verdict.UNKNOWN] == verdicts(evaluator, pages=UNCERTAIN, text=text.replace("w4", ""))


def test_nested_alternatives_compile_in_bounded_time() -> None:
    """Forty alternatives in forty: no product of them is ever made."""
    tree: Condition = equals("pages", 0)
    for number in range(40):
        tree = any_of(all_of(tree, contains(f"a{number}")), all_of(equals("pages", number), contains(f"b{number}")))
    evaluator = evaluator_of(tree)

    assert [Verdict.HIT] == verdicts(evaluator, pages=39, text="b39")
    assert [Verdict.MISS] == verdicts(evaluator, pages=38, text="b39")


def test_alternatives_of_one_fact_are_one_box() -> None:
    """`any` over one fact is a list in other words."""
    evaluator = evaluator_of(any_of(*(equals("pages", number) for number in range(1000))))

    assert 1 == len(evaluator.matcher.boxes)
    assert [Verdict.HIT] == verdicts(evaluator, pages=999)


def test_a_rule_that_can_never_match_never_does() -> None:
    """An empty `any` has no box at all."""
    assert [Verdict.MISS] == verdicts(evaluator_of(any_of()), pages=1)


def test_an_event_of_an_empty_rule_set_is_decided_as_the_reference_decides_it() -> None:
    """No file, no rule, no outcome."""
    rule_set = a_rule_set(outcomes={})

    assert decide(rule_set, Facts()) == compile_evaluator(rule_set).decide(Facts())


def test_a_validity_hangs_on_a_moment_that_is_none() -> None:
    """A home that declares `received_at` as something else dates no event; deciding stays total."""
    valid = Valid(start=date(2026, 1, 1), end=None, zone="UTC", place=HERE)
    file = a_rule_file(all_of())
    dated = replace(file, rules=(replace(file.rules[0], valid=valid),))
    rule_set = a_rule_set(dated, outcomes={})
    event = Facts({"received_at": known("yesterday")})
    evaluator = compile_evaluator(rule_set)
    (placed,) = evaluator.matcher.placed_rules

    assert Verdict.UNKNOWN is evaluator.matcher.match(event).verdict(placed.boxes)
    assert decide(rule_set, event) == evaluator.decide(event)
