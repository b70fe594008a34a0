"""How values look in texts: printing, and the closed list of filters. Knows no template syntax and no rule.

Every filter is total: a value that is not known passes through it, so that an `or` behind the filter still helps.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from jinja2 import pass_context
from jinja2.runtime import Context

from faxrouter.language.ruleset import FactType
from faxrouter.language.values import write_json_value
from faxrouter.model.fact import Amount, Duration

# names in the context of a rendering that no author can write
ZONE, FAULTS = "zone of the text", "faults of the rendering"

LONGEST_TRUNCATE = 1000
_DIRECTIVE = re.compile(r"%(.)", re.DOTALL)
_DATE_PARTS = {"Y": "{0.year:04}", "m": "{0.month:02}", "d": "{0.day:02}", "H": "{0.hour:02}", "M": "{0.minute:02}"}


@dataclass(frozen=True, slots=True, eq=False)
class NotKnown:
    """The value of a fact that is not known: none, and it remembers its name."""

    name: str

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, NotKnown)

    def __hash__(self) -> int:
        return hash(None)

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


def show(value: object, *, zone: str) -> str:
    """A value as people read it; the same value always looks the same."""
    match value:
        case None | NotKnown():
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{_plain(value)}%"
        case datetime():
            return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"
        case date():
            return value.isoformat()
        case Amount():
            return f"{value.number:f} {value.currency}"
        case Duration():
            return value.written or str(write_json_value(value))
        case list() | tuple() | frozenset():
            return ", ".join(show(member, zone=zone) for member in value)
        case _:
            return str(value)


def one_line(text: str) -> str:
    """Without control and direction characters, every run of white space one blank, none at the ends."""
    shown = "".join(" " if sign.isspace() else sign for sign in text)
    return " ".join("".join(sign for sign in shown if not unicodedata.category(sign).startswith("C")).split())


@pass_context
def print_value(context: Context, value: object) -> str:
    """What `{{ … }}` writes; a value that is not known is noted in the rendering's faults."""
    if value is None or isinstance(value, NotKnown):
        context[FAULTS].append(value.name if isinstance(value, NotKnown) else "none")
    return show(value, zone=context[ZONE])


@pass_context
def _upper(context: Context, value: object) -> object:
    return value if _is_none(value) else show(value, zone=context[ZONE]).upper()


@pass_context
def _lower(context: Context, value: object) -> object:
    return value if _is_none(value) else show(value, zone=context[ZONE]).lower()


@pass_context
def _title(context: Context, value: object) -> object:
    return value if _is_none(value) else " ".join(w.capitalize() for w in show(value, zone=context[ZONE]).split(" "))


@pass_context
def _trim(context: Context, value: object) -> object:
    return value if _is_none(value) else show(value, zone=context[ZONE]).strip()


@pass_context
def _truncate(context: Context, value: object, length: int) -> object:
    if _is_none(value):
        return value
    text = show(value, zone=context[ZONE])
    return text if len(text) <= length else text[: max(0, length - 1)].rstrip() + "…"


@pass_context
def _join(context: Context, value: object, separator: str = ", ") -> object:
    if not isinstance(value, (list, tuple)):
        return value
    return separator.join(show(member, zone=context[ZONE]) for member in value)


def _default(value: object, instead: object) -> object:
    return instead if _is_none(value) or value == "" else value


def _length(value: object) -> object:
    return len(value) if isinstance(value, (str, list, tuple)) else value


def _round(value: object, decimals: int = 0) -> object:
    match value:
        case Decimal():
            return round(value, decimals)
        case Amount():
            return Amount(round(value.number, decimals), value.currency)
        case _:
            return value


@pass_context
def _date(context: Context, value: object, form: str = "%Y-%m-%d") -> object:
    return _formatted(value, form, zone=context[ZONE])


@pass_context
def _time(context: Context, value: object, form: str = "%H:%M") -> object:
    return _formatted(value, form, zone=context[ZONE])


@dataclass(frozen=True, slots=True)
class TextFilter:
    """One filter an author may use."""

    apply: Callable[..., object]
    # fewest and most arguments, and their kind; `object` is any expression, the others are constants
    arguments: tuple[int, int, type]
    # the fact types it makes sense for; empty: every type
    types: frozenset[FactType] = frozenset()


FILTERS: Mapping[str, TextFilter] = {
    "upper": TextFilter(_upper, (0, 0, object)),
    "lower": TextFilter(_lower, (0, 0, object)),
    "title": TextFilter(_title, (0, 0, object)),
    "trim": TextFilter(_trim, (0, 0, object)),
    "truncate": TextFilter(_truncate, (1, 1, int)),
    "default": TextFilter(_default, (1, 1, object)),
    "join": TextFilter(_join, (0, 1, str), frozenset({FactType.SET_OF_IDS})),
    "length": TextFilter(_length, (0, 0, object)),
    "round": TextFilter(_round, (0, 1, int), frozenset({FactType.PERCENT, FactType.AMOUNT})),
    "date": TextFilter(_date, (0, 1, str), frozenset({FactType.DATE, FactType.MOMENT})),
    "time": TextFilter(_time, (0, 1, str), frozenset({FactType.MOMENT})),
}


def unknown_directive(form: str) -> str | None:
    """The first `%x` in a date form that is not year, month, day, hour or minute; None when the form can be used."""
    return next((f"%{letter}" for letter in _DIRECTIVE.findall(form) if letter not in _DATE_PARTS), None)


def _formatted(value: object, form: str, *, zone: str) -> object:
    if not isinstance(value, date):
        return value
    local = value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value
    moment = local if isinstance(local, datetime) else datetime(local.year, local.month, local.day, tzinfo=UTC)
    return _DIRECTIVE.sub(lambda found: _DATE_PARTS[found[1]].format(moment), form)


def _is_none(value: object) -> bool:
    return value is None or isinstance(value, NotKnown)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
