"""A simulated Cloud Fax on a socket of its own, called as a client calls it. Its time moves only by hand."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from fax_files import PageToWrite, tiff
from faxrouter_simulators.admin import admin_routes
from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.cloudfax import CloudFaxSimulator, open_simulator
from faxrouter_simulators.faults import FaultInjection, FaultPlan
from faxrouter_simulators.serving import LoopbackServer
from faxrouter_simulators.world import Account, CloudFax, Tenant

# seconds between the steps of a delivery
PACE = 5.0
DAY = 86_400.0
# days
PURGE_AFTER = 3.0
ROUTER, COLLEAGUE = ("router", "a secret"), ("colleague", "another")
WORLD = CloudFax(
    accounts=tuple(Account(name=name, password=password) for name, password in (ROUTER, COLLEAGUE)),
    tenants=(Tenant(id="t1", client_id="client", client_secret="hush", account="router"),),
    purge_after=PURGE_AFTER,
    pace=PACE,
)
ONE_PAGE = tiff(PageToWrite())
DOCUMENT = {"name": "letter.tif", "type": "tiff", "data": base64.b64encode(ONE_PAGE).decode()}


def job(*numbers: str, **options: object) -> dict[str, object]:
    """A submission of one page to these numbers."""
    body: dict[str, object] = {"destinations": [{"fax": number} for number in numbers], "documents": [DOCUMENT]}
    return {**body, "options": options} if options else body


def text_of(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


@dataclass(frozen=True, kw_only=True)
class CloudFaxAtWork:
    """The simulator, and the calls of a client that has the account `router`."""

    client: httpx.Client
    simulator: CloudFaxSimulator
    clock: SimulatedClock
    plan: FaultPlan

    def arrive(self, content: bytes = ONE_PAGE, *, to: str = "15550100", **fields: str) -> str:
        """Put a fax into the queue. Its document id."""
        answer = self.client.post(
            "/_sim/cloudfax/faxes", files={"file": (fields.pop("name", "fax.tif"), content)}, data={"to": to, **fields}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document_id"])

    def fetch(self, **query: str | int) -> httpx.Response:
        return self.client.get("/mra/v1/inbound/documents/next", params=query)

    def delete(self, document_id: str) -> int:
        return self.client.delete(f"/mra/v1/inbound/documents/{document_id}").status_code

    def submit(self, body: Mapping[str, object], **headers: str) -> httpx.Response:
        return self.client.post("/mra/v1/outbound/faxes", json=body, headers=headers)

    def submitted(self, *numbers: str, **options: object) -> str:
        """The job id of a page on its way to these numbers."""
        answer = self.submit(job(*numbers, **options))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["job_id"])

    def status(self, job_id: str) -> dict[str, Any]:
        answer = self.client.get("/mra/v1/outbound/faxes/status", params={"job_id": job_id})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def attempts(self, job_id: str) -> list[tuple[str, int]]:
        """(state, gamma code) of each attempt at the first destination."""
        (delivery, *_) = self.status(job_id)["deliveries"]
        return [(one["state"], one["gamma_code"]) for one in delivery["delivery_attempts"]]

    def choose(self, **variants: object) -> None:
        assert self.client.put("/_sim/cloudfax/variants", json=variants).status_code == 200

    def faults(self, *faults: Mapping[str, object]) -> None:
        assert self.client.put("/_sim/faults", json=list(faults)).status_code == 200

    def step(self, *, paces: float = 0.0) -> None:
        """Let time pass, then let all that is due move on by one step."""
        self.clock.advance(paces * PACE)
        assert self.client.post("/_sim/cloudfax/step").status_code == 200

    def settle(self) -> None:
        assert self.client.post("/_sim/cloudfax/settle").status_code == 200

    def effects(self, *names: str) -> list[str]:
        """What the ledger says has happened, in order; of these names when there are any."""
        said = [str(entry["effect"]) for entry in self.ledger()]
        return [effect for effect in said if not names or effect in names]

    def ledger(self, effect: str = "") -> Sequence[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.client.get("/_sim/ledger/cloudfax").json()
        return [entry for entry in entries if effect in ("", entry["effect"])]


class Socket:
    """One server for many tests, because to start and end one takes long. It serves what is `plugged` in."""

    def __init__(self) -> None:
        self.plugged: ASGIApp = Starlette()
        self._server = LoopbackServer(self)
        self.address = self._server.start()

    def close(self) -> None:
        self._server.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.plugged if scope["type"] == "http" else Starlette())(scope, receive, send)


@contextmanager
def cloudfax_at_work(folder: Path, socket: Socket, *, world: CloudFax = WORLD) -> Iterator[CloudFaxAtWork]:
    clock, plan = SimulatedClock(), FaultPlan()
    simulator = open_simulator(folder, world, clock=clock, plan=plan)
    hands = admin_routes(plan=plan, clock=clock, stores={"cloudfax": simulator.store})
    socket.plugged = FaultInjection(Starlette(routes=[*simulator.routes, *hands]), plan)
    try:
        with httpx.Client(base_url=socket.address, auth=ROUTER, trust_env=False, verify=False) as client:
            yield CloudFaxAtWork(client=client, simulator=simulator, clock=clock, plan=plan)
    finally:
        simulator.close()


@dataclass(kw_only=True)
class Receiver:
    """Somebody whom webhooks call. Answers with `statuses` in turn, then with 204."""

    url: str
    statuses: list[int] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def states(self) -> list[str]:
        """The job states that it was told of, in order, the last word of each."""
        return [str(body["job_state"][-1]) for body in self.told]

    async def hear(self, request: Request) -> Response:
        self.told.append(await request.json())
        return Response(status_code=self.statuses.pop(0) if self.statuses else 204)


def receiver_at(socket: Socket) -> Receiver:
    receiver = Receiver(url=f"{socket.address}/told?key=k")
    socket.plugged = Starlette(routes=[Route("/told", receiver.hear, methods=["POST"])])
    return receiver
