"""Faxes per second through the real connectors and both simulated OpenText systems, on SQLite, beside a bare loop that
makes the same HTTP calls. Workspaces exist already; definitions are known after the first fax.

The simulated systems run in a process of their own, and so does each contender.
"""

import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench import bare_loop
from bench.apart import Answer, in_a_process
from bench.simulated import LETTER, PAPER, SimulatedSystems, simulated_systems
from faxrouter.journal import history
from faxrouter.workflow.flow import FlowSettings
from faxrouter.workflow.services import Patience
from flow_world.rig import Databases
from weather_world.router import RouterAtWork

# seconds
_LONGEST = 600.0
_EVERY = 0.25
_TO_BEGIN = 5.0
_WORKERS = 8
_LOOKUP = "/businessworkspaces"
_LOOK = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """How fast faxes went through, and how many calls each took."""

    faxes: int
    seconds: float
    # those that every fax makes: neither what a process learns at its start, nor the lookup of a workspace that nobody
    # has asked for during the last minutes
    calls: int

    @property
    def per_second(self) -> float:
        return self.faxes / self.seconds

    @property
    def calls_per_fax(self) -> float:
        return self.calls / self.faxes


def measure(count: int) -> tuple[Mapping[str, tuple[Inbound, Inbound]], Sequence[float]]:
    """Kind of fax → the router and the bare loop; and for single faxes, from arrival to acknowledgement, in seconds."""
    found = {}
    with tempfile.TemporaryDirectory() as name, simulated_systems(Path(name)) as systems:
        systems.fill(LETTER, range(count))
        in_a_process(_route, systems.folder, count)
        for kind in (LETTER, PAPER):
            systems.fill(kind, range(count))
            routed = _measured(systems, count, _route, systems.folder)
            systems.fill(kind, range(count))
            known = bare_loop.known_of(systems, with_task=kind == PAPER, workers=_WORKERS)
            found[kind] = (routed, _measured(systems, count, bare_loop.run, known))
        return found, _single_faxes(systems, count)


def _measured(systems: SimulatedSystems, count: int, contender: Callable[..., None], what: object) -> Inbound:
    before = len(systems.calls())
    seconds = in_a_process(contender, what, count)
    kinds = Counter((call["method"], re.sub(r"\d+", "N", call["path"])) for call in systems.calls()[before:])
    often = sum(times for (_, path), times in kinds.items() if times >= count and not path.endswith(_LOOKUP))
    return Inbound(faxes=count, seconds=seconds, calls=often)


def _route(answer: Answer, folder: Path, count: int) -> None:
    """The router, until it has acknowledged so many more; sends the seconds."""
    router = RouterAtWork(folder=folder, patience=Patience())
    target = _acknowledged(router) + count
    # as for the bare loop, the clock starts when everything is set up
    with router.running(_settings(folder)):
        begun = time.monotonic()
        while _acknowledged(router) < target and time.monotonic() < begun + _LONGEST:
            time.sleep(_LOOK)
        answer.send(time.monotonic() - begun)
    router.close()


def _single_faxes(systems: SimulatedSystems, count: int) -> Sequence[float]:
    """One fax now and then, with a home's own settings. Sorted."""
    router = threading.Thread(target=in_a_process, args=(_route, systems.folder, count))
    router.start()
    time.sleep(_TO_BEGIN)
    for number in range(count):
        systems.fill(LETTER, [number])
        time.sleep(_EVERY)
    router.join()
    arrived, deleted = (
        {one["subject"]: datetime.fromisoformat(one["at"]) for one in systems.ledger("cloudfax", effect)}
        for effect in ("fax arrived", "fax deleted")
    )
    return sorted((deleted[fax] - arrived[fax]).total_seconds() for fax in list(arrived)[-count:])


def _settings(folder: Path) -> FlowSettings:
    return FlowSettings(url=Databases.in_folder(folder).workflow, receivers=_WORKERS, filers=_WORKERS)


def _acknowledged(router: RouterAtWork) -> int:
    return history.sums(router.journal).entries.get("acknowledged", 0)
