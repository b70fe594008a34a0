"""The exception queue: what a person has to look at, why, for how long, and who owns it.

States are appended, never edited.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from faxrouter.journal.journal import Entry, Journal, Writing, journalled
from faxrouter.journal.tables import entries, payloads


class ExceptionState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedException:
    """One entry of the queue."""

    exception_id: str
    # parked, key-not-usable, possible-member, template, defects, not-found; refused, fault: the work itself is stopped
    kind: str
    # personal; None when erased
    reason: str | None
    facts: tuple[str, ...]
    fax_id: str
    document_id: str | None
    # owner
    department: str
    state: ExceptionState
    claimed_by: str | None
    # aware UTC
    since: datetime


def record_exception(
    writing: Writing,
    exception_id: str,
    *,
    kind: str,
    reason: str,
    fax_id: str,
    department: str,
    document_id: str | None = None,
    facts: tuple[str, ...] = (),
) -> None:
    """Put it before a person. Twice is once."""
    writing.add(
        Entry(
            kind="exception",
            key=exception_id,
            fax_id=fax_id,
            document_id=document_id,
            department=department,
            body={"exception": kind, "facts": list(facts)},
            payload={"reason": reason},
        )
    )


def claim(writing: Writing, exception_id: str, *, by: str) -> None:
    """A person works on it; the last claim counts."""
    key = f"{exception_id}:{secrets.token_hex(8)}"
    writing.append(Entry(kind="exception_claimed", key=key, body={"exception_id": exception_id, "by": by}))


def settle(writing: Writing, exception_id: str, *, by: str, how: str) -> bool:
    """It is dealt with. False when it was settled before."""
    return writing.append(Entry(kind="exception_settled", key=exception_id, body={"by": by, "how": how}))


def open_exceptions(journal: Journal, *, fax_id: str | None = None) -> Sequence[QueuedException]:
    """Everything not settled, oldest first."""
    settled = entries.alias("settled")
    chosen = (
        sa.select(entries, payloads.c.text.label("payload"))
        .select_from(entries.outerjoin(payloads))
        .where(entries.c.kind == "exception")
        .where(~sa.exists().where(settled.c.kind == "exception_settled", settled.c.key == entries.c.key))
        .order_by(entries.c.number)
    )
    if fax_id is not None:
        chosen = chosen.where(entries.c.fax_id == fax_id)
    claimed = {entry.body["exception_id"]: entry.body["by"] for entry in journal.entries("exception_claimed")}
    with journal.read() as connection:
        found = [journalled(row) for row in connection.execute(chosen)]
    return [
        QueuedException(
            exception_id=entry.key,
            kind=entry.body["exception"],
            reason=None if entry.erased else entry.payload["reason"],
            facts=tuple(entry.body["facts"]),
            fax_id=entry.fax_id or "",
            document_id=entry.document_id,
            department=entry.department or "",
            state=ExceptionState.CLAIMED if entry.key in claimed else ExceptionState.OPEN,
            claimed_by=claimed.get(entry.key),
            since=entry.at,
        )
        for entry in found
    ]
