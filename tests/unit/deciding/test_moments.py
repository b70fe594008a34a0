"""Windows, weekdays, calendars and business time on ordinary days and on the two odd ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.deciding.moments import NeverOpen, add_duration, is_open, is_valid, local, matches, opening_times
from faxrouter.language.conditions import MomentTest, TimeWindow
from faxrouter.language.ruleset import Calendar, Valid
from faxrouter.model.fact import Duration, DurationUnit
from faxrouter.model.problem import Place

PLACE = Place(file="rules/calendars.yaml")
PACIFIC = "America/Los_Angeles"


def window(start: str, end: str) -> TimeWindow:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return TimeWindow(start=minutes(start), end=minutes(end))


def at(text: str, *, zone: str = PACIFIC, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def calendar(
    *windows: TimeWindow,
    days: tuple[int, ...] = (0, 1, 2, 3, 4),
    closed: tuple[date, ...] = (),
    zone: str = PACIFIC,
) -> Calendar:
    return Calendar(
        name="hours",
        time_zone=zone,
        open=dict.fromkeys(days, windows),
        closed_on=frozenset(closed),
        place=PLACE,
    )


OFFICE = calendar(window("08:00", "18:00"), closed=(date(2026, 12, 25),))


@pytest.mark.parametrize(
    ("windows", "moment", "expected"),
    [
        (("08:00", "17:00"), "2026-03-02 08:00", True),
        (("08:00", "17:00"), "2026-03-02 16:59:59.999999", True),
        (("08:00", "17:00"), "2026-03-02 17:00", False),
        (("08:00", "17:00"), "2026-03-02 07:59:59", False),
        (("22:00", "06:00"), "2026-03-02 22:00", True),
        (("22:00", "06:00"), "2026-03-02 05:59", True),
        (("22:00", "06:00"), "2026-03-02 06:00", False),
        (("22:00", "06:00"), "2026-03-02 12:00", False),
        (("00:00", "24:00"), "2026-03-02 23:59:59", True),
        (("07:00", "07:00"), "2026-03-02 06:59", True),
    ],
)
def test_a_window_includes_its_start_and_excludes_its_end(
    windows: tuple[str, str], moment: str, expected: bool
) -> None:
    """Rule-language 11: windows include their start and exclude their end; an end before the start is tomorrow's."""

    assert expected == matches(MomentTest(windows=(window(*windows),), zone=PACIFIC), at(moment), {})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06 21:59", False),  # a friday
        ("2026-03-06 22:00", True),
        ("2026-03-07 03:00", True),
        ("2026-03-06 03:00", False),
        ("2026-03-07 06:00", False),
        ("2026-03-07 23:00", False),
    ],
)
def test_on_names_the_day_on_which_the_window_starts(moment: str, expected: bool) -> None:
    """Friday 22:00-06:00 includes Saturday 03:00, not Friday 03:00."""
    friday_night = MomentTest(weekdays=frozenset({4}), windows=(window("22:00", "06:00"),), zone=PACIFIC)

    assert expected == matches(friday_night, at(moment), {})


def test_a_day_without_windows_lasts_from_midnight_to_midnight_in_the_zone() -> None:
    """`on` reads the local date; weekdays and dates in one list are alternatives."""
    test = MomentTest(weekdays=frozenset({0}), dates=frozenset({date(2026, 3, 4)}), zone=PACIFIC)

    seen = [day for day in range(1, 8) if matches(test, at(f"2026-03-0{day} 23:59"), {})]

    assert seen == [2, 4]


def test_the_hour_that_exists_twice_matches_both_times() -> None:
    """On 2026-11-01 01:30 happens twice in Los Angeles."""
    test = MomentTest(windows=(window("01:00", "02:00"),), zone=PACIFIC)
    first, second = at("2026-11-01 01:30"), at("2026-11-01 01:30", fold=1)

    assert timedelta(hours=1) == second - first
    assert matches(test, first, {}) and matches(test, second, {})


@pytest.mark.parametrize(
    ("windows", "expected"),
    [(("02:30", "04:00"), True), (("01:00", "02:30"), False), (("02:15", "02:45"), False)],
)
def test_a_time_in_the_spring_gap_means_the_instant_after(windows: tuple[str, str], expected: bool) -> None:
    """On 2026-03-08 the clock jumps from 02:00 to 03:00: 02:30 means 03:00, as a start and as an end."""
    instant_after_the_gap = at("2026-03-08 03:00")

    assert expected == matches(MomentTest(windows=(window(*windows),), zone=PACIFIC), instant_after_the_gap, {})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-12-24 12:00", True),
        ("2026-12-25 12:00", False),
        ("2026-12-26 12:00", False),
        ("2026-12-28 08:00", True),
    ],
)
def test_a_calendar_knows_its_own_zone_weekdays_and_closed_days(moment: str, expected: bool) -> None:
    """`during` and `outside` use the calendar's zone whatever the rule's zone is."""
    calendars = {"hours": OFFICE}
    during = MomentTest(during=("hours",), zone="Asia/Tokyo")
    outside = MomentTest(outside=("hours",), zone="Asia/Tokyo")

    assert expected == matches(during, at(moment), calendars)
    assert expected is not matches(outside, at(moment), calendars)


def test_outside_several_calendars_means_that_all_of_them_are_closed() -> None:
    """A list after a negative phrase is `none of`."""
    calendars = {"day": calendar(window("08:00", "18:00")), "evening": calendar(window("18:00", "22:00"))}
    test = MomentTest(outside=("day", "evening"))

    assert not matches(test, at("2026-03-02 20:00"), calendars)
    assert matches(test, at("2026-03-02 23:00"), calendars)


def test_every_part_of_a_moment_test_must_hold() -> None:
    """`on: monday` with `during: hours` is both."""
    test = MomentTest(weekdays=frozenset({0}), during=("hours",), zone=PACIFIC)

    seen = [at(f"2026-03-0{day} {time}") for day in (2, 3) for time in ("07:00", "09:00")]

    assert [matches(test, moment, {"hours": OFFICE}) for moment in seen] == [False, True, False, False]


def test_a_night_window_stays_open_into_a_closed_day_but_does_not_start_on_it() -> None:
    """A window over midnight belongs to its starting day, so a closed day closes the windows that start on it."""
    nights = calendar(window("22:00", "06:00"), days=tuple(range(7)), closed=(date(2026, 12, 25),))

    assert is_open(nights, at("2026-12-25 03:00"))
    assert not is_open(nights, at("2026-12-25 23:00"))
    assert not is_open(nights, at("2026-12-26 03:00"))


@pytest.mark.parametrize(
    ("start", "end", "moment", "expected"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "2026-12-31 23:59:59", True),
        (date(2026, 1, 1), date(2026, 12, 31), "2027-01-01 00:00", False),
        (date(2026, 1, 1), None, "2025-12-31 23:59:59", False),
        (None, date(2026, 1, 1), "2026-01-01 23:00", True),
        (None, None, "2026-01-01 23:00", True),
    ],
)
def test_validity_is_by_local_dates_both_included(
    start: date | None, end: date | None, moment: str, expected: bool
) -> None:
    """`valid` uses dates in the file's zone."""

    assert expected == is_valid(Valid(start=start, end=end, zone=PACIFIC, place=PLACE), at(moment))


def hours(count: int) -> Duration:
    return Duration(count * 3600, DurationUnit.BUSINESS_HOURS)


def days(count: int) -> Duration:
    return Duration(count, DurationUnit.BUSINESS_DAYS)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-03-02 09:00", Duration(1800, DurationUnit.ELAPSED), "2026-03-02 09:30"),
        ("2026-03-02 09:00", hours(4), "2026-03-02 13:00"),
        ("2026-03-02 16:00", hours(4), "2026-03-03 10:00"),
        ("2026-03-02 14:00", hours(4), "2026-03-02 18:00"),
        ("2026-03-06 17:00", hours(2), "2026-03-09 09:00"),
        ("2026-03-07 12:00", hours(1), "2026-03-09 09:00"),
        ("2026-12-24 17:00", hours(2), "2026-12-28 09:00"),
        ("2026-03-07 12:00", hours(0), "2026-03-07 12:00"),
        ("2026-03-05 09:00", days(2), "2026-03-09 09:00"),
        ("2026-03-07 09:00", days(1), "2026-03-09 09:00"),
        ("2026-12-24 09:00", days(1), "2026-12-28 09:00"),
        ("2026-03-07 09:00", days(0), "2026-03-07 09:00"),
    ],
)
def test_business_time_counts_only_open_time(start: str, duration: Duration, expected: str) -> None:
    """Hours count opening time; the n-th open day keeps the time of day."""

    assert at(expected) == add_duration(at(start), duration, OFFICE)


def test_without_a_calendar_business_hours_are_elapsed_and_days_are_weekdays() -> None:
    """What planning does where a file names no calendar."""
    friday = at("2026-03-06 20:00")

    assert friday + timedelta(hours=4) == add_duration(friday, hours(4))
    assert at("2026-03-09 20:00") == add_duration(friday, days(1), zone=PACIFIC)


def test_a_day_later_in_the_spring_gap_is_the_instant_after_it() -> None:
    """02:30 on 2026-03-08 does not exist in Los Angeles."""
    every_day = calendar(window("00:00", "24:00"), days=tuple(range(7)))

    assert at("2026-03-08 03:00") == add_duration(at("2026-03-07 02:30"), days(1), every_day)


@pytest.mark.parametrize(
    ("day", "opening", "expected"),
    [
        (date(2026, 11, 1), ("00:00", "03:00"), timedelta(hours=4)),
        (date(2026, 11, 1), ("01:30", "01:45"), timedelta(minutes=30)),
        (date(2026, 11, 1), ("01:30", "03:00"), timedelta(hours=2)),
        (date(2026, 3, 8), ("00:00", "03:00"), timedelta(hours=2)),
        (date(2026, 3, 8), ("02:30", "04:00"), timedelta(hours=1)),
        (date(2026, 3, 8), ("02:15", "02:45"), timedelta(0)),
        (date(2026, 3, 7), ("22:00", "06:00"), timedelta(hours=7)),
    ],
)
def test_opening_time_around_a_clock_change_is_what_the_wall_clock_shows(
    day: date, opening: tuple[str, str], expected: timedelta
) -> None:
    """The doubled hour counts twice, the skipped one not at all."""
    every_day = calendar(window(*opening), days=tuple(range(7)))

    assert expected == sum((end - start for start, end in opening_times(every_day, day)), timedelta(0))


@pytest.mark.parametrize("duration", [hours(1), days(1)])
def test_a_calendar_that_never_opens_is_refused_in_bounded_time(duration: Duration) -> None:
    """A deadline that cannot come is an error, not an endless loop."""
    with pytest.raises(NeverOpen, match="`hours`"):
        add_duration(at("2026-03-02 09:00"), duration, calendar(days=()))


@given(
    moment=st.sampled_from([datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)]),
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4)),
    start=st.integers(0, 1439),
    end=st.integers(1, 1440),
)
def test_a_moment_is_open_exactly_when_it_lies_in_an_opening_interval(
    moment: datetime, later: timedelta, start: int, end: int
) -> None:
    """The wall clock and the UTC intervals of business time are two readings of one calendar."""
    hours_of_day = calendar(TimeWindow(start=start, end=end), days=tuple(range(7)))
    there = moment + later
    today = local(there, PACIFIC).date()

    in_an_interval = any(
        low <= there < high
        for day in (today - timedelta(days=1), today, today + timedelta(days=1))
        for low, high in opening_times(hours_of_day, day)
    )

    assert in_an_interval == is_open(hours_of_day, there)
