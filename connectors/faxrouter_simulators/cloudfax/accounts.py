"""Who calls: HTTP Basic of an account, or a bearer token that a tenant's client was given."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from faxrouter_simulators.cloudfax.answers import refusal, wire_time
from faxrouter_simulators.store import Store
from faxrouter_simulators.world import CloudFax

# seconds
TOKEN_LIFE = 3600
# a client's own mark of a call, given back
SUBMIT_ID = "X-MRA-SubmitId"

Endpoint = Callable[[Request], Awaitable[Response]]
# what a call answers to an account
AccountEndpoint = Callable[[Request, str], Awaitable[Response]]


class Accounts:
    """The accounts and tenants of a world, and the tokens that are out."""

    def __init__(self, store: Store, world: CloudFax) -> None:
        """Raises ValueError for a tenant whose account does not exist."""
        self._store = store
        self._passwords = {account.name: account.password for account in world.accounts}
        self._tenants = {tenant.id: tenant for tenant in world.tenants}
        for tenant in world.tenants:
            if tenant.account not in self._passwords:
                raise ValueError(f"tenant `{tenant.id}`: there is no account `{tenant.account}`")

    def guarded(self, endpoint: AccountEndpoint) -> Endpoint:
        """The call for those who say who they are, and 401 for everybody else."""

        async def answered(request: Request) -> Response:
            account = self._account_of(request)
            if account is None:
                response: Response = refusal(401, "Authentication failed")
                response.headers["WWW-Authenticate"] = 'Basic realm="mra"'
            else:
                response = await endpoint(request, account)
            if mark := request.headers.get(SUBMIT_ID):
                response.headers[SUBMIT_ID] = mark
            return response

        return answered

    def _account_of(self, request: Request) -> str | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            now = wire_time(self._store.clock.now())
            row = self._store.row("SELECT account FROM tokens WHERE token = ? AND expires_at > ?", credentials, now)
            return row["account"] if row is not None else None
        name, password = _basic(request)
        return name if password is not None and self._passwords.get(name) == password else None

    async def token(self, request: Request) -> Response:
        """`POST /tenants/{tenant}/oauth2/token`, in OAuth 2's own words."""
        form = await request.form()
        tenant = self._tenants.get(request.path_params["tenant"])
        if tenant is None or _basic(request) != (tenant.client_id, tenant.client_secret):
            return JSONResponse(
                {"error": "invalid_client", "error_description": "Client authentication failed"}, status_code=401
            )
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        token = secrets.token_urlsafe(24)
        now = self._store.clock.now()
        expires_at = wire_time(now + timedelta(seconds=TOKEN_LIFE))
        with self._store.changing():
            self._store.execute("DELETE FROM tokens WHERE expires_at <= ?", wire_time(now))
            self._store.insert("tokens", token=token, account=tenant.account, expires_at=expires_at)
            self._store.effect("token issued", tenant.id, actor=tenant.account, expires_at=expires_at)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE})


def _basic(request: Request) -> tuple[str, str | None]:
    """Name and password; no password when they are not given, or cannot be read."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        name, colon, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return "", None
    return (name, password) if scheme.lower() == "basic" and colon else ("", None)
