"""Intake: what a fax service offers becomes a journalled event and work to do. Reads no bytes, takes no lease.

The event is journalled before the fax is taken: a crash in between leaves a fax that is still offered or is known.
"""

from faxrouter.journal import faxes, work
from faxrouter.journal.faxes import Event
from faxrouter.journal.forms import moment_text
from faxrouter.ports import FaxService, InboundFax
from faxrouter.workflow.services import Services


def take_in(services: Services, service: FaxService, *, limit: int) -> int:
    """Journal what is offered; how many faxes were new. Raises Failed as `offered` does, and Unavailable."""
    new = 0
    for offered in service.offered(limit=limit):
        new += _take_in(services, service, offered)
    return new


def _take_in(services: Services, service: FaxService, offered: InboundFax) -> bool:
    event = faxes.received(service.name, offered)
    known = services.journal.entry("event", event.event_id)
    moved_on = known is not None and known.body["received_at"] != moment_text(offered.received_at)
    if moved_on and faxes.is_acknowledged(services.journal, event.fax_id):
        # an old reference that stands for another fax now
        event = faxes.received(service.name, offered, again=True)
        known = services.journal.entry("event", event.event_id)
    if known is not None:
        _remind(services, service, event)
        return False
    with services.journal.write() as writing:
        fresh = faxes.record_event(writing, event)
    if fresh:
        services.observe("received", fax=event.fax_id, service=service.name)
    return fresh


def _remind(services: Services, service: FaxService, event: Event) -> None:
    """A known fax is offered again: the acknowledgement was lost, or the lease ran out while it waits for something."""
    if faxes.is_acknowledged(services.journal, event.fax_id):
        with services.journal.write() as writing:
            work.put(writing, work.ACKNOWLEDGE, fax_id=event.fax_id, department=faxes.ORGANISATION)
        return
    if work.load(services.journal, work.work_id(work.RECEIVE, event.fax_id)) is None:
        service.take(event.reference)
