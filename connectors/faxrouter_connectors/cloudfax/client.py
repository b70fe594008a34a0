"""Calls to the Messaging REST API: logged in, errors understood. Knows no port.

Facts B1: JSON both ways; HTTP Basic with every call, or a bearer token of the OpenText Cloud Platform. A token that is
refused is renewed once and the call made again; nothing else is repeated here.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.cloudfax.options import AccountLogin, TenantLogin
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.refused_login import RefusedLogin
from faxrouter_connectors.http.system import System

# seconds before its end at which a token is not used any more
_MARGIN = 60.0
_LOG_IN = "log in"


class CloudFaxClient:
    """One account at work in Cloud Fax. Safe for many threads. `clock` gives seconds that never go back."""

    def __init__(
        self,
        system: System,
        http: httpx.Client,
        login: AccountLogin | TenantLogin,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.system = system
        self._http = http
        self._login = login
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._token_until = 0.0
        self._refused_login = RefusedLogin(clock=clock)

    def call(
        self,
        method: str,
        path: str,
        *,
        operation: str,
        changes: bool,
        params: Sequence[tuple[str, str]] = (),
        value: Mapping[str, Any] | None = None,
        accept: Sequence[int] = (),
    ) -> Answer:
        """A successful answer, or one whose status is in `accept`. Raises Failed."""

        def send(authorisation: str) -> Answer:
            headers = {"Accept": "application/json", "Authorization": authorisation}
            request = self._http.build_request(method, path, params=list(params) or None, json=value, headers=headers)
            return self.system.send(self._http, request, operation=operation, changes=changes)

        pause = self._refused_login.seconds_left()
        if pause:
            raise self._unauthorised(operation, "its login was refused a moment ago", pause=pause)
        authorisation = self._authorisation()
        answer = send(authorisation)
        if answer.status == 401 and isinstance(self._login, TenantLogin):
            self._renew(authorisation)
            answer = send(self._authorisation())
        if answer.is_success or answer.status in accept:
            self._refused_login.accepted()
            return answer
        raise self._failure(answer, operation, changes=changes)

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        why = self.system.health(self._probe)
        return why or ("the login of this account is refused" if self._refused_login.seconds_left() else None)

    def _probe(self) -> None:
        """There is no call that asks for nothing, so it asks for a job that nobody has."""
        params = [("job_id", "health")]
        self.call(
            "GET", "/mra/v1/outbound/faxes/status", operation="ping", changes=False, params=params, accept=(400, 404)
        )

    def _failure(self, answer: Answer, operation: str, *, changes: bool) -> Failed:
        status = answer.status
        if status == 401:
            return self._unauthorised(operation, "the account is refused (401)", pause=self._refused_login.refused())
        if status == 403:
            return self.system.failed(FailureKind.UNAUTHORISED, operation, "the account may not do this (403)")
        if status >= 500:
            kind = FailureKind.UNKNOWN if changes else FailureKind.TRANSIENT
            return self.system.failed(kind, operation, f"the service met an error of its own ({status})")
        return self.system.failed(FailureKind.REJECTED, operation, f"the service does not take it ({status})")

    def _unauthorised(self, operation: str, reason: str, *, pause: float) -> Failed:
        """`pause` in seconds, until it is tried again."""
        return self.system.failed(
            FailureKind.UNAUTHORISED, operation, reason, retry_after=pause, about=FailureSubject.IDENTITY
        )

    def _authorisation(self) -> str:
        match self._login:
            case AccountLogin(user=user, password=password):
                basic = httpx.BasicAuth(user, password.get_secret_value())
                header: str = next(basic.sync_auth_flow(httpx.Request("GET", "http://x"))).headers["Authorization"]
                return header
            case TenantLogin() as tenant:
                with self._lock:
                    if not self._token or self._clock() >= self._token_until:
                        self._log_in(tenant)
                    return f"Bearer {self._token}"

    def _renew(self, refused: str) -> None:
        with self._lock:
            # another thread may have a newer one already
            if refused == f"Bearer {self._token}":
                self._token = ""

    def _log_in(self, login: TenantLogin) -> None:
        request = self._http.build_request(
            "POST",
            f"{login.token_url.rstrip('/')}/tenants/{login.tenant}/oauth2/token",
            data={"grant_type": "client_credentials"},
        )
        basic = httpx.BasicAuth(login.client_id, login.client_secret.get_secret_value())
        answer = self.system.send(self._http, next(basic.sync_auth_flow(request)), operation=_LOG_IN, changes=False)
        said = answer.json()
        token = said.get("access_token") if answer.is_success and isinstance(said, dict) else None
        if not isinstance(token, str):
            if answer.status >= 500 or answer.is_success:
                raise self.system.failed(FailureKind.TRANSIENT, _LOG_IN, f"the login failed ({answer.status})")
            reason = f"the login is refused ({answer.status})"
            raise self._unauthorised(_LOG_IN, reason, pause=self._refused_login.refused())
        lasts = said.get("expires_in")
        self._token = token
        self._token_until = self._clock() + (float(lasts) if isinstance(lasts, (int, float)) else 0.0) - _MARGIN
