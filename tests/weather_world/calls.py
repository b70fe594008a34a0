"""The calls that one fax makes, as conditions of faults: so that each can be struck in its turn."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from faxrouter_simulators.faults import Call
from weather_world.ledger import ONCE, done_for
from weather_world.rig import Weather

NEXT = "/mra/v1/inbound/documents/next"


def calls_of_a_calm_fax(weather: Weather) -> Sequence[Mapping[str, Any]]:
    """Of the second fax: the first one makes more, to learn its way. The router must be running."""
    for number in (1, 2):
        before = len(weather.simulators.plan.calls)
        weather.until_done(weather.send(number))
        assert ONCE == done_for(weather, number)
    return calls_since(weather, before)


def calls_since(weather: Weather, before: int) -> Sequence[Mapping[str, Any]]:
    """Without the question for a fax, which is asked all the time."""
    calls = [call for call in weather.simulators.plan.calls[before:] if call.path != NEXT]
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for call in calls:
        path = _pattern(call)
        found.append({"system": call.system, "method": call.method, "path": path, "after": seen[call.method, path]})
        seen[call.method, path] += 1
    return found


def _pattern(call: Call) -> str:
    """The path with any number in it."""
    return "^" + re.sub(r"\d+", r"\\d+", re.sub(r"/v(\d)/", r"/v[\1]/", call.path)) + "$"
