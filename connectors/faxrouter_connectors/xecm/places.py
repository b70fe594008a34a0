"""Where a target lives in Extended ECM: the node of a named or a typed workspace, remembered for a while.

Only what was found is remembered, and only until a write into it shows that it is gone: what is missing may be made by
somebody at any moment.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.plan import WorkspaceTarget
from faxrouter.ports import WorkspaceRef
from faxrouter_connectors.xecm import nodes, workspaces
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.names import described, mark, marks_in, node_name
from faxrouter_connectors.xecm.refusals import Refused, Word

_ENTERPRISE = 141
_FIND, _CREATE = "find workspace", "create workspace"
# seconds
_REMEMBERED = 600.0
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    workspace: WorkspaceRef
    until: float


class Places:
    """The workspaces that one identity files into. Safe for many threads."""

    def __init__(
        self,
        client: XecmClient,
        *,
        root: Sequence[str],
        create_folders: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._types = workspaces.WorkspaceTypes(client)
        self._root = tuple(root)
        self._create_folders = create_folders
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, ...], _Remembered] = {}

    def find(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        """None when there is no such workspace. Raises Failed."""
        key = self._key(target)
        known = self._recall(key)
        if known is not None:
            return known
        found = self._find(target)
        if found is not None:
            self._remember(key, found)
        return found

    def create(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        """The workspace, made by this call unless it was there. Raises Failed."""
        key = self._key(target)
        made = self._make(target, idempotency_key) if target.type_name and target.may_create else self._find(target)
        if made is None:
            reason = "workspaces of this type are not created"
            raise self._client.system.failed(FailureKind.REJECTED, _CREATE, reason)
        self._remember(key, made)
        return made

    def folder(self, path: Sequence[str], *, operation: str, make: bool = False) -> int:
        """The node of a folder below `root`. Raises Failed(REJECTED) when it is missing and none may be made; with
        `make` it is made, whatever the options say of folders."""
        node = self._enterprise(operation)
        for depth, name in enumerate((*self._root, *path), start=1):
            key = ("folder", *(*self._root, *path)[:depth])
            known = self._recall(key)
            if known is None:
                made = self._step(node, name, operation, create=make or self._create_folders)
                known = WorkspaceRef(reference=str(made), name=name)
                self._remember(key, known)
            node = int(known.reference)
        return node

    def forget(self, reference: str) -> None:
        """This node is not there any more."""
        with self._lock:
            gone = [key for key, known in self._known.items() if known.workspace.reference == reference]
            for key in gone:
                del self._known[key]

    def _find(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        if target.type_name is None:
            return self._folder(target)
        if "name" in target.find_by:
            kind = self._types.of(target.type_name)
            name = node_name(target.find_by["name"])
            found = workspaces.find_by_name(self._client, kind.id, name)
        else:
            system, object_type = target.find_by["external system"], target.find_by["object type"]
            found = workspaces.find_by_object(self._client, system, object_type, target.key or "")
        return None if found is None else WorkspaceRef(reference=str(found.id), name=target.name)

    def _make(self, target: WorkspaceTarget, idempotency_key: str) -> WorkspaceRef:
        kind = self._types.of(target.type_name or "")
        own_mark = mark(idempotency_key)
        link: Mapping[str, str] = {}
        if "name" not in target.find_by:
            link = {
                "ext_system_id": target.find_by["external system"],
                "bo_type": target.find_by["object type"],
                "bo_id": target.key or "",
            }
        try:
            made = workspaces.create(
                self._client,
                kind,
                template=target.template,
                name=node_name(target.find_by.get("name", target.name)),
                description=described(own_mark),
                object_link=link,
            )
        except Refused as err:
            if err.word is not Word.ALREADY_THERE:
                raise
            # somebody was faster; it may have been an earlier try of our own
            there = self._find(target)
            if there is None:
                raise
            standing = nodes.read(self._client, int(there.reference), operation=_CREATE)
            created = own_mark in marks_in(standing.description)
            return WorkspaceRef(reference=there.reference, name=target.name, created=created)
        return WorkspaceRef(reference=str(made), name=target.name, created=True)

    def _folder(self, target: WorkspaceTarget) -> WorkspaceRef:
        node = self.folder(target.path, operation=_FIND)
        return WorkspaceRef(reference=str(node), name=target.name)

    def _step(self, parent: int, name: str, operation: str, *, create: bool) -> int:
        found = nodes.child(self._client, parent, name, operation=operation, kind=nodes.CONTAINERS)
        if found is None and not create:
            reason = f"there is no folder `{name}` where it should be; make it, or say `create_folders = true`"
            raise self._client.system.failed(FailureKind.REJECTED, operation, reason)
        if found is None:
            try:
                found = nodes.create_folder(self._client, parent, name, operation=operation)
            except Refused as err:
                if err.word is not Word.ALREADY_THERE:
                    raise
                found = nodes.child(self._client, parent, name, operation=operation)
                if found is None:
                    raise
        return found.id

    def _enterprise(self, operation: str) -> int:
        key = ("enterprise",)
        known = self._recall(key)
        if known is None:
            node = nodes.volume(self._client, _ENTERPRISE, operation=operation)
            known = WorkspaceRef(reference=str(node.id), name=node.name)
            self._remember(key, known)
        return int(known.reference)

    def _key(self, target: WorkspaceTarget) -> tuple[str, ...]:
        if target.type_name is not None and target.key is not None and target.find_by:
            return ("type", target.type_name, target.key)
        if target.type_name is None and target.path:
            return ("path", *target.path)
        raise self._no_target()

    def _no_target(self) -> Failed:
        reason = "the target names neither a path nor a type with its key"
        return self._client.system.failed(FailureKind.REJECTED, _FIND, reason)

    def _recall(self, key: tuple[str, ...]) -> WorkspaceRef | None:
        with self._lock:
            known = self._known.get(key)
            if known is None or self._clock() > known.until:
                return None
            return known.workspace

    def _remember(self, key: tuple[str, ...], workspace: WorkspaceRef) -> None:
        remembered = WorkspaceRef(reference=workspace.reference, name=workspace.name)
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = _Remembered(remembered, self._clock() + _REMEMBERED)
