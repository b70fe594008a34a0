"""Whether two questions about a moment can both be true. Looks at weekdays, hours and the names of calendars only."""

from functools import lru_cache

from faxrouter.language.conditions import MomentTest

_DAY = 24 * 60
_WEEK = 7 * _DAY
_EVERY_DAY = range(7)


def never_together(one: MomentTest, other: MomentTest) -> bool:
    """True only where it is certain: while a calendar is open it is not closed, and no wall clock shows two times."""
    if _is_open_or_closed(one, other) or _is_open_or_closed(other, one):
        return True
    return one.zone == other.zone and not _minutes(one) & _minutes(other)


def _is_open_or_closed(one: MomentTest, other: MomentTest) -> bool:
    return bool(one.during) and set(one.during) <= set(other.outside)


@lru_cache(maxsize=4096)
def _minutes(test: MomentTest) -> int:
    """The minutes of a week, on the wall clock, in which `on` and `between` may hold; a date may be any day."""
    days = _EVERY_DAY if test.dates or not test.weekdays else sorted(test.weekdays)
    spans = [(window.start, window.end) for window in test.windows] or [(0, _DAY)]
    minutes = 0
    for day in days:
        for start, end in spans:
            length = end - start if end > start else end - start + _DAY
            minutes |= ((1 << length) - 1) << (day * _DAY + start)
    # what runs over the end of Sunday is Monday's
    return (minutes | minutes >> _WEEK) & ((1 << _WEEK) - 1)
