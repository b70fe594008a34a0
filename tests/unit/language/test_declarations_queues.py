"""The queues of `workspaces.yaml`: who does their tasks; and the tasks of rules that go into them."""

from collections.abc import Callable
from typing import Any

import pytest

from faxrouter.language.catalogue.examples import clinic, then
from faxrouter.language.declarations.queues import read_queues
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import QueueDeclaration
from faxrouter.language.source import MapNode, read_yaml
from faxrouter.model.problem import Place

WORKSPACES = """language: 1
workspaces:
  Nursing: {department: clinic, path: [Clinic, Nursing]}
exceptions: {clinic: Clinic exceptions, organisation: Unsorted faxes}
"""
# the base home has a rule of its own whose task goes to the front desk
QUEUES = f"{WORKSPACES}queues: {{nurse-line: {{workflow: Fax task}}, front-desk: {{assign to: [Front desk]}}}}\n"


def queues_of(entries: str) -> tuple[dict[str, QueueDeclaration], list[str]]:
    findings = Findings()
    root = read_yaml("f", f"queues:\n{entries}".encode(), findings=findings)
    assert isinstance(root, MapNode)
    read = read_queues(root.get("queues"), findings=findings)
    return dict(read), [str(problem).removeprefix("f:") for problem in findings.sorted()]


def test_queues_are_what_was_written() -> None:
    """A workflow map that is started, or people and groups who get a reminder."""

    read, problems = queues_of(
        "  nurse-line: {workflow: Fax task}\n"
        "  mailroom: {assign to: [County mailroom, Deputy]}\n"
        "  clerk: {assign to: Clerk}\n"
    )

    def queue(name: str, workflow: str | None, assignees: tuple[str, ...], line: int) -> QueueDeclaration:
        place = Place(file="f", line=line, column=3)
        return QueueDeclaration(name=name, workflow=workflow, assignees=assignees, place=place)

    assert problems == []
    assert read == {
        "nurse-line": queue("nurse-line", "Fax task", (), 2),
        "mailroom": queue("mailroom", None, ("County mailroom", "Deputy"), 3),
        "clerk": queue("clerk", None, ("Clerk",), 4),
    }


NOBODY = "2:3 R127 the queue `q` has nobody who does its tasks; write `workflow: NAME` or `assign to: [...]`"
WRONG = [
    ("{}", [NOBODY]),
    ("{assign to: []}", [NOBODY]),
    ('{assign to: [" "]}', [NOBODY]),
    ('{workflow: ""}', [NOBODY]),
    ("{workflow: }", ["2:17 R009 `workflow` has no value"]),
    ("{workflow: a, assign to: [b]}", ["2:3 R127 the queue `q` has both `workflow` and `assign to`; keep one of them"]),
    ("{worklfow: a}", ['2:7 R008 unknown key `worklfow` in the queue `q`; did you mean "workflow"?']),
    ("{assign to: [a, a]}", ["2:22 R104 `a` stands twice in `assign to`; keep one"]),
    ("{workflow: [a]}", ["2:17 R007 `workflow` must be a single value, not a list or a map"]),
    ("Fax task", ["2:6 R007 the queue `q` must be a map (`key: value` lines)"]),
]


@pytest.mark.parametrize(("entry", "expected"), WRONG, ids=[entry for entry, _ in WRONG])
def test_a_mistake_in_a_queue_is_named_at_its_place(entry: str, expected: list[str]) -> None:
    """Exactly one of `workflow` and `assign to`."""

    _, problems = queues_of(f"  q: {entry}\n")

    assert expected == problems


TASKS = [
    ("{queue: nurse-line}", []),
    ("{queue: nurse-lin}", ['9:26 R309 unknown queue `nurse-lin`; did you mean "nurse-line"?']),
    ("{queue: dispatch}", ["9:26 R309 unknown queue `dispatch`; queues stand in workspaces.yaml"]),
    # known only when a fax comes
    ("{queue: \"desk-{{ patient_id or 'x' }}\"}", []),
    # a queue or anybody else
    ("{queue: nurse-line, escalate to: charge-nurse}", []),
    ("{workflow: Review}", []),
    ("{workflow: {map: Review, Step: 1}}", []),
    ("{workflow: {Step: 1}}", ["9:29 R307 `workflow` needs `map:`, the name of the workflow map to start"]),
    ("{workflow: {map: ' '}}", ["9:35 R307 `map` is empty; write it, or remove the line"]),
    ("{workflow: {map: [a]}}", ["9:35 R007 `map` must be a single value, not a list or a map"]),
    ("{workflow: ''}", ["9:29 R307 `workflow` is empty; write it, or remove the line"]),
]


@pytest.mark.parametrize(("task", "expected"), TASKS, ids=[task for task, _ in TASKS])
def test_a_task_goes_into_a_declared_queue_or_starts_a_map(
    task: str, expected: list[str], compiled: Callable[..., Any]
) -> None:
    """A queue that nobody looks after is a mistake as soon as queues are declared."""

    made = compiled({**then(f"{{task: {task}}}"), "rules/workspaces.yaml": QUEUES})

    assert expected == made.texts


@pytest.mark.parametrize("section", ["", "queues: {}\n"])
def test_without_the_section_queues_are_free_names(section: str, compiled: Callable[..., Any]) -> None:
    """A home need not say who does its tasks."""

    made = compiled({**then("{task: {queue: anything}}"), "rules/workspaces.yaml": WORKSPACES + section})

    assert (made.texts, made.rule_set.queues) == ([], {})


def test_the_last_candidate_goes_into_a_declared_queue_as_well(compiled: Callable[..., Any]) -> None:
    """Every task of every rule, `otherwise` among them."""

    last = "{workspace: Nursing, retention: years_10, approval: block, task: {queue: nurses}}"
    made = compiled({**clinic(otherwise=last), "rules/workspaces.yaml": QUEUES})

    assert ["R309"] == [problem.code for problem in made.problems]


def test_a_queue_with_a_mistake_is_not_unknown_besides(compiled: Callable[..., Any]) -> None:
    """One mistake, one problem."""

    broken = QUEUES.replace("{workflow: Fax task}", "Fax task")
    made = compiled({**then("{task: {queue: nurse-line}}"), "rules/workspaces.yaml": broken})

    assert ["R007"] == [problem.code for problem in made.problems]
