"""Values of attributes: what a client sent against what was defined. Knows neither node nor store."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from faxrouter_simulators.xecm.definitions import MOST_ROWS, Definition
from faxrouter_simulators.xecm.refusals import (
    NO_LIST_EXPECTED,
    NO_SUCH_ATTRIBUTE,
    VALUE_MISSING,
    VALUE_NOT_IN_LIST,
    VALUE_OF_WRONG_TYPE,
    VALUE_TOO_LONG,
)

# values below their form: {"2": "+15551234", "5_1_6": "x"}
Values = dict[str, Any]

_KEY = re.compile(r"(?P<form>\d+)_(?:(?P<set>\d+)_(?P<row>\d+)_)?(?P<id>\d+)$")


def sent_for(form: int, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields that belong to a form: their keys begin with its number. Its own token is none of its attributes."""
    return {key: value for key, value in fields.items() if key.startswith(f"{form}_") and not key.endswith(f"{form}_1")}


def forms_in(fields: Mapping[str, Any]) -> list[int]:
    """The forms that a flat map of keys speaks of."""
    found = (_KEY.match(key) for key in fields)
    return sorted({int(match["form"]) for match in found if match})


def checked(defined: Sequence[Definition], sent: Mapping[str, Any]) -> Values:
    """What was sent, in the form in which it is stored. Raises Refusal."""
    by_id = {definition.id: definition for definition in defined}
    values: Values = {}
    for key, value in sent.items():
        match = _KEY.match(key)
        definition = by_id.get(int(match["id"])) if match else None
        if match is None or definition is None or int(match["set"] or 0) != definition.in_set:
            raise NO_SUCH_ATTRIBUTE.refusal(key=key)
        if definition.type != "set":
            values[definition.stored(int(match["row"] or 1))] = _value(definition, value)
    return values


def refuse_incomplete(defined: Sequence[Definition], values: Values) -> None:
    """Raises Refusal for a mandatory attribute without a value; of a set, in any of its rows."""
    for definition in defined:
        if definition.required and definition.type != "set":
            for key in _keys(definition, values):
                if values.get(key, _nothing(definition)) in (None, "", []):
                    raise VALUE_MISSING.refusal(name=definition.name)


def shown(defined: Sequence[Definition], values: Values) -> Values:
    """Stored values under their full keys; those of removed attributes are left out."""
    answer: Values = {}
    for definition in defined:
        if definition.type != "set":
            for key in _keys(definition, values):
                answer[f"{definition.form}_{key}"] = values.get(key, _nothing(definition))
    return answer


def _keys(definition: Definition, values: Values) -> list[str]:
    """One, or in a set one for each of its rows."""
    rows = rows_of(values, definition.in_set) if definition.in_set else 1
    return [definition.stored(row) for row in range(1, rows + 1)]


def _nothing(definition: Definition) -> Any:
    return [] if definition.several else False if definition.type == "yes/no" else None


def rows_of(values: Values, in_set: int) -> int:
    """How many rows of a set have values; one at least."""
    rows = [int(key.split("_")[1]) for key in values if key.startswith(f"{in_set}_")]
    return min(max(rows, default=1), MOST_ROWS)


def _value(definition: Definition, value: Any) -> Any:
    if isinstance(value, list):
        if definition.several:
            return [_single(definition, one) for one in value if one not in (None, "")]
        if len(value) != 1:
            raise NO_LIST_EXPECTED.refusal(name=definition.name)
        value = value[0]
    single = None if value in (None, "") else _single(definition, value)
    if definition.several:
        return [] if single is None else [single]
    return single


def _single(definition: Definition, value: Any) -> Any:
    try:
        converted = _CONVERSIONS[definition.type](value)
    except (KeyError, TypeError, ValueError) as err:
        raise VALUE_OF_WRONG_TYPE.refusal(name=definition.name, type=definition.type) from err
    if definition.type == "choice" and converted not in definition.choices:
        raise VALUE_NOT_IN_LIST.refusal(name=definition.name)
    if isinstance(converted, str) and len(converted) > definition.length:
        raise VALUE_TOO_LONG.refusal(name=definition.name, length=definition.length)
    return converted


def _text(value: Any) -> str:
    if isinstance(value, dict):
        raise TypeError
    return str(value)


def _whole_number(value: Any) -> int:
    if isinstance(value, bool | float):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isfinite(float(value)):
        raise TypeError
    return float(value)


def _yes_no(value: Any) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[str(value).lower()]


def _moment(value: Any) -> str:
    """Stored without a zone; what came with one is taken to UTC [G]."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}"


def _date(value: Any) -> str:
    return f"{_moment(value)[:10]}T00:00:00"


_CONVERSIONS = {
    "text": _text,
    "choice": _text,
    "whole number": _whole_number,
    "number": _number,
    "yes/no": _yes_no,
    "moment": _moment,
    "date": _date,
}
