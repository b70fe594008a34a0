"""What an evaluator remembers of one event never answers for another: each event after each other one."""

from itertools import permutations
from typing import Any

import pytest

from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.reference import decide
from faxrouter.facts.gather import gather
from faxrouter.language.compile import compile_home
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.fact import Facts
from small_home import IN_CLINIC, home

RULES = """\
rules:
  - id: patient
    when: {document_type: lab_result}
    then:
      workspace: {type: Patient, key: patient_id, else: Nursing}
      metadata: lab
      task: {kind: file, queue: desk, title: File}
      urgency: today
  - id: urgent
    when: {urgent: yes}
    then: {desk: b}
  - id: costly
    when: {total more than: 10.00 USD}
    then: {hold: matter-2}
  - id: long
    when: {pages at least: 20}
    then: {desk: a, task: {kind: long, queue: desk, title: Long}, retention: years_30, urgency: now}
tables:
  - id: rows
    rows are: in order
    columns: [id, pages, ink, "-> notify", "-> hold"]
    rows:
      - [first,  "under 5",  "over 50%", "-",    matter-1]
      - [second, "under 10", "-",        second, "-"]
      - [third,  "over 20",  "-",        third,  "-"]
"""
TYPED = "otherwise: {workspace: {type: Patient, key: patient_id, else: Nursing}, retention: years_1, approval: block}\n"
LAB: dict[str, Any] = {
    "event": "received",
    "our_number": IN_CLINIC,
    "document_type": "lab_result",
    "patient_id": "P-1",
    "pages": 3,
    "ink": 60,
    "urgent": True,
    "total": "20.00 USD",
}
IN_DOUBT = {"state": "uncertain"}

EVENTS: dict[str, dict[str, Any]] = {
    "certain": LAB,
    "another patient": LAB | {"patient_id": "P-2"},
    "no patient": LAB | {"patient_id": None},
    "type in doubt": LAB | {"document_type": IN_DOUBT},
    "pages in doubt": LAB | {"pages": IN_DOUBT},
    "urgency in doubt": LAB | {"urgent": IN_DOUBT},
    "costs in doubt": LAB | {"total": IN_DOUBT},
    "second row": LAB | {"pages": 7},
    "third row": LAB | {"pages": 30},
    "otherwise": LAB | {"document_type": "other", "pages": 12, "ink": 10},
    "otherwise of another patient": LAB | {"document_type": "other", "pages": 12, "ink": 10, "patient_id": "P-2"},
    "nobody's": LAB | {"our_number": "+14155550300"},
    "somebody's": LAB | {"our_number": IN_DOUBT},
    "of the claims": LAB | {"our_number": "+13125550200", "document_type": "consent"},
    "sending": LAB | {"event": "send_requested"},
    "any event": LAB | {"event": IN_DOUBT},
}


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    compiled, problems = compile_home(home(RULES + TYPED))
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="module")
def events(rule_set: RuleSet) -> dict[str, Facts]:
    return {name: gather(rule_set, [("stated", stated)], at=None).facts for name, stated in EVENTS.items()}


@pytest.mark.parametrize("second", sorted(EVENTS))
def test_an_event_is_decided_alike_whatever_was_decided_before(
    rule_set: RuleSet, events: dict[str, Facts], second: str
) -> None:
    """After each of the others, on an evaluator that has seen only that."""
    wanted = decide(rule_set, events[second])

    for first in sorted(EVENTS):
        evaluator = compile_evaluator(rule_set)
        evaluator.decide(events[first])
        assert wanted == evaluator.decide(events[second]), first


def test_events_in_every_order_are_decided_alike(rule_set: RuleSet, events: dict[str, Facts]) -> None:
    """A few that share their winner, in all orders, on one evaluator that remembers them all."""
    evaluator = compile_evaluator(rule_set)
    few = ("certain", "another patient", "type in doubt", "otherwise")
    wanted = {name: decide(rule_set, events[name]) for name in few}

    for order in permutations(few):
        assert wanted == {name: evaluator.decide(events[name]) for name in order}


def test_a_parked_event_is_parked_every_time() -> None:
    """The record class that parking keeps is not the value of the outcome, and is not remembered as one."""
    compiled, problems = compile_home(home("otherwise: {workspace: Nursing}\n"))
    assert compiled is not None, problems
    event = gather(compiled, [("stated", LAB)], at=None).facts
    evaluator = compile_evaluator(compiled)

    assert decide(compiled, event) == evaluator.decide(event) == evaluator.decide(event)
    assert ["retention"] == [one.outcome for one in evaluator.decide(event).parked]


def test_a_row_after_a_row_in_doubt_hangs_on_the_same_fact(rule_set: RuleSet) -> None:
    """`in order`: the second row counts only if the first does not, and nobody knows yet."""
    event = gather(rule_set, [("stated", LAB | {"ink": IN_DOUBT})], at=None).facts
    notify = compile_evaluator(rule_set).decide(event).outcomes["notify"]

    assert ["rows[second]"] == [one.rule for one in notify.possible]
    assert ("ink",) == notify.hung_on
