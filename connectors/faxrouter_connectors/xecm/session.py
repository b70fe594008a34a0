"""Who one client is to Extended ECM: logs in when first needed, takes up every fresh ticket, logs in anew when told.

Tickets come four ways (facts A1): by password from Content Server; by password, or as an OAuth client, from Directory
Services and then exchanged; a bearer token is sent as it is. A login that was refused is not tried again for a while:
Directory Services lock an account that is tried too often.
"""

import threading
import time
from collections.abc import Callable, Mapping

import httpx
from pydantic import SecretStr

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.refused_login import RefusedLogin
from faxrouter_connectors.http.system import System
from faxrouter_connectors.xecm.options import BearerIdentity, ClientIdentity, Identity, PasswordIdentity

_OPERATION = "log in"
_TICKET = "otcsticket"


class Session:
    """Safe for many threads. `api` is the path in front of `/v1`, `directory` the address of Directory Services."""

    def __init__(
        self,
        system: System,
        http: httpx.Client,
        identity: Identity,
        *,
        api: str,
        directory: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._system = system
        self._http = http
        self._identity = identity
        self._api = api
        self._directory = directory.rstrip("/")
        self._lock = threading.Lock()
        self._ticket: SecretStr | None = None
        self._refused_login = RefusedLogin(clock=clock)

    def headers(self) -> Mapping[str, str]:
        """What every call carries. Logs in where that is not done yet. Raises Failed."""
        if isinstance(self._identity, BearerIdentity):
            return {"Authorization": f"Bearer {self._identity.bearer.get_secret_value()}"}
        ticket = self._ticket
        if ticket is None:
            ticket = self._log_in(stale=None)
        return {"OTCSTicket": ticket.get_secret_value()}

    def problem(self) -> str | None:
        """Why this identity cannot work, in words for operations; None when nothing is known against it."""
        return "the login of this identity is refused" if self._refused_login.seconds_left() else None

    def take_up(self, answer: Answer) -> None:
        """A successful answer brings a fresh ticket, which lives longer than the one that was sent."""
        fresh = answer.headers.get(_TICKET)
        if fresh:
            self._ticket = SecretStr(fresh)

    def renew(self, sent: Mapping[str, str]) -> None:
        """The call with these headers was told that its session is not valid. Raises Failed."""
        if isinstance(self._identity, BearerIdentity):
            raise self._refused("the bearer token is refused", pause=self._refused_login.refused())
        self._log_in(stale=sent.get("OTCSTicket"))

    def _log_in(self, *, stale: str | None) -> SecretStr:
        """One thread logs in, the others wait and take what it got."""
        with self._lock:
            ticket = self._ticket
            if ticket is not None and ticket.get_secret_value() != stale:
                return ticket
            pause = self._refused_login.seconds_left()
            if pause:
                raise self._refused("its login was refused a moment ago", pause=pause)
            self._ticket = None
            self._ticket = SecretStr(self._new_ticket())
            self._refused_login.accepted()
            return self._ticket

    def _new_ticket(self) -> str:
        match self._identity:
            case PasswordIdentity(through="content server") as user:
                fields = {"username": user.user, "password": user.password.get_secret_value()}
                request = self._http.build_request("POST", f"{self._api}/v1/auth", data=fields)
                return self._part(self._send(request), "ticket")
            case PasswordIdentity() as user:
                # facts A1: OpenText's client and a practitioner's spell the fields differently; both are sent
                name, password = user.user, user.password.get_secret_value()
                credentials = {"userName": name, "user_name": name, "password": password}
                path = "/otdsws/rest/authentication/credentials"
                request = self._http.build_request("POST", f"{self._directory}{path}", json=credentials)
                return self._exchanged({"OTDSTicket": self._part(self._send(request), "ticket")})
            case ClientIdentity() as client:
                request = self._http.build_request(
                    "POST",
                    f"{self._directory}/otdsws/oauth2/token",
                    data={"grant_type": "client_credentials"},
                )
                basic = httpx.BasicAuth(client.client_id, client.client_secret.get_secret_value())
                token = self._part(self._send(next(basic.sync_auth_flow(request))), "access_token")
                return self._exchanged({"Authorization": f"Bearer {token}"})
            case BearerIdentity():
                raise self._refused("a bearer token has no login", pause=self._refused_login.refused())

    def _exchanged(self, headers: Mapping[str, str]) -> str:
        """A ticket of Directory Services, or a token, for one of Content Server: it is in the answer's header."""
        answer = self._send(self._http.build_request("GET", f"{self._api}/v1/auth", headers=headers))
        ticket = answer.headers.get(_TICKET)
        if not ticket:
            raise self._refused("the server gave no ticket for it", pause=self._refused_login.refused())
        return ticket

    def _send(self, request: httpx.Request) -> Answer:
        answer = self._system.send(self._http, request, operation=_OPERATION, changes=False)
        if answer.is_success:
            return answer
        if answer.status >= 500:
            reason = f"the login failed ({answer.status})"
            raise self._system.failed(FailureKind.TRANSIENT, _OPERATION, reason)
        raise self._refused(f"its login is refused ({answer.status})", pause=self._refused_login.refused())

    def _part(self, answer: Answer, key: str) -> str:
        said = answer.json()
        part = said.get(key) if isinstance(said, dict) else None
        if not isinstance(part, str) or not part:
            raise self._system.failed(FailureKind.TRANSIENT, _OPERATION, "the login was answered without a ticket")
        return part

    def _refused(self, reason: str, *, pause: float) -> Failed:
        """`pause` in seconds, until it is tried again."""
        return self._system.failed(
            FailureKind.UNAUTHORISED, _OPERATION, reason, retry_after=pause, about=FailureSubject.IDENTITY
        )
