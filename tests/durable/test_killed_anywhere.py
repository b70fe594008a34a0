"""Kill -9 at every point of a fax's way: nothing is lost, nothing is done twice, nothing is acknowledged too early."""

import itertools
import multiprocessing
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faxrouter.journal import work
from faxrouter.journal.faxes import received
from faxrouter.ports import InboundFax
from flow_world.killing import live
from flow_world.rig import Databases, Rig
from flow_world.world import RECEIVED_AT, World

# a fresh process costs little when what it imports is loaded already
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    ["faxrouter.workflow.flow", "faxrouter.journal.blobs", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)

_PARTS = 4
# what a fax of two documents must pass on its way, whatever else it passes
_CALLS = {
    "take",
    "open",
    "put blob",
    "find workspace",
    "create workspace",
    "store document",
    "assert class",
    "place hold",
    "put task",
    "acknowledge",
    "enqueue",
    "end of workflow",
}

_ENTRIES = {
    "event": 1,
    "document": 2,
    "facts": 2,
    "decision": 2,
    "plan": 2,
    "receipt": 7,
    "waiting": 1,
    "exception": 1,
    "filed": 2,
    "acknowledged": 1,
}


@pytest.mark.parametrize("part", range(_PARTS))
def test_a_flow_killed_at_any_point_goes_on_where_it_was(
    fresh: Callable[[], tuple[Path, Databases]], part: int
) -> None:
    """A life that ends well writes the points down; then one life ends at each, and the next one must finish."""
    home = fresh()
    points = _points(home)
    assert set() == _CALLS - {point.removeprefix("before ").rpartition(" #")[0] for point in points}
    assert {"event", "document", "decision", "receipt", "filed", "acknowledged"} <= _committed(points)
    for number, point in enumerate(_distinct(points)[part::_PARTS]):
        reference = _fax_arrives(home, number)
        assert -signal.SIGKILL == _live(home, deadly=point), f"never came to `{point}`"
        assert 0 == _live(home), f"did not go on after `{point}`"
        _assert_done_once(home, reference, killed_at=point)


def test_a_flow_killed_again_and_again_still_comes_to_its_end(
    fresh: Callable[[], tuple[Path, Databases]],
) -> None:
    """One fax, and a process that dies at the next call, life after life."""
    home = fresh()
    reference = _fax_arrives(home, 0)
    for call in ("take", "open", "create workspace", "store document", "put task", "acknowledge"):
        assert -signal.SIGKILL == _live(home, deadly=f"after {call} #1")
    assert 0 == _live(home)
    _assert_done_once(home, reference, killed_at="one call after another")


def _committed(points: list[str]) -> set[str]:
    """The kinds of entries that were journalled between two points."""
    commits = [point.removeprefix("after commit ") for point in points if point.startswith("after commit ")]
    return {kind for commit in commits for kind in commit.rpartition(" #")[0].split("+")}


def _points(home: tuple[Path, Databases]) -> list[str]:
    """Every point on the way of one fax, in the order in which it is reached."""
    reference = _fax_arrives(home, "recorded")
    record = home[0] / "points"
    assert 0 == _live(home, record=record)
    _assert_done_once(home, reference, killed_at="no point")
    return record.read_text().splitlines()


def _distinct(points: list[str]) -> list[str]:
    """Without those that leave the world and the databases as the point before them did: between the end of one change
    and the beginning of the next nothing changes."""
    kept = points[:1]
    for earlier, point in itertools.pairwise(points):
        if not (earlier.startswith("after") and point.startswith("before")):
            kept.append(point)
    return kept


def _fax_arrives(home: tuple[Path, Databases], number: object) -> str:
    """Its reference; every fax is about a claim of its own."""
    content = f"first document of {number}|second document of {number}".encode()
    World(path=home[0] / "world.db").drop(f"fax-{number}", content, facts={"claim": f"C-{number}"})
    return f"fax-{number}"


def _live(home: tuple[Path, Databases], **how: Any) -> int:
    """The exit code of one life of a flow; minus the signal that ended it."""
    process = _PROCESSES.Process(target=live, args=home, kwargs=how)
    process.start()
    process.join(60)
    assert process.exitcode is not None, "it hangs"
    return process.exitcode


def _assert_done_once(home: tuple[Path, Databases], reference: str, *, killed_at: str) -> None:
    rig = Rig.open(*home)
    world, journal = rig.world, rig.journal
    try:
        assert [] == world.violations(), killed_at
        assert "acknowledged" == world.state(reference), killed_at
        assert [] == list(work.all_of(journal)), killed_at
        of_fax = journal.entries(fax_id=_fax_id(reference))
        found = Counter(entry.kind for entry in of_fax)
        assert _ENTRIES == {kind: found[kind] for kind in _ENTRIES}, killed_at
        for kind, expected in {"document": 2, "task": 1, "hold": 1, "class": 1}.items():
            standing = [thing for thing in world.things(kind) if thing["key"].startswith(_fax_id(reference))]
            assert expected == len(standing), f"{kind} after a kill at `{killed_at}`"
        claim = f"Claim {reference.replace('fax', 'C')}"
        assert 1 == sum(thing["name"] == claim for thing in world.things("workspace")), killed_at
        assert {entry.body["sha256"] for entry in of_fax if entry.kind == "document"} <= set(rig.blobs), killed_at
    finally:
        journal.close()


def _fax_id(reference: str) -> str:
    return received("cloud", InboundFax(reference=reference, received_at=RECEIVED_AT)).fax_id
