"""A simulated Extended ECM at work: called in process, or on a socket. With a clock that tests push forward."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from faxrouter_simulators.admin import admin_routes
from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.faults import FaultInjection, FaultPlan
from faxrouter_simulators.serving import LoopbackServer
from faxrouter_simulators.world import ExtendedEcm
from faxrouter_simulators.xecm import XecmSimulator, open_simulator
from opentext.clinic import CLINIC

HOST = "http://clinic.test"
API = "/cs/cs/api"
PDF = b"%PDF-1.4 the first page"


class XecmAtWork:
    """Makes raw HTTP calls without a socket, on an event loop of its own."""

    def __init__(self, simulator: XecmSimulator, clock: SimulatedClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self.plan = FaultPlan()
        hands = admin_routes(plan=self.plan, clock=clock, stores={"xecm": simulator.store})
        self.app = FaultInjection(Starlette(routes=[*simulator.routes, *hands]), self.plan)
        self._loop = asyncio.new_event_loop()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HOST, timeout=30)

    def close(self) -> None:
        self._loop.run_until_complete(self._client.aclose())
        self._loop.close()

    def send(self, method: str, url: str, **how: Any) -> httpx.Response:
        return self._loop.run_until_complete(self._client.request(method, url, **how))

    def as_user(self, name: str) -> "Session":
        """Logged in with the password that the clinic gave."""
        form = {"username": name, "password": f"{name.lower().removesuffix('_fax')}-pw"}
        ticket = self.send("POST", f"{API}/v1/auth", data=form).json()["ticket"]
        return Session(self, {"OTCSTicket": ticket})

    def with_headers(self, **headers: str) -> "Session":
        return Session(self, headers)

    def effects(self, effect: str | None = None) -> list[dict[str, Any]]:
        return self.simulator.store.effects(effect=effect)


class Session:
    """Calls of one user. Paths begin behind /api."""

    def __init__(self, at_work: XecmAtWork, headers: Mapping[str, str]) -> None:
        self._at_work = at_work
        self.headers = dict(headers)

    def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        return self._at_work.send(method, f"{API}{path}", headers=self.headers, **how)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.call("GET", path, params=query or None)

    def post(self, path: str, body: Mapping[str, Any] | None = None, **how: Any) -> httpx.Response:
        return self.call("POST", path, **_form(body, how))

    def put(self, path: str, body: Mapping[str, Any] | None = None, **how: Any) -> httpx.Response:
        return self.call("PUT", path, **_form(body, how))

    def delete(self, path: str, **how: Any) -> httpx.Response:
        return self.call("DELETE", path, **how)

    def volume(self, type: int) -> int:
        return int(self.get(f"/v2/volumes/{type}").json()["results"]["data"]["properties"]["id"])

    def node_at(self, volume: int, *path: str) -> int:
        number = self.volume(volume)
        for name in path:
            results = self.get(f"/v2/nodes/{number}/nodes", where_name=name, limit=100).json()["results"]
            found = [one["data"]["properties"] for one in results]
            number = next(one["id"] for one in found if one["name"] == name)
        return number

    @property
    def inbox(self) -> int:
        return self.node_at(141, "Faxes", "Inbox")

    def category(self, name: str) -> int:
        return self.node_at(133, name)

    def create(self, name: str, *, parent: int | None = None, **more: Any) -> httpx.Response:
        """A document, in the inbox unless said otherwise."""
        body = {"type": 144, "parent_id": parent or self.inbox, "name": name, **more}
        return self.post("/v2/nodes", body, files={"file": (name, PDF, "application/pdf")})

    def created(self, name: str, *, parent: int | None = None, **more: Any) -> int:
        response = self.create(name, parent=parent, **more)
        assert 200 == response.status_code, response.text
        return int(response.json()["results"]["data"]["properties"]["id"])

    def folder(self, name: str, *, parent: int | None = None, **more: Any) -> int:
        response = self.post("/v2/nodes", {"type": 0, "parent_id": parent or self.inbox, "name": name, **more})
        assert 200 == response.status_code, response.text
        return int(response.json()["results"]["data"]["properties"]["id"])

    def values(self, node: int, category: int) -> dict[str, Any]:
        """Of one category, under their keys without the category's number."""
        found = self.get(f"/v2/nodes/{node}/categories/{category}").json()["results"]["data"]["categories"]
        return {key.removeprefix(f"{category}_"): value for key, value in found.items()}


def _form(body: Mapping[str, Any] | None, how: dict[str, Any]) -> dict[str, Any]:
    """`body` as the JSON field of a form."""
    return how if body is None else {**how, "data": {"body": json.dumps(body)}}


@contextmanager
def xecm_at_work(
    folder: Path, world: ExtendedEcm = CLINIC, *, clock: SimulatedClock | None = None
) -> Iterator[XecmAtWork]:
    clock = clock or SimulatedClock()
    simulator = open_simulator(folder, world, clock=clock)
    at_work = XecmAtWork(simulator, clock)
    try:
        yield at_work
    finally:
        at_work.close()
        simulator.close()


@contextmanager
def xecm_on_a_socket(folder: Path) -> Iterator[tuple[str, XecmAtWork]]:
    """Its address, and what stands behind it."""
    with xecm_at_work(folder) as at_work:
        server = LoopbackServer(at_work.app)
        address = server.start()
        try:
            yield address, at_work
        finally:
            server.close()
