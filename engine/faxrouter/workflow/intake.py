"""Intake: what a fax service offers becomes a journalled event and work to do. Reads no bytes, takes no lease.

The event is journalled before the fax is taken: a crash in between leaves a fax that is still offered or is known.
"""

from datetime import datetime, timedelta

from faxrouter.journal import faxes, work
from faxrouter.journal.faxes import Event
from faxrouter.journal.forms import moment_text
from faxrouter.model.failure import Failed, Unavailable
from faxrouter.ports import FaxService, InboundFax
from faxrouter.workflow.faults import described
from faxrouter.workflow.services import Services


class Intake:
    """The intake of one fax service. Remembers what it just saw: a fax is offered until somebody takes it."""

    def __init__(self, services: Services, service: FaxService, *, again_after: timedelta) -> None:
        self._services = services
        self._service = service
        self._again_after = again_after
        # (reference, time of reception) to when it was last looked into
        self._seen: dict[tuple[str, datetime], datetime] = {}

    def take_in(self, *, limit: int) -> int:
        """Journal what is offered; how many faxes were new. Raises Failed as `offered` does, and Unavailable."""
        new, now = 0, self._services.clock.now()
        self._seen = {fax: when for fax, when in self._seen.items() if now - when < self._again_after}
        for offered in self._service.offered(limit=limit):
            fax = (offered.reference, offered.received_at)
            if fax not in self._seen:
                self._seen[fax] = now
                new += self._take_in(offered)
        return new

    def _take_in(self, offered: InboundFax) -> bool:
        """One fax that cannot be taken in must not keep those behind it waiting."""
        try:
            return _take_in(self._services, self._service, offered)
        except Unavailable:
            self._seen.clear()
            raise
        except Failed as err:
            self._services.observe("intake failed", service=self._service.name, kind=err.failure.kind.value)
        except Exception as err:  # noqa: BLE001  # a rim: whatever a service offers
            self._services.observe("fault", of=f"intake {self._service.name}", error=described(err))
        return False


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
    """A known fax is offered again: the acknowledgement was lost, or the lease ran out while it waits for something.

    What is still offered would keep others from being offered; so one that waits before a person is taken here, and
    any other by whoever receives it.
    """
    if faxes.is_acknowledged(services.journal, event.fax_id):
        with services.journal.write() as writing:
            work.put(writing, work.ACKNOWLEDGE, fax_id=event.fax_id, department=faxes.ORGANISATION)
        return
    receiving = work.load(services.journal, work.work_id(work.RECEIVE, event.fax_id))
    if receiving is None or receiving.state == work.STOPPED:
        service.take(event.reference)
