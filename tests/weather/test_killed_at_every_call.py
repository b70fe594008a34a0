"""Kill -9 while a call is in the air: the next process files the fax once, and acknowledges it last."""

import time
from multiprocessing.process import BaseProcess

import pytest

from faxrouter_simulators.faults import FaultKind
from weather_world.calls import NEXT, calls_of_a_calm_fax
from weather_world.child import start_router
from weather_world.ledger import ONCE, done_for, is_acknowledged_last
from weather_world.rig import Weather, fault

# seconds; after it the simulated system goes on with the call of a router that is dead
IN_THE_AIR = 0.3
# long enough for the system to have done what it was asked, in the second kind of death
DONE = 0.1
DEATHS = pytest.mark.parametrize(
    "kind", [FaultKind.LATENCY, FaultKind.LATE_ANSWER], ids=["before it is done", "after it is done"]
)


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize(
    "kind", [FaultKind.LATENCY, FaultKind.LATE_ANSWER], ids=["before it is done", "after it is done"]
)
def test_a_router_killed_while_a_call_is_in_the_air(weather: Weather, kind: FaultKind, part: int) -> None:
    """At each call of a fax in its turn, one fax for each; the process that goes on serves the next one."""
    router = start_router(weather.folder)
    calls = calls_of_a_calm_fax(weather)
    assert len(calls) > 10
    for number, call in list(enumerate(calls, start=10))[part::2]:
        weather.order(fault(kind, seconds=IN_THE_AIR, **call))
        document = weather.send(number)
        weather.until(lambda: bool(weather.struck))
        router = _die_and_begin_anew(weather, router, kind)
        weather.until_done(document)
        assert ONCE == done_for(weather, number), call
        assert is_acknowledged_last(weather, number), call
    router.kill()


@pytest.mark.parametrize(
    "kind", [FaultKind.LATENCY, FaultKind.LATE_ANSWER], ids=["before it is done", "after it is done"]
)
def test_a_router_killed_while_a_fax_is_handed_out(weather: Weather, kind: FaultKind) -> None:
    """It comes back when its lease ends."""
    weather.order(fault(kind, seconds=IN_THE_AIR, path=NEXT))
    document = weather.send(1)
    router = start_router(weather.folder)
    weather.until(lambda: bool(weather.struck))
    router = _die_and_begin_anew(weather, router, kind)
    weather.until(lambda: bool(weather.effects("cloudfax", "fax leased")))
    weather.simulators.clock.advance(weather.hold + 1)
    weather.until_done(document)
    assert ONCE == done_for(weather, 1)
    router.kill()


def _die_and_begin_anew(weather: Weather, router: BaseProcess, kind: FaultKind) -> BaseProcess:
    if kind is FaultKind.LATE_ANSWER:
        time.sleep(DONE)
    router.kill()
    router.join()
    weather.order()
    return start_router(weather.folder)
