"""Texts of a metadata template as values of a category, and back. Knows no call.

A value that does not fit is refused here, before anything is written: which attribute and what is wrong with it,
without the value itself.
"""

import re
from collections.abc import Mapping
from typing import Any

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.http.system import System
from faxrouter_connectors.xecm.definitions import AttributeDefinition, CategoryDefinition

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2}))?)?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_ROW = "_x_"


class Misfit(Exception):
    """Why a text cannot be the value of an attribute, in words without the text."""


def wire_values(
    system: System, definition: CategoryDefinition, attributes: Mapping[str, str], *, operation: str, whole: bool
) -> dict[str, Any]:
    """Key → value. An empty text leaves its attribute out, or with `whole` empties it, as everything that is not named.

    Raises Failed(REJECTED) about the metadata.
    """
    values: dict[str, Any] = {}
    for name, text in attributes.items():
        known = definition.attributes.get(name)
        if known is None:
            raise _refused(system, operation, f"the category `{definition.name}` has no attribute `{name}`")
        try:
            value = _value(known, text)
        except Misfit as err:
            raise _refused(system, operation, f"`{name}` of the category `{definition.name}` {err}") from None
        if value is not None:
            values[key_of(known)] = value
    for known in definition.attributes.values():
        if key_of(known) in values:
            continue
        if known.required:
            raise _refused(system, operation, f"`{known.name}` of the category `{definition.name}` must not be empty")
        if whole and _ROW not in known.key:
            values[key_of(known)] = [] if known.several else ""
    return values


def shown_values(definition: CategoryDefinition, values: Mapping[str, Any]) -> dict[str, str]:
    """Attribute → text, of those that are not empty."""
    names = {key_of(known): known.name for known in definition.attributes.values()}
    shown = {names[key]: _shown(value) for key, value in values.items() if key in names}
    return {name: text for name, text in shown.items() if text}


def json_values(
    definition: CategoryDefinition, values: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, object]:
    """Attribute → value as JSON, of those that are not empty. `names`: what to call them → attribute."""
    found: dict[str, object] = {}
    for name, attribute in names.items():
        value = without_blanks(values.get(attribute))
        if value is not None:
            is_day = definition.attributes[attribute].type == "date" and isinstance(value, str)
            found[name] = value[:10] if is_day else value
    return found


def without_blanks(value: Any) -> Any:
    """None for a value that is empty; of a list, what is not."""
    if isinstance(value, list):
        return [one for one in value if without_blanks(one) is not None] or None
    return None if isinstance(value, str) and not value.strip() else value


def key_of(known: AttributeDefinition) -> str:
    """Templates fill the first row of a set."""
    return known.key.replace(_ROW, "_1_")


def _value(known: AttributeDefinition, text: str) -> Any:
    """None for an empty text."""
    if not text:
        return None
    if known.several:
        return [_single(known, part) for part in text.split(", ")]
    return _single(known, text)


def _single(known: AttributeDefinition, text: str) -> Any:
    if known.values and text not in known.values:
        raise Misfit("takes only the values of its list")
    if known.length is not None and len(text) > known.length:
        raise Misfit(f"takes at most {known.length} characters, {len(text)} were given")
    match known.type:
        case "integer":
            return _whole_number(text)
        case "number":
            return _number(text)
        case "boolean":
            if text.lower() not in _YES_NO:
                raise Misfit("takes yes or no")
            return _YES_NO[text.lower()]
        case "date" | "moment":
            return _moment(text, with_time=known.type == "moment")
        case _:
            return text


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Misfit("takes a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Misfit("takes a number") from None


def _moment(text: str, *, with_time: bool) -> str:
    found = _DATE.match(text)
    if found is None:
        raise Misfit("takes a date, as 2026-11-20")
    day, minute, second = found.groups()
    return f"{day}T{minute or '00:00'}:{second or '00'}" if with_time else day


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(text for text in map(_shown, value) if text)
        case _:
            return str(value)


def _refused(system: System, operation: str, reason: str) -> Failed:
    return system.failed(FailureKind.REJECTED, operation, reason, about=FailureSubject.METADATA)
