"""`make bench`: figures, with the peers beside them in the same run. Nothing is asserted but agreement.

    python -m bench.run [decisions] [compile] [trace] [live] [flow] [inbound]

CPU time for everything that computes; wall time for what waits for a disk.
"""

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection

from bench import contenders, durable, peers
from bench import inbound as inbound_faxes
from bench.contenders import CannotRun, Prepared, facts_of, rule_set
from bench.homes import DEPARTMENTS, RULES, large_home
from bench.simulated import LETTER, PAPER
from bench.workloads import Workload, adversarial, realistic
from faxrouter.deciding.evaluator import Evaluator, compile_evaluator
from faxrouter.deciding.trace import trace
from faxrouter.language.compile import SourceCache
from faxrouter.model.fact import Facts
from faxrouter.reload.gates import admit

_COUNTS = (100, 1_000, 10_000)
# calls a fax
GOALS = {LETTER: 6, PAPER: 9}
# seconds of CPU that one engine is measured for
_ENOUGH = 0.5
# seconds of patience with an engine that may hang
_PATIENCE = 60.0
_EVENTS = 400
# events on which every engine must give the same answer
_AGREEMENT = 40
# events between two looks at the clock
_AT_ONCE = 20

_ENGINES: Sequence[tuple[str, Callable[[Workload], Prepared]]] = (
    ("faxrouter", contenders.faxrouter),
    ("faxrouter, facts made anew", contenders.faxrouter_with_facts),
    ("plain Python loop", contenders.plain_loop),
    ("zen-engine", peers.zen_engine),
    ("CEL in a loop", peers.cel),
)


def decisions() -> None:
    """Decisions per second, realistic and adversarial rules."""
    per_event: dict[tuple[str, int], float] = {}
    for make in (realistic, adversarial):
        for count in _COUNTS:
            workload = make(count, events=_EVENTS)
            wanted = workload.expected()[:_AGREEMENT]
            print(f"\n{workload.name} rules, {_EVENTS} events, decisions per second")
            speeds = {name: _speed(prepare(workload), wanted) for name, prepare in _ENGINES}
            speeds["durable-rules"] = _apart(_durable_rules, (make.__name__, count))
            own = speeds["faxrouter"]
            assert isinstance(own, float), "faxrouter always runs"
            per_event[make.__name__, count] = 1 / own
            for name, speed in speeds.items():
                if isinstance(speed, float):
                    print(f"  {name:28} {speed:12,.0f}   faxrouter is {own / speed:8.1f} times as fast")
                else:
                    print(f"  {name:28} {'':12}   {speed}")
        times = per_event[make.__name__, 10_000] / per_event[make.__name__, 100]
        print(f"  from 100 to 10,000 {make.__name__} rules an event costs {times:.1f} times as much (goal: at most 5)")


def _speed(prepared: Prepared, wanted: Sequence[str]) -> float | str:
    """Answers a second over all events again and again, once the engine is seen to agree on the wanted ones."""
    if isinstance(prepared, CannotRun):
        return prepared.reason
    if [prepared(index) for index in range(len(wanted))] != list(wanted):
        return "does not agree with the others"
    begun, done = time.process_time(), 0
    while (spent := time.process_time() - begun) < _ENOUGH:
        for index in range(done, done + _AT_ONCE):
            prepared(index % _EVENTS)
        done += _AT_ONCE
    return done / spent


def _durable_rules(answer: Connection, kind: str, count: int) -> None:
    workload = {"realistic": realistic, "adversarial": adversarial}[kind](count, events=_EVENTS)
    answer.send(_speed(peers.durable_rules(workload), workload.expected()[:_AGREEMENT]))


def _apart(target: Callable[..., None], arguments: tuple[object, ...]) -> float | str:
    """In a process of its own: an engine that hangs or crashes ends nothing but itself."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there, *arguments))
    process.start()
    there.close()
    try:
        found: float | str = here.recv() if here.poll(_PATIENCE) else f"no answer within {_PATIENCE:.0f} s"
    except EOFError:
        found = "its process ended without an answer"
    finally:
        process.kill()
        process.join()
    return found


def compiling() -> None:
    """Rule set → evaluator."""
    print("\ncompile of an evaluator, milliseconds of CPU (median of 5)")
    for make in (realistic, adversarial):
        for count in _COUNTS[:2]:
            spent = _median(partial(compile_evaluator, rule_set(make(count, events=1))), 5)
            print(f"  {make.__name__} {count:6,} rules   {spent:8.1f}")


def tracing() -> None:
    """A full trace: every outcome, rivals, near misses."""
    print("\nfull trace of one event, microseconds of CPU")
    for make in (realistic, adversarial):
        workload = make(1_000, events=200)
        evaluator = compile_evaluator(rule_set(workload))
        events = [facts_of(event) for event in workload.events]
        spent = _median(partial(_traced, evaluator, events), 3)
        print(f"  {make.__name__} 1,000 rules   {spent * 1_000 / len(events):8.0f}")


def _traced(evaluator: Evaluator, events: Sequence[Facts]) -> None:
    for event in events:
        trace(evaluator, event)


def live() -> None:
    """One file of a large home is saved: from the settled snapshot to a rule set that may be swapped in."""
    cache = SourceCache()
    first = _milliseconds(lambda: admit(large_home(), cache=cache))
    edits = [_milliseconds(partial(_admitted, n, cache)) for n in range(1, 6)]
    print(f"\nsave → live, one of {DEPARTMENTS} files of {RULES} rules saved, settling apart, milliseconds of CPU")
    print(f"  first load {first:8.0f}\n  one edit   {statistics.median(edits):8.0f}   (goal: under 200)")


def _admitted(edited: int, cache: SourceCache) -> None:
    admission = admit(large_home(edited=edited), cache=cache)
    assert admission.served is not None, [str(problem) for problem in admission.problems]


def flow() -> None:
    """Faxes per second through the durable workflow."""
    whole, bare = durable.measure(200)
    print(f"\ndurable workflow, {whole.faxes} faxes on SQLite, {whole.deeds_per_fax:.0f} deeds a fax, faxes per second")
    print(f"  faxrouter  {whole.per_second:8.1f}\n  bare DBOS  {bare.per_second:8.1f}")
    print(f"  faxrouter reaches {whole.per_second / bare.per_second:.2f} of it (goal: at least 0.5)")


def inbound() -> None:
    """Faxes per second through the real connectors and both simulated systems, and how long one fax takes."""
    found, single = inbound_faxes.measure(150)
    print("\ninbound through simulated Cloud Fax and Extended ECM, SQLite, existing workspaces, faxes per second")
    for kind, (routed, bare) in found.items():
        print("  without a task" if kind == LETTER else "  with a workflow started")
        for name, one in (("faxrouter", routed), ("bare loop", bare)):
            print(f"    {name}  {one.per_second:8.1f}   {one.calls_per_fax:.1f} calls a fax")
        times = routed.per_second / bare.per_second
        print(f"    faxrouter reaches {times:.2f} of it (goals: at least 0.4, with at most {GOALS[kind]} calls)")
    p50, p99 = (single[int(len(single) * part)] for part in (0.5, 0.99))
    print(f"  one fax now and then, from arrival to acknowledgement: p50 {p50:.2f} s, p99 {p99:.2f} s; asked every 1 s")


def _median(act: Callable[[], object], times: int) -> float:
    return statistics.median(_milliseconds(act) for _ in range(times))


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1_000


PARTS = {"decisions": decisions, "compile": compiling, "trace": tracing, "live": live, "flow": flow, "inbound": inbound}

if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in PARTS]
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
