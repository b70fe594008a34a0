"""Every kind of bad weather at every call that the routing of one fax makes: filed once, acknowledged last."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from faxrouter_simulators.faults import FaultKind
from weather_world.calls import NEXT, calls_of_a_calm_fax, calls_since
from weather_world.ledger import ONCE, done_for, is_acknowledged_last
from weather_world.rig import Weather, fault

LATE = 0.8
KINDS: Mapping[str, Mapping[str, Any]] = {
    "begun late": fault(FaultKind.LATENCY, seconds=LATE),
    "done and answered late": fault(FaultKind.LATE_ANSWER, seconds=LATE),
    "401": fault(FaultKind.STATUS, status=401),
    "429": fault(FaultKind.STATUS, status=429),
    "500 as JSON": fault(FaultKind.STATUS, status=500),
    "500 as a page": fault(FaultKind.STATUS, status=500, html=True),
    "503 as a page": fault(FaultKind.STATUS, status=503, html=True),
    "cut": fault(FaultKind.CUT),
    "answer lost": fault(FaultKind.LOST),
    "answered 502 and done": fault(FaultKind.LOST_STATUS, status=502, html=True),
    "answered 500 and done": fault(FaultKind.LOST_STATUS, status=500),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_fax_is_filed_once_whatever_strikes_one_of_its_calls(kind: str, weather: Weather) -> None:
    """One fax for each call; between them the sun shines."""
    with weather.router.running():
        calls = calls_of_a_calm_fax(weather)
        assert len(calls) > 10
        for number, call in enumerate(calls, start=10):
            weather.order({**KINDS[kind], **call})
            document = weather.send(number)
            weather.until_done(document)
            _struck(weather, call)
            assert ONCE == done_for(weather, number), call
            assert is_acknowledged_last(weather, number), call
    assert not weather.secrets_said()


@pytest.mark.parametrize("kind", KINDS)
def test_a_fax_whose_lease_is_struck_is_not_lost(kind: str, weather: Weather) -> None:
    """Where the answer with the fax was lost, it comes back when its lease ends."""
    weather.order({**KINDS[kind], "path": NEXT})
    document = weather.send(1)
    with weather.router.running():
        weather.until(lambda: bool(weather.struck))
        if weather.effects("cloudfax", "fax leased"):
            weather.simulators.clock.advance(weather.hold + 1)
        weather.until_done(document)
    assert ONCE == done_for(weather, 1)
    assert not weather.secrets_said()


@pytest.mark.parametrize("kind", ["401", "500 as a page", "cut", "done and answered late"])
def test_a_router_that_begins_in_bad_weather_files_its_first_fax(kind: str, weather: Weather) -> None:
    """At the calls that are made once, before something is known: logins, definitions, folders."""
    with weather.router.running():
        warm = Counter(map(_key, calls_of_a_calm_fax(weather)))
    weather.begin_anew()
    before = len(weather.simulators.plan.calls)
    with weather.router.running():
        weather.send(3)
        weather.until(lambda: ONCE == done_for(weather, 3))
    cold = Counter(map(_key, calls_since(weather, before))) - warm
    assert cold
    for number, key in enumerate(sorted(cold), start=10):
        weather.begin_anew()
        system, method, path = key
        weather.order({**KINDS[kind], "system": system, "method": method, "path": path})
        document = weather.send(number)
        with weather.router.running():
            weather.until_done(document)
        _struck(weather, {"path": path})
        assert ONCE == done_for(weather, number), key
    assert not weather.secrets_said()


def _key(call: Mapping[str, Any]) -> tuple[str, str, str]:
    return call["system"], call["method"], call["path"]


def _struck(weather: Weather, call: Mapping[str, Any]) -> None:
    """A fault that struck nothing would prove nothing."""
    assert 1 == weather.struck, call
