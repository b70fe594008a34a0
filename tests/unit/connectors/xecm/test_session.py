"""Who a client is to Extended ECM: logs in four ways, takes up fresh tickets, logs in anew once, and not too often."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest
from pydantic import SecretStr

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.options import BearerIdentity, ClientIdentity, Guesses, Identity, PasswordIdentity
from faxrouter_connectors.xecm.session import Session
from implementations import SteppedClock

PASSWORD = PasswordIdentity(user="svc_clinic", password=SecretStr("secret-1"))
DIRECTORY = PasswordIdentity(user="svc_clinic", password=SecretStr("secret-1"), through="directory")
CLIENT = ClientIdentity(client_id="faxrouter", client_secret=SecretStr("secret-2"))
BEARER = BearerIdentity(bearer=SecretStr("secret-3"))


@dataclass
class Server:
    """Answers logins with a new ticket each, and calls with whatever a test says."""

    calls: list[httpx.Request] = field(default_factory=list)
    tickets: int = 0
    refuse_login: bool = False
    answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json={})
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            self.calls.append(request)
            path = request.url.path
            if path.endswith("/v1/auth") or "/otdsws/" in path:
                if self.refuse_login:
                    return httpx.Response(401, json={"error": "no"})
                return self._login(request, path)
        return self.answer(request)

    def _login(self, request: httpx.Request, path: str) -> httpx.Response:
        if path.endswith("/credentials"):
            return httpx.Response(200, json={"token": "x", "ticket": "*OTDSSSO*1"})
        if path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "jwt-1", "token_type": "Bearer", "expires_in": 600})
        self.tickets += 1
        ticket = f"ticket-{self.tickets}"
        headers = {"OTCSTicket": ticket} if request.method == "GET" else {}
        return httpx.Response(200, json={"ticket": ticket}, headers=headers)

    def paths(self) -> list[str]:
        return [f"{call.method} {call.url.path}" for call in self.calls]


def made(server: Server, identity: Identity, *, clock: Callable[[], float] = lambda: 0.0) -> tuple[XecmClient, Session]:
    system = System("records", clock=SteppedClock(), throttle=Throttle(per_second=1e6, burst=1000), breaker=Breaker())
    http = httpx.Client(base_url="http://ecm.test", transport=httpx.MockTransport(server))
    session = Session(system, http, identity, api="/cs/cs/api", directory="http://otds.test", clock=clock)
    return XecmClient(system, http, session, api="/cs/cs/api", guesses=Guesses()), session


@pytest.mark.parametrize(
    ("identity", "logins", "header"),
    [
        (PASSWORD, ["POST /cs/cs/api/v1/auth"], ("otcsticket", "ticket-1")),
        (
            DIRECTORY,
            ["POST /otdsws/rest/authentication/credentials", "GET /cs/cs/api/v1/auth"],
            ("otcsticket", "ticket-1"),
        ),
        (CLIENT, ["POST /otdsws/oauth2/token", "GET /cs/cs/api/v1/auth"], ("otcsticket", "ticket-1")),
        (BEARER, [], ("authorization", "Bearer secret-3")),
    ],
    ids=["password", "directory", "client", "bearer"],
)
def test_each_identity_logs_in_its_own_way(identity: Identity, logins: list[str], header: tuple[str, str]) -> None:
    """Once, before the first call."""
    server = Server()
    client, _ = made(server, identity)

    for _ in range(2):
        client.get("/v2/nodes/1", operation="read")

    assert [*logins, "GET /cs/cs/api/v2/nodes/1", "GET /cs/cs/api/v2/nodes/1"] == server.paths()
    assert header[1] == server.calls[-1].headers[header[0]]


def test_a_fresh_ticket_is_taken_up() -> None:
    """Every successful answer may bring one, which lives longer."""
    server = Server(answer=lambda _: httpx.Response(200, json={}, headers={"OTCSTicket": "fresh"}))
    client, _ = made(server, PASSWORD)

    for _ in range(2):
        client.get("/v2/nodes/1", operation="read")

    assert ["ticket-1", "fresh"] == [call.headers["otcsticket"] for call in server.calls[1:]]


@pytest.mark.parametrize(
    "over", [httpx.Response(401, json={"error": "x"}), httpx.Response(400, json={"status": 1034, "error": "x"})]
)
def test_a_session_that_is_over_is_renewed_once_and_the_call_made_again(over: httpx.Response) -> None:
    """Content Server says 401, Directory Services 400 with 1034."""

    def answer(request: httpx.Request) -> httpx.Response:
        return over if request.headers["otcsticket"] == "ticket-1" else httpx.Response(200, json={"a": 1})

    server = Server(answer=answer)
    client, _ = made(server, PASSWORD)

    assert {"a": 1} == client.get("/v2/nodes/1", operation="read")
    assert 2 == server.tickets


def test_a_call_that_is_refused_after_a_new_login_is_not_made_a_third_time() -> None:
    """The login is fine, so it is not the identity: the work waits and tries again."""
    server = Server(answer=lambda _: httpx.Response(401, json={"error": "x"}))
    client, _ = made(server, PASSWORD)

    with pytest.raises(Failed) as failed:
        client.get("/v2/nodes/1", operation="read")

    assert (FailureKind.TRANSIENT, 2, 2) == (
        failed.value.failure.kind,
        server.tickets,
        server.paths().count("GET /cs/cs/api/v2/nodes/1"),
    )


def test_many_threads_whose_session_is_over_log_in_once() -> None:
    """One logs in, the others take what it got."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401 if request.headers["otcsticket"] == "ticket-1" else 200, json={})

    server = Server(answer=answer)
    client, session = made(server, PASSWORD)
    session.headers()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: client.get("/v2/nodes/1", operation="read"), range(16)))

    assert 2 == server.tickets


def test_a_login_that_is_refused_is_not_tried_by_every_fax() -> None:
    """An account that is tried too often is locked; after a while it is tried again."""
    server, now = Server(refuse_login=True), [0.0]
    client, session = made(server, PASSWORD, clock=lambda: now[0])
    failures = []
    for _ in range(5):
        with pytest.raises(Failed) as failed:
            client.get("/v2/nodes/1", operation="read")
        failures.append((failed.value.failure.kind, failed.value.failure.about))

    assert ([(FailureKind.UNAUTHORISED, FailureSubject.IDENTITY)] * 5, 1) == (failures, len(server.calls))
    assert "the login of this identity is refused" == session.problem()
    now[0] += 61
    server.refuse_login = False
    client.get("/v2/nodes/1", operation="read")
    assert session.problem() is None


def test_a_bearer_token_that_is_refused_is_a_matter_for_a_person() -> None:
    """Nobody here can renew it."""
    server = Server(answer=lambda _: httpx.Response(401, json={"error": "x"}))
    client, _ = made(server, BEARER)

    with pytest.raises(Failed) as failed:
        client.get("/v2/nodes/1", operation="read")

    assert FailureKind.UNAUTHORISED is failed.value.failure.kind


@pytest.mark.parametrize(
    "identity", [PASSWORD, DIRECTORY, CLIENT, BEARER], ids=["password", "directory", "client", "bearer"]
)
def test_no_secret_and_no_ticket_gets_into_an_error(identity: Identity) -> None:
    """Whatever goes wrong, and whatever the server repeats of what it was told."""

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500, text=f"{dict(request.headers)} {request.content!r}")

    server = Server(answer=echo)
    client, session = made(server, identity)
    said = []
    for login_refused in (False, True):
        server.refuse_login = login_refused
        with pytest.raises(Failed) as failed:
            client.get("/v2/nodes/1", operation="read")
        said.append(str(failed.value))

    shown = " ".join([*said, repr(identity), repr(session)])
    for secret in ("secret-1", "secret-2", "secret-3", "ticket-1", "jwt-1", "OTDSSSO"):
        assert secret not in shown
