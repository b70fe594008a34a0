"""Histories and sums: everything the journal knows about one fax or one case, in order, and how much of what."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from faxrouter.journal import work
from faxrouter.journal.forms import moment_from
from faxrouter.journal.journal import Journal, Journalled
from faxrouter.journal.tables import entries
from faxrouter.journal.tables import work as work_table
from faxrouter.model.failure import Unavailable

# what an id, or its beginning, can look like: a database has limits and forbidden signs for anything else
_FAX_ID = re.compile(r"[\w-]{1,100}", re.ASCII)


class NoSuchFax(Unavailable):
    """No fax, or more than one, is called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How many entries of each kind, how much work of each kind in each state, and the age of the oldest."""

    entries: Mapping[str, int]
    # ("file", "stopped") → 2
    work: Mapping[tuple[str, str], int]
    # aware UTC; None when there is nothing to do
    oldest_work: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What an entry proves, without the personal payload that may stand beside it."""

    number: int
    kind: str
    department: str | None
    body: Mapping[str, Any]


def proofs(journal: Journal, *kinds: str, after: int, limit: int) -> Sequence[Proof]:
    """Entries of these kinds, in order; no payload is read."""
    chosen = (
        sa.select(entries.c.number, entries.c.kind, entries.c.department, entries.c.body)
        .where(entries.c.kind.in_(kinds), entries.c.number > after)
        .order_by(entries.c.number)
        .limit(limit)
    )
    with journal.read() as connection:
        return [
            Proof(number=row.number, kind=row.kind, department=row.department, body=json.loads(row.body))
            for row in connection.execute(chosen)
        ]


def fax_history(journal: Journal, fax_id: str) -> Sequence[Journalled]:
    """Every entry about one fax, in the order in which it was journalled."""
    return journal.entries(fax_id=fax_id)


def case_history(journal: Journal, case: str) -> Sequence[Journalled]:
    """Every entry about the documents of one case and the faxes that brought them, in order."""
    key = journal.case_key(case)
    plans = journal.entries("plan", case_key=key)
    documents = {plan.document_id for plan in plans}
    found = [
        entry for fax_id in {plan.fax_id for plan in plans if plan.fax_id} for entry in fax_history(journal, fax_id)
    ]
    kept = [entry for entry in found if entry.document_id is None or entry.document_id in documents]
    return sorted(kept, key=lambda entry: entry.number)


def fax_ids(journal: Journal, *, starting_with: str) -> Sequence[str]:
    """Faxes whose id starts so, newest first; at most 20."""
    chosen = (
        sa.select(entries.c.fax_id)
        .where(entries.c.kind == "event", entries.c.key.startswith(f"received:{starting_with}", autoescape=True))
        .order_by(entries.c.number.desc())
        .limit(20)
    )
    with journal.read() as connection:
        return [row.fax_id for row in connection.execute(chosen)]


def find_fax(journal: Journal, written: str) -> str:
    """The fax whose id is, or alone starts with, what was written. Raises NoSuchFax."""
    found = fax_ids(journal, starting_with=written) if _FAX_ID.fullmatch(written) else ()
    if written in found:
        return written
    if len(found) != 1:
        raise NoSuchFax(f"{'no fax is' if not found else 'several faxes are'} called `{written}`")
    return found[0]


def sums(journal: Journal) -> Sums:
    counted = sa.select(entries.c.kind, sa.func.count().label("many")).group_by(entries.c.kind)
    working = sa.select(work_table.c.kind, work_table.c.state, sa.func.count()).group_by(
        work_table.c.kind, work_table.c.state
    )
    oldest = sa.select(sa.func.min(work_table.c.since)).where(work_table.c.state == work.READY)
    with journal.read() as connection:
        since = connection.execute(oldest).scalar_one()
        return Sums(
            entries={row.kind: row.many for row in connection.execute(counted)},
            work={(kind, state): count for kind, state, count in connection.execute(working)},
            oldest_work=None if since is None else moment_from(since),
        )
