"""`make soak`: the long campaigns. A storm over the OpenText pair, after which everything must have been done once;
memory after many decisions and after many reloads, whose growth is printed (the goal: within 5 %).

    python -m bench.soak [storm=FAXES] [decisions=TIMES] [reloads=TIMES]

Nothing named is everything, at its usual length; named ones run alone, in the order in which they are named.
"""

import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.contenders import facts_of, rule_set
from bench.homes import large_home
from bench.storm import weather_the_storm
from bench.workloads import realistic
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.language.compile import SourceCache
from faxrouter.reload.gates import admit
from faxrouter.reload.live import LiveRules

_GOAL = 1.05
# what the first turns fill for good: caches, interned texts, the allocator's arenas
_WARM = 0.1


def resident() -> int:
    """Bytes of this process in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def decide_often() -> Iterator[None]:
    """Ever new events against one evaluator."""
    decide = compile_evaluator(rule_set(realistic(1_000, events=1))).decide
    seed = 0
    while True:
        seed += 1
        for event in realistic(1_000, events=1_000, seed=seed).events:
            decide(facts_of(event))
            yield


def reload_often() -> Iterator[None]:
    """One file of a large home saved again and again, every time with another digest."""
    cache = SourceCache()
    first = admit(large_home(), cache=cache).served
    assert first is not None
    live = LiveRules(first)
    edited = 0
    while True:
        edited += 1
        served = admit(large_home(edited=edited % 900), cache=cache).served
        assert served is not None
        live = LiveRules(served)
        live.current.decide(facts_of({"event": "received"}))
        yield


def grown(turns: Callable[[], Iterator[None]], times: int) -> float:
    """Memory at the end as a multiple of memory once warm."""
    running = turns()
    warm = max(1, int(times * _WARM))
    for _ in range(warm):
        next(running)
    before = resident()
    for _ in range(times - warm):
        next(running)
    return resident() / before


def decisions(times: int) -> bool:
    return _memory("decisions", decide_often, times)


def reloads(times: int) -> bool:
    return _memory("reloads", reload_often, times)


def _memory(name: str, turns: Callable[[], Iterator[None]], times: int) -> bool:
    """Only told: memory is no promise."""
    growth = grown(turns, times)
    verdict = "flat" if growth <= _GOAL else "NOT FLAT"
    print(f"{times:9,} {name:10} memory {growth:6.3f} times what it was: {verdict} (goal: at most {_GOAL})", flush=True)
    return True


def storm(faxes: int) -> bool:
    """False when anything was lost, done twice, acknowledged too early, or said."""
    begun = time.monotonic()
    after = weather_the_storm(faxes, seed=time.time_ns())
    struck = sum(count for kind, count in after.calls.items() if kind)
    print(
        f"{faxes:9,} faxes      in a storm of {time.monotonic() - begun:.0f} s: {after.kills} kills, "
        f"{struck:,} of {after.calls.total():,} calls struck: {'each filed once' if after.is_fine else 'NOT FINE'}",
        flush=True,
    )
    if not after.is_fine:
        print(after, flush=True)
    return after.is_fine


CAMPAIGNS = {"storm": (storm, 500), "decisions": (decisions, 100_000), "reloads": (reloads, 10_000)}

if __name__ == "__main__":
    given = dict(argument.split("=") for argument in sys.argv[1:])
    unknown = set(given) - set(CAMPAIGNS)
    if unknown:
        sys.exit(f"no such campaign: {', '.join(sorted(unknown))}; there are {', '.join(CAMPAIGNS)}")
    results = [CAMPAIGNS[name][0](int(given.get(name, CAMPAIGNS[name][1]))) for name in given or CAMPAIGNS]
    sys.exit(0 if all(results) else 1)
