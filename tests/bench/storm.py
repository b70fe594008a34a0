"""A storm over the OpenText pair: faults of every kind at random, leases that end, a router that is killed again and
again, until hundreds of faxes are through. What was done is counted in the simulated systems' own ledgers.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from faxrouter.journal import work
from faxrouter_simulators.faults import FaultKind
from weather_world.child import start_router
from weather_world.ledger import ONCE, Ledger
from weather_world.rig import Weather, fault

# how often an open task is looked at: then a reminder that came twice is found out
_LOOK = timedelta(seconds=5)
# seconds
_LIFE = (1.0, 6.0)
_LATE = 0.8
_AFTER_THE_STORM, _UNTIL_LOOKED_AT = 300.0, 60.0
# faxes that arrive together
_SHOWER = 15
# how often a call is struck by each
_OFTEN, _SELDOM = 0.015, 0.004
FAULTS = [
    fault(FaultKind.LATENCY, seconds=_LATE, probability=_SELDOM, times=None),
    fault(FaultKind.LATE_ANSWER, seconds=_LATE, probability=_SELDOM, times=None),
    fault(FaultKind.STATUS, status=401, probability=_SELDOM, times=None),
    fault(FaultKind.STATUS, status=429, probability=_SELDOM, times=None),
    fault(FaultKind.STATUS, status=500, probability=_OFTEN, times=None),
    fault(FaultKind.STATUS, status=500, html=True, probability=_OFTEN, times=None),
    fault(FaultKind.STATUS, status=503, html=True, probability=_OFTEN, times=None),
    fault(FaultKind.CUT, probability=_OFTEN, times=None),
    fault(FaultKind.LOST, probability=_OFTEN, times=None),
    fault(FaultKind.LOST_STATUS, status=502, html=True, probability=_OFTEN, times=None),
    fault(FaultKind.LOST_STATUS, status=500, probability=_OFTEN, times=None),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterTheStorm:
    """What it left behind."""

    faxes: int
    kills: int
    # calls by what struck them; "" for none
    calls: Counter[str]
    # numbers of faxes that were not filed exactly once, with what was done for them
    wrong: Mapping[int, Mapping[str, int]]
    # acknowledged before they were filed
    early: list[int]
    # put before a person
    stopped: int
    # planted values that were found in a log
    said: Sequence[str]

    @property
    def is_fine(self) -> bool:
        return not (self.wrong or self.early or self.stopped or self.said)


def weather_the_storm(count: int, *, seed: int) -> AfterTheStorm:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        weather = Weather(folder=Path(name))
        try:
            return _weather(weather, count, chance)
        finally:
            weather.close()


def _weather(weather: Weather, count: int, chance: random.Random) -> AfterTheStorm:
    weather.simulators.plan.chance = random.Random(chance.random())
    weather.order(*FAULTS)
    router, kills = start_router(weather.folder, look_at_tasks_every=_LOOK), 0
    sent: list[str] = []
    while len(sent) < count:
        sent += [weather.send(number) for number in range(len(sent), min(count, len(sent) + _SHOWER))]
        time.sleep(chance.uniform(*_LIFE))
        router.kill()
        router.join()
        kills += 1
        weather.simulators.clock.advance(chance.choice((0, 60, weather.hold + 1)))
        router = start_router(weather.folder, look_at_tasks_every=_LOOK)
    while len(weather.effects("cloudfax", "fax deleted")) < count * 0.95:
        time.sleep(chance.uniform(*_LIFE))
        weather.simulators.clock.advance(chance.choice((0, weather.hold + 1)))
    weather.order()
    weather.simulators.clock.advance(weather.hold + 1)
    weather.until_done(*sent, seconds=_AFTER_THE_STORM)
    ledger, done = _settled(weather, count)
    router.kill()
    router.join()
    return AfterTheStorm(
        faxes=count,
        kills=kills,
        calls=Counter(call.fault for call in weather.simulators.plan.calls),
        wrong={number: counts for number, counts in done.items() if counts != ONCE},
        early=[number for number in range(count) if not ledger.is_acknowledged_last(number)],
        stopped=len(work.all_of(weather.router.journal, state=work.STOPPED)),
        said=weather.secrets_said(),
    )


def _settled(weather: Weather, count: int) -> tuple[Ledger, Mapping[int, Mapping[str, int]]]:
    """The ledgers, once every task was looked at: a call that was under way for very long may have made another
    reminder, which is completed then."""
    end = time.monotonic() + _UNTIL_LOOKED_AT
    while True:
        ledger = Ledger(weather)
        done = {number: ledger.done_for(number) for number in range(count)}
        if all(counts == ONCE for counts in done.values()) or time.monotonic() > end:
            return ledger, done
        time.sleep(1)
