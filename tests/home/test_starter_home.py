"""The starter home is the tutorial and the showcase: it passes every gate, and nothing in it is there for show."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faxrouter.facts.gather import gather
from faxrouter.home.directory import read_home
from faxrouter.language.ruleset import Otherwise, Rule, RuleSet, WorkspaceOutput
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.model.plan import RaiseException
from faxrouter.model.problem import Severity
from faxrouter.planning.plan import plan
from faxrouter.reload.gates import Admission, admit

HOME = Path(__file__).parents[2]
DEPARTMENTS = {"claims", "clinic", "customer-service", "hr", "legal", "permits", "procurement"}
RECEIVED = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
PAGE = Document(document_id="D-1", sha256="0" * 64, media_type="image/tiff", size=1, pages=1)


@pytest.fixture(scope="module")
def admission() -> Admission:
    return admit(read_home(HOME))


@pytest.fixture(scope="module")
def rule_set(admission: Admission) -> RuleSet:
    assert admission.served is not None, [str(problem) for problem in admission.problems]
    return admission.served.rule_set


def test_the_starter_home_has_neither_errors_nor_warnings(admission: Admission) -> None:
    """Notes are allowed: inside one file order settles what two rules say."""

    worse = [str(problem) for problem in admission.problems if problem.severity is not Severity.NOTE]
    assert worse == []


def test_every_test_beside_the_rules_is_green(admission: Admission) -> None:
    """Empty and skipped tests are not green."""

    assert [str(result) for result in admission.tests if result.status.value != "passed"] == []


def test_there_are_seven_departments_and_the_organisation(rule_set: RuleSet) -> None:
    """The organisation's file comes first and has no department."""

    assert rule_set.files[0].department is None
    assert {file.department for file in rule_set.files[1:]} == DEPARTMENTS
    assert set(rule_set.exceptions) == {*DEPARTMENTS, "organisation"}


def test_every_rule_and_every_written_row_is_shown_by_a_test(rule_set: RuleSet) -> None:
    """Rows of spreadsheets are too many; one of each is enough."""

    shown = {rule for file in rule_set.files for test in file.tests for rule in test.decided_by.values()}
    named = {rule.name for file in rule_set.files for rule in file.rules if rule.place.file.endswith(".yaml")}
    sheets = {rule.table for file in rule_set.files for rule in file.rules if rule.place.file.endswith(".csv")}
    fallbacks = {file.otherwise.rule_name for file in rule_set.files if file.otherwise is not None}
    assert (named | fallbacks) - shown == set()
    assert {sheet for sheet in sheets if not any(name.startswith(f"{sheet}[") for name in shown)} == set()


def test_every_file_has_an_otherwise_and_an_invariant_and_a_parked_fax(rule_set: RuleSet) -> None:
    """Each department shows the whole of the language: the fallback, the promise, and the question for a person."""

    for file in rule_set.files:
        assert file.otherwise is not None, file.path
        assert file.invariants, file.path
        assert any(test.parked for test in file.tests), file.path


def test_nothing_is_declared_that_no_rule_uses(rule_set: RuleSet) -> None:
    """A template, record class or workspace without a rule would teach an analyst something that is not so."""

    used = {outcome: set(_given(rule_set, outcome)) for outcome in ("metadata", "retention", "workspace")}
    unsure = rule_set.outcomes["metadata"].when_unsure
    assert set(rule_set.metadata_templates) - used["metadata"] - {unsure} == set()
    assert set(rule_set.record_classes) - used["retention"] == set()
    assert {*rule_set.workspaces, *rule_set.workspace_types} - used["workspace"] == set()
    assert set(rule_set.categories) == {template.category for template in rule_set.metadata_templates.values()}
    assert set(rule_set.queues) == {task["queue"] for task in _tasks(rule_set) if "queue" in task}


def test_every_attribute_of_a_category_is_filled_in_by_a_template(rule_set: RuleSet) -> None:
    """The forms hold what faxes say, and no more."""

    filled = {
        (template.category, attribute)
        for template in rule_set.metadata_templates.values()
        for attribute in template.attributes
    }
    declared = {
        (name, attribute) for name, category in rule_set.categories.items() for attribute in category.attributes
    }
    assert declared == filled


def test_every_fax_of_the_tests_is_planned_without_a_mistake_in_a_text(admission: Admission) -> None:
    """Titles and metadata print for known, absent and doubtful facts alike, and every form takes its metadata."""

    assert admission.served is not None
    rule_set, decide = admission.served.rule_set, admission.served.decide
    mistakes = []
    for test in (test for file in rule_set.files for test in file.tests):
        facts = gather(rule_set, [("test", test.fax)], at=RECEIVED).facts
        direction = Direction.OUTBOUND if test.fax.get("event") == "send_requested" else Direction.INBOUND
        fax = Fax(
            fax_id="F-1", direction=direction, service="inbox", reference="R-1", received_at=RECEIVED, documents=(PAGE,)
        )
        made = plan(rule_set, decide(facts), facts, fax=fax, document=PAGE)
        mistakes += [f"{test.name}: {problem}" for problem in made.problems]
        raised = [one for one in made.actions if isinstance(one, RaiseException) and one.kind == "metadata"]
        mistakes += [f"{test.name}: {one.reason}" for one in raised]
    assert mistakes == []


def test_the_brokers_are_some_hundred_rows(rule_set: RuleSet) -> None:
    """The spreadsheet is large enough to show why it is not a rule file."""

    rows = [rule for file in rule_set.files for rule in file.rules if rule.table == "brokers"]
    assert len(rows) >= 300
    assert all(rule.place.file == "rules/brokers.csv" for rule in rows)


def _tasks(rule_set: RuleSet) -> Iterator[Mapping[str, Any]]:
    for file in rule_set.files:
        givers: list[Rule | Otherwise] = [*file.rules, *([file.otherwise] if file.otherwise is not None else [])]
        for output in (giver.outputs["task"] for giver in givers if "task" in giver.outputs):
            yield from output.values


def _given(rule_set: RuleSet, outcome: str) -> Iterator[str]:
    """Every value that some rule or fallback gives to an outcome; of a typed workspace its type and its `else`."""
    for file in rule_set.files:
        givers: list[Rule | Otherwise] = [*file.rules, *([file.otherwise] if file.otherwise is not None else [])]
        for giver in givers:
            output = giver.outputs.get(outcome)
            for value in output.values if output is not None else ():
                if isinstance(value, WorkspaceOutput):
                    yield from (name for name in (value.name, value.type, value.otherwise) if name is not None)
                else:
                    yield str(value)
