"""The `FaxService` fake: faxes that a test drops, kept in memory."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from faxrouter.ports import InboundFax
from faxrouter_connectors.memory.faults import FaultPlan


@dataclass(slots=True, kw_only=True)
class _Held:
    fax: InboundFax
    content: bytes
    state: str = "waiting"


class MemoryFaxService:
    """Faxes in memory. `drop` puts one in; `restart` is what a router sees that starts again."""

    def __init__(self, *, name: str, faults: FaultPlan) -> None:
        self.name = name
        self.faults = faults
        self._held: dict[str, _Held] = {}
        self._leased: set[str] = set()
        self._lock = threading.RLock()

    def drop(
        self,
        content: bytes,
        *,
        received_at: datetime,
        name: str = "",
        facts: Mapping[str, object] | None = None,
        defects: tuple[str, ...] = (),
    ) -> str:
        """A fax arrives; its reference."""
        with self._lock:
            fax = InboundFax(
                reference=f"fax-{len(self._held) + 1}",
                received_at=received_at,
                stated_facts=dict(facts or {}),
                name=name,
                defects=defects,
            )
            self._held[fax.reference] = _Held(fax=fax, content=content)
            return fax.reference

    def restart(self) -> None:
        self._leased.clear()

    def acknowledged(self) -> tuple[str, ...]:
        return tuple(reference for reference, held in self._held.items() if held.state == "acknowledged")

    def offered(self, *, limit: int) -> Sequence[InboundFax]:
        with self._lock, self.faults.around("offered", limit=limit):
            open_faxes = [
                held.fax
                for reference, held in self._held.items()
                if held.state != "acknowledged" and reference not in self._leased
            ]
            return sorted(open_faxes, key=lambda fax: fax.received_at)[:limit]

    def take(self, reference: str) -> None:
        with self._lock, self.faults.around("take", reference=reference):
            held = self._held.get(reference)
            if held is None or held.state == "acknowledged":
                raise self.faults.refuse("take fax", "it is gone or was acknowledged")
            held.state = "taken"
            self._leased.add(reference)

    @contextmanager
    def open(self, reference: str) -> Iterator[BinaryIO]:
        with self.faults.around("open", reference=reference):
            held = self._held.get(reference)
            if held is None or held.state != "taken":
                raise self.faults.refuse("read fax", "it was not taken")
            content = held.content
        yield BytesIO(content)

    def acknowledge(self, reference: str) -> None:
        with self._lock, self.faults.around("acknowledge", reference=reference):
            held = self._held.get(reference)
            if held is None or held.state == "waiting":
                raise self.faults.refuse("acknowledge fax", "it was not taken")
            held.state = "acknowledged"

    def health(self) -> str | None:
        return None
