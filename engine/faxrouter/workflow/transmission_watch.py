"""Outbound faxes on their way: each is asked about from time to time, and at once when its service says that it
changed.

A webhook is only a hint: what is journalled is what the service answers. So a lost, repeated, late or forged one
changes nothing but the moment at which it is asked.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

from faxrouter.journal import transmissions
from faxrouter.model.failure import Failed
from faxrouter.workflow.services import Services


class TransmissionWatch:
    """Asks about a few transmissions each turn."""

    def __init__(self, services: Services, *, again_after: timedelta, at_once: int = 20) -> None:
        self._services = services
        self._again_after = again_after
        self._at_once = at_once

    def look(self, is_ending: Callable[[], bool] = lambda: False) -> int:
        """The safety net: whatever was not asked about for a while. How many were asked about. Raises Unavailable."""
        asked = 0
        for one in transmissions.to_ask(self._services.journal, limit=self._at_once):
            if is_ending():
                break
            self._ask(one)
            asked += 1
        return asked

    def noticed(self, service: str, references: Sequence[str]) -> int:
        """A webhook named these: they are the next to be asked about, whatever happens to this process. How many of
        them are ours and on their way; others are nobody's business. Raises Unavailable."""
        with self._services.journal.write() as writing:
            return transmissions.ask_now(writing, service=service, references=references)

    def _ask(self, one: transmissions.Followed) -> None:
        services = self._services
        try:
            told = services.sender_of(one.service).transmission(one.reference)
        except Failed as err:
            with services.journal.write() as writing:
                transmissions.put_off(writing, one, ask_at=writing.now + self._again_after)
            services.observe(
                "step failed",
                fax=one.fax_id,
                system=err.failure.system,
                operation=err.failure.operation,
                kind=err.failure.kind.value,
                reason=err.failure.reason,
            )
            return
        with services.journal.write() as writing:
            news = transmissions.record_told(writing, one, told, ask_at=writing.now + self._again_after)
        if news:
            services.observe("transmission", fax=one.fax_id, service=one.service, state=told.state.value)
