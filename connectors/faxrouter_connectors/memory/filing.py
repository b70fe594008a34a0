"""The `Filing` fake. Reads the content it is given and keeps it in memory."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from faxrouter.model.plan import Receipt, WorkspaceTarget
from faxrouter.ports import DocumentToFile, StoredDocument, WorkspaceRef
from faxrouter_connectors.memory.archive import ArchivedDocument, MemoryArchive
from faxrouter_connectors.memory.faults import FaultPlan


class MemoryFiling:
    """Workspaces and documents in memory; a named workspace always exists."""

    def __init__(self, archive: MemoryArchive, *, faults: FaultPlan) -> None:
        self.archive = archive
        self.faults = faults

    def find_workspace(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        with self.archive.lock, self.faults.around("find_workspace", target=target):
            if target.type_name is None:
                return self._make(target)
            found = self.archive.workspaces.get(self._identity(target))
            return None if found is None else replace(found, created=False)

    def create_workspace(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        with self.archive.lock, self.faults.around("create_workspace", target=target, idempotency_key=idempotency_key):
            found = self.archive.workspaces.get(self._identity(target))
            if found is None:
                if not target.may_create and target.type_name is not None:
                    raise self.faults.refuse("create workspace", "workspaces of this type are not created")
                found = self._make(target)
                self.archive.stored[idempotency_key] = found.reference
            return replace(found, created=self.archive.stored.get(idempotency_key) == found.reference)

    def find_document(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        with (
            self.archive.lock,
            self.faults.around("find_document", workspace=workspace, idempotency_key=idempotency_key),
        ):
            return self.archive.stored.get(idempotency_key)

    def store_document(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around(
                "store_document", workspace=workspace, document=document, idempotency_key=idempotency_key
            ),
        ):
            self._check_workspace(workspace, "store document")
            reference = self.archive.stored.get(idempotency_key)
            if reference is not None:
                stored = self.archive.documents[reference]
                if stored.hashes[0] != document.sha256:
                    raise self.faults.refuse("store document", "this key has stored another document")
                return _receipt(idempotency_key, stored, fresh=False)
            content = self._read(document, "store document")
            stored = ArchivedDocument(
                reference=f"document-{len(self.archive.documents) + 1}",
                workspace=workspace.reference,
                names=[document.name],
                contents=[content],
                hashes=[document.sha256],
                category=document.category,
                attributes=dict(document.attributes),
            )
            self.archive.documents[stored.reference] = stored
            self.archive.stored[idempotency_key] = stored.reference
            return _receipt(idempotency_key, stored, fresh=True)

    def store_version(self, document: str, content: DocumentToFile, *, idempotency_key: str) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around("store_version", document=document, content=content, idempotency_key=idempotency_key),
        ):
            stored = self._document(document, "store version")
            fresh = idempotency_key not in self.archive.changes
            if fresh:
                stored.contents.append(self._read(content, "store version"))
                stored.hashes.append(content.sha256)
                stored.names.append(content.name)
                self.archive.changes[idempotency_key] = len(stored.contents)
            return _receipt(idempotency_key, stored, fresh=fresh, version=self.archive.changes[idempotency_key])

    def move_document(self, document: str, workspace: WorkspaceRef, *, idempotency_key: str) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around(
                "move_document", document=document, workspace=workspace, idempotency_key=idempotency_key
            ),
        ):
            self._check_workspace(workspace, "move document")
            stored = self._document(document, "move document")
            fresh = idempotency_key not in self.archive.changes
            if fresh:
                stored.workspace = workspace.reference
                self.archive.changes[idempotency_key] = 0
            return _receipt(idempotency_key, stored, fresh=fresh)

    def set_metadata(
        self, document: str, *, category: str, attributes: Mapping[str, str], idempotency_key: str
    ) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around("set_metadata", document=document, idempotency_key=idempotency_key),
        ):
            stored = self._document(document, "set metadata")
            fresh = idempotency_key not in self.archive.changes
            if fresh:
                stored.category, stored.attributes = category, dict(attributes)
                self.archive.changes[idempotency_key] = 0
            return _receipt(idempotency_key, stored, fresh=fresh)

    def describe(self, document: str) -> StoredDocument:
        with self.archive.lock, self.faults.around("describe", document=document):
            stored = self._document(document, "describe document")
            return StoredDocument(
                reference=stored.reference,
                workspace=stored.workspace,
                name=stored.names[-1],
                version=len(stored.contents),
                sha256=stored.hashes[-1],
                category=stored.category,
                attributes=dict(stored.attributes),
                record_classes=tuple(dict.fromkeys(each.record_class for each in stored.classes.values())),
                holds=tuple(dict.fromkeys(hold for hold, _, _ in stored.holds.values())),
            )

    def location(self, document: str) -> str:
        return f"memory:{document}"

    def health(self) -> str | None:
        return None

    def _identity(self, target: WorkspaceTarget) -> tuple[str, ...]:
        if target.type_name is not None and target.key is not None:
            return (target.department, "type", target.type_name, target.key)
        if target.type_name is None and target.path:
            return (target.department, "path", *target.path)
        raise self.faults.refuse("find workspace", "the target names neither a path nor a type with its key")

    def _make(self, target: WorkspaceTarget) -> WorkspaceRef:
        reference = f"workspace-{len(self.archive.workspaces) + 1}"
        return self.archive.workspaces.setdefault(
            self._identity(target), WorkspaceRef(reference=reference, name=target.name)
        )

    def _check_workspace(self, workspace: WorkspaceRef, operation: str) -> None:
        if all(known.reference != workspace.reference for known in self.archive.workspaces.values()):
            raise self.faults.refuse(operation, "there is no such workspace")

    def _document(self, reference: str, operation: str) -> ArchivedDocument:
        stored = self.archive.documents.get(reference)
        if stored is None:
            raise self.faults.refuse(operation, "there is no such document")
        return stored

    def _read(self, document: DocumentToFile, operation: str) -> bytes:
        content = document.content.read_bytes()
        if hashlib.sha256(content).hexdigest() != document.sha256:
            raise self.faults.refuse(operation, "the stored bytes do not have the hash they should have")
        return content


def _receipt(idempotency_key: str, stored: ArchivedDocument, *, fresh: bool, version: int | None = None) -> Receipt:
    return Receipt(
        idempotency_key=idempotency_key,
        reference=stored.reference,
        fresh=fresh,
        details={"workspace": stored.workspace, "version": str(version or len(stored.contents))},
    )
