"""The `FaxService` port of Cloud Fax: faxes are leased from its queue, kept in a spool, and deleted there when they
are filed.

Facts B1: a queue with a visibility timeout. A lease that ends brings the fax back; it is known by its document id,
gets the new lease, and is not offered a second time while somebody works on it. One that comes back after it was
acknowledged is deleted at once.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import BinaryIO
from urllib.parse import quote

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import Clock, InboundFax
from faxrouter_connectors.cloudfax.client import CloudFaxClient
from faxrouter_connectors.cloudfax.mapping import InboundMapping, map_inbound
from faxrouter_connectors.cloudfax.spool import Spool, SpooledFax

_NEXT = "/mra/v1/inbound/documents/next"
_FETCH, _ACKNOWLEDGE = "fetch fax", "acknowledge fax"
# how long one that was acknowledged may still come back: many times the longest lease
REMEMBERED = timedelta(days=30)


class CloudFaxInbox:
    """Inbound faxes of one account."""

    def __init__(
        self,
        client: CloudFaxClient,
        mapping: InboundMapping,
        spool: Spool,
        *,
        name: str,
        clock: Clock,
        query: Sequence[tuple[str, str]],
        hold: timedelta,
        acknowledge_path: str,
    ) -> None:
        """`query` narrows whose faxes are fetched; `hold` is the length of a lease."""
        self.name = name
        self._client = client
        self._mapping = mapping
        self._spool = spool
        self._clock = clock
        self._query = tuple(query)
        self._hold = hold
        self._acknowledge_path = acknowledge_path
        # taken by this process; a router that begins anew works through all that it finds
        self._taken: set[str] = set()
        # asked for and not here, since when
        self._missed: dict[str, datetime] = {}

    def offered(self, *, limit: int) -> Sequence[InboundFax]:
        """Leases until the queue is empty or enough is at hand. Raises Failed."""
        at_hand = self._at_hand()
        while len(at_hand) < limit and self._fetch():
            at_hand = self._at_hand()
        return [_offer(fax) for fax in at_hand[:limit]]

    def take(self, reference: str) -> None:
        """The lease was taken when it was fetched. Raises Failed: TRANSIENT while it may still come (back), REJECTED
        when it surely will not."""
        if self._spool.get(reference) is None:
            raise self._missing(reference, "take fax")
        self._spool.take(reference)
        self._taken.add(reference)

    @contextmanager
    def open(self, reference: str) -> Iterator[BinaryIO]:
        fax = self._spool.get(reference)
        if fax is None:
            raise self._missing(reference, "read fax")
        if not fax.taken:
            raise self._client.system.failed(FailureKind.REJECTED, "read fax", "it was not taken")
        with self._spool.content(reference).open("rb") as content:
            yield content

    def acknowledge(self, reference: str) -> None:
        """Delete it from the queue. One that is not there any more was deleted before, or its lease has ended: then it
        comes back, and is deleted as soon as it does. One that never came here and does not come is gone as well."""
        fax = self._spool.get(reference)
        if self._spool.is_acknowledged(reference):
            return
        if fax is None:
            missing = self._missing(reference, _ACKNOWLEDGE)
            if missing.failure.kind is FailureKind.TRANSIENT:
                raise missing
            return
        if not fax.taken:
            raise self._client.system.failed(FailureKind.REJECTED, _ACKNOWLEDGE, "it was not taken")
        self._delete(reference)
        self._spool.acknowledge(reference, now=self._clock.now())
        self._taken.discard(reference)

    def health(self) -> str | None:
        return self._client.health()

    def _at_hand(self) -> list[SpooledFax]:
        return [fax for fax in self._spool.all() if fax.document_id not in self._taken]

    def _fetch(self) -> bool:
        """Lease one fax. False when the queue is empty."""
        asked_at = self._clock.now()
        params = [("hold_sec", str(round(self._hold.total_seconds()))), *self._query]
        answer = self._client.call("GET", _NEXT, operation=_FETCH, changes=False, params=params)
        if answer.status == 204:
            return False
        mapped = map_inbound(self._mapping, answer)
        if mapped is None:
            reason = "its answer has no document id where cloudfax-inbound.yaml says; correct that file"
            raise self._client.system.failed(FailureKind.REJECTED, _FETCH, reason)
        if self._spool.is_acknowledged(mapped.document_id):
            self._delete(mapped.document_id)
            return True
        fax = SpooledFax(
            document_id=mapped.document_id,
            received_at=mapped.received_at or asked_at,
            leased_until=asked_at + self._hold,
            taken=False,
            sha256=hashlib.sha256(mapped.content).hexdigest(),
            name=mapped.name,
            facts=mapped.facts,
            defects=mapped.defects,
        )
        self._spool.put(fax, mapped.content)
        self._missed.pop(mapped.document_id, None)
        return True

    def _delete(self, document_id: str) -> None:
        path = self._acknowledge_path.format(document=quote(document_id, safe=""))
        self._client.call("DELETE", path, operation=_ACKNOWLEDGE, changes=True, accept=(404,))

    def _missing(self, reference: str, operation: str) -> Failed:
        """It is not in the spool: another router may hold its lease, or the spool was lost. Until a lease would have
        ended it may come."""
        now = self._clock.now()
        since = self._missed.setdefault(reference, now)
        if self._spool.is_acknowledged(reference) or now - since > self._hold:
            reason = "the service does not hand it out"
            return self._client.system.failed(FailureKind.REJECTED, operation, reason)
        reason = "it is not here; it comes when its lease ends"
        return self._client.system.failed(FailureKind.TRANSIENT, operation, reason)


def _offer(fax: SpooledFax) -> InboundFax:
    return InboundFax(
        reference=fax.document_id,
        received_at=fax.received_at,
        stated_facts=fax.facts,
        name=fax.name,
        defects=fax.defects,
    )
