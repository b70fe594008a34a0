"""What silence, gateways and refusals of a system mean, whoever asked."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System
from faxrouter_connectors.http.throttle import Throttle
from implementations import SteppedClock

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def system(breaker: Breaker | None = None, *, largest_answer: int = 100_000_000) -> System:
    throttle = Throttle(per_second=1000, burst=1000)
    return System(
        "records",
        clock=SteppedClock(),
        throttle=throttle,
        breaker=breaker or Breaker(),
        largest_answer=largest_answer,
    )


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(base_url="http://records.test", transport=httpx.MockTransport(answer))


def raising(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


def failure(answer: Callable[[httpx.Request], httpx.Response], *, changes: bool) -> Failed:
    http = client(answer)
    with pytest.raises(Failed) as failed:
        system().send(http, http.build_request("POST", "/x"), operation="store document", changes=changes)
    return failed.value


@pytest.mark.parametrize(
    ("error", "of_a_change", "of_a_question"),
    [
        (httpx.ConnectError("secret host"), FailureKind.TRANSIENT, FailureKind.TRANSIENT),
        (httpx.ConnectTimeout("x"), FailureKind.TRANSIENT, FailureKind.TRANSIENT),
        (httpx.PoolTimeout("x"), FailureKind.TRANSIENT, FailureKind.TRANSIENT),
        (httpx.ReadTimeout("x"), FailureKind.UNKNOWN, FailureKind.TRANSIENT),
        (httpx.WriteTimeout("x"), FailureKind.UNKNOWN, FailureKind.TRANSIENT),
        (httpx.ReadError("x"), FailureKind.UNKNOWN, FailureKind.TRANSIENT),
        (httpx.RemoteProtocolError("Jane Doe"), FailureKind.UNKNOWN, FailureKind.TRANSIENT),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_silence_leaves_a_change_in_doubt_once_it_was_sent(
    error: Exception, of_a_change: FailureKind, of_a_question: FailureKind
) -> None:
    """What never left is not done; what left may be. A question is only asked again."""
    kinds = [failure(raising(error), changes=changes).failure.kind for changes in (True, False)]

    assert [of_a_change, of_a_question] == kinds


@pytest.mark.parametrize("error", [httpx.ConnectError("secret host"), httpx.RemoteProtocolError("Jane Doe")])
def test_a_failure_repeats_nothing_of_the_error(error: Exception) -> None:
    """An error of the transport may quote the address and what was sent."""
    assert str(error) not in str(failure(raising(error), changes=True))


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_leaves_a_change_in_doubt(status: int) -> None:
    """The system behind it may have done it."""
    kinds = [
        failure(lambda _: httpx.Response(status, text="<html>"), changes=changes).failure.kind
        for changes in (True, False)
    ]

    assert [FailureKind.UNKNOWN, FailureKind.TRANSIENT] == kinds


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("7", 7.0), ("Mon, 23 Nov 2026 12:00:30 GMT", 30.0), ("Mon, 23 Nov 2026 11:00:00 GMT", 0.0), ("soon", None)],
)
def test_a_system_that_is_called_too_often_says_how_long_to_wait(written: str, seconds: float | None) -> None:
    """Seconds, or a date; what cannot be read is no time."""
    found = failure(lambda _: httpx.Response(429, headers={"Retry-After": written}), changes=True)

    assert (FailureKind.THROTTLED, seconds) == (found.failure.kind, found.failure.retry_after)


def test_after_a_request_to_wait_nobody_calls() -> None:
    """The next call is not sent: it would only be refused."""
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(request.url.path)
        return httpx.Response(429, headers={"Retry-After": "60"})

    records, http = system(), client(answer)
    failures = []
    for path in ("/first", "/second"):
        with pytest.raises(Failed) as failed:
            records.send(http, http.build_request("GET", path), operation="read", changes=False)
        failures.append(failed.value.failure.kind)

    assert (["/first"], [FailureKind.THROTTLED] * 2) == (calls, failures)


def test_a_system_that_does_not_answer_is_not_asked_by_everybody() -> None:
    """After some failures calls are held back, and health says so until it answers a probe."""
    now = [100.0]
    breaker = Breaker(failures=2, pause=5.0, clock=lambda: now[0])
    records, up, calls = system(breaker), [False], [0]

    def answer(_: httpx.Request) -> httpx.Response:
        calls[0] += 1
        if not up[0]:
            raise httpx.ConnectError("x")
        return httpx.Response(200, json={})

    http = client(answer)

    def ask() -> None:
        records.send(http, http.build_request("GET", "/x"), operation="read", changes=False)

    held_back = None
    for _ in range(5):
        with pytest.raises(Failed) as failed:
            ask()
        held_back = failed.value.failure
    assert held_back is not None
    assert (2, FailureKind.TRANSIENT, 5.0) == (calls[0], held_back.kind, held_back.retry_after)
    assert "it does not answer (no connection); what needs it waits" == records.health(ask)
    now[0] += 5
    up[0] = True
    assert records.health(ask) is None


def test_an_answer_without_end_is_not_read() -> None:
    """A system gone mad does not fill our memory."""

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1024

    http = client(lambda _: httpx.Response(200, content=endless()))
    with pytest.raises(Failed) as failed:
        system(largest_answer=1024 * 1024).send(http, http.build_request("GET", "/x"), operation="read", changes=False)

    found = failed.value.failure
    assert (FailureKind.REJECTED, "its answer is longer than 1 MiB") == (found.kind, found.reason)
