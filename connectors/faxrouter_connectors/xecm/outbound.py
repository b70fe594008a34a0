"""The `OutboundRequests` port in Extended ECM: documents that people marked by category, by workflow or by folder.

The version of a mark is the newest one at the moment of reading. A later version changes what later readings tell, and
not the mark's reference: whoever read it first keeps the version that stood then, and `open` gets exactly that one.
"""

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.plan import Receipt
from faxrouter.ports import MarkedDocument, MarkKind, MarkOutcome
from faxrouter_connectors.xecm import versions
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.outbound_marks import ANSWER, Way

_OPEN = "open marked document"
_LOCKS = 64


class XecmOutboundRequests:
    """What one identity is asked to fax. `departments`: those it serves; None: all. Contents are kept in `folder` while
    they are open."""

    def __init__(
        self,
        client: XecmClient,
        ways: Mapping[MarkKind, Way],
        *,
        departments: frozenset[str] | None,
        folder: Path,
    ) -> None:
        self.name = client.system.name
        self._client = client
        self._ways = ways
        self._departments = departments
        self._folder = folder
        # of the last look: why a mark could not be read
        self._unread = ""
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def marked(self, *, limit: int) -> Sequence[MarkedDocument]:
        """A mark that cannot be read now does not hold up the others: it is told when it can be, and `health` says
        so."""
        found: list[MarkedDocument] = []
        unread: Failed | None = None
        for way in self._ways.values():
            for read in way.readings():
                try:
                    mark = read()
                except Failed as err:
                    unread = unread or err
                    continue
                if mark is not None:
                    found.append(mark)
        self._unread = unread.failure.reason if unread is not None else ""
        if unread is not None and not found:
            raise unread
        return sorted(found, key=lambda mark: (mark.marked_at, mark.reference))[:limit]

    @contextmanager
    def open(self, marked: MarkedDocument) -> Iterator[BinaryIO]:
        node, size = self._version_of(marked)
        with ExitStack() as kept:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                content = kept.enter_context(tempfile.TemporaryFile(dir=self._folder))
                length = versions.download(
                    self._client, node, operation=_OPEN, write=content.write, version=marked.version
                )
                content.seek(0)
            except OSError as err:
                raise self._failed(FailureKind.TRANSIENT, "its content cannot be kept on this machine") from err
            if size is not None and size != length:
                raise self._failed(FailureKind.TRANSIENT, "the content came incomplete")
            yield content

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, *, words: str, idempotency_key: str) -> Receipt:
        """What a mark's reference tells (how often it was answered) is looked up first, so whoever repeats an answer
        changes nothing."""
        self._check_department(marked, ANSWER)
        way = self._ways.get(marked.kind)
        if way is None:
            reason = f"documents are not marked by {marked.kind.value} any more"
            raise self._client.system.failed(FailureKind.REJECTED, ANSWER, reason)
        with self._locks[hash(marked.reference) % _LOCKS]:
            fresh = way.answer(marked, outcome, " ".join(words.split()))
        return Receipt(idempotency_key=idempotency_key, reference=marked.reference, fresh=fresh)

    def health(self) -> str | None:
        outage = self._client.health()
        if outage is None and self._unread:
            return f"a document that is marked for faxing cannot be read: {self._unread}"
        return outage

    def _version_of(self, marked: MarkedDocument) -> tuple[int, int | None]:
        """The document's node, and how many bytes the marked version has."""
        self._check_department(marked, _OPEN)
        if not marked.document:
            raise self._failed(
                FailureKind.REJECTED, "there is no document, or more than one, that this identity may fax"
            )
        node = self._client.node(marked.document, operation=_OPEN)
        return node, versions.read(self._client, node, marked.version, operation=_OPEN).size

    def _check_department(self, marked: MarkedDocument, operation: str) -> None:
        if self._departments is not None and marked.department not in self._departments:
            reason = f"this identity does not fax for `{marked.department}`"
            raise self._client.system.failed(FailureKind.UNAUTHORISED, operation, reason)

    def _failed(self, kind: FailureKind, reason: str) -> Failed:
        return self._client.system.failed(kind, _OPEN, reason)
