"""Moments against local calendars: windows, weekdays, validity dates, and business time. Knows no fact and no rule.

Everything is read on the wall clock of a zone, which makes the two odd hours of a year come out as section 11 of the
rule language says: the hour that exists twice matches both times, and a time that the spring gap swallows means the
instant after it, because no wall clock ever shows it. A window over midnight belongs to its starting day, in calendars
too: a closed day closes the windows that start on it, not the tail of the evening before.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from faxrouter.language.conditions import MomentTest, TimeWindow
from faxrouter.language.ruleset import Calendar, Valid
from faxrouter.model.fact import Duration, DurationUnit

_DAY = timedelta(days=1)
_WHOLE_DAY = TimeWindow(start=0, end=24 * 60)
# how far business time looks ahead for an open day: a calendar that never opens must end somewhere
_DAYS_AHEAD = 4000


class NeverOpen(ValueError):
    """A calendar without an open hour in ten years was asked for business time."""


def local(moment: datetime, zone: str) -> datetime:
    """The wall clock of the zone at an aware moment, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def matches(test: MomentTest, moment: datetime, calendars: Mapping[str, Calendar]) -> bool:
    """Whether every part of the test holds at an aware moment.

    `on` takes weekdays and dates as alternatives; `during` wants one calendar open, `outside` wants all of them closed.
    """
    if test.windows or test.weekdays or test.dates:
        windows = test.windows or (_WHOLE_DAY,)
        starting_days = _starting_days(local(moment, test.zone), windows)
        if not any(_is_on(day, test) for day in starting_days):
            return False
    if test.during and not any(is_open(calendars[name], moment) for name in test.during):
        return False
    return not any(is_open(calendars[name], moment) for name in test.outside)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether an aware moment lies in the calendar's opening hours."""
    wall = local(moment, calendar.time_zone)
    return any(
        day in _starting_days(wall, calendar.open.get(day.weekday(), ())) and day not in calendar.closed_on
        for day in (wall.date(), wall.date() - _DAY)
    )


def local_date(moment: datetime, zone: str) -> date:
    """The date that a calendar on the wall shows."""
    return local(moment, zone).date()


def is_valid(valid: Valid, moment: datetime) -> bool:
    """Whether the local date lies between two dates, both included."""
    today = local_date(moment, valid.zone)
    return (valid.start is None or valid.start <= today) and (valid.end is None or today <= valid.end)


def add_duration(
    moment: datetime, duration: Duration, calendar: Calendar | None = None, *, zone: str = "UTC"
) -> datetime:
    """The aware UTC moment at which a duration after `moment` has passed.

    Business hours count opening time only; a deadline that falls on closing time stays there. `n` business days later
    is the n-th open day after the local day of `moment`, at the same time of day. Without a calendar business hours are
    elapsed hours and business days are Monday to Friday in `zone`. Raises NeverOpen.
    """
    match duration.unit:
        case DurationUnit.ELAPSED:
            return moment.astimezone(UTC) + timedelta(seconds=duration.length)
        case DurationUnit.BUSINESS_HOURS:
            if calendar is None:
                return moment.astimezone(UTC) + timedelta(seconds=duration.length)
            return _add_opening_time(moment, timedelta(seconds=duration.length), calendar)
        case DurationUnit.BUSINESS_DAYS:
            return _add_open_days(moment, duration.length, calendar, zone)


def _starting_days(wall: datetime, windows: Collection[TimeWindow]) -> Iterator[date]:
    """The days on which the windows that contain this wall time started: today, yesterday, both or none."""
    today = wall.date()
    seconds = (wall - datetime.combine(today, time.min)).total_seconds()
    for window in windows:
        over_midnight = window.end <= window.start
        if seconds >= window.start * 60 and (over_midnight or seconds < window.end * 60):
            yield today
        if over_midnight and seconds < window.end * 60:
            yield today - _DAY


def _is_on(day: date, test: MomentTest) -> bool:
    if not test.weekdays and not test.dates:
        return True
    return day.weekday() in test.weekdays or day in test.dates


def _add_open_days(moment: datetime, days: int, calendar: Calendar | None, zone: str) -> datetime:
    zone_info = ZoneInfo(calendar.time_zone if calendar else zone)
    there = moment.astimezone(zone_info)
    day = there.date()
    for _ in range(days):
        day = _next_open_day(day, calendar)
    if day == there.date():
        return moment.astimezone(UTC)
    return _instant(datetime.combine(day, there.time()), zone_info)


def _next_open_day(day: date, calendar: Calendar | None) -> date:
    for _ in range(_DAYS_AHEAD):
        day += _DAY
        if calendar is None:
            if day.weekday() < 5:
                return day
        elif calendar.open.get(day.weekday()) and day not in calendar.closed_on:
            return day
    assert calendar is not None, "weekdays without a calendar never run out"
    raise NeverOpen(f"the calendar `{calendar.name}` has no open day after {day - _DAYS_AHEAD * _DAY}")


def _add_opening_time(moment: datetime, length: timedelta, calendar: Calendar) -> datetime:
    here = moment.astimezone(UTC)
    if not length:
        return here
    # the evening window of the day before may still be open
    day = local_date(moment, calendar.time_zone) - _DAY
    for _ in range(_DAYS_AHEAD):
        for start, end in opening_times(calendar, day):
            start = max(start, here)
            if start >= end:
                continue
            if length <= end - start:
                return start + length
            length -= end - start
            here = end
        day += _DAY
    raise NeverOpen(f"the calendar `{calendar.name}` has no {length} of opening time in the ten years after {moment}")


def opening_times(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """The UTC intervals (end excluded) of the windows that start on a local day, in order."""
    if day in calendar.closed_on:
        return []
    zone = ZoneInfo(calendar.time_zone)
    midnight = datetime.combine(day, time.min)
    pieces: list[tuple[datetime, datetime]] = []
    for window in calendar.open.get(day.weekday(), ()):
        end = window.end if window.end > window.start else window.end + 24 * 60
        pieces += _pieces(midnight + timedelta(minutes=window.start), midnight + timedelta(minutes=end), zone)
    return sorted(pieces)


def _pieces(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """When the wall clock shows a time from `start` to before `end`: one interval, or two around a clock change."""
    before, after = _offset(start, zone, fold=0), _offset(end, zone, fold=1)
    if before == after:
        yield _utc(start - before), _utc(end - before)
        return
    change = _change(start - max(before, after), end - min(before, after), zone)
    for low, high in ((start - before, min(end - before, change)), (max(start - after, change), end - after)):
        if low < high:
            yield _utc(low), _utc(high)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The naive UTC second between two moments at which the zone's offset changes."""
    first = _utc(low).astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _utc(middle).astimezone(zone).utcoffset() == first:
            low = middle
        else:
            high = middle
    return high


def _offset(wall: datetime, zone: ZoneInfo, *, fold: int) -> timedelta:
    offset = wall.replace(tzinfo=zone, fold=fold).utcoffset()
    assert offset is not None, "a ZoneInfo always has an offset"
    return offset


def _utc(naive: datetime) -> datetime:
    return naive.replace(tzinfo=UTC)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock shows a time; for one in the spring gap the instant after the gap."""
    before, after = _offset(wall, zone, fold=0), _offset(wall, zone, fold=1)
    if after > before:
        return _utc(_change(wall - after, wall - before, zone))
    return _utc(wall - before)
