"""Open tasks are looked at from time to time: closed ones leave the list, overdue ones escalate once."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from faxrouter.journal import exceptions, tasks, work
from faxrouter.model.failure import FailureKind
from faxrouter.model.plan import PutTask
from faxrouter.ports import TaskToPut
from faxrouter.workflow.task_watch import TaskWatch

AGAIN = timedelta(minutes=10)


@dataclass
class Watched:
    """A task of the department `claims` that is open, and the watch over it."""

    standing: Any

    def __post_init__(self) -> None:
        self.watch = TaskWatch(self.standing.services(), again_after=AGAIN)

    def put(self, number: int = 1, *, due_in: timedelta | None = None, escalate_to: str | None = "lead") -> str:
        """One fax puts the task; its reference."""
        due = None if due_in is None else (self.standing.clock.now() + due_in).isoformat()
        asked = TaskToPut(
            task_key="claims/CLM-1/review",
            department="claims",
            kind="review",
            queue="adjusters",
            workflow=None,
            title="Review",
            due_at=due,
            task_priority=None,
            escalate_to=escalate_to,
            document=f"document-{number}",
            rules=("r",),
        )
        reference = self.standing.tasks.put(asked, idempotency_key=f"key-{number}").reference
        action = PutTask(
            idempotency_key=f"key-{number}",
            department="claims",
            kind="review",
            queue="adjusters",
            workflow=None,
            title="Review",
            due_at=due,
            task_priority=None,
            escalate_to=escalate_to,
            rules=("r",),
            task_key="claims/CLM-1/review",
        )
        with self.standing.journal.write() as writing:
            work.put(
                writing, work.FILE, fax_id=f"F-{number}", document_id=f"F-{number}-1", department="claims", case_key="c"
            )
        of_fax = work.load(self.standing.journal, f"file:F-{number}-1")
        assert of_fax is not None
        with self.standing.journal.write() as writing:
            tasks.record_open(writing, of_fax, action, reference, look_at=writing.now + AGAIN)
        return str(reference)

    def pass_by(self, time: timedelta) -> int:
        """Later, the watch looks; at how many tasks."""
        self.standing.clock.pass_by(time.total_seconds())
        return self.watch.look()

    @property
    def escalations(self) -> list[str]:
        (task,) = self.standing.tasks.tasks
        return [to for to, _ in task.escalations.values()]


@pytest.fixture
def watched(standing: Any) -> Watched:
    return Watched(standing)


def test_a_task_is_looked_at_when_its_time_has_come(watched: Watched) -> None:
    """Not before, and not again at once."""
    watched.put()

    assert [0, 0, 1, 0, 1] == [watched.pass_by(minutes * AGAIN / 10) for minutes in (0, 9, 1, 1, 9)]
    assert 2 == watched.standing.faults.count("state")


def test_a_closed_task_is_journalled_and_looked_at_no_more(watched: Watched) -> None:
    """Whoever closed it did so in the other system."""
    reference = watched.put()
    watched.standing.tasks.close(reference)

    assert [1, 0] == [watched.pass_by(AGAIN), watched.pass_by(AGAIN)]
    assert 1 == len(watched.standing.kinds("task_closed"))
    assert tasks.TaskSums(open=0, overdue=0) == tasks.sums(watched.standing.journal)


def test_an_overdue_task_escalates_once_and_stands_before_people(watched: Watched) -> None:
    """To those whom the rule named, and in the exception queue; at the moment it is due, not at the next turn."""
    watched.put(due_in=timedelta(minutes=3))

    assert [0, 1, 1, 1] == [watched.pass_by(timedelta(minutes=minutes)) for minutes in (2, 1, 10, 10)]
    assert ["lead"] == watched.escalations
    assert 1 == len(watched.standing.kinds("escalated"))
    (queued,) = exceptions.open_exceptions(watched.standing.journal)
    assert ("overdue", "claims", "F-1") == (queued.kind, queued.department, queued.fax_id)
    assert tasks.TaskSums(open=1, overdue=1) == tasks.sums(watched.standing.journal)


def test_an_overdue_task_that_is_closed_at_last_leaves_the_exception_queue(watched: Watched) -> None:
    """Nobody has to settle it by hand."""
    reference = watched.put(due_in=timedelta(minutes=3))
    watched.pass_by(timedelta(minutes=3))
    watched.standing.tasks.close(reference)

    watched.pass_by(AGAIN)

    assert [] == list(exceptions.open_exceptions(watched.standing.journal))


def test_an_overdue_task_without_somebody_to_escalate_to_is_told_all_the_same(watched: Watched) -> None:
    """In the exception queue only."""
    watched.put(due_in=timedelta(minutes=3), escalate_to=None)

    watched.pass_by(timedelta(minutes=3))

    assert [] == watched.escalations
    assert 1 == len(exceptions.open_exceptions(watched.standing.journal))


def test_a_task_that_was_due_before_the_router_began_escalates_at_the_first_look(watched: Watched) -> None:
    """A router that was down is late, not forgetful."""
    watched.put(due_in=timedelta(minutes=-60))

    assert 1 == watched.pass_by(timedelta())
    assert ["lead"] == watched.escalations


def test_a_later_fax_may_bring_the_due_time_forward_and_never_back(watched: Watched) -> None:
    """The earliest counts, and one task escalates once."""
    watched.put(1, due_in=timedelta(minutes=30))
    watched.put(2, due_in=timedelta(minutes=5))
    watched.put(3, due_in=timedelta(minutes=90))

    watched.pass_by(timedelta(minutes=5))
    watched.put(4, due_in=timedelta(minutes=1))
    watched.pass_by(timedelta(minutes=11))

    assert ["lead"] == watched.escalations
    assert 1 == len(watched.standing.tasks.tasks)


@pytest.mark.parametrize("operation", ["state", "escalate"])
@pytest.mark.parametrize("after_effect", [False, True])
def test_what_fails_is_done_at_the_next_look(watched: Watched, operation: str, after_effect: bool) -> None:
    """With the same key, so that a lost answer escalates no second time."""
    watched.put(due_in=timedelta(minutes=3))
    watched.standing.faults.fail(operation, FailureKind.UNKNOWN, after_effect=after_effect)

    watched.pass_by(timedelta(minutes=3))
    assert [] == watched.standing.kinds("escalated")
    watched.pass_by(AGAIN)

    assert ["lead"] == watched.escalations
    assert 1 == len(watched.standing.kinds("escalated"))


def test_a_task_of_a_department_without_identity_waits(watched: Watched) -> None:
    """The settings changed under it: no other department's identity looks at it, and nothing is lost."""
    watched.put()
    without = replace(watched.standing.services(), systems={})
    watched.standing.clock.pass_by(AGAIN.total_seconds())

    assert 1 == TaskWatch(without, again_after=AGAIN).look()
    assert [] == watched.standing.kinds("task_closed")
    assert 1 == watched.pass_by(AGAIN)


def test_two_routers_do_not_look_at_one_task_at_once(watched: Watched) -> None:
    """Whoever sets its next look first has it."""
    watched.put()
    watched.standing.clock.pass_by(AGAIN.total_seconds())
    (seen,) = tasks.to_look_at(watched.standing.journal, limit=10)

    with watched.standing.journal.write() as writing:
        first = tasks.look_again(writing, seen, at=writing.now + AGAIN)
        second = tasks.look_again(writing, seen, at=writing.now + AGAIN)

    assert (True, False) == (first, second)


def test_a_watch_that_ends_leaves_the_rest_for_the_next_one(watched: Watched) -> None:
    """Nothing is begun after the router is told to end."""
    watched.put()
    watched.standing.clock.pass_by(AGAIN.total_seconds())

    assert 0 == watched.watch.look(lambda: True)
    assert 1 == watched.watch.look()
