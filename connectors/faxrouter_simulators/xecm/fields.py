"""Which fields a call asks for: `fields=properties{id,name}&fields=versions.element(0)`, and what is left then."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faxrouter_simulators.xecm.asked import Asked, Json

_FIELD = re.compile(r"(?P<group>\w+)(?:\.(?P<function>element|limit)\((?P<number>\d+)\))?(?:\{(?P<names>[^}]*)\})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One group of fields. Without names: all of them."""

    names: frozenset[str] = frozenset()
    # `element(0)`: only that one, not in a list
    element: int | None = None
    # `limit(5)`: so many of a list
    limit: int | None = None


def wanted(asked: Asked) -> Mapping[str, Wanted]:
    """By group; empty when the call asks for nothing in particular. Fields stand in the query, or in a form."""
    form = asked.fields.get("fields", [])
    texts = [*asked.query.get("fields", []), *(form if isinstance(form, list) else [form])]
    found: dict[str, Wanted] = {}
    for match in (match for text in texts for match in _FIELD.finditer(str(text))):
        number = int(match["number"]) if match["number"] else None
        found[match["group"]] = Wanted(
            names=frozenset(name.strip() for name in (match["names"] or "").split(",") if name.strip()),
            element=number if match["function"] == "element" else None,
            limit=number if match["function"] == "limit" else None,
        )
    return found


def kept(values: Json, want: Wanted | None) -> Json:
    """What is left of one set of values."""
    if want is None or not want.names:
        return values
    return {name: value for name, value in values.items() if name in want.names}


def chosen(values: list[Json], want: Wanted | None) -> Any:
    """What is left of a list of sets of values: a list, or the one element that was asked for."""
    if want is None:
        return values
    shown = [kept(value, want) for value in values[: want.limit]]
    if want.element is None:
        return shown
    return shown[want.element] if want.element < len(shown) else None
