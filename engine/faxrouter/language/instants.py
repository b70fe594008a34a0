"""Dates and instants as people write them. Knows time zones; never looks at the clock."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from faxrouter.language.refusal import Refusal

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


def read_date(text: str) -> date | Refusal:
    """`2026-03-01`."""
    written = text.strip()
    if not _DATE.fullmatch(written):
        return Refusal("is not a date: write year-month-day, such as `2026-03-01`")
    try:
        return date.fromisoformat(written)
    except ValueError:
        return Refusal("is not a date: the calendar has no such day")


def read_moment(text: str, *, zone: str | None) -> datetime | Refusal:
    """ISO 8601, as aware UTC. A time without offset is local time in `zone`; without a zone it is refused."""
    written = text.strip()
    if not _MOMENT.fullmatch(written):
        return Refusal("is not a moment: write date, time and offset, such as `2026-03-01T09:30:00-08:00` or `…Z`")
    try:
        moment = datetime.fromisoformat(written.upper())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        if zone is None:
            return Refusal("has no offset: add `Z` or `+hh:mm`")
        return instant(moment, zone=zone)
    except (ValueError, OverflowError):
        return Refusal("is not a moment: the calendar or the clock has no such time")


def instant(local: datetime, *, zone: str) -> datetime:
    """The aware UTC instant of a local wall-clock time.

    A time that exists twice is its first occurrence; one in the spring gap is the instant after the gap (rule-language
    section 4). Raises OverflowError at the ends of the calendar and ZoneInfoNotFoundError for an unknown zone.
    """
    info = ZoneInfo(zone)
    aware = local.replace(tzinfo=info, fold=0)
    utc = aware.astimezone(UTC)
    if utc.astimezone(info).replace(tzinfo=None) == local:
        return utc
    # in a gap the two folds give instants on both sides of the change; halve until it is found
    before, after = local.replace(tzinfo=info, fold=1).astimezone(UTC), utc
    first_offset = before.astimezone(info).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(info).utcoffset() == first_offset:
            before = middle
        else:
            after = middle
    return after


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether the time-zone database knows `name` (`America/Los_Angeles`)."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
