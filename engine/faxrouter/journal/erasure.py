"""Erasing personal payload while the proof stands. Knows no records schedule: whoever calls has the right to."""

import secrets

import sqlalchemy as sa

from faxrouter.journal import work
from faxrouter.journal.journal import Entry, Journal
from faxrouter.journal.tables import entries, payloads
from faxrouter.model.failure import Unavailable


def erase_payload(journal: Journal, fax_id: str, *, by: str, authority: str) -> int:
    """Erase every payload of a fax and journal that it was done. The answer counts what was erased.

    Raises Unavailable while anything about the fax is still to do: the work needs it.
    """
    if work.all_of(journal, fax_id=fax_id):
        raise Unavailable(f"fax {fax_id} is not finished; settle it before its content is erased")
    of_fax = sa.select(entries.c.number).where(entries.c.fax_id == fax_id)
    with journal.write() as writing:
        erased = writing.connection.execute(sa.delete(payloads).where(payloads.c.number.in_(of_fax))).rowcount
        writing.append(
            Entry(
                kind="erased",
                key=f"{fax_id}:{secrets.token_hex(8)}",
                fax_id=fax_id,
                body={"by": by, "authority": authority, "payloads": erased},
            )
        )
    if journal.engine.dialect.name == "sqlite":
        _empty_the_log(journal)
    return erased


def _empty_the_log(journal: Journal) -> None:
    """SQLite's write-ahead log still holds what was erased until it is emptied."""
    connection = journal.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
