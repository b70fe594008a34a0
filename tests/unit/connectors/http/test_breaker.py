"""A circuit breaker: a system that does not answer is asked now and then, by one call."""

from dataclasses import dataclass

import pytest

from faxrouter_connectors.http.breaker import Breaker


@dataclass
class Time:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def breaker(time: Time) -> Breaker:
    return Breaker(failures=3, pause=2.0, longest_pause=5.0, clock=time)


def broken(breaker: Breaker) -> Breaker:
    for _ in range(3):
        breaker.failed("no connection")
    return breaker


def test_a_few_failures_change_nothing(breaker: Breaker) -> None:
    """Below the limit every call is let through."""
    breaker.failed("no connection")
    breaker.failed("no connection")

    assert (0.0, None) == (breaker.admit(), breaker.outage())


def test_failures_with_an_answer_between_them_are_not_in_a_row(breaker: Breaker) -> None:
    """An answer, whatever it says, begins the count anew."""
    for _ in range(5):
        breaker.failed("no connection")
        breaker.failed("no connection")
        breaker.answered()

    assert breaker.outage() is None


def test_an_open_breaker_holds_calls_back_and_says_why_and_since_when(breaker: Breaker, time: Time) -> None:
    """The reason is that of the last failure."""
    breaker.failed("no answer in time")
    time.now += 1
    breaker.failed("no connection")
    breaker.failed("no connection")

    outage = breaker.outage()

    assert outage is not None
    assert ("no connection", 100.0, 2.0) == (outage.reason, outage.since, outage.pause)
    assert 2.0 == breaker.admit()


def test_after_the_pause_one_call_is_let_through(breaker: Breaker, time: Time) -> None:
    """The others wait until it comes back."""
    broken(breaker)
    time.now += 2

    assert [0.0, 2.0, 2.0] == [breaker.admit() for _ in range(3)]


def test_a_call_that_succeeds_ends_the_outage(breaker: Breaker, time: Time) -> None:
    """Everybody may call again."""
    broken(breaker)
    time.now += 2
    breaker.admit()

    breaker.answered()

    assert ([0.0, 0.0], None) == ([breaker.admit() for _ in range(2)], breaker.outage())


def test_pauses_grow_up_to_a_limit(breaker: Breaker, time: Time) -> None:
    """2, 4, 5, 5 seconds; and after a success it begins with 2 again."""
    broken(breaker)
    pauses = []
    for _ in range(4):
        outage = breaker.outage()
        assert outage is not None
        pauses.append(outage.pause)
        time.now += outage.pause
        breaker.admit()
        breaker.failed("no connection")
    breaker.answered()
    broken(breaker)

    again = breaker.outage()

    assert again is not None
    assert ([2.0, 4.0, 5.0, 5.0], 2.0) == (pauses, again.pause)
