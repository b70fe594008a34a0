"""The `OutboundRequests` fake: documents that a test marks, and what they were answered."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from faxrouter.model.failure import FailureKind
from faxrouter.model.plan import Receipt
from faxrouter.ports import MarkedDocument, MarkKind, MarkOutcome
from faxrouter_connectors.memory.faults import FaultPlan


@dataclass(slots=True, kw_only=True)
class _Document:
    # as it was marked the last time
    mark: MarkedDocument
    # the content of each version
    contents: list[bytes]
    marks: int = 1
    answers: dict[str, tuple[MarkOutcome, str]] = field(default_factory=dict)


class MemoryOutboundRequests:
    """Marked documents in memory. `departments`: those that are served; empty: all."""

    def __init__(self, *, name: str, faults: FaultPlan, departments: frozenset[str]) -> None:
        self.name = name
        self.faults = faults
        self._departments = departments
        self._documents: dict[str, _Document] = {}
        self._lock = threading.RLock()

    def mark(
        self,
        content: bytes,
        *,
        name: str,
        department: str,
        marked_at: datetime,
        marked_by: str = "",
        kind: MarkKind = MarkKind.CATEGORY,
        media_type: str = "application/pdf",
        facts: Mapping[str, object] | None = None,
    ) -> str:
        """Somebody marks a new document; its reference."""
        with self._lock:
            document = f"outbound-{len(self._documents) + 1}"
            mark = MarkedDocument(
                reference=f"{document}/1",
                kind=kind,
                marked_at=marked_at,
                marked_by=marked_by,
                department=department,
                document=document,
                version=1,
                name=name,
                media_type=media_type,
                stated_facts=dict(facts or {}),
            )
            self._documents[document] = _Document(mark=mark, contents=[content])
            return document

    def mark_again(self, document: str, *, marked_at: datetime) -> None:
        """Somebody marks it anew, after an answer."""
        with self._lock:
            known = self._documents[document]
            known.marks += 1
            known.mark = replace(known.mark, reference=f"{document}/{known.marks}", marked_at=marked_at)

    def add_version(self, document: str, content: bytes) -> None:
        with self._lock:
            self._documents[document].contents.append(content)

    def vanish(self, document: str) -> None:
        """Its contents are gone; whoever marked it still waits."""
        with self._lock:
            self._documents[document].contents.clear()

    def answers(self, document: str) -> Sequence[tuple[MarkOutcome, str]]:
        """What whoever marked it was told, oldest first."""
        with self._lock:
            return tuple(self._documents[document].answers.values())

    def marked(self, *, limit: int) -> Sequence[MarkedDocument]:
        with self._lock, self.faults.around("marked", limit=limit):
            waiting = [
                replace(known.mark, version=max(1, len(known.contents)))
                for known in self._documents.values()
                if known.mark.reference not in known.answers and self._is_served(known.mark.department)
            ]
            return sorted(waiting, key=lambda mark: (mark.marked_at, mark.reference))[:limit]

    @contextmanager
    def open(self, marked: MarkedDocument) -> Iterator[BinaryIO]:
        with self._lock, self.faults.around("open", marked=marked):
            self._check_department(marked, "open marked document")
            known = self._documents.get(marked.document)
            if known is None or not 1 <= marked.version <= len(known.contents):
                raise self.faults.refuse("open marked document", "it is not there any more")
            content = known.contents[marked.version - 1]
        yield BytesIO(content)

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, *, words: str, idempotency_key: str) -> Receipt:
        with (
            self._lock,
            self.faults.around("answer", marked=marked, outcome=outcome, words=words, idempotency_key=idempotency_key),
        ):
            self._check_department(marked, "answer mark")
            known = self._documents.get(marked.document)
            if known is None or not self._was_told(known, marked.reference):
                raise self.faults.refuse("answer mark", "there is no such mark")
            fresh = marked.reference not in known.answers
            known.answers.setdefault(marked.reference, (outcome, words))
            return Receipt(idempotency_key=idempotency_key, reference=marked.reference, fresh=fresh)

    def health(self) -> str | None:
        return None

    def _was_told(self, known: _Document, reference: str) -> bool:
        return reference in {f"{known.mark.document}/{number}" for number in range(1, known.marks + 1)}

    def _is_served(self, department: str) -> bool:
        return not self._departments or department in self._departments

    def _check_department(self, marked: MarkedDocument, operation: str) -> None:
        if not self._is_served(marked.department):
            reason = "this department is not served"
            raise self.faults.refuse(operation, reason, kind=FailureKind.UNAUTHORISED)
