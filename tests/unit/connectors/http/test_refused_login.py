"""A login that was refused is tried again seldom, so that nobody's account gets locked."""

from dataclasses import dataclass

from faxrouter_connectors.http.refused_login import RefusedLogin


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_pauses_between_tries_grow_fast_and_end_at_a_quarter_of_an_hour() -> None:
    """The first one is short: it may have been a hiccup."""
    clock = Seconds()
    login = RefusedLogin(clock=clock)
    pauses = []
    for _ in range(5):
        pauses.append(login.refused())
        clock.now += pauses[-1]
        assert 0.0 == login.seconds_left()

    assert [5.0, 50.0, 500.0, 900.0, 900.0] == pauses


def test_refusals_of_calls_under_way_count_once() -> None:
    """Eight threads that are refused at one time are one refused login."""
    clock = Seconds()
    login = RefusedLogin(clock=clock)

    assert [5.0] * 8 == [login.refused() for _ in range(8)]


def test_an_accepted_login_forgets() -> None:
    """The next refusal is a first one again."""
    clock = Seconds()
    login = RefusedLogin(clock=clock)
    login.refused()
    clock.now += 5.0
    login.refused()

    login.accepted()

    assert (0.0, 5.0) == (login.seconds_left(), login.refused())
