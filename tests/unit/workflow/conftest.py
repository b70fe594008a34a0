"""A journal, a clock that stands, fakes of the ports, and the services of a flow around them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.workflow.services import Services, Systems
from faxrouter_connectors.memory import (
    FaultPlan,
    MemoryArchive,
    MemoryFaxSender,
    MemoryFiling,
    MemoryRecords,
    MemoryTasks,
)
from implementations import SteppedClock


@dataclass(kw_only=True)
class Standing:
    """What a watch looks at, with nothing running by itself."""

    folder: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    faults: FaultPlan = field(default_factory=lambda: FaultPlan("ecm"))
    events: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal.open(f"sqlite:///{self.folder}/journal.db", clock=self.clock)
        self.tasks = MemoryTasks(faults=self.faults)
        self.sender = MemoryFaxSender(name="cloudfax", faults=self.faults)
        self.outages: dict[str, str] = {}

    def services(self) -> Services:
        archive = MemoryArchive()
        systems = Systems(
            filing=MemoryFiling(archive, faults=self.faults),
            tasks=self.tasks,
            records=MemoryRecords(archive, faults=self.faults),
        )
        return Services(
            journal=self.journal,
            blobs=BlobStore(self.folder / "blobs"),
            clock=self.clock,
            fax_services={},
            fax_senders={"cloudfax": self.sender},
            systems={"claims": systems},
            default=None,
            inspect=lambda _path: [],
            current_router=_nobody_decides,
            observe=self._observe,
            sleep=lambda _seconds: None,
            look_at_tasks_every=timedelta(minutes=10),
            ask_senders_every=timedelta(minutes=2),
            outages=lambda: self.outages,
        )

    def kinds(self, kind: str) -> list[Mapping[str, object]]:
        """What was journalled of this kind, in order."""
        return [entry.body for entry in self.journal.entries(kind)]

    def _observe(self, event: str, /, **keys: object) -> None:
        self.events.append((event, keys))


def _nobody_decides() -> NoReturn:
    raise AssertionError("a watch decides nothing")


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    made = Standing(folder=tmp_path)
    yield made
    made.journal.close()
