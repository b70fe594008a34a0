"""What the simulated systems say was done for one fax: read from their ledgers, which no connector can write."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from weather_world.home import claim
from weather_world.rig import Weather

# what a calm day leaves behind, for a fax whose claim had no workspace yet
ONCE = {
    "workspace created": 1,
    "document created": 1,
    "hold applied": 1,
    "record classified": 1,
    "process initiated": 1,
    "reminder open": 1,
    "fax deleted": 1,
}
_FILING = ("document created", "hold applied", "record classified", "process initiated", "reminder created")
_COMPLETED = 2

Effect = Mapping[str, Any]


class Ledger:
    """Both ledgers as they stood at one moment."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._effects: dict[str, list[Effect]] = defaultdict(list)
        self._about: dict[tuple[str, str], list[Effect]] = defaultdict(list)
        for system in ("xecm", "cloudfax"):
            effects: Sequence[Effect] = weather.effects(system)
            for one in effects:
                self._effects[one["effect"]].append(one)
                self._about[one["effect"], one["subject"]].append(one)
        # the folder of a reminder holds a shortcut, named after its document
        self._reminded: dict[str, set[str]] = defaultdict(set)
        for one in self._effects["shortcut created"]:
            self._reminded[one["details"]["name"].split(" ")[1]].add(str(one["details"]["parent"]))

    def done_for(self, number: int) -> Mapping[str, int]:
        """How often each thing was done for the fax of this number."""
        done = self._of(number)
        counts = {name: len(found) for name, found in done.items() if not name.startswith("reminder ")}
        # one that came twice because the first was only late is completed again
        return {**counts, "reminder open": len(done["reminder created"]) - len(done["reminder completed"])}

    def is_acknowledged_last(self, number: int) -> bool:
        """The service was told after everything else was done."""
        done = self._of(number)
        # the first of each: a late call may do something once more, which is put right
        filed = max(done[name][0]["at"] for name in _FILING)
        return all(effect["at"] > filed for effect in done["fax deleted"])

    def _of(self, number: int) -> Mapping[str, Sequence[Effect]]:
        sha256 = hashlib.sha256(self._weather.content_of(number)).hexdigest()
        documents = self._with("document created", "sha256", sha256)
        stored = [one["subject"] for one in documents]
        reminded = {folder for document in stored for folder in self._reminded[document]}
        changed = [one for folder in reminded for one in self._about["reminder changed", folder]]
        return {
            "workspace created": self._with("workspace created", "name", f"Claim {claim(number)}"),
            "document created": documents,
            "hold applied": [one for document in stored for one in self._about["hold applied", document]],
            "record classified": [one for document in stored for one in self._about["record classified", document]],
            "process initiated": [
                one for one in self._effects["process initiated"] if f" {claim(number)} " in one["details"]["title"]
            ],
            "reminder created": [one for folder in reminded for one in self._about["reminder created", folder]],
            "reminder completed": [one for one in changed if one["details"].get("status") == _COMPLETED],
            "fax deleted": self._with("fax deleted", "sha256", sha256),
        }

    def _with(self, effect: str, key: str, value: str) -> Sequence[Effect]:
        return [one for one in self._effects[effect] if one["details"][key] == value]


def done_for(weather: Weather, number: int) -> Mapping[str, int]:
    """As the ledgers stand now."""
    return Ledger(weather).done_for(number)


def is_acknowledged_last(weather: Weather, number: int) -> bool:
    """As the ledgers stand now."""
    return Ledger(weather).is_acknowledged_last(number)
