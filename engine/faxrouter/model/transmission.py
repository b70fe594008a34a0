"""A transmission: what became of a fax that was handed to a fax service. Only ever goes forward. Knows no service."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TransmissionState(StrEnum):
    ACCEPTED = "accepted"
    SENDING = "sending"
    DELIVERED = "delivered"
    PARTIALLY_DELIVERED = "partially delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    # the service does not know it, or forgot it
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        return self not in (TransmissionState.ACCEPTED, TransmissionState.SENDING)


class Obstacle(StrEnum):
    """Why a transmission failed, as far as it decides what may be tried next."""

    BUSY = "busy"
    NO_ANSWER = "no answer"
    NO_FAX_TONE = "no fax tone"
    COMMUNICATION = "communication"
    PARTIAL = "partial"
    INVALID_NUMBER = "invalid number"
    NOT_PERMITTED = "not permitted"
    CONVERSION = "conversion"
    ACCOUNT = "account"
    CANCELLED = "cancelled"
    # a code that nobody has explained: never repeated without a person
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmissionAttempt:
    """One call of the fax service to the recipient's machine."""

    state: TransmissionState
    # aware UTC
    started_at: datetime | None = None
    ended_at: datetime | None = None
    # on the line
    seconds: int | None = None
    pages: int | None = None
    # bit/s
    rate: int | None = None
    # what the recipient's machine calls itself; personal
    remote_station: str = ""
    # the service's own code, and what it means
    code: int | None = None
    words: str = ""
    obstacle: Obstacle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """One transmission as its service described it last."""

    # the service's own reference
    reference: str
    # ours; empty where the service does not repeat it
    our_reference: str
    state: TransmissionState
    attempts: tuple[TransmissionAttempt, ...] = field(default=())

    @property
    def obstacle(self) -> Obstacle | None:
        """Of the last attempt; None for what was delivered or is under way."""
        if self.state in (TransmissionState.DELIVERED, TransmissionState.ACCEPTED, TransmissionState.SENDING):
            return None
        return self.attempts[-1].obstacle if self.attempts else None


def is_news(told: Transmission, *, state: TransmissionState, attempts: int) -> bool:
    """Whether a report goes beyond what is known. Reports are late, repeated and out of order: a final state stays,
    except one that nobody could tell; otherwise the report wins that is final or has seen more attempts."""
    if told.state is TransmissionState.UNKNOWN or (state.is_final and state is not TransmissionState.UNKNOWN):
        return state is not told.state and not state.is_final
    if state is TransmissionState.UNKNOWN:
        return True
    is_sending = TransmissionState.SENDING
    ahead = (told.state.is_final, len(told.attempts), told.state is is_sending)
    return ahead > (state.is_final, attempts, state is is_sending)
