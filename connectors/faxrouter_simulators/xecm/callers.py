"""Who asks: from a ticket, a cookie or a bearer token to the caller and everything the caller belongs to."""

import hashlib

from faxrouter_simulators.xecm.asked import Asked, Caller
from faxrouter_simulators.xecm.refusals import NOT_AUTHENTICATED, SESSION_EXPIRED
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.tickets import (
    Ticket,
    content_server_ticket,
    read_access_token,
    read_content_server_ticket,
    read_directory_ticket,
)

USER, GROUP, SERVICE_USER, ROLE = 0, 1, 17, 848

_EVERYTHING_ABOVE = """
WITH RECURSIVE above(id) AS (
    VALUES (?) UNION SELECT m.in_group FROM memberships m JOIN above ON m.member = above.id
) SELECT id FROM above
"""


def caller_of(server: ContentServer, asked: Asked) -> Caller:
    """Raises Refusal (401) without a valid ticket of any kind."""
    ticket = _ticket(server, asked)
    if ticket is None:
        raise NOT_AUTHENTICATED.refusal()
    if ticket.expired(server.settings.session_timeout, now=server.now()):
        raise SESSION_EXPIRED.refusal()
    caller = caller_with_id(server, ticket.user)
    if caller is None:
        raise NOT_AUTHENTICATED.refusal()
    return caller


def _ticket(server: ContentServer, asked: Asked) -> Ticket | None:
    # header names are compared without case
    text = asked.headers.get("otcsticket") or asked.cookies.get("LLCookie")
    if text:
        return read_content_server_ticket(server.secret, text)
    text = asked.headers.get("otdsticket")
    if text:
        return read_directory_ticket(server.secret, text)
    scheme, _, text = asked.headers.get("authorization", "").partition(" ")
    return read_access_token(server.secret, text) if scheme.lower() == "bearer" else None


def caller_with_id(server: ContentServer, user: int) -> Caller | None:
    row = server.store.row("SELECT name, administrator FROM members WHERE id = ? AND type IN (0, 17)", user)
    if row is None:
        return None
    members = frozenset(found["id"] for found in server.store.rows(_EVERYTHING_ABOVE, user))
    return Caller(id=user, name=row["name"], administrator=bool(row["administrator"]), members=members)


def user_with_password(server: ContentServer, name: str, password: str) -> int | None:
    """The user's id. `name` may carry a partition: `svc_fax@Content Server Members`."""
    row = server.store.row(
        "SELECT id FROM members WHERE name = ? AND password = ? AND type IN (0, 17)",
        name.partition("@")[0],
        hashed(password),
    )
    return None if row is None else int(row["id"])


def hashed(password: str) -> str:
    """Enough for users who exist nowhere else."""
    return hashlib.sha256(password.encode()).hexdigest()


def fresh_ticket(server: ContentServer, caller: Caller) -> str:
    """Every successful answer carries one; older ones stay valid until they expire."""
    return content_server_ticket(server.secret, Ticket(user=caller.id, issued_at=server.now()))
