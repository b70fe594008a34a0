"""The `Filing` port in Extended ECM: workspaces, documents, versions, moves, metadata. Knows no rule."""

import hashlib
import threading
from collections.abc import Mapping

from faxrouter.model.failure import FailureKind
from faxrouter.model.plan import Receipt, WorkspaceTarget
from faxrouter.ports import DocumentToFile, StoredDocument, WorkspaceRef
from faxrouter_connectors.xecm import nodes, versions
from faxrouter_connectors.xecm.attributes import shown_values, wire_values
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import Definitions
from faxrouter_connectors.xecm.names import described, mark, marked, marks_in, node_name
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.recorded import Recorded
from faxrouter_connectors.xecm.refusals import Refused, Word
from faxrouter_connectors.xecm.storing import Storing, check_content, nickname, receipt

_LOCKS = 64


class XecmFiling:
    """Workspaces and documents that one identity files. `departments`: those it serves; None: all."""

    def __init__(
        self,
        client: XecmClient,
        places: Places,
        definitions: Definitions,
        recorded: Recorded,
        *,
        departments: frozenset[str] | None,
        address: str,
    ) -> None:
        """`address` is where a person looks at a node, with `{node}` in it."""
        self._client = client
        self._places = places
        self._definitions = definitions
        self._recorded = recorded
        self._departments = departments
        self._address = address
        self._storing = Storing(client, places, definitions, recorded)
        # two workers with one key take turns; which key has which lock does not matter
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def find_workspace(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        self._check_department(target, "find workspace")
        return self._places.find(target)

    def create_workspace(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        self._check_department(target, "create workspace")
        with self._lock(target.name):
            return self._places.create(target, idempotency_key=idempotency_key)

    def find_document(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        return self._storing.find(workspace, name, idempotency_key=idempotency_key)

    def store_document(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        return self._storing.store(workspace, document, idempotency_key=idempotency_key)

    def store_version(self, document: str, content: DocumentToFile, *, idempotency_key: str) -> Receipt:
        operation, own_mark = "store version", mark(idempotency_key)
        node = self._client.node(document, operation=operation)
        check_content(self._client, content, operation=operation)
        with self._lock(document):
            standing = versions.listed(self._client, node, operation=operation)
            done = next((one for one in standing if own_mark in marks_in(one.description)), None)
            if done is None:
                versions.add(
                    self._client,
                    node,
                    operation=operation,
                    content=content.content,
                    file_name=node_name(content.name),
                    media_type=content.media_type,
                    description=described(own_mark),
                )
                standing = versions.listed(self._client, node, operation=operation)
                number = max((one.number for one in standing), default=1)
                return receipt(idempotency_key, node, fresh=True, version=number)
            return receipt(idempotency_key, node, fresh=False, version=done.number)

    def move_document(self, document: str, workspace: WorkspaceRef, *, idempotency_key: str) -> Receipt:
        operation, own_mark = "move document", mark(idempotency_key)
        node = self._client.node(document, operation=operation)
        parent = self._client.node(workspace.reference, operation=operation)
        with self._lock(document):
            standing = nodes.read(self._client, node, operation=operation)
            marks = marks_in(standing.description)
            if own_mark in marks:
                return receipt(idempotency_key, node, fresh=False)
            if marks:
                # from now on it is not where a look for its key would begin
                nodes.set_nickname(self._client, node, nickname(marks[0]), operation=operation)
            value = {"parent_id": str(parent), "description": marked(standing.description, own_mark)}
            try:
                nodes.change(self._client, node, value, operation=operation)
            except Refused as err:
                if err.word is not Word.ALREADY_THERE:
                    raise
                value["name"] = node_name(standing.name, distinct=marks[0] if marks else own_mark)
                nodes.change(self._client, node, value, operation=operation)
            return receipt(idempotency_key, node, fresh=True)

    def set_metadata(
        self, document: str, *, category: str, attributes: Mapping[str, str], idempotency_key: str
    ) -> Receipt:
        operation, own_mark = "set metadata", mark(idempotency_key)
        node = self._client.node(document, operation=operation)
        with self._lock(document):
            standing = nodes.read(self._client, node, operation=operation)
            if own_mark in marks_in(standing.description):
                return receipt(idempotency_key, node, fresh=False)
            definition = self._definitions.of(category)
            values = wire_values(self._client.system, definition, attributes, operation=operation, whole=True)
            self._recorded.set_values(node, definition.id, values, operation=operation)
            value = {"description": marked(standing.description, own_mark)}
            nodes.change(self._client, node, value, operation=operation)
            return receipt(idempotency_key, node, fresh=True)

    def describe(self, document: str) -> StoredDocument:
        operation = "describe document"
        node = self._client.node(document, operation=operation)
        standing = nodes.read(self._client, node, operation=operation)
        sha256 = hashlib.sha256()
        versions.download(self._client, node, operation=operation, write=sha256.update)
        kept = versions.listed(self._client, node, operation=operation)
        category, values = self._recorded.category_of(node, parent=standing.parent_id, operation=operation)
        definition = None if category is None else self._definitions.of(category)
        return StoredDocument(
            reference=document,
            workspace=str(standing.parent_id),
            name=standing.name,
            version=max((one.number for one in kept), default=1),
            sha256=sha256.hexdigest(),
            category=category,
            attributes={} if definition is None else shown_values(definition, values),
            record_classes=self._recorded.classes_of(node, operation=operation),
            holds=self._recorded.holds_of(node, operation=operation),
        )

    def location(self, document: str) -> str:
        return self._address.format(node=self._client.node(document, operation="locate document"))

    def health(self) -> str | None:
        return self._client.health()

    def _check_department(self, target: WorkspaceTarget, operation: str) -> None:
        if self._departments is not None and target.department not in self._departments:
            reason = f"this identity does not file for `{target.department}`"
            raise self._client.system.failed(FailureKind.UNAUTHORISED, operation, reason)

    def _lock(self, of: str) -> threading.Lock:
        return self._locks[hash(of) % _LOCKS]
