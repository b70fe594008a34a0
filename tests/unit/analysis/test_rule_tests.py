"""The tests beside the rules: what is green, what is red, and what is neither."""

import pytest

from faxrouter.analysis.invariant_tests import run_invariants
from faxrouter.analysis.rule_tests import TestStatus as Status
from faxrouter.analysis.rule_tests import run_tests
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.reload.gates import examine
from small_home import OTHERWISE, home

RULES = """\
rules:
  - id: lab
    when: {document_type: lab_result}
    then: {workspace: Referrals, task: {queue: nurses, title: Look}, notify: [charge-nurse, desk]}
"""
IN_CLINIC = 'our_number: "+1 415 555 0100"'

CASES = {
    "right": ("{document_type: lab_result}", "{workspace: Referrals}", Status.PASSED, ""),
    "wrong": (
        "{document_type: lab_result}",
        "{workspace: Nursing}",
        Status.FAILED,
        "`workspace` should be 'Nursing'",
    ),
    "the winner": ("{document_type: lab_result}", "{decided by: {workspace: lab}}", Status.PASSED, ""),
    "another winner": (
        "{document_type: lab_result}",
        "{decided by: {workspace: clinic.otherwise}}",
        Status.FAILED,
        "should be decided by clinic.otherwise, but is decided by lab",
    ),
    "a contributor": ("{document_type: lab_result}", "{decided by: {task: lab}}", Status.PASSED, ""),
    "part of a task": ("{document_type: lab_result}", "{task: {queue: nurses}}", Status.PASSED, ""),
    "a list in any order": ("{document_type: lab_result}", "{notify: [desk, charge-nurse]}", Status.PASSED, ""),
    "a list that lacks one": ("{document_type: lab_result}", "{notify: [desk]}", Status.FAILED, "`notify`"),
    "no value": ("{document_type: other}", "{absent: [task]}", Status.PASSED, ""),
    "an unexpected value": (
        "{document_type: lab_result}",
        "{absent: [task]}",
        Status.FAILED,
        "should have no value",
    ),
    "parked": (
        "{document_type: {state: uncertain, values: [lab_result], confidence: low}}",
        "{parked: yes}",
        Status.PASSED,
        "",
    ),
    "not parked": ("{document_type: other}", "{parked: yes}", Status.FAILED, "should be parked, but is not parked"),
    "parked by surprise": (
        "{document_type: {state: conflict, values: [lab_result, other]}}",
        "{workspace: Referrals}",
        Status.FAILED,
        "hangs on `document_type`",
    ),
    "expects nothing": ("{document_type: other}", "{}", Status.EMPTY, "expects nothing"),
    "names a missing rule": (
        "{document_type: other}",
        "{decided by: {workspace: gone}}",
        Status.EMPTY,
        "there is no rule `gone`",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_only_a_test_that_tests_something_is_green(name: str) -> None:
    """Expects nothing, names a missing rule, or is skipped: its own result, never green (rule-language section 8)."""
    fax, expect, status, reason = CASES[name]
    facts = "{" + IN_CLINIC + ", " + fax[1:]
    text = f"{RULES}{OTHERWISE}tests:\n  - {{name: {name}, fax: {facts}, expect: {expect}}}\n"
    examined = examine(home(text))
    assert examined.rule_set is not None, examined.problems

    (result,) = run_tests(examined.rule_set, decide=compile_evaluator(examined.rule_set).decide)

    assert (result.status, reason in " ".join(result.reasons)) == (status, True)


def test_a_skipped_test_says_why_and_is_not_green() -> None:
    """A skip is a verdict of its own."""
    skipped = f"{{name: later, skip: waits for the new form, fax: {{{IN_CLINIC}}}, expect: {{workspace: Nursing}}}}"
    tests = f"tests:\n  - {skipped}\n"
    examined = examine(home(RULES + OTHERWISE + tests))
    assert examined.rule_set is not None, examined.problems

    (result,) = run_tests(examined.rule_set, decide=compile_evaluator(examined.rule_set).decide)

    assert (result.status, result.reasons) == (Status.SKIPPED, ("waits for the new form",))


def invariant(text: str, rules: str) -> list[tuple[Status, str]]:
    examined = examine(home(f"{rules}{OTHERWISE}must always:\n  - {text}\n"))
    assert examined.rule_set is not None, examined.problems
    results = run_invariants(examined.rule_set, decide=compile_evaluator(examined.rule_set).decide)
    return [(result.status, " ".join(result.reasons)) for result in results]


HELD = "rules:\n  - {id: hold-lab, when: {document_type: lab_result}, then: {hold: matter}}\n"
HELD_BUT_FEW_PAGES = (
    "rules:\n  - {id: hold-lab, when: {document_type: lab_result, pages more than: 3}, then: {hold: matter}}\n"
)
ONLY_URGENT = (
    "rules:\n  - {id: hold-lab, when: {document_type: lab_result}, then: {urgency: normal}}\n"
    "  - {id: late, when: {pages at least: 30}, then: {urgency: now}}\n"
)


def test_an_invariant_that_holds_is_green() -> None:
    """Every fax that was made for it fits."""
    results = invariant("{id: held, never: {document_type: lab_result}, unless: {hold: matter}}", HELD)

    assert results == [(Status.PASSED, "")]


def test_an_invariant_that_a_fax_breaks_shows_the_fax() -> None:
    """Refuted with a concrete fax in the department's scope, as facts that `decide` reads."""
    ((status, reason),) = invariant(
        "{id: held, never: {document_type: lab_result}, unless: {hold: matter}}", HELD_BUT_FEW_PAGES
    )

    assert status is Status.FAILED
    assert '"document_type": "lab_result"' in reason and '"our_number": "+1415555' in reason


def test_an_invariant_is_tried_where_other_rules_speak() -> None:
    """A fax is made for every rule that gives an outcome the invariant names, not only for the plainest one."""
    ((status, reason),) = invariant(
        "{id: calm, never: {document_type: lab_result}, unless: {urgency: normal}}", ONLY_URGENT
    )

    assert status is Status.FAILED
    assert "by late" in reason


def test_an_invariant_without_excuse_is_broken_by_any_fax() -> None:
    """`never` without `unless` describes a fax that must not exist, and nothing keeps it from arriving."""
    ((status, reason),) = invariant("{id: none, never: {document_type: lab_result}}", HELD)

    assert status is Status.FAILED
    assert "nothing excuses" in reason
