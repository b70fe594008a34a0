"""File: the plan of one document is performed, action by action; when every document of its fax is filed, the fax is
acknowledged. Never before.
"""

from collections.abc import Sequence

from faxrouter.journal import decisions, deeds, faxes
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.desk import Desk
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.performing import perform
from faxrouter.workflow.piece import Piece
from faxrouter.workflow.receiving import service_of
from faxrouter.workflow.services import Services


def file(services: Services, piece: Piece, notes: Notes) -> Sequence[Piece]:
    """What its workflow goes on with: the acknowledgement, after the last document of the fax. Nothing where the rest
    waits on the list of work, or for a person."""
    current = piece.work
    plan = piece.plan or decisions.load_plan(services.journal, current.document_id or "")
    desk = Desk(services=services, work=current, plan=plan, look=not piece.untried, notes=notes)
    if not all(perform(desk, action) for action in plan.actions):
        return ()
    with services.journal.write() as writing:
        notes.write_into(writing)
        to_acknowledge = deeds.record_filed(writing, current)
    services.observe("filed", fax=current.fax_id, department=current.department)
    if to_acknowledge is None:
        return ()
    return [Piece(work=to_acknowledge, untried=True, event=piece.event)]


def acknowledge(services: Services, piece: Piece, notes: Notes) -> Sequence[Piece]:
    """Tell the fax service that it need not keep the fax."""
    current = piece.work
    event = piece.event or faxes.load_event(services.journal, current.fax_id)

    def tell(_look: bool) -> bool:
        service_of(services, event).acknowledge(event.reference)
        return True

    if attempt(services, current, notes, key=f"acknowledge:{current.fax_id}", act=tell) is None:
        return ()
    with services.journal.write() as writing:
        notes.write_into(writing)
        deeds.record_acknowledged(writing, current.fax_id)
    services.observe("acknowledged", fax=current.fax_id, service=event.service)
    return ()
