"""Weekdays and hours as analysts write them: `monday to friday`, `08:00-18:00`. Knows no zone and no calendar."""

import re

from faxrouter.language.conditions import TimeWindow
from faxrouter.language.refusal import Refusal, closest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_WINDOW = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*(?:-|\u2013|to)\s*([0-9]{1,2}):([0-9]{2})")
_MINUTES_OF_DAY = 24 * 60


def read_weekdays(text: str) -> frozenset[int] | Refusal:
    """One weekday, a span of them, or several with commas; 0 = Monday. A span may run over the week's end."""
    days: set[int] = set()
    for part in text.casefold().split(","):
        ends = [end.strip() for end in part.split(" to ")]
        if len(ends) > 2:
            return Refusal("is not a span of weekdays: write `monday to friday`")
        numbers: list[int] = []
        for end in ends:
            if end not in WEEKDAYS:
                return Refusal(
                    "is not a weekday: write `monday`, `monday to friday` or `saturday, sunday`", _mended(end)
                )
            numbers.append(WEEKDAYS.index(end))
        first, last = numbers[0], numbers[-1]
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def read_window(text: str) -> TimeWindow | Refusal:
    """`08:00-18:00`, start included, end excluded; `22:00-06:00` runs over midnight, `00:00-24:00` is the whole day."""
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        return Refusal("is not a time window: write start and end on the 24-hour clock, such as `08:00-18:00`")
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= _MINUTES_OF_DAY or end > _MINUTES_OF_DAY:
        return Refusal("is not a time window: the clock has no such time")
    if start == end:
        return Refusal("is an empty time window; for the whole day write `00:00-24:00`")
    return TimeWindow(start=start, end=end)


def _mended(word: str) -> str | None:
    starting = [day for day in WEEKDAYS if len(word) >= 2 and day.startswith(word[:3])]
    return starting[0] if len(starting) == 1 else closest(word, WEEKDAYS)
