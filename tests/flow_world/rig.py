"""A flow in a folder: its journal, blobs and world, started and stopped at will, here or in a process to be killed."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from faxrouter.journal import work
from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.ports import Blobs, FaxService
from faxrouter.workflow.flow import Flow, FlowSettings
from faxrouter.workflow.services import Inspect, Patience, Router, Services, Systems
from flow_world.routing import WorldRouter, documents_apart
from flow_world.world import World, WorldFaxService, WorldFiling, WorldRecords, WorldTasks

QUICK = Patience(
    tries=3,
    pause=timedelta(milliseconds=1),
    longest_pause=timedelta(milliseconds=50),
    later=timedelta(milliseconds=50),
    ceiling=timedelta(milliseconds=200),
)


class WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Databases:
    """Where a flow keeps its state."""

    journal: str
    workflow: str

    @classmethod
    def in_folder(cls, folder: Path) -> "Databases":
        return cls(journal=f"sqlite:///{folder}/journal.db", workflow=f"sqlite:///{folder}/workflow.db")


@dataclass(kw_only=True)
class Rig:
    """Everything a flow needs, around one folder."""

    folder: Path
    databases: Databases
    world: World
    journal: Journal
    blobs: Blobs
    router: Callable[[], Router] = field(default=WorldRouter)
    inspect: Inspect = documents_apart
    patience: Patience = QUICK
    keep_finished: timedelta = timedelta(days=7)
    fax_services: Mapping[str, FaxService] | None = None
    events: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, databases: Databases) -> "Rig":
        return cls(
            folder=folder,
            databases=databases,
            world=World(path=folder / "world.db"),
            journal=Journal.open(databases.journal, clock=WallClock()),
            blobs=BlobStore(folder / "blobs"),
        )

    def services(self) -> Services:
        systems = Systems(
            filing=WorldFiling(self.world), tasks=WorldTasks(self.world), records=WorldRecords(self.world)
        )
        return Services(
            journal=self.journal,
            blobs=self.blobs,
            clock=WallClock(),
            fax_services=self.fax_services or {"cloud": WorldFaxService(self.world)},
            systems={},
            default=systems,
            inspect=self.inspect,
            current_router=self.router,
            patience=self.patience,
            observe=self._observe,
            sleep=time.sleep,
        )

    @contextmanager
    def running(self, *, slot: str = "router-1") -> Iterator[Flow]:
        """The flow at work, until the block ends."""
        settings = FlowSettings(
            url=self.databases.workflow,
            slot=slot,
            poll=0.02,
            intake_poll=0.05,
            ask_again=0.1,
            patrol=0.1,
            grace=0.3,
            keep_finished=self.keep_finished,
            patience_at_end=5.0,
        )
        flow = Flow(self.services(), settings)
        flow.start()
        try:
            yield flow
        finally:
            flow.close()

    def until(self, reached: Callable[[], bool], *, seconds: float = 20.0) -> None:
        """Waits; fails with what the flow reported when it is in vain."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, (
                f"waited in vain; work {work.all_of(self.journal)}; events {self.events[-20:]}"
            )
            time.sleep(0.01)

    def settled(self) -> bool:
        """Every fax of the world is acknowledged or stands before a person, and nothing is left to do by itself."""
        taken_in = self.world.rows("SELECT count(*) FROM faxes WHERE state = 'waiting'")[0][0] == 0
        return taken_in and not work.count_ready(self.journal)

    def _observe(self, event: str, /, **keys: object) -> None:
        self.events.append((event, keys))
