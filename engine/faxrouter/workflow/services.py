"""Everything the workflows are given: ports, stores, and pure functions that read, decide and plan. Makes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.journal import Journal
from faxrouter.journal.rule_sets import RuleSetTexts
from faxrouter.model.fact import Evidence
from faxrouter.model.failure import Failed, Failure, FailureKind
from faxrouter.model.fax import Fax
from faxrouter.ports import Blobs, Clock, FaxSender, FaxService, Filing, Records, Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What an inspection says of one document."""

    media_type: str
    # None where they cannot be counted
    pages: int | None
    # in words without content; empty when sound
    defects: tuple[str, ...] = ()
    # the raw `facts` object of `decide`
    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    # a file with the document's own bytes, when the fax holds several; None: the fax is the document
    content: Path | None = None


class Inspect(Protocol):
    """Looks at the bytes of a fax and names the documents in it: one, or several in order."""

    def __call__(self, path: Path, /) -> Sequence[Inspected]: ...


class Router(Protocol):
    """One rule set, ready to decide and to plan. Pure: it sees facts and gives plans."""

    @property
    def rule_set(self) -> RuleSetTexts:
        """The texts to archive when it decides."""
        ...

    def route(self, event: Event, fax: Fax, *, read: ReadDocument) -> DecidedDocument:
        """What is to be done about one document of the fax. A document with defects gets a plan that parks it."""
        ...


class Observe(Protocol):
    """Told what happens, for logs and metrics. Never told fax content or personal data."""

    def __call__(self, event: str, /, **keys: object) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Systems:
    """Where one department's documents, tasks and records live."""

    filing: Filing
    tasks: Tasks
    records: Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a failing system is asked again: briefly inside a step; later the work waits and holds nothing."""

    # inside a step
    tries: int = 3
    pause: timedelta = timedelta(milliseconds=200)
    # a longer wait, asked for by the system, ends the step at once
    longest_pause: timedelta = timedelta(seconds=2)
    # between runs: doubled each time, up to the ceiling
    later: timedelta = timedelta(seconds=5)
    ceiling: timedelta = timedelta(minutes=15)

    def pause_after(self, tries: int) -> timedelta:
        """The pause after so many failed tries of a step."""
        return self.pause * (1 << (tries - 1))

    def later_after(self, runs: int) -> timedelta:
        """The wait after so many failed runs."""
        return min(self.later * (1 << min(runs - 1, 16)), self.ceiling)


def observe_nothing(_event: str, /, **_keys: object) -> None:
    """For whoever does not want to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a flow works with. Opened, and later closed, by the composition root."""

    journal: Journal
    blobs: Blobs
    clock: Clock
    # by their names in `faxrouter.toml`
    fax_services: Mapping[str, FaxService]
    # by department; `default` serves every other one and the organisation, where there is such a one
    systems: Mapping[str, Systems]
    default: Systems | None
    inspect: Inspect
    # the rule set that is live now; asked once a fax, which keeps what it got
    current_router: Callable[[], Router]
    patience: Patience = Patience()
    observe: Observe = observe_nothing
    # how long an open task is not looked at, unless it is due before
    look_at_tasks_every: timedelta = timedelta(minutes=10)
    # waits inside a step; tests own it
    sleep: Callable[[float], None]
    # system → why it cannot be used now; what waits for it is tried at once when it is gone from here
    outages: Callable[[], Mapping[str, str]] = dict
    # by their names in `faxrouter.toml`
    fax_senders: Mapping[str, FaxSender] = field(default_factory=dict)
    # how long a fax on its way is not asked about, unless its service calls
    ask_senders_every: timedelta = timedelta(minutes=2)

    def sender_of(self, service: str) -> FaxSender:
        """Raises Failed(REJECTED) when the settings no longer name it: for a person to mend."""
        sender = self.fax_senders.get(service)
        if sender is None:
            reason = "`faxrouter.toml` names no such fax sender"
            raise Failed(Failure(kind=FailureKind.REJECTED, system=service, operation="find fax sender", reason=reason))
        return sender

    def systems_of(self, department: str) -> Systems:
        """Raises Failed(REJECTED) when nobody files for the department: no other one's identity may do it."""
        systems = self.systems.get(department, self.default)
        if systems is None:
            reason = f"`faxrouter.toml` gives `{department}` no identity"
            raise Failed(
                Failure(kind=FailureKind.REJECTED, system="settings", operation="find identity", reason=reason)
            )
        return systems
