"""Outbound jobs as the service describes them: one status body, whether it was asked for or came by webhook. Knows no
call.

Facts B1: `job_state` is a list; texts of ours come back in base64 under `…_base64`; the last attempt counts. A
cancelled job shows code 0 although nothing was sent, so the state of an attempt is read before its code.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from faxrouter.model.transmission import Obstacle, Transmission, TransmissionAttempt, TransmissionState
from faxrouter_connectors.cloudfax.gamma_codes import GammaCode

_FINISHED = frozenset({"complete", "posted"})
_UNFINISHED = frozenset({"pending", "inprocess"})
_ATTEMPT_STATES = {
    "pending": TransmissionState.ACCEPTED,
    "inprocess": TransmissionState.SENDING,
    "sent": TransmissionState.DELIVERED,
    "error": TransmissionState.FAILED,
    "cancelled": TransmissionState.CANCELLED,
    "expired": TransmissionState.EXPIRED,
}


def statuses_in(said: Any) -> list[Mapping[str, Any]]:
    """Every job of a body: one, or a list of them."""
    found = said if isinstance(said, list) else [said]
    jobs = [job for one in found if isinstance(one, dict) for job in one.get("jobs") or [one]]
    return [job for job in jobs if isinstance(job, dict) and isinstance(job.get("job_id"), str)]


def transmission_of(status: Mapping[str, Any], codes: Mapping[int, GammaCode], *, pages: int | None) -> Transmission:
    """One job. `pages` is how many were to be sent, where that is known: fewer are a partial delivery."""
    states = {str(state).lower() for state in _listed(status.get("job_state"))}
    deliveries = _dicts(status.get("deliveries"))
    attempts = tuple(
        _attempt(attempt, codes, pages)
        for delivery in deliveries
        for attempt in _dicts(delivery.get("delivery_attempts"))
    )
    return Transmission(
        reference=str(status["job_id"]),
        our_reference=_decoded(status.get("customer_reference_base64")),
        state=_state(states, attempts),
        attempts=attempts,
    )


def unknown(reference: str) -> Transmission:
    """A job that the service does not know, or has forgotten: they are purged some days after completion."""
    return Transmission(reference=reference, our_reference="", state=TransmissionState.UNKNOWN)


def _state(states: set[str], attempts: Sequence[TransmissionAttempt]) -> TransmissionState:
    last = attempts[-1].state if attempts else None
    if last in (TransmissionState.DELIVERED, TransmissionState.PARTIALLY_DELIVERED):
        # also where a cancel came too late
        return last
    if "cancelled" in states:
        return TransmissionState.CANCELLED
    if "purged" in states and last is None:
        return TransmissionState.UNKNOWN
    if states & _FINISHED or "error" in states or "expired" in states:
        if last is not None and last.is_final:
            return last
        return TransmissionState.EXPIRED if "expired" in states else TransmissionState.FAILED
    return TransmissionState.SENDING if last is not None else TransmissionState.ACCEPTED


def _attempt(raw: Mapping[str, Any], codes: Mapping[int, GammaCode], pages: int | None) -> TransmissionAttempt:
    said = str(raw.get("state") or "").lower()
    # a word that nobody knows is a failure: to take it for success would be worse
    state = _ATTEMPT_STATES.get(said, TransmissionState.FAILED)
    code = _number(raw.get("gamma_code"))
    known = codes.get(code) if code is not None else None
    delivered = _number(raw.get("pages_delivered"))
    obstacle: Obstacle | None = None
    if state is TransmissionState.DELIVERED and pages is not None and delivered is not None and delivered < pages:
        state, obstacle = TransmissionState.PARTIALLY_DELIVERED, Obstacle.PARTIAL
    elif state is TransmissionState.CANCELLED:
        obstacle = Obstacle.CANCELLED
    elif state.is_final and state is not TransmissionState.DELIVERED:
        obstacle = (known.obstacle if known is not None else None) or Obstacle.UNEXPLAINED
    return TransmissionAttempt(
        state=state,
        started_at=_moment(raw.get("first_attempt")),
        ended_at=_moment(raw.get("delivery_time")),
        seconds=_number(raw.get("delivery_sec")),
        pages=delivered,
        rate=_number(raw.get("baud_rate")),
        remote_station=str(raw.get("rcsid") or ""),
        code=code,
        words=known.words if known is not None else "",
        obstacle=obstacle,
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in _listed(value) if isinstance(one, dict)]


def _decoded(text: Any) -> str:
    if not isinstance(text, str):
        return ""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _number(value: Any) -> int | None:
    try:
        return None if value is None or isinstance(value, bool) else int(value)
    except (TypeError, ValueError):
        return None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
