"""The `Filing` port as a tree of folders that people can browse: workspaces, documents, versions, metadata.

Knows no rule. A document's folder is built aside and moved into its workspace whole, so a reader sees content and
metadata or neither; it is found again by the key that stored it.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from faxrouter.model.plan import Receipt, WorkspaceTarget
from faxrouter.ports import Clock, DocumentToFile, StoredDocument, WorkspaceRef
from faxrouter_connectors.folder.document_file import DocumentFile, Version
from faxrouter_connectors.folder.durable_files import (
    copy_file,
    failing_as,
    make_directory,
    move,
    refusal,
    sync_directory,
    write_file,
)
from faxrouter_connectors.folder.names import digest, readable
from faxrouter_connectors.folder.shelf import Shelf, Shelved
from faxrouter_connectors.folder.tree import Tree

_ENDINGS = {"image/tiff": ".tif", "application/pdf": ".pdf"}
_WORKSPACE_FILE = "workspace.json"


class _WorkspaceFile(BaseModel):
    """`workspace.json`: what the folder of a workspace stands for. People may make such a folder without one."""

    model_config = ConfigDict(extra="forbid")

    name: str
    department: str
    type: str | None
    key: str | None
    find_by: dict[str, str]
    template: str | None
    created_at: str
    # digest of the idempotency key that created it
    created_by: str


class FolderFiling:
    """Workspaces and documents of one tree."""

    def __init__(self, tree: Tree, *, clock: Clock) -> None:
        self._tree = tree
        self._shelf = Shelf(tree)
        self._clock = clock

    def find_workspace(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        """A named workspace always exists: its folder is made when it is first asked for."""
        operation = "find workspace"
        place = self._tree.workspace_place(target, operation)
        with failing_as(self._tree.system, operation):
            if target.type_name is None:
                return self._make_workspace(place, target, key="")
            return _workspace_ref(place, target) if self._tree.path(place).is_dir() else None

    def create_workspace(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        """Refused where the target may not be created; a workspace that is there already is answered as it is."""
        operation = "create workspace"
        place = self._tree.workspace_place(target, operation)
        with failing_as(self._tree.system, operation):
            if not target.may_create and target.type_name is not None and not self._tree.path(place).is_dir():
                raise refusal(self._tree.system, operation, "workspaces of this type are not created")
            return self._make_workspace(place, target, key=digest(idempotency_key))

    def find_document(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        """Wherever it stands: the tree knows every key."""
        operation = "find document"
        reference = self._shelf.reference(idempotency_key)
        with failing_as(self._tree.system, operation), self._tree.locked(reference):
            return reference if self._shelf.find(reference, operation) else None

    def store_document(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        operation = "store document"
        reference = self._shelf.reference(idempotency_key)
        into = self._tree.workspace_of_reference(workspace.reference, operation)
        with failing_as(self._tree.system, operation), self._tree.locked(reference):
            stored = self._shelf.find(reference, operation)
            if stored is not None:
                if stored.file.versions[0].sha256 != document.sha256:
                    raise refusal(self._tree.system, operation, "this key has stored another document")
                return _receipt(idempotency_key, stored, fresh=False)
            place = f"{into}/{readable(document.name) or 'document'}@{reference[:16]}"
            self._tree.remember(reference, place)
            self._build(reference, document, place, operation)
            stored = self._shelf.find(reference, operation)
            if stored is None:
                raise refusal(self._tree.system, operation, "it was taken away while it was stored")
            return _receipt(idempotency_key, stored, fresh=True)

    def store_version(self, document: str, content: DocumentToFile, *, idempotency_key: str) -> Receipt:
        operation, key = "store version", digest(idempotency_key)
        with self._shelf.open(document, operation) as stored:
            done = next((version for version in stored.file.versions if version.key == key), None)
            if done is None:
                done = self._add_version(stored, content, key, operation)
                stored.save()
                return _receipt(idempotency_key, stored, fresh=True, version=done.version)
            return _receipt(idempotency_key, stored, fresh=False, version=done.version)

    def move_document(self, document: str, workspace: WorkspaceRef, *, idempotency_key: str) -> Receipt:
        operation, key = "move document", digest(idempotency_key)
        into = self._tree.workspace_of_reference(workspace.reference, operation)
        with self._shelf.open(document, operation) as stored:
            fresh = key not in stored.file.changes
            if fresh:
                self._shelf.move(stored, f"{into}/{stored.path.name}", key=key)
            return _receipt(idempotency_key, stored, fresh=fresh)

    def set_metadata(
        self, document: str, *, category: str, attributes: Mapping[str, str], idempotency_key: str
    ) -> Receipt:
        operation, key = "set metadata", digest(idempotency_key)
        with self._shelf.open(document, operation) as stored:
            fresh = key not in stored.file.changes
            if fresh:
                stored.file.category = category
                stored.file.attributes = dict(attributes)
                stored.file.changes.append(key)
                stored.save()
            return _receipt(idempotency_key, stored, fresh=fresh)

    def describe(self, document: str) -> StoredDocument:
        with self._shelf.open(document, "describe document") as stored:
            file = stored.file
            return StoredDocument(
                reference=file.reference,
                workspace=stored.workspace,
                name=file.latest.name,
                version=file.latest.version,
                sha256=file.latest.sha256,
                category=file.category,
                attributes=dict(file.attributes),
                record_classes=tuple(dict.fromkeys(assertion.record_class for assertion in file.record_classes)),
                holds=tuple(dict.fromkeys(hold.hold for hold in file.holds)),
            )

    def location(self, document: str) -> str:
        with self._shelf.open(document, "locate document") as stored:
            return str(stored.path / stored.file.latest.file)

    def health(self) -> str | None:
        return self._tree.health()

    def _make_workspace(self, place: str, target: WorkspaceTarget, *, key: str) -> WorkspaceRef:
        """The folder with its `workspace.json`; two callers at once get one, and one of them made it."""
        path = self._tree.path(place)
        with self._tree.locked(digest(place)):
            file = path / _WORKSPACE_FILE
            if not file.is_file():
                made_by_hand = path.is_dir()
                stands_for = _WorkspaceFile(
                    name=target.name,
                    department=target.department,
                    type=target.type_name,
                    key=target.key,
                    find_by=dict(target.find_by),
                    template=target.template,
                    created_at=self._clock.now().isoformat(),
                    created_by="" if made_by_hand else key,
                )
                self._put_workspace(path, stands_for)
            created_by = _WorkspaceFile.model_validate_json(file.read_bytes()).created_by
            return _workspace_ref(place, target, created=key != "" and created_by == key)

    def _put_workspace(self, path: Path, stands_for: _WorkspaceFile) -> None:
        content = stands_for.model_dump_json(indent=2).encode()
        if stands_for.type is None or path.is_dir():
            make_directory(path)
            write_file(path / _WORKSPACE_FILE, content)
            return
        # whole or not at all, so that a folder without the file was surely made by hand
        aside = self._tree.root / ".aside" / digest(str(path))
        make_directory(aside)
        write_file(aside / _WORKSPACE_FILE, content)
        make_directory(path.parent)
        move(aside, path)

    def _build(self, reference: str, document: DocumentToFile, place: str, operation: str) -> None:
        """Put the whole document together aside, then move it to its place."""
        aside = self._tree.root / ".aside" / reference
        if aside.exists():
            shutil.rmtree(aside)
        make_directory(aside)
        file = DocumentFile(
            reference=reference, versions=[], category=document.category, attributes=dict(document.attributes)
        )
        shelved = Shelved(file=file, place=place, path=aside)
        self._add_version(shelved, document, reference, operation)
        shelved.save()
        sync_directory(aside)
        move(aside, self._tree.path(place))

    def _add_version(self, stored: Shelved, content: DocumentToFile, key: str, operation: str) -> Version:
        """Copy the bytes beside the others; `document.json` is for the caller to save."""
        number = len(stored.file.versions) + 1
        file = f"v{number}{_ENDINGS.get(content.media_type, '')}"
        if copy_file(content.content, stored.path / file) != content.sha256:
            (stored.path / file).unlink()
            raise refusal(self._tree.system, operation, "the stored bytes do not have the hash they should have")
        sync_directory(stored.path)
        version = Version(
            version=number,
            file=file,
            name=content.name,
            media_type=content.media_type,
            sha256=content.sha256,
            key=key,
        )
        stored.file.versions.append(version)
        return version


def _workspace_ref(place: str, target: WorkspaceTarget, *, created: bool = False) -> WorkspaceRef:
    return WorkspaceRef(reference=place.partition("/")[2], name=target.name, created=created)


def _receipt(idempotency_key: str, stored: Shelved, *, fresh: bool, version: int | None = None) -> Receipt:
    return Receipt(
        idempotency_key=idempotency_key,
        reference=stored.file.reference,
        fresh=fresh,
        details={"workspace": stored.workspace, "version": str(version or stored.file.latest.version)},
    )
