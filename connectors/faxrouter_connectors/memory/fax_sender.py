"""The `FaxSender` fake: faxes are transmitted when the test says so, and webhooks are believed by their secret."""

import json
import threading
from collections.abc import Sequence
from dataclasses import replace

from faxrouter.model.failure import FailureKind
from faxrouter.model.transmission import Transmission, TransmissionAttempt, TransmissionState
from faxrouter.ports import FaxToSend, WebhookCall
from faxrouter_connectors.memory.faults import FaultPlan

# of webhook calls
MEMORY_SECRET = "memory"


class MemoryFaxSender:
    """Outbound faxes in memory; `end` is what the line does."""

    knows_repeats = True

    def __init__(self, *, name: str, faults: FaultPlan) -> None:
        self.name = name
        self.faults = faults
        self.submitted: dict[str, FaxToSend] = {}
        self._by_key: dict[str, str] = {}
        self._known: dict[str, Transmission] = {}
        self._lock = threading.RLock()

    def submit(self, fax: FaxToSend, *, idempotency_key: str) -> str:
        with self._lock, self.faults.around("submit", fax=fax, idempotency_key=idempotency_key):
            reference = self._by_key.setdefault(idempotency_key, f"transmission-{len(self._by_key) + 1}")
            self.submitted.setdefault(reference, fax)
            accepted = Transmission(
                reference=reference, our_reference=fax.our_reference, state=TransmissionState.ACCEPTED
            )
            self._known.setdefault(reference, accepted)
            return reference

    def transmission(self, reference: str) -> Transmission:
        with self._lock, self.faults.around("transmission", reference=reference):
            unknown = Transmission(reference=reference, our_reference="", state=TransmissionState.UNKNOWN)
            return self._known.get(reference, unknown)

    def cancel(self, reference: str) -> None:
        with self._lock, self.faults.around("cancel", reference=reference):
            known = self._known.get(reference)
            if known is not None and not known.state.is_final:
                self._known[reference] = replace(known, state=TransmissionState.CANCELLED)

    def references_in(self, call: WebhookCall) -> Sequence[str]:
        if call.secret != MEMORY_SECRET:
            raise self.faults.refuse("take webhook", "the caller is not the service", kind=FailureKind.UNAUTHORISED)
        try:
            return [str(json.loads(call.body)["reference"])]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self.faults.refuse("take webhook", "the call names no fax") from None

    def health(self) -> str | None:
        return None

    def forget(self, reference: str) -> None:
        """Services keep their reports for days only."""
        with self._lock:
            self._known.pop(reference, None)

    def end(self, reference: str, attempt: TransmissionAttempt) -> None:
        """The line has done another attempt, and gives up or is through."""
        with self._lock:
            known = self._known[reference]
            self._known[reference] = replace(known, state=attempt.state, attempts=(*known.attempts, attempt))
