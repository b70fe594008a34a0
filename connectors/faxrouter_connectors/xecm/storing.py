"""A document is stored: in one call with its category, found again after a lost answer, put right where it went wrong.

It is found by the mark of its key in its description, below the workspace it was stored in; one that was moved has the
mark as a nickname as well. A name that is taken by another document is used with the mark behind it.
"""

import hashlib
import threading
from pathlib import Path
from typing import Any

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter.model.plan import Receipt
from faxrouter.ports import DocumentToFile, WorkspaceRef
from faxrouter_connectors.xecm import nodes, versions
from faxrouter_connectors.xecm.attributes import wire_values
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import Definitions
from faxrouter_connectors.xecm.names import described, mark, marks_in, node_name
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.recorded import Recorded
from faxrouter_connectors.xecm.refusals import Refused, Word

_STORE = "store document"
_LOCKS = 64
# refusals of a thing that was right a moment ago
_SOMETHING_CHANGED = (Word.NOT_FOUND, Word.NOT_VALID)


class Storing:
    """The documents that one identity stores."""

    def __init__(self, client: XecmClient, places: Places, definitions: Definitions, recorded: Recorded) -> None:
        self._client = client
        self._places = places
        self._definitions = definitions
        self._recorded = recorded
        # two workers with one key take turns; which key has which lock does not matter
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def find(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        operation, own_mark = "find document", mark(idempotency_key)
        parent = self._client.node(workspace.reference, operation=operation)
        try:
            found = self._marked(parent, node_name(name), own_mark, operation)
        except Refused as err:
            if err.word is not Word.NOT_FOUND:
                raise
            # the workspace is gone; the document may have been moved before
            self._places.forget(workspace.reference)
            found = None
        if found is None:
            found = nodes.by_nickname(self._client, nickname(own_mark), operation=operation)
        return None if found is None else str(found.id)

    def store(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        own_mark = mark(idempotency_key)
        parent = self._client.node(workspace.reference, operation=_STORE)
        check_content(self._client, document, operation=_STORE)
        name = node_name(document.name)
        with self._locks[hash(own_mark) % _LOCKS]:
            try:
                return self._store(parent, document, idempotency_key, own_mark, name=name)
            except Refused as err:
                if err.word not in _SOMETHING_CHANGED:
                    raise
                if not self._is_there(parent):
                    raise self._gone(workspace) from err
                if document.category is None:
                    raise
                # the category may have changed under way: read it anew, and let it say what does not fit
                self._definitions.forget(document.category)
                return self._store_again(parent, document, idempotency_key, own_mark, name=name)

    def _store(self, parent: int, document: DocumentToFile, key: str, own_mark: str, *, name: str) -> Receipt:
        body: dict[str, Any] = {
            "type": str(nodes.DOCUMENT),
            "parent_id": str(parent),
            "name": name,
            "description": described(own_mark),
            "roles": {},
        }
        if document.category is not None:
            definition = self._definitions.of(document.category)
            values = wire_values(self._client.system, definition, document.attributes, operation=_STORE, whole=False)
            body["roles"] = {"categories": values}
        try:
            made = nodes.create_document(
                self._client,
                body,
                operation=_STORE,
                content=document.content,
                file_name=name,
                media_type=document.media_type,
            )
        except Refused as err:
            if err.word is not Word.ALREADY_THERE:
                raise
            there = self._marked(parent, name, own_mark, _STORE)
            if there is not None:
                return self._standing(there, document, key)
            longer = node_name(document.name, distinct=own_mark)
            if name == longer:
                raise
            return self._store(parent, document, key, own_mark, name=longer)
        self._check_length(made, document)
        self._recorded.made(made.id)
        return receipt(key, made.id, fresh=True)

    def _store_again(self, parent: int, document: DocumentToFile, key: str, own_mark: str, *, name: str) -> Receipt:
        """With the category as it is now."""
        try:
            return self._store(parent, document, key, own_mark, name=name)
        except Refused as err:
            if err.word not in _SOMETHING_CHANGED:
                raise
            reason = f"the server does not accept these values for the category `{document.category}`"
            about = FailureSubject.METADATA
            raise self._client.system.failed(FailureKind.REJECTED, _STORE, reason, about=about) from err

    def _is_there(self, node: int) -> bool:
        """Asked, not concluded: what a refusal is about stands in its text only, and may quote anything."""
        try:
            nodes.read(self._client, node, operation=_STORE)
        except Refused as err:
            if err.word is Word.NOT_FOUND:
                return False
            raise
        return True

    def _standing(self, there: nodes.Node, document: DocumentToFile, key: str) -> Receipt:
        """It was stored under this key before. Raises Failed(REJECTED) when that was another content."""
        sha256 = hashlib.sha256()
        versions.download(self._client, there.id, operation=_STORE, write=sha256.update)
        if sha256.hexdigest() != document.sha256:
            raise self._client.system.failed(FailureKind.REJECTED, _STORE, "this key has stored another document")
        return receipt(key, there.id, fresh=False)

    def _marked(self, parent: int, name: str, own_mark: str, operation: str) -> nodes.Node | None:
        found = nodes.children(self._client, parent, operation=operation, name=name)
        return next((node for node in found if own_mark in marks_in(node.description)[:1]), None)

    def _check_length(self, made: nodes.Node, document: DocumentToFile) -> None:
        """The server says how much it stored; where it does not say so at once, it is asked."""
        size = made.size
        if size is None:
            size = nodes.read(self._client, made.id, operation=_STORE).size
        if size is not None and size != document.content.stat().st_size:
            self._client.form("DELETE", f"/v2/nodes/{made.id}", operation=_STORE)
            raise self._client.system.failed(FailureKind.TRANSIENT, _STORE, "it was stored incomplete")

    def _gone(self, workspace: WorkspaceRef) -> Failed:
        self._places.forget(workspace.reference)
        reason = "the workspace is not there any more, or this identity does not see it"
        about = FailureSubject.WORKSPACE
        return self._client.system.failed(FailureKind.REJECTED, _STORE, reason, about=about)


def check_content(client: XecmClient, document: DocumentToFile, *, operation: str) -> None:
    """Raises Failed(REJECTED) when the bytes are not those that were decided on."""
    if _sha256(document.content) != document.sha256:
        reason = "the bytes do not have the hash they should have"
        raise client.system.failed(FailureKind.REJECTED, operation, reason)


def nickname(own_mark: str) -> str:
    """The nickname by which a moved document is found."""
    return f"faxrouter_{own_mark}"


def receipt(key: str, node: int, *, fresh: bool, version: int = 1) -> Receipt:
    """Of a document; versions count from 1."""
    return Receipt(idempotency_key=key, reference=str(node), fresh=fresh, details={"version": str(version)})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
