"""Signed tickets: whom they speak for and when they were issued. Knows neither users nor HTTP.

They are not stored: a fresh one with every answer would fill a table, and they outlive a restart all the same.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    user: int
    issued_at: datetime

    def expired(self, lifetime: float, *, now: datetime) -> bool:
        """`lifetime` in seconds."""
        return now - self.issued_at > timedelta(seconds=lifetime)


def content_server_ticket(secret: bytes, ticket: Ticket) -> str:
    """Hexadecimal, as the header OTCSTicket carries it."""
    text = _written(ticket).encode()
    return text.hex() + _mac(secret, b"otcs" + text).hex()


def read_content_server_ticket(secret: bytes, text: str) -> Ticket | None:
    """None for what we did not issue."""
    try:
        whole = bytes.fromhex(text)
    except ValueError:
        return None
    return _checked(secret, b"otcs", whole[:-32], whole[-32:])


def directory_ticket(secret: bytes, ticket: Ticket) -> str:
    """As Directory Services writes it: *OTDSSSO*...*"""
    text = _written(ticket).encode()
    return f"*OTDSSSO*{_base64(text + _mac(secret, b'otds' + text))}*"


def read_directory_ticket(secret: bytes, text: str) -> Ticket | None:
    if not text.startswith("*OTDSSSO*"):
        return None
    whole = _unbase64(text.removeprefix("*OTDSSSO*").rstrip("*"))
    return _checked(secret, b"otds", whole[:-32], whole[-32:])


def access_token(secret: bytes, ticket: Ticket, *, lifetime: float) -> str:
    """A JSON web token, signed with our own secret."""
    issued = ticket.issued_at.timestamp()
    claims = {"sub": str(ticket.user), "at": _written(ticket), "iat": int(issued), "exp": int(issued + lifetime)}
    signed = f"{_base64(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{_base64(json.dumps(claims).encode())}"
    return f"{signed}.{_base64(_mac(secret, signed.encode()))}"


def read_access_token(secret: bytes, text: str) -> Ticket | None:
    signed, _, signature = text.rpartition(".")
    if not hmac.compare_digest(_mac(secret, signed.encode()), _unbase64(signature)):
        return None
    claims = json.loads(_unbase64(signed.partition(".")[2]))
    return _read(str(claims["at"]))


def _written(ticket: Ticket) -> str:
    return f"{ticket.user}.{int(ticket.issued_at.timestamp() * 1_000_000)}"


def _read(text: str) -> Ticket:
    user, _, microseconds = text.partition(".")
    return Ticket(user=int(user), issued_at=datetime.fromtimestamp(int(microseconds) / 1_000_000, UTC))


def _checked(secret: bytes, kind: bytes, text: bytes, mac: bytes) -> Ticket | None:
    return _read(text.decode()) if hmac.compare_digest(_mac(secret, kind + text), mac) else None


def _mac(secret: bytes, text: bytes) -> bytes:
    return hmac.digest(secret, text, hashlib.sha256)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unbase64(text: str) -> bytes:
    """Empty for what is not base64: its signature will not match."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""
