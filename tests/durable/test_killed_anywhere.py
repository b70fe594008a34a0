"""Kill -9 at every point of a fax's way: nothing is lost, nothing is done twice, nothing is acknowledged too early."""

import itertools
import multiprocessing
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faxrouter.journal import deeds, exceptions, work
from flow_world.killing import live
from flow_world.rig import Databases, Rig

# a fresh process costs little when what it imports is loaded already
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["faxrouter.workflow.flow", "faxrouter.journal.blobs", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)

_PARTS = 4
# what a fax of two documents must pass on its way, whatever else it passes
_STEPS = {
    "take.v1",
    "store.v1",
    "inspect.v1",
    "decide.v1",
    "open_workspace.v1",
    "store_document.v1",
    "classify_record.v1",
    "place_hold.v1",
    "put_task.v1",
    "await_connector.v1",
    "raise_exception.v1",
    "filed.v1",
    "acknowledge.v1",
}


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_flow_killed_at_any_point_goes_on_where_it_was(
    fresh: Callable[[], tuple[Path, Databases]], part: int
) -> None:
    """The points are written down by a run that lives; then one run dies at each, and the next one must finish."""
    points, is_slow = _points(fresh)
    assert _STEPS == {point.split()[2] for point in points if point.startswith("before checkpoint")}
    for point in (_distinct(points) if is_slow else points)[part::_PARTS]:
        folder, databases = _with_a_fax(fresh)
        assert -signal.SIGKILL == _live(folder, databases, deadly=point), f"never came to `{point}`"
        assert 0 == _live(folder, databases), f"did not go on after `{point}`"
        _assert_done_once(folder, databases, point)


def test_a_flow_killed_again_and_again_still_comes_to_its_end(
    fresh: Callable[[], tuple[Path, Databases]],
) -> None:
    """One fax, and a process that dies at the first step it reaches, life after life."""
    folder, databases = _with_a_fax(fresh)
    for point in ("take", "open", "create workspace", "store document", "put task", "acknowledge"):
        assert -signal.SIGKILL == _live(folder, databases, deadly=f"after {point} #1")
    assert 0 == _live(folder, databases)
    _assert_done_once(folder, databases, "every step")


def _points(fresh: Callable[[], tuple[Path, Databases]]) -> tuple[list[str], bool]:
    """Every point in the order in which it is reached, and whether a life takes its time: PostgreSQL's does."""
    folder, databases = _with_a_fax(fresh)
    record = folder / "points"
    assert 0 == _live(folder, databases, record=record)
    _assert_done_once(folder, databases, "nothing")
    return record.read_text().splitlines(), databases.journal.startswith("postgresql")


def _distinct(points: list[str]) -> list[str]:
    """Without those that leave the world and the databases as the point before them did: between the end of one change
    and the beginning of the next nothing changes."""
    kept = points[:1]
    for earlier, point in itertools.pairwise(points):
        if not (earlier.startswith("after") and point.startswith("before")):
            kept.append(point)
    return kept


def _with_a_fax(fresh: Callable[[], tuple[Path, Databases]]) -> tuple[Path, Databases]:
    folder, databases = fresh()
    rig = Rig.open(folder, databases)
    rig.world.drop("fax-1", b"first document|second document", facts={"claim": "C-1042"})
    rig.journal.close()
    return folder, databases


def _live(folder: Path, databases: Databases, **how: Any) -> int:
    """The exit code of one life of a flow; minus the signal that ended it."""
    process = _PROCESSES.Process(target=live, args=(folder, databases), kwargs=how)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "it hangs"
    return process.exitcode


def _assert_done_once(folder: Path, databases: Databases, killed_at: str) -> None:
    rig = Rig.open(folder, databases)
    world, journal = rig.world, rig.journal
    try:
        assert [] == world.violations(), killed_at
        assert "acknowledged" == world.state("fax-1"), killed_at
        for kind, expected in {"workspace": 1, "document": 2, "task": 1, "hold": 1, "class": 1}.items():
            assert expected == len(world.things(kind)), f"{kind} after a kill at `{killed_at}`"
        assert [] == list(work.all_of(journal)), killed_at
        expected_entries = {"event": 1, "document": 2, "decision": 2, "plan": 2, "filed": 2, "acknowledged": 1}
        found = {kind: len(journal.entries(kind)) for kind in expected_entries}
        assert expected_entries == found, killed_at
        assert 7 == len(journal.entries("receipt")), killed_at
        assert 1 == len(deeds.waiting_actions(journal)), killed_at
        assert 1 == len(exceptions.open_exceptions(journal)), killed_at
        blobs = set(rig.blobs)
        assert {entry.body["sha256"] for entry in journal.entries("document")} <= blobs, killed_at
    finally:
        journal.close()
