"""Tasks that are still open in another system: when each is due, to whom it escalates, when to look at it next.

The list changes; what became of a task is journalled as entries that stay: `escalated`, `task_closed`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from faxrouter.journal import exceptions
from faxrouter.journal.forms import moment_from, moment_text
from faxrouter.journal.journal import Entry, Journal, Writing
from faxrouter.journal.tables import tasks
from faxrouter.journal.work import Work
from faxrouter.model.plan import PutTask


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """One task that nobody has been seen to close."""

    task_id: str
    department: str
    # the other system's own
    reference: str
    # of the last fax that was put into it
    fax_id: str
    document_id: str | None
    # aware UTC
    due_at: datetime | None
    escalate_to: str | None
    escalated: bool
    look_at: datetime

    @property
    def is_overdue_at(self) -> datetime | None:
        """When it has to escalate; None when there is nothing to escalate, or it was done."""
        return None if self.escalated else self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSums:
    open: int
    overdue: int


def record_open(writing: Writing, document: Work, action: PutTask, reference: str, *, look_at: datetime) -> None:
    """The task was made, or another fax was put into it: the earlier due time counts, and an earlier word of whom it
    escalates to. A due time that moves forward after the task escalated escalates it no second time."""
    due = datetime.fromisoformat(action.due_at) if action.due_at else None
    task_id = _task_id(action.department, reference)
    row = {
        "task_id": task_id,
        "department": action.department,
        "reference": reference,
        "fax_id": document.fax_id,
        "document_id": document.document_id,
        "due_at": moment_text(due) if due is not None else None,
        "escalate_to": action.escalate_to,
        "look_at": moment_text(_first_look(due, look_at, now=writing.now)),
    }
    if writing.insert_once(tasks, row):
        return
    where = tasks.c.task_id == task_id
    standing = _task(writing.lists.execute(sa.select(tasks).where(where)).one())
    earliest = min((one for one in (due, standing.due_at) if one is not None), default=None)
    row |= {
        "due_at": moment_text(earliest) if earliest is not None else None,
        "escalate_to": standing.escalate_to or action.escalate_to,
        "look_at": moment_text(min(_first_look(earliest, look_at, now=writing.now), standing.look_at)),
    }
    writing.lists.execute(sa.update(tasks).where(where).values(**row))


def _first_look(due: datetime | None, look_at: datetime, *, now: datetime) -> datetime:
    """At the moment it is due, if that comes before the ordinary look; at once for what is overdue."""
    return look_at if due is None else min(look_at, max(due, now))


def to_look_at(journal: Journal, *, limit: int) -> Sequence[OpenTask]:
    """Those whose time to be looked at has come, the longest waiting first."""
    chosen = sa.select(tasks).where(tasks.c.look_at <= moment_text(journal.now)).order_by(tasks.c.look_at).limit(limit)
    with journal.read() as connection:
        return [_task(row) for row in connection.execute(chosen)]


def look_again(writing: Writing, task: OpenTask, *, at: datetime) -> bool:
    """It is looked at next at that moment. False when another router was faster."""
    changed = writing.lists.execute(
        sa.update(tasks)
        .where(tasks.c.task_id == task.task_id, tasks.c.look_at == moment_text(task.look_at))
        .values(look_at=moment_text(at))
    )
    return bool(changed.rowcount)


def record_escalated(writing: Writing, task: OpenTask, *, fresh: bool) -> None:
    """Journal that an overdue task was put before those it escalates to."""
    writing.add(
        Entry(
            kind="escalated",
            key=escalation_key(task),
            fax_id=task.fax_id,
            document_id=task.document_id,
            department=task.department,
            body={"task": task.task_id, "to": task.escalate_to, "fresh": fresh},
        )
    )
    writing.lists.execute(sa.update(tasks).where(tasks.c.task_id == task.task_id).values(escalated=1))


def record_closed(writing: Writing, task: OpenTask) -> None:
    """Journal that the other system was seen to have closed the task; it leaves the list."""
    writing.add(
        Entry(
            kind="task_closed",
            key=task.task_id,
            fax_id=task.fax_id,
            document_id=task.document_id,
            department=task.department,
            body={"task": task.task_id},
        )
    )
    exceptions.settle(writing, overdue_id(task), by="faxrouter", how="the task was closed")
    writing.lists.execute(sa.delete(tasks).where(tasks.c.task_id == task.task_id))


def sums(journal: Journal) -> TaskSums:
    """How many are open, and how many of them are past their due time."""
    overdue = sa.func.count().filter(tasks.c.due_at <= moment_text(journal.now))
    with journal.read() as connection:
        row = connection.execute(sa.select(sa.func.count(), overdue).select_from(tasks)).one()
    return TaskSums(open=int(row[0]), overdue=int(row[1]))


def escalation_key(task: OpenTask) -> str:
    """A task escalates once."""
    return f"escalate:{task.task_id}"


def overdue_id(task: OpenTask) -> str:
    """Its entry of the exception queue."""
    return f"overdue:{task.task_id}"


def _task_id(department: str, reference: str) -> str:
    """The other system's reference is not shown in entries that stay."""
    return f"T-{hashlib.sha256(f'{department}|{reference}'.encode()).hexdigest()[:16]}"


def _task(row: sa.Row[Any]) -> OpenTask:
    return OpenTask(
        task_id=row.task_id,
        department=row.department,
        reference=row.reference,
        fax_id=row.fax_id,
        document_id=row.document_id,
        due_at=moment_from(row.due_at) if row.due_at else None,
        escalate_to=row.escalate_to,
        escalated=bool(row.escalated),
        look_at=moment_from(row.look_at),
    )
