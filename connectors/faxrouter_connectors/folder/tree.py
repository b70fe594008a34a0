"""The places of a filing tree: which folder belongs to which workspace, document or task, and who may touch it.

    ROOT/workspaces/DEPARTMENT/Clinic/Nursing/       a named workspace, by its path
    ROOT/workspaces/DEPARTMENT/Claim=CLM-00001234/   a workspace of a type, by its key; made by hand it is found as well
    ROOT/…workspace…/NAME@KEY/                       a document: its versions and `document.json`
    ROOT/tasks/DEPARTMENT/QUEUE/KIND@KEY-1.json      a task

The tree is the truth. `ROOT/.places` only remembers where to look for a key: an entry is written before the thing
itself is put there, so a key without an entry was never used, and an entry that leads nowhere is an attempt cut short.
"""

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import TypeAdapter

from faxrouter.model.failure import FailureKind
from faxrouter.model.plan import WorkspaceTarget
from faxrouter_connectors.folder.durable_files import failing_as, make_directory, refusal, write_file
from faxrouter_connectors.folder.names import folder_name

_WORKSPACES, _TASKS = "workspaces", "tasks"
_PLACES = TypeAdapter(list[str])
# bytes; with less, the next document may not find room
_LEAST_FREE = 16 * 1024 * 1024


class Tree:
    """One filing tree as one system sees it; `departments` names those it may touch, None for all."""

    def __init__(self, root: Path, *, system: str, departments: Collection[str] | None) -> None:
        self.root = root
        self.system = system
        self._departments = None if departments is None else {folder_name(name) for name in departments}

    def workspace_place(self, target: WorkspaceTarget, operation: str) -> str:
        """Where the workspace of the target stands or would stand, relative to the root."""
        if target.type_name is not None and target.key is not None:
            steps = [f"{folder_name(target.type_name)}={folder_name(target.key)}"]
        elif target.type_name is None and target.path:
            steps = [folder_name(step) for step in target.path]
        else:
            raise refusal(self.system, operation, "the target names neither a path nor a type with its key")
        return self._allowed("/".join([_WORKSPACES, folder_name(target.department), *steps]), operation)

    def workspace_of_reference(self, reference: str, operation: str) -> str:
        """The place of an existing workspace; its reference is its place below `workspaces`."""
        place = f"{_WORKSPACES}/{reference}"
        if not _is_workspace(reference) or not self.path(place).is_dir():
            raise refusal(self.system, operation, "there is no such workspace")
        return self._allowed(place, operation)

    def make_workspace(self, reference: str) -> None:
        """The bare folder, as a person would make it by hand; one that is there is left as it is."""
        operation = "make workspace"
        if not _is_workspace(reference):
            raise refusal(
                self.system, operation, f"`{reference}` is not a department, a slash and a workspace's folder"
            )
        with failing_as(self.system, operation):
            make_directory(self.path(self._allowed(f"{_WORKSPACES}/{reference}", operation)))

    def task_folder(self, department: str, queue: str | None, operation: str) -> str:
        """Tasks that start a workflow instead of entering a queue stand under `=workflow`."""
        step = "=workflow" if queue is None else folder_name(queue)
        return self._allowed(f"{_TASKS}/{folder_name(department)}/{step}", operation)

    def path(self, place: str) -> Path:
        return self.root / place

    def places(self, key: str) -> list[str]:
        """Where the thing with this key may stand, the latest place last. `key` is a digest."""
        try:
            return _PLACES.validate_json(self._places_file(key).read_bytes())
        except FileNotFoundError:
            return []

    def remember(self, key: str, place: str) -> None:
        """Call it before the thing is put there."""
        places = self.places(key)
        if place not in places[-1:]:
            file = self._places_file(key)
            make_directory(file.parent)
            write_file(file, _PLACES.dump_json([*places, place]))

    @contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Keeps threads and other routers away from the thing with this key. Not to be nested."""
        directory = self.root / ".locks"
        make_directory(directory)
        descriptor = os.open(directory / key[:2], os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def is_task(self, place: str) -> bool:
        """Whether it is the place of a task, and of nothing else in the file system."""
        steps = place.split("/")
        return len(steps) == 4 and steps[0] == _TASKS and not any(step in ("", ".", "..") for step in steps)

    def check_department(self, place: str, operation: str) -> None:
        self._allowed(place, operation)

    def health(self) -> str | None:
        try:
            make_directory(self.root)
        except OSError:
            return f"the folder {self.root} cannot be made"
        if not os.access(self.root, os.R_OK | os.W_OK | os.X_OK):
            return f"the folder {self.root} may not be written to"
        free = shutil.disk_usage(self.root).free
        return f"only {free // 1024**2} MiB are free in the folder {self.root}" if free < _LEAST_FREE else None

    def _allowed(self, place: str, operation: str) -> str:
        department = place.split("/")[1]
        if self._departments is not None and department not in self._departments:
            reason = f"the tree of department {department} is not ours to touch"
            raise refusal(self.system, operation, reason, kind=FailureKind.UNAUTHORISED)
        return place

    def _places_file(self, key: str) -> Path:
        return self.root / ".places" / key[:2] / f"{key}.json"


def _is_workspace(reference: str) -> bool:
    steps = reference.split("/")
    return len(steps) >= 2 and not any(step in ("", ".", "..") or set(step) & set("@\0") for step in steps)
