"""Directory Services beside the Content Server: tickets for passwords, OAuth tokens for clients and for users.

Reads JSON, which the Content Server does not; its errors have a shape of their own.
"""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from faxrouter_simulators.xecm.asked import Json
from faxrouter_simulators.xecm.callers import caller_with_id, user_with_password
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.tickets import (
    Ticket,
    access_token,
    directory_ticket,
    read_access_token,
    read_directory_ticket,
)

# a fact: with status 400, not 401
_EXPIRED = {"status": 1034, "error": "Expired OTDS SSO ticket", "errorDetails": None}
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"

Perform = Callable[[ContentServer, Mapping[str, Any], Mapping[str, str]], Response]


def mounted(server: ContentServer) -> Mount:
    """Everything below /otdsws, at the root of the same address."""
    routes: list[BaseRoute] = []
    for version in ("rest", "v1"):
        routes += [
            Route(f"/{version}/authentication/credentials", _answering(server, log_in), methods=["POST"]),
            Route(f"/{version}/authentication/ticketforuser", _answering(server, ticket_for_user), methods=["POST"]),
            Route(f"/{version}/currentuser", _answering(server, current_user)),
        ]
    routes += [
        Route("/oauth2/token", _answering(server, token), methods=["POST"]),
        Route("/oauth2/introspect", _answering(server, introspect), methods=["POST"]),
        Route("/oauth2/revoke", _answering(server, revoke), methods=["POST"]),
        Route("/oauth2/userinfo", _answering(server, user_info)),
        Route("/oauth2/jwks", _answering(server, key_set)),
        Route("/.well-known/openid-configuration", _discovery),
    ]
    return Mount("/otdsws", routes=routes)


def _answering(server: ContentServer, perform: Perform) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if request.headers.get("content-type", "").startswith("application/json"):
            body = await request.body()
            try:
                fields = json.loads(body) if body else {}
            except ValueError:
                return _refused(400, "The body is no JSON")
        else:
            fields = dict(await request.form())
        headers = dict(request.headers)
        headers.setdefault("otdsticket", unquote(request.cookies.get("OTDSTicket", "")))
        return perform(server, fields if isinstance(fields, dict) else {}, headers)

    return answer


def log_in(server: ContentServer, fields: Mapping[str, Any], _headers: Mapping[str, str]) -> Response:
    """Both spellings of the name are in use."""
    name = str(fields.get("userName") or fields.get("user_name") or "")
    user = user_with_password(server, name, str(fields.get("password") or ""))
    if user is None:
        return _refused(401, "Authentication failed: invalid credentials")
    return JSONResponse(_ticket_of(server, user, name))


def _ticket_of(server: ContentServer, user: int, name: str) -> Json:
    ticket = directory_ticket(server.secret, Ticket(user=user, issued_at=server.now()))
    return {
        "token": ticket.encode().hex().upper(),
        "userId": name,
        "ticket": ticket,
        "resourceID": None,
        "failureReason": None,
        "passwordExpirationTime": 0,
        "continuation": False,
        "continuationContext": None,
        "continuationData": None,
    }


def ticket_for_user(server: ContentServer, fields: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """An administrator takes the place of somebody else."""
    ticket = str(fields.get("ticket") or headers.get("otdsticket") or "")
    user = _user_of(server, ticket)
    if isinstance(user, Response):
        return user
    caller = caller_with_id(server, user)
    name = str(fields.get("userName") or "").partition("@")[0]
    row = server.store.row("SELECT id FROM members WHERE name = ? AND type IN (0, 17)", name)
    if caller is None or not caller.administrator or row is None:
        return _refused(403, "Impersonation is not allowed")
    return JSONResponse(_ticket_of(server, row["id"], name))


def current_user(server: ContentServer, _fields: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    user = _user_of(server, headers.get("otdsticket", ""), headers.get("authorization", ""))
    if isinstance(user, Response):
        return user
    caller = caller_with_id(server, user)
    name = "" if caller is None else caller.name
    return JSONResponse({"isAdmin": bool(caller and caller.administrator), "user": {"id": name, "name": name}})


def _user_of(server: ContentServer, ticket: str, authorization: str = "") -> int | Response:
    bearer = authorization.partition(" ")[2]
    try:
        found = read_access_token(server.secret, bearer) if bearer else read_directory_ticket(server.secret, ticket)
    except ValueError:
        found = None
    if found is None:
        return _refused(401, "Authentication required")
    if found.expired(server.settings.session_timeout, now=server.now()):
        return JSONResponse(_EXPIRED, status_code=400)
    return found.user


def token(server: ContentServer, fields: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """For a client alone, for a user with a password, or for a user that a client speaks for."""
    client_id, secret = _client(fields, headers)
    client = server.store.row("SELECT user FROM oauth_clients WHERE id = ? AND secret = ?", client_id, secret)
    if client is None:
        return _denied(401, "invalid_client", "The client is not known, or its secret is wrong")
    grant = fields.get("grant_type")
    user: int | None = None
    if grant == "client_credentials":
        user = int(client["user"])
    elif grant == "password":
        user = user_with_password(server, str(fields.get("username", "")), str(fields.get("password", "")))
    elif grant == _EXCHANGE:
        name = str(fields.get("subject_token", "")).partition("@")[0]
        row = server.store.row("SELECT id FROM members WHERE name = ? AND type IN (0, 17)", name)
        user = None if row is None else int(row["id"])
    else:
        return _denied(400, "unsupported_grant_type", "The grant type is not supported")
    if user is None:
        return _denied(400, "invalid_grant", "The user is not known, or the password is wrong")
    lifetime = server.settings.session_timeout
    issued = access_token(server.secret, Ticket(user=user, issued_at=server.now()), lifetime=lifetime)
    return JSONResponse({"access_token": issued, "token_type": "Bearer", "expires_in": int(lifetime)})


def _client(fields: Mapping[str, Any], headers: Mapping[str, str]) -> tuple[str, str]:
    """By Basic, or in the form."""
    scheme, _, text = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(text).decode().partition(":")
        except ValueError:
            return "", ""
        return name, secret
    return str(fields.get("client_id", "")), str(fields.get("client_secret", ""))


def introspect(server: ContentServer, fields: Mapping[str, Any], _headers: Mapping[str, str]) -> Response:
    user = _user_of(server, "", f"Bearer {fields.get('token', '')}")
    if isinstance(user, Response):
        return JSONResponse({"active": False})
    caller = caller_with_id(server, user)
    return JSONResponse({"active": caller is not None, "username": "" if caller is None else caller.name})


def user_info(server: ContentServer, _fields: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    user = _user_of(server, "", headers.get("authorization", ""))
    if isinstance(user, Response):
        return user
    caller = caller_with_id(server, user)
    return JSONResponse({"sub": str(user), "preferred_username": "" if caller is None else caller.name})


def revoke(_server: ContentServer, _fields: Mapping[str, Any], _headers: Mapping[str, str]) -> Response:
    """Says yes as the standard asks; signed tokens stay good until they expire."""
    return JSONResponse({})


def key_set(_server: ContentServer, _fields: Mapping[str, Any], _headers: Mapping[str, str]) -> Response:
    """Our tokens are signed with a secret, not with a key that could be shown."""
    return JSONResponse({"keys": []})


async def _discovery(request: Request) -> Response:
    base = f"{request.base_url}".rstrip("/")
    base = base if base.endswith("/otdsws") else f"{base}/otdsws"
    names = {
        "authorization_endpoint": "auth",
        "token_endpoint": "token",
        "introspection_endpoint": "introspect",
        "revocation_endpoint": "revoke",
        "userinfo_endpoint": "userinfo",
        "jwks_uri": "jwks",
    }
    return JSONResponse({"issuer": base, **{name: f"{base}/oauth2/{path}" for name, path in names.items()}})


def _refused(status: int, error: str) -> Response:
    return JSONResponse({"status": status, "error": error, "errorDetails": None}, status_code=status)


def _denied(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)
