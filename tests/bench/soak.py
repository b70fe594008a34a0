"""`make soak`: memory after many decisions and after many reloads. Prints how much it grew; the goal: within 5 %.

python -m bench.soak [DECISIONS] [RELOADS]
"""

import gc
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.contenders import facts_of, rule_set
from bench.homes import large_home
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


def main(decisions: int, reloads: int) -> None:
    for name, turns, times in (("decisions", decide_often, decisions), ("reloads", reload_often, reloads)):
        growth = grown(turns, times)
        verdict = "flat" if growth <= _GOAL else "NOT FLAT"
        print(
            f"{times:9,} {name:10} memory {growth:6.3f} times what it was: {verdict} (goal: at most {_GOAL})",
            flush=True,
        )


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [100_000, 10_000][len(given) :]))
