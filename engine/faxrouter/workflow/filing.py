"""File: the plan of one document is performed, action by action; when every document of its fax is filed, the fax is
acknowledged. Never before.

One step an action, in plan order, then `filed` and, for the last document, `acknowledge`.
"""

from functools import partial

from faxrouter.journal import decisions, deeds, faxes, work
from faxrouter.journal.forms import kind_of
from faxrouter.journal.journal import Writing
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.performing import Desk, perform
from faxrouter.workflow.receiving import Step, service_of
from faxrouter.workflow.services import Services


def file(services: Services, current: work.Work, step: Step, *, first: bool) -> str:
    """How it ended: "filed", "acknowledged", or "given up" when the rest waits on the list of work or for a person.

    `first`: surely nothing of the plan was tried before, so nothing needs to be looked up.
    """
    plan = decisions.load_plan(services.journal, current.document_id or "")
    desk = Desk(services=services, work=current, plan=plan, look=not first)
    for action in plan.actions:
        if not step(f"{kind_of(action)}.v1", partial(perform, desk, action)):
            return "given up"
    if not step("filed.v1", lambda: _filed(services, current)):
        return "filed"
    return "acknowledged" if step("acknowledge.v1", lambda: _acknowledge(services, current.fax_id)) else "given up"


def acknowledge(services: Services, current: work.Work, step: Step) -> str:
    """The acknowledgement by itself, when it did not succeed at once."""
    done = step("acknowledge.v1", lambda: _acknowledge(services, current.fax_id))
    return "acknowledged" if done else "given up"


def _filed(services: Services, current: work.Work) -> bool:
    with services.journal.write() as writing:
        complete = deeds.record_filed(writing, current, workflow_id=current.next_workflow_id)
    services.observe("filed", fax=current.fax_id, department=current.department)
    return complete


def _acknowledge(services: Services, fax_id: str) -> bool:
    current = work.load(services.journal, work.work_id(work.ACKNOWLEDGE, fax_id))
    if current is None:
        return True
    event = faxes.load_event(services.journal, fax_id)

    def tell(_look: bool) -> bool:
        service_of(services, event).acknowledge(event.reference)
        return True

    def record(writing: Writing, _told: bool) -> None:
        deeds.record_acknowledged(writing, fax_id)

    done = attempt(services, current, key=f"acknowledge:{fax_id}", act=tell, record=record)
    if done is not None:
        services.observe("acknowledged", fax=fax_id, service=event.service)
    return done is not None
