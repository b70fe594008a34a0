"""A router is ready when everything it needs can be used; otherwise it says what cannot, and why."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from faxrouter.app.observing import Observer
from faxrouter.app.readiness import Readiness
from faxrouter.app.state import SystemClock
from faxrouter.journal.journal import Journal
from faxrouter.ports import Connector, Records
from faxrouter.workflow.flow import Flow


class FlowInTrouble:
    """Stands for a flow; fails where it is told to."""

    def __init__(self) -> None:
        self.found: Mapping[str, str] = {}
        self.error: Exception | None = None

    def problems(self) -> Mapping[str, str]:
        if self.error is not None:
            raise self.error
        return self.found


class SickRecords:
    def __init__(self) -> None:
        self.why: str | None = None

    def health(self) -> str | None:
        return self.why


class Parts:
    """Everything a router needs, each ready to be broken."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "journal.db"
        self.journal = Journal.open(f"sqlite:///{self.file}", clock=SystemClock())
        self.flow, self.records, self.stopping = FlowInTrouble(), SickRecords(), threading.Event()
        self.observer = Observer(serving=lambda: "digest")
        self.loop_ends = threading.Event()
        self.loop = threading.Thread(target=self.loop_ends.wait, name="faxrouter dispatch", daemon=True)
        self.readiness = Readiness(
            journal=self.journal,
            connectors={"archive": Connector(name="archive", records=cast(Records, self.records))},
            flow=cast(Flow, self.flow),
            observer=self.observer,
            state=folder,
            stopping=self.stopping,
        )

    def begin(self) -> None:
        self.loop.start()
        self.readiness.begun()


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = Parts(tmp_path)
    yield made
    made.loop_ends.set()
    made.journal.close()


def test_it_is_ready_once_every_loop_runs(parts: Parts) -> None:
    """Before that it is starting, and after a stop was asked for it is stopping."""
    before = parts.readiness.problems()
    parts.begin()
    during = parts.readiness.problems()
    parts.stopping.set()

    assert ({"router": "it is starting"}, {}) == (before, during)
    assert {"router": "it is stopping"} == parts.readiness.problems()


def test_a_loop_that_died_is_named(parts: Parts) -> None:
    """A router without one of its loops looks alive and does nothing."""
    parts.begin()
    parts.loop_ends.set()
    parts.loop.join()

    assert {"faxrouter dispatch": "it has ended; start the router again"} == parts.readiness.problems()


def test_a_connector_that_is_down_is_named(parts: Parts) -> None:
    """By its name in the settings, with its own words."""
    parts.begin()
    parts.records.why = "the archive does not answer"

    assert {"archive": "the archive does not answer"} == parts.readiness.problems()


def test_a_journal_that_cannot_be_read_is_named(parts: Parts) -> None:
    """Whatever became of its file."""
    parts.begin()
    parts.journal.engine.dispose()
    parts.file.write_bytes(b"something else" * 1_000)

    assert {"journal": "the journal cannot be used: file is not a database"} == parts.readiness.problems()


def test_what_the_flow_says_and_what_loops_met_is_named(parts: Parts) -> None:
    """Fax services that cannot be asked; a loop that waits for room on the disk."""
    parts.begin()
    parts.flow.found = {"cloud": "it refuses the identity"}
    parts.observer("waiting", of="patrol", reason="the journal cannot be used: database or disk is full")

    assert {
        "cloud": "it refuses the identity",
        "patrol": "the journal cannot be used: database or disk is full",
    } == parts.readiness.problems()


def test_an_engine_that_cannot_be_asked_is_a_problem_and_no_fault(parts: Parts) -> None:
    """`/readyz` must answer when it matters most."""
    parts.begin()
    parts.flow.error = RuntimeError("the words of a library")

    assert {"durable engine": "its database cannot be read (RuntimeError)"} == parts.readiness.problems()
