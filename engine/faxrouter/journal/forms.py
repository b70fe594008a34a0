"""The stored forms of values: canonical JSON, and a codec that gives back equal facts, decisions and plans.

Knows the nouns of `model`; does no I/O. Anything JSON cannot say is tagged: `{"$is": "decimal", "v": "12.50"}`. Tags
are stored for years: never rename one, add a new one beside it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from faxrouter.model import decision, fact, fax, plan, problem, transmission

TAG = "$is"

# stored name → class; a field that a later version adds must have a default
_CLASSES: dict[str, type[Any]] = {
    "amount": fact.Amount,
    "duration": fact.Duration,
    "box": fact.Box,
    "evidence": fact.Evidence,
    "fact": fact.Fact,
    "facts": fact.Facts,
    "document": fax.Document,
    "fax": fax.Fax,
    "place": problem.Place,
    "problem": problem.Problem,
    "named_workspace": decision.NamedWorkspace,
    "keyed_workspace": decision.KeyedWorkspace,
    "contribution": decision.Contribution,
    "decided": decision.Decided,
    "undecided": decision.Undecided,
    "decision": decision.Decision,
    "workspace_target": plan.WorkspaceTarget,
    "open_workspace": plan.OpenWorkspace,
    "store_document": plan.StoreDocument,
    "classify_record": plan.ClassifyRecord,
    "place_hold": plan.PlaceHold,
    "put_task": plan.PutTask,
    "await_connector": plan.AwaitConnector,
    "raise_exception": plan.RaiseException,
    "plan": plan.Plan,
    "receipt": plan.Receipt,
    "transmission": transmission.Transmission,
    "transmission_attempt": transmission.TransmissionAttempt,
}
_ENUMS: dict[str, type[Enum]] = {
    "fact_state": fact.FactState,
    "confidence": fact.Confidence,
    "duration_unit": fact.DurationUnit,
    "direction": fax.Direction,
    "policy": decision.Policy,
    "severity": problem.Severity,
    "transmission_state": transmission.TransmissionState,
    "obstacle": transmission.Obstacle,
}
_CLASS_NAMES = {known: name for name, known in _CLASSES.items()}
_ENUM_NAMES = {known: name for name, known in _ENUMS.items()}


def canonical(value: object) -> str:
    """One spelling of a JSON value: sorted keys, no spaces, pure ASCII.

    ASCII, so that control characters and lone surrogates of file names survive every database.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(text: str) -> str:
    """sha256 of a text, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def kind_of(value: object) -> str:
    """The stored name of a value's class: `put_task`."""
    return _CLASS_NAMES[type(value)]


def to_stored(value: object) -> Any:
    """A JSON value from which `from_stored` makes an equal one. Raises TypeError for a class that is never stored."""
    match value:
        case Enum():
            return {TAG: _ENUM_NAMES[type(value)], "v": value.value}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {TAG: "decimal", "v": str(value)}
        case datetime():
            return {TAG: "moment", "v": moment_text(value)}
        case date():
            return {TAG: "date", "v": value.isoformat()}
        case frozenset():
            return {TAG: "set", "v": sorted((to_stored(member) for member in value), key=canonical)}
        case tuple():
            return {TAG: "tuple", "v": [to_stored(member) for member in value]}
        case list():
            return [to_stored(member) for member in value]
        case _ if type(value) in _CLASS_NAMES:
            # a field that holds a tuple always does, so it is stored as a plain list
            return {TAG: _CLASS_NAMES[type(value)]} | {
                part.name: _field_to_stored(getattr(value, part.name)) for part in fields(cast(Any, value))
            }
        case Mapping():
            if any(not isinstance(key, str) or key == TAG for key in value):
                return {TAG: "map", "v": [[to_stored(key), to_stored(entry)] for key, entry in value.items()]}
            return {key: to_stored(entry) for key, entry in value.items()}
    raise TypeError(f"`{type(value).__name__}` has no stored form")


def from_stored(stored: Any) -> Any:
    """The value that `to_stored` was given; tuples of fields are tuples again."""
    match stored:
        case list():
            return [from_stored(member) for member in stored]
        case dict() if TAG in stored:
            return _tagged(stored[TAG], {name: entry for name, entry in stored.items() if name != TAG})
        case dict():
            return {key: from_stored(entry) for key, entry in stored.items()}
    return stored


def _field_to_stored(value: object) -> Any:
    if isinstance(value, tuple):
        return [to_stored(member) for member in value]
    return {TAG: "list", "v": to_stored(value)} if isinstance(value, list) else to_stored(value)


def _field_from_stored(stored: Any) -> Any:
    return tuple(from_stored(member) for member in stored) if isinstance(stored, list) else from_stored(stored)


def _tagged(tag: str, rest: dict[str, Any]) -> Any:
    if tag in _CLASSES:
        return _CLASSES[tag](**{name: _field_from_stored(entry) for name, entry in rest.items()})
    if tag in _ENUMS:
        return _ENUMS[tag](rest["v"])
    match tag, rest["v"]:
        case "decimal", text:
            return Decimal(text)
        case "moment", text:
            return moment_from(text)
        case "date", text:
            return date.fromisoformat(text)
        case "set", members:
            return frozenset(from_stored(member) for member in members)
        case "tuple", members:
            return tuple(from_stored(member) for member in members)
        case "list", members:
            return from_stored(members)
        case "map", pairs:
            return {from_stored(key): from_stored(entry) for key, entry in pairs}
    raise ValueError(f"`{tag}` is no stored form")


def moment_text(moment: datetime) -> str:
    """ISO 8601 in UTC, always of one width, so that text order is time order. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be journalled")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment_from(text: str) -> datetime:
    """Aware UTC. Of what `moment_text` has written."""
    return datetime.fromisoformat(text)
