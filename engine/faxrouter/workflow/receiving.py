"""Receive: a fax that was offered becomes bytes in the blob store, documents, and a journalled decision for each.

It is taken, stored, inspected and decided; then all of it is journalled in one transaction, or nothing. A run that
ends in between is begun anew: taking and storing are idempotent, and what the blob store holds is not stored twice.
"""

import unicodedata
from collections.abc import Callable, Sequence

from faxrouter.journal import decisions, faxes, rule_sets, work
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.journal import Writing
from faxrouter.model.failure import Failed, Failure, FailureKind, Unavailable
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.ports import Blob, FaxService
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.faults import described
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.piece import Piece
from faxrouter.workflow.services import Inspected, Services

_LONGEST_NAME = 120


def receive(services: Services, piece: Piece, notes: Notes, *, goes_on: Callable[[], bool]) -> Sequence[Piece]:
    """What its workflow goes on with, if it may: the documents that are the first in the line of their case.

    Nothing where the rest waits on the list of work, or for a person.
    """
    current = piece.work
    event = faxes.load_event(services.journal, current.fax_id)
    documents = () if piece.untried else faxes.load_documents(services.journal, event.fax_id)
    if not documents:
        whole = _fetch(services, current, event, notes)
        if whole is None:
            return ()
        documents = tuple(_inspect(services, event, whole))
        notes.add(lambda writing: faxes.record_documents(writing, event, documents))
    return _decide(services, current, event, documents, notes, goes_on=goes_on)


def service_of(services: Services, event: Event) -> FaxService:
    """Raises Failed(REJECTED) when the settings no longer name it: for a person to mend."""
    service = services.fax_services.get(event.service)
    if service is None:
        reason = "`faxrouter.toml` names no such fax service"
        raise Failed(
            Failure(kind=FailureKind.REJECTED, system=event.service, operation="find fax service", reason=reason)
        )
    return service


def _fetch(services: Services, current: work.Work, event: Event, notes: Notes) -> Blob | None:
    """The fax in the blob store."""

    def take(_look: bool) -> bool:
        service_of(services, event).take(event.reference)
        return True

    def store(_look: bool) -> Blob:
        with service_of(services, event).open(event.reference) as source:
            return services.blobs.put(source)

    if attempt(services, current, notes, key=f"take:{event.fax_id}", act=take) is None:
        return None
    return attempt(services, current, notes, key=f"store:{event.fax_id}", act=store)


def _inspect(services: Services, event: Event, whole: Blob) -> Sequence[ReadDocument]:
    parts = _inspected(services, event, whole)
    read: list[ReadDocument] = []
    for number, part in enumerate(parts, start=1):
        blob = whole
        if part.content is not None:
            with part.content.open("rb") as source:
                blob = services.blobs.put(source)
        document = Document(
            document_id=f"{event.fax_id}-{number}",
            sha256=blob.sha256,
            media_type=part.media_type,
            size=blob.size,
            pages=part.pages,
            defects=(*event.defects, *part.defects),
            name=safe_name(event.name),
        )
        read.append(ReadDocument(document=document, facts=part.facts, evidence=part.evidence))
    return read


def _inspected(services: Services, event: Event, whole: Blob) -> Sequence[Inspected]:
    """Never fails on what the bytes are: a fax nobody can read is a document with a defect, and a plan will park it."""
    path = services.blobs.path(whole.sha256)
    try:
        parts = services.inspect(path)
    except Unavailable:
        raise
    except Exception as err:  # noqa: BLE001  # a rim: readers meet every byte there is
        # a reader's bug must not lose the fax; the bytes are kept
        services.observe("inspection failed", fax=event.fax_id, error=described(err))
        parts = ()
    unreadable = Inspected(media_type="application/octet-stream", pages=None, defects=("it could not be inspected",))
    return parts or (unreadable,)


def _decide(
    services: Services,
    current: work.Work,
    event: Event,
    documents: Sequence[ReadDocument],
    notes: Notes,
    *,
    goes_on: Callable[[], bool],
) -> Sequence[Piece]:
    """One rule set decides every document of the fax; all of it is journalled in one transaction, or nothing."""
    fax = Fax(
        fax_id=event.fax_id,
        direction=Direction.INBOUND,
        service=event.service,
        reference=event.reference,
        received_at=event.received_at,
        documents=tuple(read.document for read in documents),
    )
    router = services.current_router()
    decided = [router.route(event, fax, read=read) for read in documents]
    hand = current.workflow_id if goes_on() else None
    with services.journal.write() as writing:
        notes.write_into(writing)
        rule_sets.archive(writing, router.rule_set)
        put = [(_record(services, writing, event, one, hand=hand), one.plan) for one in decided]
        work.finish(writing, current.work_id)
    for one in decided:
        services.observe(
            "decided",
            fax=event.fax_id,
            rule_set=one.decision.rule_set,
            department=one.plan.department,
            parked=one.plan.parked,
            rules={
                name: [contribution.rule for contribution in outcome.contributions]
                for name, outcome in one.decision.outcomes.items()
            },
        )
    return [
        Piece(work=one, untried=True, event=event, plan=plan)
        for one, plan in put
        if one is not None and one.workflow_id is not None
    ]


def _record(
    services: Services, writing: Writing, event: Event, one: decisions.DecidedDocument, *, hand: str | None
) -> work.Work | None:
    """The filing of the document, in the hand of that workflow if it is the first in its line. None: decided before."""
    case_key = services.journal.case_key(one.plan.case)
    position = decisions.record_decision(writing, event, one, case_key=case_key)
    if position is None:
        return None
    return work.put(
        writing,
        work.FILE,
        fax_id=event.fax_id,
        document_id=one.document_id,
        department=one.plan.department,
        case_key=case_key,
        position=position,
        workflow_id=hand if hand is not None and work.is_first_in_line(writing, case_key) else None,
    )


def safe_name(name: str) -> str:
    """The name as it may be shown: no path, no control or direction characters, no lone surrogates, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C")).strip(". ")
    return shown[:_LONGEST_NAME]
