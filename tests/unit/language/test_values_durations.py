"""Durations and periods."""

import pytest

from faxrouter.language.durations import read_duration, read_period, write_duration
from faxrouter.language.refusal import Refusal
from faxrouter.model.fact import Duration, DurationUnit
from faxrouter.model.records import Period, PeriodUnit

DURATIONS = [
    ("30 minutes", 1800, DurationUnit.ELAPSED),
    ("1 minute", 60, DurationUnit.ELAPSED),
    ("2 days", 172800, DurationUnit.ELAPSED),
    ("1 week", 604800, DurationUnit.ELAPSED),
    ("4 business hours", 14400, DurationUnit.BUSINESS_HOURS),
    ("2  Business Days", 2, DurationUnit.BUSINESS_DAYS),
]


@pytest.mark.parametrize(("written", "length", "unit"), DURATIONS)
def test_a_duration_is_a_number_and_a_unit(written: str, length: int, unit: DurationUnit) -> None:
    """Business time counts opening hours and open days, all other units elapsed seconds."""

    assert Duration(length, unit) == read_duration(written)


@pytest.mark.parametrize(
    "written", ["30", "minutes", "1.5 hours", "-1 day", "2 fortnights", "999999 days", "3 business weeks"]
)
def test_anything_else_is_no_duration(written: str) -> None:
    """Fractions, signs and unknown units are refused, and so is more than ten years."""

    assert isinstance(read_duration(written), Refusal)


@pytest.mark.parametrize(
    ("duration", "written"),
    [
        (Duration(90, DurationUnit.ELAPSED), "90 seconds"),
        (Duration(3600, DurationUnit.ELAPSED), "1 hour"),
        (Duration(100_000_001, DurationUnit.ELAPSED), "100000001 seconds"),
        (Duration(5400, DurationUnit.BUSINESS_HOURS), "90 business minutes"),
        (Duration(1, DurationUnit.BUSINESS_DAYS), "1 business day"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_unit(duration: Duration, written: str) -> None:
    """Two equal durations are written alike, whatever words their authors used."""

    assert written == write_duration(duration)
    assert duration == read_duration(written)


@pytest.mark.parametrize(
    ("written", "length", "unit"),
    [
        ("7 years", 84, PeriodUnit.MONTHS),
        ("18 months", 18, PeriodUnit.MONTHS),
        ("90 days", 90, PeriodUnit.DAYS),
        ("2 weeks", 14, PeriodUnit.DAYS),
        ("Permanent", 0, PeriodUnit.PERMANENT),
    ],
)
def test_a_period_counts_days_or_months(written: str, length: int, unit: PeriodUnit) -> None:
    """Years count as twelve months; `permanent` never ends."""

    assert Period(length=length, unit=unit, written=written) == read_period(written)


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [("7 yeras", "7 years"), ("1 mont", "1 month"), ("ten years", None), ("0 days", None), ("9999 years", "permanent")],
)
def test_a_period_that_nobody_can_keep_is_refused(written: str, suggestion: str | None) -> None:
    """A retention that is misread would destroy a record too early."""

    refusal = read_period(written)

    assert isinstance(refusal, Refusal)
    assert suggestion == refusal.suggestion
