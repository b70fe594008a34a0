"""What a system outside answered when it did not do what was asked.

FaxrouterError
├── Failed            a connector's refusal or silence, with its Failure
└── Unavailable       the home, the state or a port cannot be used at all
"""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    TRANSIENT = "transient"  # not done; the same call may work later
    THROTTLED = "throttled"  # not done; wait as told
    REJECTED = "rejected"  # not done, and never will be
    UNAUTHORISED = "unauthorised"  # not done; the identity is refused
    UNKNOWN = "unknown"  # sent, no answer: look before repeating


class FailureSubject(StrEnum):
    """What a refusal is about, where something better can be done than to ask a person."""

    IDENTITY = "identity"  # the login itself: everything of this department waits until it is mended
    WORKSPACE = "workspace"  # the workspace is not there any more: it is looked for, or made, once more
    METADATA = "metadata"  # the metadata does not fit: the document is parked without it


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    kind: FailureKind
    # the system by its name in `faxrouter.toml`
    system: str
    # what was asked, in the port's words: "store document"
    operation: str
    # safe to log: no content, no personal data, no secret
    reason: str
    # seconds for which asking again is of no use: the system said so, or it does not answer anyway
    retry_after: float | None = None
    about: FailureSubject | None = None


class FaxrouterError(Exception):
    """Every exception that faxrouter raises on purpose."""


class Failed(FaxrouterError):
    """A port could not do what was asked."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{failure.system}: {failure.operation}: {failure.kind.value}: {failure.reason}")
        self.failure = failure


class Unavailable(FaxrouterError):
    """Something faxrouter needs to run at all cannot be used; the message says what and how to mend it."""
