"""The folder that a task has in Extended ECM: by its name two workers cannot make one task twice, and later faxes find
it.

One folder for each task, below the department's own: its name holds a mark of the task's key and a number that grows
each time the task was closed before. Its description says what it stands for (a draft, the process that it became, or
a reminder), by when and how urgently, and by which key it was made. Knows no workflow.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from faxrouter.ports import TaskToPut
from faxrouter_connectors.xecm import nodes
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.names import described, mark, marks_in, node_name
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.refusals import Refused, Word

_OPERATION = "put task"
_STANDS_FOR = re.compile(r"\((draft|process|reminder) (\d+)(?:, due ([^,)]+))?(?:, priority ([a-z]+))?\)")
_LONGEST_KIND = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFolder:
    """One task, open or closed."""

    node: int
    # counts from 1
    round: int
    # the mark of the put that made it
    made_by: str
    title: str
    # aware ISO 8601; the earliest of all faxes
    due_at: str | None
    # the highest of all faxes
    task_priority: str | None
    # ("process", 165496); None until something is begun for it
    stands_for: tuple[str, int] | None = None


class TaskFolders:
    """The task folders of one identity's departments."""

    def __init__(self, client: XecmClient, places: Places, *, path: Sequence[str]) -> None:
        self._client = client
        self._places = places
        self._path = tuple(path)

    def create(self, task: TaskToPut, *, round: int, made_by: str) -> TaskFolder | None:
        """None when the folder of this round is there already, made by whomever."""
        parent = self._parent(task.department)
        name = f"{node_name(task.kind)[:_LONGEST_KIND].strip()} {mark(task.task_key)} {round}"
        try:
            made = nodes.create_folder(
                self._client, parent, name, operation=_OPERATION, description=described(made_by, words=task.title)
            )
        except Refused as err:
            if err.word is Word.NOT_FOUND:
                self._places.forget(str(parent))
            if err.word is not Word.ALREADY_THERE:
                raise
            return None
        return TaskFolder(
            node=made.id,
            round=round,
            made_by=made_by,
            title=task.title,
            due_at=task.due_at,
            task_priority=task.task_priority,
        )

    def of(self, department: str, task_key: str) -> Sequence[TaskFolder]:
        """Every round of the task, the newest first."""
        own = mark(task_key)
        found = nodes.children(self._client, self._parent(department), operation=_OPERATION, name=own)
        folders = [folder for node in found if (folder := _folder(node, own)) is not None]
        return sorted(folders, key=lambda folder: folder.round, reverse=True)

    def read(self, node: int) -> TaskFolder | None:
        """None when it is not there, or no task's folder."""
        try:
            return _folder(nodes.read(self._client, node, operation=_OPERATION), "")
        except Refused as err:
            if err.word is Word.NOT_FOUND:
                return None
            raise

    def write(self, folder: TaskFolder) -> TaskFolder:
        """Write down what it stands for, by when, how urgently."""
        what, number = folder.stands_for or ("", 0)
        due = f", due {folder.due_at}" if folder.due_at else ""
        priority = f", priority {folder.task_priority}" if folder.task_priority else ""
        words = f"{folder.title} ({what} {number}{due}{priority})"
        value = {"description": described(folder.made_by, words=words)}
        nodes.change(self._client, folder.node, value, operation=_OPERATION)
        return folder

    def _parent(self, department: str) -> int:
        return self._places.folder((*self._path, department), operation=_OPERATION)


def _folder(node: nodes.Node, own: str) -> TaskFolder | None:
    named = re.search(rf"({own or '[0-9a-f]{16}'}) (\d+)$", node.name)
    marks = marks_in(node.description)
    if named is None or not marks:
        return None
    words = node.description.partition(" faxrouter ")[0]
    stands_for = _STANDS_FOR.search(words)
    return TaskFolder(
        node=node.id,
        round=int(named[2]),
        made_by=marks[0],
        title=_STANDS_FOR.sub("", words).strip(),
        due_at=stands_for[3] if stands_for else None,
        task_priority=stands_for[4] if stands_for else None,
        stands_for=(stands_for[1], int(stands_for[2])) if stands_for else None,
    )
