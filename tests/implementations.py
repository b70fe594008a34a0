"""Every shipped implementation of the connector ports, set up for the contract suites, with what a test does to it from
outside: drop a fax, start again, close a task.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol, cast

from faxrouter.model.plan import WorkspaceTarget
from faxrouter.ports import (
    Connector,
    ConnectorSettings,
    DocumentToFile,
    FaxService,
    Filing,
    OpenConnector,
    Records,
    Tasks,
)
from faxrouter_connectors import folder, memory
from faxrouter_connectors.memory import MemoryFaxService, MemoryTasks

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

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        """A fax arrives."""
        ...

    def restart(self) -> None:
        """The router starts again; what it had in memory is gone."""
        ...

    def close_task(self, reference: str) -> None:
        """A person closes the task."""
        ...


@dataclass(slots=True)
class FolderImplementation:
    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
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

    def close_task(self, reference: str) -> None:
        path = self.home / "var/filed" / reference
        task = json.loads(path.read_text())
        path.write_text(json.dumps({**task, "status": "closed"}))


@dataclass(slots=True)
class MemoryImplementation:
    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        self.connector = _open(memory.open_connector, self.home, self.clock, {})

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        cast(MemoryFaxService, self.connector.fax_service).drop(content, name=name, received_at=received_at)

    def restart(self) -> None:
        cast(MemoryFaxService, self.connector.fax_service).restart()

    def close_task(self, reference: str) -> None:
        cast(MemoryTasks, self.connector.tasks).close(reference)


IMPLEMENTATIONS: dict[str, Callable[[Path], Implementation]] = {
    "folder": FolderImplementation,
    "memory": MemoryImplementation,
}


def _open(connector: OpenConnector, home: Path, clock: SteppedClock, options: dict[str, object]) -> Connector:
    return connector(ConnectorSettings(name="county", home=home, options=options, clock=clock))


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
        type_name="Claim",
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
    nursing = filing(implementation).find_workspace(NURSING)
    assert nursing is not None
    return (
        filing(implementation).store_document(nursing, document(directory, key.encode()), idempotency_key=key).reference
    )
