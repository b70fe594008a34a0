"""A token bucket: how often a system is called, and how long it is left alone."""

from dataclasses import dataclass, field

import pytest

from faxrouter_connectors.http.throttle import Throttle


@dataclass
class Time:
    """Seconds that pass only while somebody sleeps, or a test says so."""

    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def throttle(time: Time, *, per_second: float = 10.0, burst: int = 2) -> Throttle:
    return Throttle(per_second=per_second, burst=burst, clock=time, sleep=time.sleep)


def test_a_burst_goes_through_at_once_and_what_follows_at_the_rate(time: Time) -> None:
    """Two at once, then one every tenth of a second."""
    bucket = throttle(time)

    for _ in range(5):
        bucket.take()

    assert [0.1, 0.1, 0.1] == time.slept


def test_a_pause_fills_the_bucket_but_not_beyond_its_brim(time: Time) -> None:
    """After an hour there are two tokens again, not thousands."""
    bucket = throttle(time)
    for _ in range(2):
        bucket.take()
    time.now += 3600

    for _ in range(3):
        bucket.take()

    assert [0.1] == time.slept


def test_a_system_that_wants_to_be_left_alone_is(time: Time) -> None:
    """The longest wish counts, and it passes."""
    bucket = throttle(time)

    bucket.leave_alone(30)
    bucket.leave_alone(5)
    before = bucket.seconds_left()
    time.now += 31

    assert (30.0, 0.0) == (before, bucket.seconds_left())
