"""The starter home through both interpreters: events made of the values at which its own rules cut their facts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faxrouter.deciding.evaluator import Evaluator, compile_evaluator
from faxrouter.deciding.reference import decide
from faxrouter.deciding.witnesses import any_value, witness
from faxrouter.home.directory import read_home
from faxrouter.language.compile import compile_home
from faxrouter.model.fact import Confidence, Fact, Facts, FactState, Value

REPOSITORY = Path(__file__).resolve().parents[2]
# values shown of one fact: the starter home knows hundreds of numbers
MOST_VALUES = 60


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    rule_set, problems = compile_home(read_home(REPOSITORY))
    assert rule_set is not None, problems
    return compile_evaluator(rule_set)


@pytest.fixture(scope="module")
def values(evaluator: Evaluator) -> dict[str, list[Value]]:
    """For every fact the values that stand for its regions."""
    rule_set = evaluator.rule_set
    found: dict[str, list[Value]] = {}
    for axis, line in evaluator.space.lines.items():
        if axis.is_date:
            continue
        step = max(1, line.count // MOST_VALUES)
        shown = [witness(line, region, phone_region=rule_set.phone_region) for region in range(1, line.count, step)]
        found[axis.fact] = [value for value in shown if value is not None]
    for name, declaration in rule_set.facts.items():
        value = any_value(declaration, phone_region=rule_set.phone_region)
        if value is not None and not found.get(name):
            found[name] = [value]
    return found


@settings(max_examples=settings().max_examples // 2)
@given(data=st.data())
def test_the_starter_home_is_decided_alike_by_both_interpreters(
    evaluator: Evaluator, values: dict[str, list[Value]], data: st.DataObject
) -> None:
    """Real rules, real scopes, real tables; facts mostly known, some in doubt, some absent."""
    chance = data.draw(st.randoms(use_true_random=False))
    stated: dict[str, Fact] = {}
    for name, some in sorted(values.items()):
        value = chance.choice(some)
        match chance.randrange(8):
            case 0:
                continue
            case 1:
                states = (FactState.UNCERTAIN, FactState.CONFLICT, FactState.NOT_EVALUATED, FactState.ERROR)
                stated[name] = Fact(state=chance.choice(states), values=(value,))
            case _:
                confidence = chance.choice((Confidence.MEDIUM, Confidence.HIGH, Confidence.HIGH))
                stated[name] = Fact(state=FactState.KNOWN, values=(value,), confidence=confidence)
    event = Facts(stated)

    assert decide(evaluator.rule_set, event) == evaluator.decide(event)
