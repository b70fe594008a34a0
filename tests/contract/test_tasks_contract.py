"""What every task system does: one open task a key, never a duplicate, never one reopened."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.task import TaskState
from faxrouter.ports import TaskToPut
from implementations import TasksUnderTest, document, filing, nursing_of, tasks

PORT = "tasks"

TASK = TaskToPut(
    task_key="clinic/MRN-1/critical-lab",
    department="clinic",
    kind="critical-lab",
    queue="nurse-line",
    workflow=None,
    title="Critical result",
    due_at="2026-11-23T14:00:00+00:00",
    task_priority="normal",
    escalate_to="clinic-lead",
    document="",
    rules=("clinic-lab-critical",),
)
REMINDER = replace(TASK, assignees=("Clinic intake",))


@pytest.fixture(params=[TASK, REMINDER], ids=["workflow", "reminder"])
def task(request: pytest.FixtureRequest, implementation: TasksUnderTest, tmp_path: Path) -> TaskToPut:
    """A task about a document that is stored: one that starts a workflow, and one for people."""
    wanted: TaskToPut = request.param
    return replace(wanted, document=another_document(implementation, tmp_path, "1"))


def another_document(implementation: TasksUnderTest, directory: Path, number: str) -> str:
    port, given = filing(implementation), document(directory, number.encode(), name=f"Fax {number}")
    return port.store_document(nursing_of(implementation), given, idempotency_key=number).reference


def test_a_new_task_is_created(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """The receipt says so."""

    receipt = tasks(implementation).put(task, idempotency_key="a")

    assert (True, {"action": "created"}) == (receipt.fresh, dict(receipt.details))


def test_an_open_task_of_the_same_key_is_updated(
    implementation: TasksUnderTest, task: TaskToPut, tmp_path: Path
) -> None:
    """A second page for an open task never makes a second task."""
    created = tasks(implementation).put(task, idempotency_key="a")
    second = another_document(implementation, tmp_path, "2")
    updated = tasks(implementation).put(replace(task, document=second), idempotency_key="b")

    assert created.reference == updated.reference
    assert (True, {"action": "updated"}) == (updated.fresh, dict(updated.details))


def test_a_repeated_put_answers_what_the_first_one_did(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """The same key again changes nothing, after a restart too."""
    first = tasks(implementation).put(task, idempotency_key="a")
    second = tasks(implementation).put(task, idempotency_key="b")

    implementation.restart()
    repeated = [tasks(implementation).put(task, idempotency_key=key) for key in ("a", "b")]

    assert [dict(first.details), dict(second.details)] == [dict(receipt.details) for receipt in repeated]
    assert [first.reference] * 2 == [receipt.reference for receipt in repeated]
    assert [False, False] == [receipt.fresh for receipt in repeated]


def test_a_closed_task_is_never_reopened(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """What comes after the closing is a new task, and repeating the old key does not touch it."""
    first = tasks(implementation).put(task, idempotency_key="a")
    implementation.close_task(first.reference)

    second = tasks(implementation).put(task, idempotency_key="b")
    third = tasks(implementation).put(task, idempotency_key="c")
    repeated = tasks(implementation).put(task, idempotency_key="a")

    assert first.reference != second.reference
    assert ("created", "updated") == (second.details["action"], third.details["action"])
    assert second.reference == third.reference
    assert (first.reference, False) == (repeated.reference, repeated.fresh)


@pytest.mark.parametrize("other", ["clinic/MRN-2/critical-lab", "legal/MRN-1/critical-lab"])
def test_another_key_is_another_task(implementation: TasksUnderTest, task: TaskToPut, other: str) -> None:
    """Tasks meet only by their whole key."""
    first = tasks(implementation).put(task, idempotency_key="a")

    assert first.reference != tasks(implementation).put(replace(task, task_key=other), idempotency_key="b").reference


def test_an_open_task_is_updated_even_when_the_rule_names_another_queue(
    implementation: TasksUnderTest, task: TaskToPut
) -> None:
    """The key decides, not the queue."""
    first = tasks(implementation).put(task, idempotency_key="a")

    assert first.reference == tasks(implementation).put(replace(task, queue="intake"), idempotency_key="b").reference


def test_a_task_may_start_a_workflow_instead_of_entering_a_queue(
    implementation: TasksUnderTest, task: TaskToPut
) -> None:
    """A workflow map takes the queue's place."""
    wanted = replace(task, queue=None, assignees=(), workflow={"map": "Critical result", "step": "2"})

    assert {"action": "created"} == dict(tasks(implementation).put(wanted, idempotency_key="a").details)


def test_threads_that_put_one_key_of_task_make_one_task(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """Two faxes of one patient at the same moment are one task."""
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: tasks(implementation).put(task, idempotency_key=f"key-{n}"), range(16)))

    assert 1 == len({receipt.reference for receipt in receipts})
    assert 1 == [receipt.details["action"] for receipt in receipts].count("created")


def test_tasks_that_work_are_healthy(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """None means that it can be used."""

    assert tasks(implementation).health() is None


def test_a_task_is_open_until_somebody_closes_it(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """Seen in the other system, after a restart too."""
    reference = tasks(implementation).put(task, idempotency_key="a").reference
    before = tasks(implementation).state(reference)
    implementation.close_task(reference)

    implementation.restart()

    assert (TaskState.OPEN, TaskState.CLOSED) == (before, tasks(implementation).state(reference))


@pytest.mark.parametrize("reference", ["no such task", "../..", "", "999999"])
def test_a_task_that_nobody_knows_is_closed_and_cannot_escalate(implementation: TasksUnderTest, reference: str) -> None:
    """There is nothing left to do about it."""
    port = tasks(implementation)

    with pytest.raises(Failed) as refused:
        port.escalate(reference, "clinic-lead", words="Overdue", idempotency_key="e")

    assert TaskState.CLOSED is port.state(reference)
    assert FailureKind.REJECTED is refused.value.failure.kind


def test_a_task_escalates_once_a_key(implementation: TasksUnderTest, task: TaskToPut) -> None:
    """After a restart too; it stays open."""
    reference = tasks(implementation).put(task, idempotency_key="a").reference
    first = tasks(implementation).escalate(reference, "clinic-lead", words="Overdue", idempotency_key="e")

    implementation.restart()
    second = tasks(implementation).escalate(reference, "clinic-lead", words="Overdue", idempotency_key="e")

    assert (True, False) == (first.fresh, second.fresh)
    assert TaskState.OPEN is tasks(implementation).state(reference)
