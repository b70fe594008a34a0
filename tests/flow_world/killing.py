"""A flow in a process of its own that kills itself at a named point: `kill -9`, no goodbye.

Points lie before and after every call over a port, every commit of the journal, and every change of a workflow's
state in the durable engine. The hooks are wrapped around ports and databases here; the product knows nothing of them.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal, Writing
from faxrouter.journal.tables import entries
from faxrouter.ports import Blob
from flow_world.rig import Databases, Rig, WallClock

# what the intake repeats for ever, so that its count says nothing
_IDLE = "offered"


class Points:
    """Counts how often each point was reached; kills at one of them, or writes all of them down."""

    def __init__(self, *, deadly: str | None, record: Path | None) -> None:
        self._deadly = deadly
        self._record = record
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def reach(self, name: str) -> None:
        with self._lock:
            self._counts[name] = self._counts.get(name, 0) + 1
            point = f"{name} #{self._counts[name]}"
            if self._record is not None:
                with self._record.open("a") as file:
                    file.write(point + "\n")
            if point == self._deadly:
                os.kill(os.getpid(), signal.SIGKILL)


class _Journal(Journal):
    """The journal, with a point on either side of every commit."""

    points: Points

    @contextmanager
    def write(self) -> Iterator[Writing]:
        name = "work"
        with super().write() as writing:
            yield writing
            # only the first fax brings the rule set with it
            name = "+".join(kind for kind in dict.fromkeys(writing.kinds) if kind != "rule_set") or name
            self.points.reach(f"before commit {name}")
        self.points.reach(f"after commit {name}")


class _Blobs(BlobStore):
    points: Points

    def put(self, source: BinaryIO) -> Blob:
        self.points.reach("before put blob")
        blob = super().put(source)
        self.points.reach("after put blob")
        return blob


def live(
    folder: Path,
    databases: Databases,
    *,
    deadly: str | None = None,
    record: Path | None = None,
    slot: str = "router-1",
) -> None:
    """Runs a flow until everything in its world is settled, or until the deadly point. Ends the process either way."""
    points = Points(deadly=deadly, record=record)
    rig = Rig.open(folder, databases)
    journal = _Journal.open(databases.journal, clock=WallClock())
    journal.points = points
    blobs = _Blobs(folder / "blobs")
    blobs.points = points
    rig.journal, rig.blobs = journal, blobs
    rig.world.before = lambda operation: None if operation == _IDLE else points.reach(f"before {operation}")
    rig.world.after = lambda operation: None if operation == _IDLE else points.reach(f"after {operation}")
    rig.world.too_early = lambda reference: _too_early(journal)
    _watch_engine(points)
    with rig.running(slot=slot):
        rig.until(rig.settled, seconds=30)
        if deadly is None and record is None:
            # a clean end costs time and is tested elsewhere
            os._exit(0)


def _too_early(journal: Journal) -> str | None:
    """The world holds one fax: is every action of its plans receipted, and every document journalled as filed?"""
    plans = journal.entries("plan")
    missing = []
    with journal.read() as connection:
        known = {(kind, key) for kind, key in connection.execute(sa.select(entries.c.kind, entries.c.key)).tuples()}
    for plan in plans:
        for action in plan.body["actions"]:
            kind = {"await_connector": "waiting", "raise_exception": "exception"}.get(action["kind"], "receipt")
            missing += [] if (kind, action["key"]) in known else [action["key"]]
        missing += [] if ("filed", plan.document_id) in known else [f"filed {plan.document_id}"]
    return None if plans and not missing else f"acknowledged before {missing or 'any plan'}"


def _watch_engine(points: Points) -> None:
    """A workflow is handed to the durable engine, and comes to its end in it."""

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _before(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, _many: bool
    ) -> None:
        if "workflow_status" not in statement:
            return
        if statement.startswith("INSERT INTO"):
            points.reach("before enqueue")
        elif statement.startswith(("UPDATE", "WITH updated")) and "SUCCESS" in _texts(parameters):
            points.reach("before end of workflow")


def _texts(parameters: Any) -> list[str]:
    values = parameters.values() if isinstance(parameters, dict) else parameters
    return [value for value in values if isinstance(value, str)]
