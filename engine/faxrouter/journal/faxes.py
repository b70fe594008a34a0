"""Faxes and their documents as the journal keeps them: the event that brought a fax, what stood in it, what was read.

The service's reference, names and readings are payload: they may hold personal data.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from faxrouter.journal import work
from faxrouter.journal.forms import canonical, moment_from, moment_text, to_stored
from faxrouter.journal.journal import Entry, Journal, Journalled, Writing
from faxrouter.model.fact import Evidence
from faxrouter.model.failure import Unavailable
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.ports import InboundFax

# who owns what no department owns yet
ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fax was offered by a service: what is known before its bytes are read."""

    event_id: str
    # the word rules use: "received"
    kind: str
    fax_id: str
    service: str
    reference: str
    # aware UTC
    received_at: datetime
    stated_facts: Mapping[str, object] = field(default_factory=dict)
    stated_by: str = "carrier"
    name: str = ""
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """A document with what its inspection read from it."""

    document: Document
    # the raw `facts` object of `decide`: names to JSON values
    facts: Mapping[str, object] = field(default_factory=dict)
    # where each of them was read
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)


def received(service: str, offered: InboundFax, *, again: bool = False) -> Event:
    """The event of an offered fax. Its ids come from service and reference, so a second delivery is the same event.

    `again`: the reference was acknowledged before and now stands for another fax; its time tells the two apart.
    """
    parts = [service, offered.reference] + ([moment_text(offered.received_at)] if again else [])
    marks = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    fax_id = f"F-{marks[:16]}"
    stated, defects = dict(offered.stated_facts), tuple(offered.defects)
    try:
        canonical(to_stored(stated))
    except (TypeError, ValueError, RecursionError):
        stated, defects = {}, (*defects, "the facts stated with it cannot be journalled")
    return Event(
        event_id=f"received:{fax_id}",
        kind="received",
        fax_id=fax_id,
        service=service,
        reference=offered.reference,
        received_at=offered.received_at,
        stated_facts=stated,
        stated_by=offered.stated_by,
        name=offered.name,
        defects=defects,
    )


def record_event(writing: Writing, event: Event) -> bool:
    """Journal the event and put its reception on the list of work, at once. False when it was known."""
    fresh = writing.append(
        Entry(
            kind="event",
            key=event.event_id,
            fax_id=event.fax_id,
            body={"event": event.kind, "service": event.service, "received_at": moment_text(event.received_at)},
            payload={
                "reference": event.reference,
                "name": event.name,
                "stated_facts": event.stated_facts,
                "stated_by": event.stated_by,
                "defects": list(event.defects),
            },
        )
    )
    if fresh:
        work.put(writing, work.RECEIVE, fax_id=event.fax_id, department=ORGANISATION)
    return fresh


def load_event(journal: Journal, fax_id: str) -> Event:
    """Raises Unavailable when the fax is not journalled or its payload was erased."""
    found = journal.entries("event", fax_id=fax_id, limit=1)
    if not found or found[0].erased:
        raise Unavailable(f"fax {fax_id} is not in the journal, or its content was erased")
    entry = found[0]
    return Event(
        event_id=entry.key,
        kind=entry.body["event"],
        fax_id=fax_id,
        service=entry.body["service"],
        received_at=moment_from(entry.body["received_at"]),
        reference=entry.payload["reference"],
        name=entry.payload["name"],
        stated_facts=entry.payload["stated_facts"],
        stated_by=entry.payload["stated_by"],
        defects=tuple(entry.payload["defects"]),
    )


def record_documents(writing: Writing, event: Event, documents: Sequence[ReadDocument]) -> None:
    """Journal what stands in the fax: one entry a document, in order."""
    for read in documents:
        document = read.document
        writing.add(
            Entry(
                kind="document",
                key=document.document_id,
                fax_id=event.fax_id,
                document_id=document.document_id,
                body={
                    "sha256": document.sha256,
                    "media_type": document.media_type,
                    "size": document.size,
                    "pages": document.pages,
                    "defects": list(document.defects),
                },
                payload={"document": document, "facts": read.facts, "evidence": read.evidence},
            )
        )


def load_documents(journal: Journal, fax_id: str) -> tuple[ReadDocument, ...]:
    """The documents of a fax in order; none before it was inspected."""
    return tuple(_read_document(entry) for entry in journal.entries("document", fax_id=fax_id))


def load_fax(journal: Journal, fax_id: str) -> Fax:
    """The fax as it stands in the journal. Raises Unavailable as `load_event`."""
    event = load_event(journal, fax_id)
    return Fax(
        fax_id=fax_id,
        direction=Direction.INBOUND,
        service=event.service,
        reference=event.reference,
        received_at=event.received_at,
        documents=tuple(read.document for read in load_documents(journal, fax_id)),
    )


def is_acknowledged(journal: Journal, fax_id: str) -> bool:
    return journal.entry("acknowledged", fax_id) is not None


def _read_document(entry: Journalled) -> ReadDocument:
    if entry.erased:
        raise Unavailable(f"the content of document {entry.key} was erased")
    return ReadDocument(**entry.payload)
