"""The `Tasks` port in Extended ECM: a workflow map is started, or people get a reminder. Knows no rule.

A later fax for an open task is attached to it; a closed one is never reopened. Due time and priority of a running
process can be changed by nobody but its assignee (facts A5), so there they are written into the task's folder only; a
reminder is moved to the earlier day and the higher priority.
"""

import threading
from dataclasses import replace
from datetime import date, datetime

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.plan import Receipt
from faxrouter.model.task import TaskState, earlier_due, higher_task_priority
from faxrouter.ports import Clock, TaskToPut
from faxrouter_connectors.xecm import nodes, reminders, workflows
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.members import Members
from faxrouter_connectors.xecm.names import mark, node_name
from faxrouter_connectors.xecm.refusals import Refused, Word
from faxrouter_connectors.xecm.starting import Starter
from faxrouter_connectors.xecm.task_folders import TaskFolder, TaskFolders

_PUT, _ESCALATE = "put task", "escalate task"
_DRAFT, _PROCESS, _REMINDER = "draft", "process", "reminder"
_LOCKS = 64
_LONGEST_WORDS = 250


class XecmTasks:
    """Tasks of the departments that one identity serves. `departments`: None for all."""

    def __init__(
        self,
        client: XecmClient,
        folders: TaskFolders,
        starter: Starter,
        *,
        clock: Clock,
        departments: frozenset[str] | None,
        reminder_type: str,
    ) -> None:
        self._client = client
        self._folders = folders
        self._starter = starter
        self._members = Members(client)
        self._clock = clock
        self._departments = departments
        self._reminder_type = reminder_type
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def put(self, task: TaskToPut, *, idempotency_key: str) -> Receipt:
        if self._departments is not None and task.department not in self._departments:
            reason = f"this identity puts no tasks for `{task.department}`"
            raise self._failed(FailureKind.UNAUTHORISED, _PUT, reason)
        own = mark(idempotency_key)
        with self._locks[hash(task.task_key) % _LOCKS]:
            made = self._create(task, own, round=1)
            if made is not None:
                return _receipt(idempotency_key, made, fresh=True, action="created")
            return self._put_again(task, idempotency_key, own)

    def state(self, task: str) -> TaskState:
        """Open as long as its process or its reminder is. A folder without either was never started."""
        folder = self._folders.read(int(task)) if task.isascii() and task.isdigit() else None
        is_open = folder is not None and self._is_open(self._with_process(folder))
        return TaskState.OPEN if is_open else TaskState.CLOSED

    def escalate(self, task: str, to: str, *, words: str, idempotency_key: str) -> Receipt:
        """Remind the ones it escalates to, at once and urgently; once a key."""
        own = mark(idempotency_key)
        folder = self._folders.read(self._client.node(task, operation=_ESCALATE))
        if folder is None:
            raise self._failed(FailureKind.REJECTED, _ESCALATE, "there is no such task")
        if any(own in standing.words for standing in reminders.on(self._client, folder.node)):
            return Receipt(idempotency_key=idempotency_key, reference=task, fresh=False)
        reminder = reminders.Reminder(
            words=f"{words}: {folder.title}"[:_LONGEST_WORDS] + f" [{own}]",
            recipients=[self._members.of(to)],
            due=self._clock.now().date(),
            priority=reminders.PRIORITIES["highest"],
        )
        reminders.create(self._client, folder.node, reminder, kind=self._reminder_type)
        return Receipt(idempotency_key=idempotency_key, reference=task)

    def health(self) -> str | None:
        return self._client.health()

    def _put_again(self, task: TaskToPut, key: str, own: str) -> Receipt:
        """The task was put before: by an earlier try of this very put, or by another fax."""
        rounds = self._folders.of(task.department, task.task_key)
        for folder in rounds:
            if folder.made_by == own:
                return _receipt(key, self._started(task, folder), fresh=False, action="created")
        newest = self._started(task, rounds[0]) if rounds else None
        is_open = newest is not None and self._is_open(newest)
        for folder in rounds[1:] if is_open else rounds:
            if self._has_document(folder, own):
                return _receipt(key, folder, fresh=False, action="updated")
        if newest is not None and is_open:
            return _receipt(key, newest, fresh=self._update(task, newest, own), action="updated")
        made = self._create(task, own, round=newest.round + 1 if newest is not None else 1)
        if made is None:
            # somebody else was faster
            return self._put_again(task, key, own)
        return _receipt(key, made, fresh=True, action="created")

    def _create(self, task: TaskToPut, own: str, *, round: int) -> TaskFolder | None:
        folder = self._folders.create(task, round=round, made_by=own)
        return None if folder is None else self._start(task, folder)

    def _started(self, task: TaskToPut, folder: TaskFolder) -> TaskFolder:
        """The folder with what it stands for; what an earlier try only began is brought to its end."""
        match folder.stands_for:
            case (("process" | "reminder"), _):
                return folder
            case ("draft", draft):
                return self._initiated(task, folder, draft)
            case _:
                # nobody got beyond the folder itself; of a reminder that is not written down yet the node knows
                folder = replace(folder, due_at=task.due_at, task_priority=task.task_priority)
                standing = reminders.on(self._client, folder.node) if task.assignees else ()
                if standing:
                    return self._folders.write(replace(folder, stands_for=(_REMINDER, standing[0].id)))
                return self._start(task, folder)

    def _start(self, task: TaskToPut, folder: TaskFolder) -> TaskFolder:
        if task.assignees:
            self._attach(folder.node, task, folder.made_by)
            reminder = self._reminder(task, folder)
            number = reminders.create(self._client, folder.node, reminder, kind=self._reminder_type)
            return self._folders.write(replace(folder, stands_for=(_REMINDER, number)))
        # written down before it is initiated: a lost answer must not start a second one
        folder = self._folders.write(replace(folder, stands_for=(_DRAFT, self._starter.draft(task))))
        self._starter.initiate(task, self._number(folder), tag=_tag(folder))
        # which process it became is written down when somebody needs to know
        return folder

    def _initiated(self, task: TaskToPut, folder: TaskFolder, draft: int) -> TaskFolder:
        """A folder whose draft may have become a process already."""
        known = self._with_process(folder)
        if known.stands_for != folder.stands_for:
            return known
        try:
            process = self._starter.initiate(task, draft, tag=_tag(folder))
        except Refused as err:
            if err.word not in (Word.NOT_FOUND, Word.NOT_VALID):
                raise
            known = self._with_process(folder)
            if known.stands_for != folder.stands_for:
                return known
            # somebody deleted the draft
            return self._start(task, replace(folder, stands_for=None))
        return self._folders.write(replace(folder, stands_for=(_PROCESS, process)))

    def _with_process(self, folder: TaskFolder) -> TaskFolder:
        """The folder with the process that its draft became; as it is where there is none, or no need."""
        if folder.stands_for is None or folder.stands_for[0] != _DRAFT:
            return folder
        process = workflows.became(self._client, self._number(folder), titled=_tag(folder))
        return folder if process is None else self._folders.write(replace(folder, stands_for=(_PROCESS, process)))

    def _number(self, folder: TaskFolder) -> int:
        return folder.stands_for[1] if folder.stands_for is not None else 0

    def _update(self, task: TaskToPut, folder: TaskFolder, own: str) -> bool:
        """Attach the document and take over what is more urgent. False when this put had done it before."""
        merged = replace(
            folder,
            due_at=earlier_due(folder.due_at, task.due_at),
            task_priority=higher_task_priority(folder.task_priority, task.task_priority),
        )
        if not self._attach(self._attachments(folder), task, own):
            return False
        if merged != folder:
            if folder.stands_for is not None and folder.stands_for[0] == _REMINDER:
                reminder, number = self._reminder(task, merged), self._number(folder)
                reminders.change(self._client, folder.node, number, reminder, kind=self._reminder_type)
            self._folders.write(merged)
        return True

    def _attach(self, parent: int | None, task: TaskToPut, own: str) -> bool:
        """False when it is attached already."""
        if parent is None:
            raise self._failed(FailureKind.REJECTED, _PUT, "the workflow takes no attachments")
        name = node_name(f"Fax {task.document}", distinct=own)
        try:
            nodes.create_shortcut(
                self._client, parent, name, self._client.node(task.document, operation=_PUT), operation=_PUT
            )
        except Refused as err:
            if err.word is not Word.ALREADY_THERE:
                raise
            return False
        return True

    def _has_document(self, folder: TaskFolder, own: str) -> bool:
        parent = self._attachments(folder)
        return parent is not None and bool(nodes.children(self._client, parent, operation=_PUT, name=own))

    def _attachments(self, folder: TaskFolder) -> int | None:
        """Where the documents of a task are kept: beside the process, or in the folder of a reminder."""
        if folder.stands_for is None or folder.stands_for[0] != _PROCESS:
            return folder.node
        standing = workflows.status(self._client, folder.stands_for[1])
        return standing.attachments if standing is not None else None

    def _is_open(self, folder: TaskFolder) -> bool:
        match folder.stands_for:
            case ("reminder", number):
                return self._is_reminding(folder.node, number)
            case ("process", number):
                standing = workflows.status(self._client, number)
                return standing is not None and standing.status not in self._client.guesses.closed_statuses
            case _:
                return False

    def _is_reminding(self, node: int, number: int) -> bool:
        """Whether the reminder is open. One that came twice, because the first was only late, is closed for good."""
        standing = reminders.on(self._client, node)
        words = next((one.words for one in standing if one.id == number), None)
        for twin in standing:
            if twin.id != number and twin.words == words and twin.is_open:
                reminders.complete(self._client, node, twin.id)
        return any(one.id == number and one.is_open for one in standing)

    def _reminder(self, task: TaskToPut, folder: TaskFolder) -> reminders.Reminder:
        return reminders.Reminder(
            words=folder.title[:_LONGEST_WORDS],
            recipients=[self._members.of(name) for name in task.assignees],
            due=self._day(folder.due_at),
            priority=reminders.PRIORITIES[folder.task_priority],
        )

    def _day(self, due_at: str | None) -> date:
        """The day as it is called where the task is done: due times carry their own offset."""
        return datetime.fromisoformat(due_at).date() if due_at else self._clock.now().date()

    def _failed(self, kind: FailureKind, operation: str, reason: str) -> Failed:
        return self._client.system.failed(kind, operation, reason)


def _tag(folder: TaskFolder) -> str:
    """What stands behind a process's title, so that it is found again: the folder's own number."""
    return f"[fax task {folder.node}]"


def _receipt(key: str, folder: TaskFolder, *, fresh: bool, action: str) -> Receipt:
    return Receipt(idempotency_key=key, reference=str(folder.node), fresh=fresh, details={"action": action})
