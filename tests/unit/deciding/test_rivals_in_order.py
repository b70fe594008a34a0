"""Why a `first` rival lost, where only groups and places order it."""

import pytest

from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.trace import trace
from faxrouter.facts.gather import gather
from faxrouter.language.compile import compile_home
from small_home import IN_CLINIC, OTHERWISE, home

CLINIC = f"""\
rules:
  - {{id: lab, when: {{document_type: lab_result}}, then: {{desk: a}}}}
  - {{id: later, when: {{document_type: lab_result}}, then: {{desk: b}}}}
{OTHERWISE}"""
ORGANISATION = f"""\
language: 1
rules:
  - {{id: early, apply: before departments, when: {{pages: 3}}, then: {{desk: c}}}}
  - {{id: late, apply: after departments, when: {{document_type: lab_result}}, then: {{desk: c}}}}
{OTHERWISE}"""
RULE_SET, PROBLEMS = compile_home(home(CLINIC, organisation=ORGANISATION))
assert RULE_SET is not None, PROBLEMS
EVALUATOR = compile_evaluator(RULE_SET)


@pytest.mark.parametrize(
    ("pages", "lost"),
    [
        (1, {"later": "`lab` (rules/clinic.rules.yaml:", "late": "it applies after departments, and `lab` is a rule"}),
        (3, {"lab": "`early` applies before departments", "late": "`early` applies before departments"}),
    ],
)
def test_a_rival_is_told_who_stands_before_it(pages: int, lost: dict[str, str]) -> None:
    """In words that name the winner, and its line where the file's order decided."""
    stated = {"event": "received", "our_number": IN_CLINIC, "document_type": "lab_result", "pages": pages}
    facts = gather(EVALUATOR.rule_set, [("stated", stated)], at=None)

    told = next(one for one in trace(EVALUATOR, facts.facts).outcomes if one.outcome == "desk")

    reasons = {rival.rule: rival.why_lost for rival in told.rivals}
    assert dict.fromkeys(lost, True) == {name: reasons[name].startswith(start) for name, start in lost.items()}
