"""The `Tasks` port as one JSON file a task, in a folder a queue.

Knows no workflow engine. A person closes a task by writing `"status": "closed"` into its file.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from faxrouter.model.plan import Receipt
from faxrouter.model.task import TaskState, earlier_due, higher_task_priority
from faxrouter.ports import Clock, TaskToPut
from faxrouter_connectors.folder.durable_files import failing_as, make_directory, refusal, write_file
from faxrouter_connectors.folder.names import digest, readable
from faxrouter_connectors.folder.tree import Tree

_OPERATION = "put task"


class _TaskFile(BaseModel):
    """One task as it stands in its file. `documents` are references of stored documents, oldest first."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["open", "closed"] = "open"
    title: str
    kind: str
    department: str
    queue: str | None
    workflow: dict[str, object] | None
    assignees: list[str] = []
    due_at: str | None
    task_priority: str | None
    escalate_to: str | None
    documents: list[str]
    rules: list[str]
    task_key: str
    created_at: str
    updated_at: str
    # digests of the idempotency keys that made or changed it; the first one made it
    keys: list[str]
    # digest of the key → to whom, and why
    escalations: dict[str, str] = {}


class FolderTasks:
    """The tasks of one tree."""

    def __init__(self, tree: Tree, *, clock: Clock) -> None:
        self._tree = tree
        self._clock = clock

    def put(self, task: TaskToPut, *, idempotency_key: str) -> Receipt:
        """An open task keeps its queue and its title; a changed queue is a matter for people."""
        key, known_as = digest(idempotency_key), digest(f"task/{task.task_key}")
        folder = self._tree.task_folder(task.department, task.queue, _OPERATION)
        with failing_as(self._tree.system, _OPERATION), self._tree.locked(known_as):
            tasks = self._same_key(known_as)
            for place, file in tasks.items():
                if key in file.keys:
                    return _receipt(idempotency_key, place, created=file.keys[0] == key, fresh=False)
            for place, file in tasks.items():
                if file.status == "open":
                    self._save(place, self._merged(file, task, key))
                    return _receipt(idempotency_key, place, created=False, fresh=True)
            number = len(self._tree.places(known_as)) + 1
            place = f"{folder}/{readable(task.kind) or 'task'}@{known_as[:16]}-{number}.json"
            self._tree.remember(known_as, place)
            self._save(place, self._made(task, key))
            return _receipt(idempotency_key, place, created=True, fresh=True)

    def state(self, task: str) -> TaskState:
        file = self._read(task, "read task")
        return TaskState.OPEN if file is not None and file.status == "open" else TaskState.CLOSED

    def escalate(self, task: str, to: str, *, words: str, idempotency_key: str) -> Receipt:
        """Written into the task's own file."""
        key, operation = digest(idempotency_key), "escalate task"
        file = self._read(task, operation)
        if file is None:
            raise refusal(self._tree.system, operation, "there is no such task")
        fresh = key not in file.escalations
        if fresh:
            with failing_as(self._tree.system, operation), self._tree.locked(digest(f"task/{file.task_key}")):
                self._save(
                    task, file.model_copy(update={"escalations": {**file.escalations, key: f"to {to}: {words}"}})
                )
        return Receipt(idempotency_key=idempotency_key, reference=task, fresh=fresh)

    def health(self) -> str | None:
        return self._tree.health()

    def _read(self, task: str, operation: str) -> _TaskFile | None:
        """None when there is no such task."""
        if not self._tree.is_task(task):
            return None
        self._tree.check_department(task, operation)
        with failing_as(self._tree.system, operation):
            try:
                return _TaskFile.model_validate_json(self._tree.path(task).read_bytes())
            except FileNotFoundError:
                return None

    def _same_key(self, known_as: str) -> dict[str, _TaskFile]:
        """Every task that ever had this task key, oldest first."""
        found = {}
        for place in self._tree.places(known_as):
            self._tree.check_department(place, _OPERATION)
            try:
                found[place] = _TaskFile.model_validate_json(self._tree.path(place).read_bytes())
            except FileNotFoundError:
                continue
        return found

    def _made(self, task: TaskToPut, key: str) -> _TaskFile:
        now = self._clock.now().isoformat()
        return _TaskFile(
            title=task.title,
            kind=task.kind,
            department=task.department,
            queue=task.queue,
            workflow=None if task.workflow is None else dict(task.workflow),
            assignees=list(task.assignees),
            due_at=task.due_at,
            task_priority=task.task_priority,
            escalate_to=task.escalate_to,
            documents=[task.document],
            rules=list(task.rules),
            task_key=task.task_key,
            created_at=now,
            updated_at=now,
            keys=[key],
        )

    def _merged(self, open_task: _TaskFile, task: TaskToPut, key: str) -> _TaskFile:
        return open_task.model_copy(
            update={
                "due_at": earlier_due(open_task.due_at, task.due_at),
                "task_priority": higher_task_priority(open_task.task_priority, task.task_priority),
                "escalate_to": open_task.escalate_to or task.escalate_to,
                "documents": list(dict.fromkeys([*open_task.documents, task.document])),
                "rules": list(dict.fromkeys([*open_task.rules, *task.rules])),
                "updated_at": self._clock.now().isoformat(),
                "keys": [*open_task.keys, key],
            }
        )

    def _save(self, place: str, file: _TaskFile) -> None:
        path = self._tree.path(place)
        make_directory(path.parent)
        write_file(path, file.model_dump_json(indent=2).encode())


def _receipt(idempotency_key: str, place: str, *, created: bool, fresh: bool) -> Receipt:
    action = "created" if created else "updated"
    return Receipt(idempotency_key=idempotency_key, reference=place, fresh=fresh, details={"action": action})
