"""File: the plan of one document is performed, action by action; when every document of its fax is filed, the fax is
acknowledged. Never before.
"""

from faxrouter.journal import decisions, deeds, faxes, work
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.performing import Desk, perform
from faxrouter.workflow.receiving import service_of
from faxrouter.workflow.services import Services


def file(services: Services, current: work.Work, notes: Notes, *, first: bool) -> str:
    """How it ended: "filed", "acknowledged", or "given up" when the rest waits on the list of work or for a person.

    `first`: surely nothing of the plan was tried before, so nothing needs to be looked up.
    """
    plan = decisions.load_plan(services.journal, current.document_id or "")
    desk = Desk(services=services, work=current, plan=plan, look=not first, notes=notes)
    if not all(perform(desk, action) for action in plan.actions):
        return "given up"
    with services.journal.write() as writing:
        notes.write_into(writing)
        complete = deeds.record_filed(writing, current, workflow_id=current.next_workflow_id)
    notes.clear()
    services.observe("filed", fax=current.fax_id, department=current.department)
    if not complete:
        return "filed"
    to_tell = work.load(services.journal, work.work_id(work.ACKNOWLEDGE, current.fax_id))
    return "acknowledged" if to_tell is None else acknowledge(services, to_tell, notes)


def acknowledge(services: Services, current: work.Work, notes: Notes) -> str:
    """Tell the fax service that it need not keep the fax: at once, or by itself when that did not succeed."""
    event = faxes.load_event(services.journal, current.fax_id)

    def tell(_look: bool) -> bool:
        service_of(services, event).acknowledge(event.reference)
        return True

    if attempt(services, current, notes, key=f"acknowledge:{current.fax_id}", act=tell) is None:
        return "given up"
    with services.journal.write() as writing:
        notes.write_into(writing)
        deeds.record_acknowledged(writing, current.fax_id)
    services.observe("acknowledged", fax=current.fax_id, service=event.service)
    return "acknowledged"
