"""Local times around clock changes."""

from datetime import UTC, datetime

import pytest

from faxrouter.language.instants import instant, is_zone, read_moment

CHANGES = [
    # Los Angeles: 02:00 becomes 03:00 on 8 March 2026, 02:00 becomes 01:00 on 1 November
    ("2026-03-08T01:59", "America/Los_Angeles", datetime(2026, 3, 8, 9, 59, tzinfo=UTC)),
    ("2026-03-08T02:00", "America/Los_Angeles", datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
    ("2026-03-08T02:30", "America/Los_Angeles", datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
    ("2026-03-08T03:00", "America/Los_Angeles", datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
    ("2026-11-01T01:30", "America/Los_Angeles", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
    # Lord Howe Island moves its clocks by half an hour
    ("2026-10-04T02:15", "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("2026-06-01T12:00", "UTC", datetime(2026, 6, 1, 12, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("local", "zone", "expected"), CHANGES)
def test_a_local_time_is_one_instant(local: str, zone: str, expected: datetime) -> None:
    """A time in the spring gap is the instant after it; a time that exists twice is its first occurrence."""

    assert expected == instant(datetime.fromisoformat(local), zone=zone)
    assert expected == read_moment(local, zone=zone)


@pytest.mark.parametrize(
    ("name", "known"), [("Europe/Rome", True), ("Mars/Olympus", False), ("../etc/passwd", False), ("", False)]
)
def test_a_zone_is_one_of_the_database(name: str, known: bool) -> None:
    """A name that is no zone, or no name at all, is refused and never raises."""

    assert known is is_zone(name)
