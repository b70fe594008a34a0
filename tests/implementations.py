"""Every shipped implementation of the connector ports, set up for the contract suites, with what a test does to it from
outside: drop a fax, start again, close a task.
"""

import hashlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

from faxrouter.model.plan import WorkspaceTarget
from faxrouter.model.transmission import Obstacle, TransmissionAttempt, TransmissionState
from faxrouter.ports import (
    Connector,
    ConnectorSettings,
    DocumentToFile,
    FaxSender,
    FaxService,
    Filing,
    OpenConnector,
    Records,
    Tasks,
    WebhookCall,
    WorkspaceRef,
)
from faxrouter_connectors import folder, memory
from faxrouter_connectors.memory import MEMORY_SECRET, MemoryFaxSender, MemoryFaxService, MemoryTasks

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(slots=True)
class SteppedClock:
    """Stands still until a test moves it."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class Implementation(Protocol):
    """One connector under test, and the hands of the outside world."""

    connector: Connector
    # characters of a document's name in its records system; None: any name at all
    longest_name: int | None

    def restart(self) -> None:
        """The router starts again; what it had in memory is gone."""
        ...

    def close(self) -> None:
        """The test is over."""
        ...


class FaxServiceUnderTest(Implementation, Protocol):
    # whether it can tell a reference that it never gave from one that somebody else acknowledged
    knows_strangers: bool

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        """A fax arrives."""
        ...

    def leases_end(self) -> None:
        """So much time passes that every lease is over."""
        ...


class FaxSenderUnderTest(Implementation, Protocol):
    def number_that(self, state: TransmissionState) -> str:
        """A number to which a fax comes to this end."""
        ...

    def let_it_transmit(self, reference: str, state: TransmissionState) -> None:
        """The line does its work."""
        ...

    def webhook(self, reference: str, *, secret: str | None = None, body: bytes | None = None) -> WebhookCall:
        """A call by which the service says that a fax has changed."""
        ...


class TasksUnderTest(Implementation, Protocol):
    def close_task(self, reference: str) -> None:
        """A person closes the task."""
        ...


@dataclass(slots=True)
class FolderImplementation:
    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    knows_strangers: bool = True
    longest_name: int | None = None
    options: dict[str, object] = field(default_factory=lambda: {"settle": 0})
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        path = self.home / "var/inbox" / name
        path.write_bytes(content)
        os.utime(path, (received_at.timestamp(), received_at.timestamp()))

    def restart(self) -> None:
        self.connector = _open(folder.open_connector, self.home, self.clock, self.options)

    def close(self) -> None:
        self.connector.close()

    def leases_end(self) -> None:
        self.clock.pass_by(901)

    def close_task(self, reference: str) -> None:
        path = self.home / "var/filed" / reference
        task = json.loads(path.read_text())
        path.write_text(json.dumps({**task, "status": "closed"}))


@dataclass(slots=True)
class MemoryImplementation:
    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    knows_strangers: bool = True
    longest_name: int | None = None
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        self.connector = _open(memory.open_connector, self.home, self.clock, {})

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        cast(MemoryFaxService, self.connector.fax_service).drop(content, name=name, received_at=received_at)

    def restart(self) -> None:
        cast(MemoryFaxService, self.connector.fax_service).restart()

    def close(self) -> None:
        self.connector.close()

    def leases_end(self) -> None:
        """It leases nothing for a time."""

    def close_task(self, reference: str) -> None:
        cast(MemoryTasks, self.connector.tasks).close(reference)

    def number_that(self, state: TransmissionState) -> str:
        return f"+1555555{len(state.value):04}"

    def let_it_transmit(self, reference: str, state: TransmissionState) -> None:
        obstacle = None if state is TransmissionState.DELIVERED else Obstacle.INVALID_NUMBER
        attempt = TransmissionAttempt(state=state, pages=1, obstacle=obstacle)
        cast(MemoryFaxSender, self.connector.fax_sender).end(reference, attempt)

    def webhook(self, reference: str, *, secret: str | None = None, body: bytes | None = None) -> WebhookCall:
        told = json.dumps({"reference": reference}).encode()
        return WebhookCall(
            secret=MEMORY_SECRET if secret is None else secret,
            remote_address="127.0.0.1",
            headers={},
            body=told if body is None else body,
        )


def settings_of(home: Path, clock: SteppedClock, options: dict[str, object]) -> ConnectorSettings:
    """What the composition root hands to a connector."""
    state = home / "state" / "county"
    return ConnectorSettings(name="county", home=home, options=options, clock=clock, state=state)


def _open(connector: OpenConnector, home: Path, clock: SteppedClock, options: dict[str, object]) -> Connector:
    return connector(settings_of(home, clock, options))


def fax_sender(implementation: Implementation) -> FaxSender:
    assert implementation.connector.fax_sender is not None
    return implementation.connector.fax_sender


def fax_service(implementation: Implementation) -> FaxService:
    assert implementation.connector.fax_service is not None
    return implementation.connector.fax_service


def filing(implementation: Implementation) -> Filing:
    assert implementation.connector.filing is not None
    return implementation.connector.filing


def tasks(implementation: Implementation) -> Tasks:
    assert implementation.connector.tasks is not None
    return implementation.connector.tasks


def records(implementation: Implementation) -> Records:
    assert implementation.connector.records is not None
    return implementation.connector.records


NURSING = WorkspaceTarget(name="Nursing", department="clinic", path=("Clinic", "Nursing"))
REFERRALS = WorkspaceTarget(name="Referrals", department="clinic", path=("Clinic", "Referrals"))


def claim(key: str, *, may_create: bool = True, department: str = "claims") -> WorkspaceTarget:
    return WorkspaceTarget(
        name=f"Claim {key}",
        department=department,
        # a type belongs to one department
        type_name="Claim" if department == "claims" else f"{department.capitalize()} claim",
        key=key,
        find_by={"name": f"Claim {key}"},
        may_create=may_create,
        template="Claim template",
    )


def document(directory: Path, content: bytes, *, name: str = "Fax from Mercy Lab") -> DocumentToFile:
    """A document whose bytes stand in a file of `directory`."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = directory / sha256
    path.write_bytes(content)
    return DocumentToFile(
        content=path,
        sha256=sha256,
        media_type="image/tiff",
        name=name,
        category="Fax",
        attributes={"Sender number": "+14155550123"},
    )


def stored(implementation: Implementation, directory: Path, *, key: str = "fax-1/store") -> str:
    """The reference of a document that stands in Nursing."""
    nursing, given = nursing_of(implementation), document(directory, key.encode())
    return filing(implementation).store_document(nursing, given, idempotency_key=key).reference


def nursing_of(implementation: Implementation) -> WorkspaceRef:
    """The workspace in which `stored` stores."""
    nursing = filing(implementation).find_workspace(NURSING)
    assert nursing is not None
    return nursing


def found_by_key(implementation: Implementation, key: str, *, name: str = "Fax from Mercy Lab") -> str | None:
    """The document of this key, looked for where `stored` stores."""
    return filing(implementation).find_document(nursing_of(implementation), name, idempotency_key=key)
