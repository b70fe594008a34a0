"""Bad weather on order: which calls shall be late, refused, cut off, or done with their answer lost. Knows no system.

An ASGI layer around everything that is simulated. It also writes down every call, so that tests can count them.
"""

import asyncio
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class FaultKind(StrEnum):
    """What happens to a call. `late-answer`, `lost` and `lost-status` let it be performed before the caller is told
    too late, nothing, or a lie.

    For a webhook, the service is the caller: whatever it takes for a failure, it repeats; and it is late by the
    simulated clock.
    """

    LATENCY = "latency"  # begun late by `seconds`, otherwise as ever
    LATE_ANSWER = "late-answer"  # done at once, answered late by `seconds`
    STATUS = "status"  # refused with `status`, as JSON or as a page
    CUT = "cut"  # the connection ends before anything is done
    LOST = "lost"  # done, and the connection ends without an answer; a webhook is never sent and never repeated
    LOST_STATUS = "lost-status"  # done, and answered with `status`, as a gateway does that lost patience
    DUPLICATE = "duplicate"  # a webhook only: sent twice
    REORDER = "reorder"  # a webhook only: sent after the next one, and so never when none follows


_OF_WEBHOOKS = (FaultKind.DUPLICATE, FaultKind.REORDER)


@dataclass(slots=True, kw_only=True)
class Fault:
    """One kind of bad weather over some calls. Empty conditions match every call."""

    kind: FaultKind
    # cloudfax, xecm, otds, webhook
    system: str = ""
    method: str = ""
    # searched for in the path
    path: str = ""
    # searched for in path, query and body, as it stands on the wire
    holding: str = ""
    # so many matching calls are left alone first
    after: int = 0
    # so many are struck; None: all
    times: int | None = 1
    probability: float = 1.0
    # seconds
    seconds: float = 0.0
    status: int = 503
    html: bool = False
    # seconds, as a `Retry-After` header
    retry_after: int | None = None
    text: str = "the fault plan says so"
    seen: int = 0
    struck: int = 0

    def wants(self, call: "Call", body: bytes) -> bool:
        """Whether it is about this call at all."""
        if self.system not in ("", call.system) or self.method not in ("", call.method):
            return False
        if self.kind in _OF_WEBHOOKS and call.system != "webhook":
            return False
        if self.path and not re.search(self.path, call.path):
            return False
        mark = self.holding.encode()
        return not mark or mark in body or mark in f"{call.path}?{call.query}".encode()


@dataclass(slots=True, kw_only=True)
class Call:
    """One call that reached a simulator, or that one has made: a webhook."""

    # from 1, once it is noted
    number: int = 0
    system: str
    method: str
    path: str
    query: str
    # None: the connection was cut
    status: int | None = None
    fault: str = ""


@dataclass(slots=True)
class FaultPlan:
    """The faults that are ordered, and the calls so far. `chance` decides where a probability is given."""

    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(0))

    def order(self, faults: Sequence[dict[str, Any]]) -> None:
        """From now on these and no others. Raises TypeError or ValueError when one cannot be understood."""
        self.faults = [Fault(**{**one, "kind": FaultKind(one.get("kind", ""))}) for one in faults]

    def note(self, call: Call, fault: Fault | None) -> None:
        """Write a call down, with what struck it."""
        call.number = len(self.calls) + 1
        call.fault = "" if fault is None else fault.kind.value
        self.calls.append(call)

    def strike(self, call: Call, body: bytes) -> Fault | None:
        """The fault that strikes this call, counted."""
        for fault in self.faults:
            if not fault.wants(call, body):
                continue
            fault.seen += 1
            exhausted = fault.times is not None and fault.struck >= fault.times
            if fault.seen <= fault.after or exhausted or self.chance.random() >= fault.probability:
                continue
            fault.struck += 1
            return fault
        return None


def system_of(path: str) -> str:
    """Which simulated system a path belongs to; empty for the page and the hands of the tests."""
    if path.startswith(("/mra/", "/tenants/")):
        return "cloudfax"
    if path.startswith("/otdsws"):
        return "otds"
    return "xecm" if "/api/" in path and not path.startswith("/_sim/") else ""


class FaultInjection:
    """Puts a plan before an application. Must be the outermost layer: it reaches for the connection."""

    def __init__(self, app: ASGIApp, plan: FaultPlan) -> None:
        self._app = app
        self._plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        system = system_of(scope["path"]) if scope["type"] == "http" else ""
        if not system:
            await self._app(scope, receive, send)
            return
        call = Call(
            system=system,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
        )
        body = await _whole(receive) if self._plan.faults else None
        fault = self._plan.strike(call, body) if body is not None else None
        self._plan.note(call, fault)
        receive_again = receive if body is None else _replay(body, receive)
        if fault is None:
            await self._app(scope, receive_again, _noting(call, send))
        else:
            await self._struck(fault, call, scope, receive_again, send)

    async def _struck(self, fault: Fault, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind is FaultKind.CUT:
            _cut(send)
        elif fault.kind is FaultKind.STATUS:
            await _answer(fault, _noting(call, send))
        elif fault.kind is FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, _noting(call, send))
        elif fault.kind is FaultKind.LATE_ANSWER:
            await self._app(scope, receive, _late(fault.seconds, _noting(call, send)))
        else:
            await self._app(scope, receive, _nowhere)
            if fault.kind is FaultKind.LOST:
                _cut(send)
            else:
                await _answer(fault, _noting(call, send))


async def _whole(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _noting(call: Call, send: Send) -> Send:
    async def noted(message: Message) -> None:
        if message["type"] == "http.response.start":
            call.status = message["status"]
        await send(message)

    return noted


def _late(seconds: float, send: Send) -> Send:
    async def late(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return late


async def _nowhere(_message: Message) -> None:
    """An answer that never arrives."""


async def _answer(fault: Fault, send: Send) -> None:
    body = f"<html><body><h1>{fault.text}</h1></body></html>" if fault.html else json.dumps({"error": fault.text})
    headers = [(b"content-type", b"text/html" if fault.html else b"application/json;charset=utf-8")]
    if fault.retry_after is not None:
        headers.append((b"retry-after", str(fault.retry_after).encode()))
    await send({"type": "http.response.start", "status": fault.status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


def _cut(send: Send) -> None:
    """End the connection without a byte. ASGI has no word for that, so the server's own transport is taken; where an
    application is called without a server, the caller sees a broken connection."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("the fault plan cut the connection")
    transport.abort()
