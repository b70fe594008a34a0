"""Whether a text fits an attribute of a category: its length, its type, its list. Knows no template and no system.

One answer serves the file that is saved and the fax that comes. It never holds the text itself.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from faxrouter.language.refusal import listing
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType

# between the values of an attribute that takes several: what a set of ids prints
SEPARATOR = ", "
YES_NO_WORDS = ("yes", "no", "true", "false")

_WHOLE_NUMBER = re.compile("-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# what stands behind the minute (seconds, a zone) is not judged
_TIME = re.compile("[T ]([0-9]{2}):([0-9]{2})")
_TAKES: Mapping[AttributeType, str] = {
    AttributeType.WHOLE_NUMBER: "a whole number",
    AttributeType.NUMBER: "a number, such as `12.5`",
    AttributeType.DATE: "a date, such as `2026-03-09`",
    AttributeType.MOMENT: "a moment, such as `2026-03-09 10:00`",
    AttributeType.YES_NO: "`yes` or `no`",
}


class MisfitKind(StrEnum):
    EMPTY = "empty"
    LENGTH = "length"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a text cannot be the value of an attribute."""

    kind: MisfitKind
    # continues the attribute's name: "takes at most 20 characters, 25 were given"
    words: str


def misfit(attribute: AttributeDeclaration, text: str) -> Misfit | None:
    """None for a text that fits. `text` is on one line, as planning makes it."""
    if not text:
        return Misfit(MisfitKind.EMPTY, "must not be empty") if attribute.required else None
    parts = text.split(SEPARATOR) if attribute.several else [text]
    return next((wrong for part in parts if (wrong := _misfit_of_one(attribute, part)) is not None), None)


def takes(attribute: AttributeDeclaration) -> str:
    """What the attribute takes, for a message: "takes a whole number"."""
    match attribute.type:
        case AttributeType.TEXT:
            return f"takes at most {attribute.length} characters"
        case AttributeType.CHOICE:
            return f"takes one of {listing(attribute.values)}"
        case type_:
            return f"takes {_TAKES[type_]}"


def _misfit_of_one(attribute: AttributeDeclaration, text: str) -> Misfit | None:
    match attribute.type:
        case AttributeType.TEXT:
            if attribute.length is None or len(text) <= attribute.length:
                return None
            return Misfit(MisfitKind.LENGTH, f"{takes(attribute)}, {len(text)} were given")
        case _:
            return None if _is_a_value(attribute, text) else Misfit(MisfitKind.VALUE, takes(attribute))


def _is_a_value(attribute: AttributeDeclaration, text: str) -> bool:
    match attribute.type:
        case AttributeType.CHOICE:
            return text in attribute.values
        case AttributeType.WHOLE_NUMBER:
            return _WHOLE_NUMBER.fullmatch(text) is not None
        case AttributeType.NUMBER:
            return _NUMBER.fullmatch(text) is not None
        case AttributeType.DATE:
            return _begins_with_date(text)
        case AttributeType.MOMENT:
            return _begins_with_date(text) and (len(text) == 10 or _has_time(text))
        case _:
            return text.lower() in YES_NO_WORDS


def _begins_with_date(text: str) -> bool:
    if not _DATE.match(text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _has_time(text: str) -> bool:
    clock = _TIME.match(text, 10)
    if clock is None:
        return False
    try:
        time(int(clock[1]), int(clock[2]))
    except ValueError:
        return False
    return True
