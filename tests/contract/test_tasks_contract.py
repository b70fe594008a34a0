"""What every task system does: one open task a key, never a duplicate, never one reopened."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from faxrouter.ports import TaskToPut
from implementations import Implementation, tasks

TASK = TaskToPut(
    task_key="clinic/MRN-1/critical-lab",
    department="clinic",
    kind="critical-lab",
    queue="nurse-line",
    workflow=None,
    title="Critical result",
    due_at="2026-11-23T14:00:00+00:00",
    task_priority="normal",
    escalate_to=None,
    document="document-1",
    rules=("clinic-lab-critical",),
)


def test_a_new_task_is_created(implementation: Implementation) -> None:
    """The receipt says so."""

    receipt = tasks(implementation).put(TASK, idempotency_key="a")

    assert (True, {"action": "created"}) == (receipt.fresh, dict(receipt.details))


def test_an_open_task_of_the_same_key_is_updated(implementation: Implementation) -> None:
    """A second page for an open task never makes a second task."""
    created = tasks(implementation).put(TASK, idempotency_key="a")
    updated = tasks(implementation).put(replace(TASK, document="document-2"), idempotency_key="b")

    assert created.reference == updated.reference
    assert (True, {"action": "updated"}) == (updated.fresh, dict(updated.details))


def test_a_repeated_put_answers_what_the_first_one_did(implementation: Implementation) -> None:
    """The same key again changes nothing, after a restart too."""
    first = tasks(implementation).put(TASK, idempotency_key="a")
    second = tasks(implementation).put(TASK, idempotency_key="b")

    implementation.restart()
    repeated = [tasks(implementation).put(TASK, idempotency_key=key) for key in ("a", "b")]

    assert [dict(first.details), dict(second.details)] == [dict(receipt.details) for receipt in repeated]
    assert [first.reference] * 2 == [receipt.reference for receipt in repeated]
    assert [False, False] == [receipt.fresh for receipt in repeated]


def test_a_closed_task_is_never_reopened(implementation: Implementation) -> None:
    """What comes after the closing is a new task, and repeating the old key does not touch it."""
    first = tasks(implementation).put(TASK, idempotency_key="a")
    implementation.close_task(first.reference)

    second = tasks(implementation).put(TASK, idempotency_key="b")
    third = tasks(implementation).put(TASK, idempotency_key="c")
    repeated = tasks(implementation).put(TASK, idempotency_key="a")

    assert first.reference != second.reference
    assert ("created", "updated") == (second.details["action"], third.details["action"])
    assert second.reference == third.reference
    assert (first.reference, False) == (repeated.reference, repeated.fresh)


@pytest.mark.parametrize(
    "other",
    [replace(TASK, task_key="clinic/MRN-2/critical-lab"), replace(TASK, task_key="legal/MRN-1/critical-lab")],
    ids=["another patient", "another department"],
)
def test_another_key_is_another_task(implementation: Implementation, other: TaskToPut) -> None:
    """Tasks meet only by their whole key."""
    first = tasks(implementation).put(TASK, idempotency_key="a")

    assert first.reference != tasks(implementation).put(other, idempotency_key="b").reference


def test_an_open_task_is_updated_even_when_the_rule_names_another_queue(implementation: Implementation) -> None:
    """The key decides, not the queue."""
    first = tasks(implementation).put(TASK, idempotency_key="a")

    assert first.reference == tasks(implementation).put(replace(TASK, queue="intake"), idempotency_key="b").reference


def test_a_task_may_start_a_workflow_instead_of_entering_a_queue(implementation: Implementation) -> None:
    """A workflow map takes the queue's place."""
    task = replace(TASK, queue=None, workflow={"map": "Critical result", "step": 2})

    assert {"action": "created"} == dict(tasks(implementation).put(task, idempotency_key="a").details)


def test_threads_that_put_one_key_of_task_make_one_task(implementation: Implementation) -> None:
    """Two faxes of one patient at the same moment are one task."""
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda n: tasks(implementation).put(TASK, idempotency_key=f"key-{n}"), range(16)))

    assert 1 == len({receipt.reference for receipt in receipts})
    assert 1 == [receipt.details["action"] for receipt in receipts].count("created")


def test_tasks_that_work_are_healthy(implementation: Implementation) -> None:
    """None means that it can be used."""

    assert tasks(implementation).health() is None
