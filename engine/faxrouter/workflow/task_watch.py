"""Open tasks, looked at from time to time: a closed one is journalled as closed, an overdue one escalates once.

Waiting costs a row of the journal and nothing else. Every step is keyed, so that a crash between two of them, or a
second router, does nothing twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from faxrouter.journal import exceptions, tasks
from faxrouter.model.failure import Failed
from faxrouter.model.task import TaskState
from faxrouter.workflow.services import Services

_OVERDUE = "the task is overdue"


class TaskWatch:
    """Looks at a few tasks each turn, so that many open ones do not call a system more often than it can bear."""

    def __init__(self, services: Services, *, again_after: timedelta, at_once: int = 20) -> None:
        self._services = services
        self._again_after = again_after
        self._at_once = at_once

    def look(self, is_ending: Callable[[], bool] = lambda: False) -> int:
        """How many were looked at. Raises Unavailable."""
        found = tasks.to_look_at(self._services.journal, limit=self._at_once)
        looked = 0
        for task in found:
            if is_ending():
                break
            with self._services.journal.write() as writing:
                mine = tasks.look_again(writing, task, at=self._next_look(task))
            if mine:
                looked += 1
                self._look_at(task)
        return looked

    def _look_at(self, task: tasks.OpenTask) -> None:
        services = self._services
        try:
            port = services.systems_of(task.department).tasks
            if port.state(task.reference) is TaskState.CLOSED:
                with services.journal.write() as writing:
                    tasks.record_closed(writing, task)
                services.observe("task closed", fax=task.fax_id, task=task.task_id)
                return
            due = task.is_overdue_at
            if due is None or due > services.journal.now:
                return
            self._tell_people(task)
            fresh = False
            if task.escalate_to is not None:
                key = tasks.escalation_key(task)
                done = port.escalate(task.reference, task.escalate_to, words="Overdue", idempotency_key=key)
                fresh = done.fresh
            with services.journal.write() as writing:
                tasks.record_escalated(writing, task, fresh=fresh)
            services.observe("escalated", fax=task.fax_id, task=task.task_id)
        except Failed as err:
            # looked at again when its turn comes
            services.observe(
                "step failed",
                fax=task.fax_id,
                system=err.failure.system,
                operation=err.failure.operation,
                kind=err.failure.kind.value,
                reason=err.failure.reason,
            )

    def _tell_people(self, task: tasks.OpenTask) -> None:
        """An entry of our own queue as well: whoever should hear of it in the other system may not be reached there."""
        with self._services.journal.write() as writing:
            exceptions.record_exception(
                writing,
                tasks.overdue_id(task),
                kind="overdue",
                reason=f"{_OVERDUE}; it escalates to {task.escalate_to}" if task.escalate_to else _OVERDUE,
                fax_id=task.fax_id,
                document_id=task.document_id,
                department=task.department,
            )

    def _next_look(self, task: tasks.OpenTask) -> datetime:
        now = self._services.journal.now
        later = now + self._again_after
        due = task.is_overdue_at
        return later if due is None or due <= now else min(later, due)
