"""What the simulated systems say was done for one fax: read from their ledgers, which no connector can write."""

import hashlib
from collections.abc import Mapping
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
_OF_REMINDERS = ("reminder created", "reminder changed")
_COMPLETED = 2
_FILING = ("document created", "hold applied", "record classified", "process initiated", "reminder created")


def done_for(weather: Weather, number: int) -> Mapping[str, int]:
    """How often each thing was done for the fax of this number."""
    done = _effects_of(weather, number)
    counts = {name: len(found) for name, found in done.items() if not name.startswith("reminder ")}
    # one that came twice because the first was only late is completed again
    return {**counts, "reminder open": len(done["reminder created"]) - len(done["reminder completed"])}


def is_acknowledged_last(weather: Weather, number: int) -> bool:
    """The service was told after everything else was done."""
    done = _effects_of(weather, number)
    filed = max(effect["at"] for name in _FILING for effect in done[name])
    return all(effect["at"] > filed for effect in done["fax deleted"])


def _effects_of(weather: Weather, number: int) -> Mapping[str, list[dict[str, Any]]]:
    sha256 = hashlib.sha256(weather.content_of(number)).hexdigest()
    documents = [one for one in weather.effects("xecm", "document created") if one["details"]["sha256"] == sha256]
    stored = {one["subject"] for one in documents}

    def about_documents(effect: str) -> list[dict[str, Any]]:
        return [one for one in weather.effects("xecm", effect) if one["subject"] in stored]

    # the folder of a reminder holds a shortcut, named after its document
    reminded = {
        str(one["details"]["parent"])
        for one in weather.effects("xecm", "shortcut created")
        if one["details"]["name"].split(" ")[1] in stored
    }
    reminders = [one for name in _OF_REMINDERS for one in weather.effects("xecm", name) if one["subject"] in reminded]

    def named(effect: str, key: str) -> list[dict[str, Any]]:
        return [one for one in weather.effects("xecm", effect) if claim(number) in str(one["details"].get(key))]

    return {
        "workspace created": named("workspace created", "name"),
        "document created": documents,
        "hold applied": about_documents("hold applied"),
        "record classified": about_documents("record classified"),
        "process initiated": named("process initiated", "title"),
        "reminder created": [one for one in reminders if one["effect"] == "reminder created"],
        "reminder completed": [one for one in reminders if one["details"].get("status") == _COMPLETED],
        "fax deleted": [
            one for one in weather.effects("cloudfax", "fax deleted") if one["details"]["sha256"] == sha256
        ],
    }
