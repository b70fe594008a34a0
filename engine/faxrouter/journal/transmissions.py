"""Outbound faxes that a service has in hand: what is known of each, and when to ask next. Only ever goes forward.

The list changes; every step forward is journalled as an entry that stays: `transmission`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from faxrouter.journal.forms import moment_from, moment_text
from faxrouter.journal.journal import Entry, Journal, Writing
from faxrouter.journal.tables import transmissions
from faxrouter.model.transmission import Transmission, TransmissionState, is_news


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One fax in the hand of a service."""

    # the fax service by its name in `faxrouter.toml`
    service: str
    # the service's own
    reference: str
    fax_id: str
    department: str
    state: TransmissionState
    attempts: int
    # aware UTC; when it is asked about next
    ask_at: datetime


def record_submitted(
    writing: Writing, *, service: str, reference: str, fax_id: str, department: str, ask_at: datetime
) -> None:
    """The service took it. Twice is once."""
    accepted = Transmission(reference=reference, our_reference="", state=TransmissionState.ACCEPTED)
    row = {
        "transmission_id": _id(service, reference),
        "service": service,
        "reference": reference,
        "fax_id": fax_id,
        "department": department,
        "state": accepted.state.value,
        "attempts": 0,
        "ask_at": moment_text(ask_at),
    }
    writing.insert_once(transmissions, row)
    _append(writing, service, fax_id, department, accepted)


def ask_now(writing: Writing, *, service: str, references: Sequence[str]) -> int:
    """These are asked about next. How many are followed: nobody submitted the others, or they came to their end."""
    ids = [_id(service, reference) for reference in references]
    changed = writing.lists.execute(
        sa.update(transmissions).where(transmissions.c.transmission_id.in_(ids)).values(ask_at=moment_text(writing.now))
    )
    return int(changed.rowcount)


def to_ask(journal: Journal, *, limit: int) -> Sequence[Followed]:
    """Those whose time to be asked about has come, the longest waiting first."""
    due = transmissions.c.ask_at <= moment_text(journal.now)
    chosen = sa.select(transmissions).where(due).order_by(transmissions.c.ask_at).limit(limit)
    with journal.read() as connection:
        return [_followed(row) for row in connection.execute(chosen)]


def count(journal: Journal) -> int:
    """How many are on their way, as far as anybody knows."""
    with journal.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(transmissions)).scalar_one())


def record_told(writing: Writing, one: Followed, told: Transmission, *, ask_at: datetime) -> bool:
    """What the service said when it was asked. True when it is news: then it is journalled, and a final state ends the
    following. What the service does not know is asked again: nobody may take silence for an end."""
    where = transmissions.c.transmission_id == _id(one.service, one.reference)
    row = writing.lists.execute(sa.select(transmissions).where(where).with_for_update()).first()
    if row is None:
        return False
    known = _followed(row)
    news = is_news(told, state=known.state, attempts=known.attempts)
    if news:
        _append(writing, one.service, one.fax_id, one.department, told)
    if news and told.state.is_final and told.state is not TransmissionState.UNKNOWN:
        writing.lists.execute(sa.delete(transmissions).where(where))
        return True
    # a call that came while the service was asked may be about something later than its answer
    values: dict[str, Any] = {"ask_at": moment_text(ask_at if known.ask_at == one.ask_at else known.ask_at)}
    if news:
        values |= {"state": told.state.value, "attempts": len(told.attempts)}
    writing.lists.execute(sa.update(transmissions).where(where).values(**values))
    return news


def put_off(writing: Writing, one: Followed, *, ask_at: datetime) -> None:
    """The service could not be asked."""
    writing.lists.execute(
        sa.update(transmissions)
        .where(
            transmissions.c.transmission_id == _id(one.service, one.reference),
            transmissions.c.ask_at == moment_text(one.ask_at),
        )
        .values(ask_at=moment_text(ask_at))
    )


def _append(writing: Writing, service: str, fax_id: str, department: str, told: Transmission) -> None:
    last = told.attempts[-1] if told.attempts else None
    key = f"{_id(service, told.reference)}:{told.state.value}:{len(told.attempts)}"
    writing.add(
        Entry(
            kind="transmission",
            key=key,
            fax_id=fax_id,
            department=department,
            body={
                "service": service,
                "state": told.state.value,
                "attempts": len(told.attempts),
                "pages": last.pages if last else None,
                "code": last.code if last else None,
                "obstacle": told.obstacle.value if told.obstacle else None,
            },
            payload=told,
        )
    )


def _id(service: str, reference: str) -> str:
    return hashlib.sha256(f"{service}|{reference}".encode()).hexdigest()[:32]


def _followed(row: sa.Row[Any]) -> Followed:
    return Followed(
        service=row.service,
        reference=row.reference,
        fax_id=row.fax_id,
        department=row.department,
        state=TransmissionState(row.state),
        attempts=row.attempts,
        ask_at=moment_from(row.ask_at),
    )
