"""Faxes per second through the durable workflow, beside a bare DBOS workflow with an empty step for each deed of a fax.

Both write to SQLite files with the router's own settings; the world outside is in memory. Each runs in a process of its
own, because the durable engine is one a process.
"""

import sqlite3
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dbos import DBOS, SetWorkflowID

from bench.apart import Answer, in_a_process
from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.workflow import durable
from faxrouter.workflow.flow import Flow, FlowSettings
from faxrouter.workflow.services import Services, Systems
from faxrouter_connectors.memory import (
    FaultPlan,
    MemoryArchive,
    MemoryFaxService,
    MemoryFiling,
    MemoryRecords,
    MemoryTasks,
)
from flow_world.rig import WallClock
from flow_world.routing import WorldRouter, documents_apart

# seconds
_POLL = 0.02
# four times as often as a home's own setting
_INTAKE_POLL = 0.25
_LONGEST = 600.0
_WORKERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """How fast `faxes` went through, and how many deeds were durable."""

    faxes: int
    seconds: float
    deeds: int

    @property
    def per_second(self) -> float:
        return self.faxes / self.seconds

    @property
    def deeds_per_fax(self) -> float:
        return self.deeds / self.faxes


def measure(count: int) -> tuple[Throughput, Throughput]:
    """The router's workflow, and the bare one with a step for each deed."""
    whole = in_a_process(_flow, count)
    bare = in_a_process(_bare, count, max(1, round(whole.deeds_per_fax)))
    return whole, bare


def _flow(answer: Answer, count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        faults = FaultPlan("memory")
        archive = MemoryArchive()
        service = MemoryFaxService(name="memory", faults=faults)
        flow = Flow(
            Services(
                journal=Journal.open(f"sqlite:///{folder}/journal.db", clock=WallClock()),
                blobs=BlobStore(folder / "blobs"),
                clock=WallClock(),
                fax_services={"memory": service},
                systems={},
                default=Systems(
                    filing=MemoryFiling(archive, faults=faults),
                    tasks=MemoryTasks(faults=faults),
                    records=MemoryRecords(archive, faults=faults),
                ),
                inspect=documents_apart,
                current_router=WorldRouter,
                sleep=time.sleep,
            ),
            FlowSettings(
                url=f"sqlite:///{folder}/workflow.db",
                poll=_POLL,
                intake_poll=_INTAKE_POLL,
                receivers=_WORKERS,
                filers=_WORKERS,
            ),
        )
        # as for the bare engine, the clock starts when it is launched
        flow.start()
        begun = time.monotonic()
        for number in range(count):
            service.drop(
                f"fax {number}".encode(),
                received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
                facts={"claim": f"C-{number}"},
            )
        while len(service.acknowledged()) < count and time.monotonic() < begun + _LONGEST:
            time.sleep(_POLL)
        seconds = time.monotonic() - begun
        flow.close()
        faxes = len(service.acknowledged())
        answer.send(Throughput(faxes=faxes, seconds=seconds, deeds=_deeds_in(folder / "journal.db")))


def _bare(answer: Answer, count: int, steps: int) -> None:
    def nothing() -> str:
        return ""

    def work(_number: int) -> str:
        for _ in range(steps):
            DBOS.run_step({"name": "nothing"}, nothing)
        return ""

    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/workflow.db"
        engine = durable.open_engine(url)
        DBOS(config=durable.configuration(url, engine, slot="router-1", poll=_POLL))
        workflow = DBOS.workflow(name="bare")(work)
        DBOS.launch()
        DBOS.register_queue("bare", worker_concurrency=_WORKERS, polling_interval_sec=_POLL)
        begun = time.monotonic()
        handles = []
        for number in range(count):
            with SetWorkflowID(f"bare-{number}"):
                handles.append(DBOS.enqueue_workflow("bare", workflow, number))
        for handle in handles:
            handle.get_result()
        seconds = time.monotonic() - begun
        DBOS.destroy(destroy_registry=True)
        if engine is not None:
            engine.dispose()
        answer.send(Throughput(faxes=count, seconds=seconds, deeds=count * steps))


def _deeds_in(database: Path) -> int:
    """What must not be done twice or lost: every action that the journal knows as done, and for each fax that it was
    taken, stored, inspected, decided, filed and acknowledged."""
    actions = ("receipt", "waiting", "exception")
    with sqlite3.connect(database) as connection:
        counts: dict[str, int] = dict(
            connection.execute("SELECT kind, count(*) FROM journal_entries GROUP BY kind").fetchall()
        )
    return sum(counts.get(kind, 0) for kind in actions) + 6 * int(counts.get("event", 0))
