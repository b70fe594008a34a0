"""The door for webhooks: who may come in, what is told further, and what a caller learns."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network

import httpx
import pytest

from faxrouter.console.webhooks import webhooks
from faxrouter.model.failure import Failed, Failure, FailureKind, Unavailable
from faxrouter.ports import WebhookCall
from faxrouter_connectors.memory import MEMORY_SECRET, FaultPlan, MemoryFaxSender

PROXY = "10.1.1.1"


@dataclass
class Door:
    """The application, and what it told further."""

    told: list[tuple[str, list[str]]] = field(default_factory=list)
    calls: list[WebhookCall] = field(default_factory=list)
    fails: Exception | None = None

    def knock(
        self, path: str, body: bytes, *, method: str = "POST", caller: str = "203.0.113.7", **headers: str
    ) -> httpx.Response:
        """What a caller with this address is answered."""
        app = webhooks({"cloudfax": _Sender(self)}, called=self._called, proxies=[ip_network("10.0.0.0/8")])

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(caller, 40_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://router") as client:
                return await client.request(method, path, content=body, headers=headers)

        return asyncio.run(call())

    def _called(self, service: str, references: Sequence[str]) -> int:
        if self.fails is not None:
            raise self.fails
        self.told.append((service, list(references)))
        return len(references)


class _Sender(MemoryFaxSender):
    def __init__(self, door: Door) -> None:
        super().__init__(name="cloudfax", faults=FaultPlan("cloudfax"))
        self._door = door

    def references_in(self, call: WebhookCall) -> Sequence[str]:
        self._door.calls.append(call)
        if call.secret != MEMORY_SECRET:
            kind = FailureKind.UNAUTHORISED
            raise Failed(Failure(kind=kind, system="cloudfax", operation="take webhook", reason="not the service"))
        if not call.body.startswith(b"job"):
            kind = FailureKind.REJECTED
            raise Failed(Failure(kind=kind, system="cloudfax", operation="take webhook", reason="no sense"))
        return [call.body.decode()]


@pytest.fixture
def door() -> Door:
    return Door()


def test_a_call_of_the_service_is_told_further(door: Door) -> None:
    """Answered without a body; whether a fax is ours is nobody's business."""
    answer = door.knock(f"/hooks/cloudfax/{MEMORY_SECRET}", b"job-7")

    assert (204, b"") == (answer.status_code, answer.content)
    assert [("cloudfax", ["job-7"])] == door.told


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/hooks/cloudfax/guessed", "POST", 404),
        (f"/hooks/other/{MEMORY_SECRET}", "POST", 404),
        ("/", "GET", 404),
        ("/hooks", "POST", 404),
        ("/healthz", "GET", 404),
        ("/api/status", "GET", 404),
        (f"/hooks/cloudfax/{MEMORY_SECRET}", "GET", 405),
    ],
)
def test_whoever_is_not_the_service_learns_nothing(door: Door, path: str, method: str, status: int) -> None:
    """A wrong secret looks like a page that is not there; the console is not behind this door."""
    answer = door.knock(path, b"job-7", method=method)

    assert status == answer.status_code
    assert [] == door.told


def test_a_body_without_sense_is_refused(door: Door) -> None:
    """400: its sender may mend it."""
    assert 400 == door.knock(f"/hooks/cloudfax/{MEMORY_SECRET}", b"<html>").status_code


def test_a_body_that_is_too_long_is_not_read_to_its_end(door: Door) -> None:
    """413, before the connector sees it."""
    answer = door.knock(f"/hooks/cloudfax/{MEMORY_SECRET}", b"job" + bytes(1024 * 1024))

    assert (413, []) == (answer.status_code, door.calls)


def test_the_service_is_asked_to_call_again_when_the_journal_cannot_be_written(door: Door) -> None:
    """503: nothing is lost either way, since every transmission is asked about from time to time."""
    door.fails = Unavailable("the disk is full")

    assert 503 == door.knock(f"/hooks/cloudfax/{MEMORY_SECRET}", b"job-7").status_code


@pytest.mark.parametrize(
    ("caller", "forwarded", "seen"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "192.0.2.9, 198.51.100.1", "198.51.100.1"),
        (PROXY, "198.51.100.1, 10.2.2.2", "198.51.100.1"),
        (PROXY, None, PROXY),
        (PROXY, "nonsense", "nonsense"),
    ],
)
def test_only_a_proxy_of_ours_may_say_for_whom_it_calls(
    door: Door, caller: str, forwarded: str | None, seen: str
) -> None:
    """Anybody can write `X-Forwarded-For`: its last entry that no proxy of ours wrote is the caller."""
    headers: dict[str, str] = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    door.knock(f"/hooks/cloudfax/{MEMORY_SECRET}", b"job-7", caller=caller, **headers)

    assert [seen] == [call.remote_address for call in door.calls]
