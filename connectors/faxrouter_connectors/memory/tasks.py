"""The `Tasks` fake: tasks in memory, closed by the test."""

import threading
from dataclasses import dataclass, field

from faxrouter.model.plan import Receipt
from faxrouter.model.task import TaskState, earlier_due, higher_task_priority
from faxrouter.ports import TaskToPut
from faxrouter_connectors.memory.faults import FaultPlan


@dataclass(slots=True, kw_only=True)
class PutTask:
    """One task as it stands now."""

    reference: str
    task_key: str
    title: str
    queue: str | None
    due_at: str | None
    task_priority: str | None
    escalate_to: str | None
    documents: list[str]
    rules: list[str]
    # idempotency keys; the first one made it
    keys: list[str]
    open: bool = True
    # idempotency key → to whom, and why
    escalations: dict[str, tuple[str, str]] = field(default_factory=dict)


class MemoryTasks:
    """Tasks in memory; `close` is what a person does."""

    def __init__(self, *, faults: FaultPlan) -> None:
        self.faults = faults
        self.tasks: list[PutTask] = []
        self._lock = threading.RLock()

    def put(self, task: TaskToPut, *, idempotency_key: str) -> Receipt:
        with self._lock, self.faults.around("put", task=task, idempotency_key=idempotency_key):
            same = [one for one in self.tasks if one.task_key == task.task_key]
            for one in same:
                if idempotency_key in one.keys:
                    return _receipt(idempotency_key, one, fresh=False)
            for one in same:
                if one.open:
                    one.due_at = earlier_due(one.due_at, task.due_at)
                    one.task_priority = higher_task_priority(one.task_priority, task.task_priority)
                    one.escalate_to = one.escalate_to or task.escalate_to
                    one.documents = list(dict.fromkeys([*one.documents, task.document]))
                    one.rules = list(dict.fromkeys([*one.rules, *task.rules]))
                    one.keys.append(idempotency_key)
                    return _receipt(idempotency_key, one, fresh=True)
            made = PutTask(
                reference=f"task-{len(self.tasks) + 1}",
                task_key=task.task_key,
                title=task.title,
                queue=task.queue,
                due_at=task.due_at,
                task_priority=task.task_priority,
                escalate_to=task.escalate_to,
                documents=[task.document],
                rules=list(task.rules),
                keys=[idempotency_key],
            )
            self.tasks.append(made)
            return _receipt(idempotency_key, made, fresh=True)

    def state(self, task: str) -> TaskState:
        with self._lock, self.faults.around("state", task=task):
            standing = self._task(task)
            return TaskState.OPEN if standing is not None and standing.open else TaskState.CLOSED

    def escalate(self, task: str, to: str, *, words: str, idempotency_key: str) -> Receipt:
        with self._lock, self.faults.around("escalate", task=task, to=to, idempotency_key=idempotency_key):
            standing = self._task(task)
            if standing is None:
                raise self.faults.refuse("escalate task", "there is no such task")
            fresh = idempotency_key not in standing.escalations
            standing.escalations[idempotency_key] = (to, words)
            return Receipt(idempotency_key=idempotency_key, reference=task, fresh=fresh)

    def close(self, reference: str) -> None:
        for one in self.tasks:
            if one.reference == reference:
                one.open = False

    def health(self) -> str | None:
        return None

    def _task(self, reference: str) -> PutTask | None:
        return next((one for one in self.tasks if one.reference == reference), None)


def _receipt(idempotency_key: str, task: PutTask, *, fresh: bool) -> Receipt:
    action = "created" if task.keys[0] == idempotency_key else "updated"
    return Receipt(idempotency_key=idempotency_key, reference=task.reference, fresh=fresh, details={"action": action})
