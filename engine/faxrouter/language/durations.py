"""Lengths of time as analysts write them: durations (`4 business hours`) and periods (`7 years`). Knows no calendar."""

import re
from collections.abc import Iterable

from faxrouter.language.refusal import Refusal, closest
from faxrouter.model.fact import Duration, DurationUnit
from faxrouter.model.records import Period, PeriodUnit

_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86400, 7 * 86400
# unit word → what is counted, and how much one of it is
_DURATION_UNITS: dict[str, tuple[DurationUnit, int]] = {
    "second": (DurationUnit.ELAPSED, 1),
    "minute": (DurationUnit.ELAPSED, _MINUTE),
    "hour": (DurationUnit.ELAPSED, _HOUR),
    "day": (DurationUnit.ELAPSED, _DAY),
    "week": (DurationUnit.ELAPSED, _WEEK),
    "business second": (DurationUnit.BUSINESS_HOURS, 1),
    "business minute": (DurationUnit.BUSINESS_HOURS, _MINUTE),
    "business hour": (DurationUnit.BUSINESS_HOURS, _HOUR),
    "business day": (DurationUnit.BUSINESS_DAYS, 1),
}
_PERIOD_UNITS: dict[str, tuple[PeriodUnit, int]] = {
    "day": (PeriodUnit.DAYS, 1),
    "week": (PeriodUnit.DAYS, 7),
    "month": (PeriodUnit.MONTHS, 1),
    "year": (PeriodUnit.MONTHS, 12),
}
_WRITTEN = re.compile(r"([0-9]{1,9})\s+([a-z]+(?:\s+[a-z]+)?)", re.IGNORECASE)
# ten years: a task or a window beyond it is a typing mistake
_LONGEST_SECONDS = 10 * 366 * _DAY
_LONGEST_BUSINESS_DAYS = 2600
_LONGEST_PERIOD_DAYS = 1000 * 366


def read_duration(text: str) -> Duration | Refusal:
    """`30 minutes`, `2 days`, `1 week`, `4 business hours`, `2 business days`."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return Refusal("is not a duration: write a whole number and a unit, such as `30 minutes` or `2 business days`")
    number, unit = int(found[1]), _singular(found[2])
    if unit not in _DURATION_UNITS:
        return _unknown_unit(found[1], unit, _DURATION_UNITS)
    counts, size = _DURATION_UNITS[unit]
    longest = _LONGEST_BUSINESS_DAYS if counts is DurationUnit.BUSINESS_DAYS else _LONGEST_SECONDS
    if number * size > longest:
        return Refusal("is longer than ten years")
    return Duration(number * size, counts, text.strip())


def write_duration(duration: Duration) -> str:
    """The shortest text that `read_duration` reads as an equal duration."""
    sizes = {size: word for word, (unit, size) in _DURATION_UNITS.items() if unit is duration.unit}
    size = max(size for size in sizes if duration.length % size == 0)
    number = duration.length // size
    return f"{number} {sizes[size]}" if number == 1 else f"{number} {sizes[size]}s"


def read_period(text: str) -> Period | Refusal:
    """`7 years`, `18 months`, `90 days`, `permanent`."""
    written = text.strip()
    if written.casefold() == "permanent":
        return Period(length=0, unit=PeriodUnit.PERMANENT, written=written)
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return Refusal("is not a period: write a whole number and a unit, such as `7 years`, or `permanent`")
    number, word = int(found[1]), _singular(found[2])
    if word not in _PERIOD_UNITS:
        return _unknown_unit(found[1], word, _PERIOD_UNITS)
    unit, size = _PERIOD_UNITS[word]
    period = Period(length=number * size, unit=unit, written=written)
    if number == 0:
        return Refusal("is not a period: nothing is kept for no time")
    if period.nominal_days > _LONGEST_PERIOD_DAYS:
        return Refusal("is longer than a thousand years", "permanent")
    return period


def _singular(unit: str) -> str:
    return " ".join(unit.casefold().split()).removesuffix("s")


def _unknown_unit(number: str, unit: str, units: Iterable[str]) -> Refusal:
    units = list(units)
    close = closest(unit, units)
    reason = f"has a unit that is not known: use {', '.join(f'{word}s' for word in units)}"
    return Refusal(reason, f"{number} {close}{'' if int(number) == 1 else 's'}" if close else None)
