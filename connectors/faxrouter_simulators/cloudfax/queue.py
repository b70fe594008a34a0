"""The queue of received faxes: a fax that was handed out is hidden for a while, and comes back unless it is deleted."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Row
from typing import Any

from faxrouter_simulators.cloudfax.answers import wire_time
from faxrouter_simulators.cloudfax.contents import forget_content
from faxrouter_simulators.cloudfax.pagecount import media_of, page_count
from faxrouter_simulators.store import Store, as_json

_FIRST = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A fax as it comes in from the telephone network."""

    content: bytes
    name: str
    dnis: str
    # None: withheld
    ani: str | None = None
    # the sender's station id; None: none was sent
    rcsid: str | None = None
    received_at: datetime
    # None: as many as its content has
    pages: int | None = None
    # further facts, as a recognition service in front of the queue would add: simulated only
    index: dict[str, Any] | None = None
    # whose queue it comes into
    account: str
    group_no: str = ""
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedFax:
    """A fax in the queue, or one that was deleted from it."""

    number: int
    document_id: str
    job_id: str
    account: str
    group_no: str
    domain: str
    dnis: str
    ani: str | None
    rcsid: str | None
    pages: int
    received_time: str
    name: str
    # tiff or pdf
    type: str
    sha256: str
    index: dict[str, Any] | None
    # waiting, leased, deleted
    state: str
    leased_by: str | None
    leased_until: str | None
    leases: int
    deleted_time: str | None


class FaxQueue:
    """The faxes of all accounts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def arrive(self, fax: Arrival) -> QueuedFax:
        """A new fax at its place by the time when it was received."""
        media = media_of(fax.content)
        pages = fax.pages if fax.pages is not None else page_count(fax.content, media) or 0
        sha256 = self._store.keep(fax.content)
        with self._store.changing():
            number = self._store.insert(
                "faxes",
                account=fax.account,
                group_no=fax.group_no,
                domain=fax.domain,
                dnis=fax.dnis,
                ani=fax.ani,
                rcsid=fax.rcsid,
                pages=pages,
                received_time=wire_time(fax.received_at),
                name=fax.name,
                type=media,
                sha256=sha256,
                index_facts=None if fax.index is None else as_json(fax.index),
            )
            document_id = f"doc-{_FIRST + number}"
            self._store.execute(
                "UPDATE faxes SET document_id = ?, job_id = ? WHERE number = ?",
                document_id,
                f"xdds-{_FIRST + number}",
                number,
            )
            self._store.effect("fax arrived", document_id, actor=fax.account, sha256=sha256, pages=pages)
        return self._one(number)

    def lease(
        self, account: str, *, seconds: int, whole_customer: bool = False, group_no: str = "", domain: str = ""
    ) -> QueuedFax | None:
        """The oldest visible fax of the account, of its customer, or of a group; hidden from now on."""
        wanted = {"state": "waiting"}
        if group_no:
            wanted["group_no"] = group_no
        elif not whole_customer:
            wanted["account"] = account
        if domain:
            wanted["domain"] = domain
        where = " AND ".join(f"{column} = ?" for column in wanted)
        with self._store.changing():
            self.end_leases()
            row = self._store.row(
                f"SELECT number FROM faxes WHERE {where} ORDER BY received_time, number LIMIT 1", *wanted.values()
            )
            if row is None:
                return None
            until = wire_time(self._store.clock.now() + timedelta(seconds=seconds))
            self._store.execute(
                "UPDATE faxes SET state = 'leased', leased_by = ?, leased_until = ?, leases = leases + 1"
                " WHERE number = ?",
                account,
                until,
                row["number"],
            )
            fax = self._one(row["number"])
            self._store.effect(
                "fax leased", fax.document_id, actor=account, sha256=fax.sha256, until=until, leases=fax.leases
            )
        return fax

    def delete(self, account: str, document_id: str) -> bool:
        """False when the account holds no lease on such a fax, or holds it no longer."""
        with self._store.changing():
            self.end_leases()
            row = self._store.row(
                "SELECT number, sha256 FROM faxes WHERE document_id = ? AND state = 'leased' AND leased_by = ?",
                document_id,
                account,
            )
            if row is None:
                return False
            self._store.execute(
                "UPDATE faxes SET state = 'deleted', leased_until = NULL, deleted_time = ? WHERE number = ?",
                wire_time(self._store.clock.now()),
                row["number"],
            )
            self._store.effect("fax deleted", document_id, actor=account, sha256=row["sha256"])
            forget_content(self._store, row["sha256"])
        return True

    def end_leases(self) -> int:
        """Faxes whose time is over are visible again. How many."""
        over = self._store.rows(
            "SELECT number, document_id, leased_by, leased_until, leases FROM faxes"
            " WHERE state = 'leased' AND leased_until <= ?",
            wire_time(self._store.clock.now()),
        )
        if not over:
            return 0
        with self._store.changing():
            for row in over:
                self._store.execute(
                    "UPDATE faxes SET state = 'waiting', leased_by = NULL, leased_until = NULL WHERE number = ?",
                    row["number"],
                )
                self._store.effect(
                    "lease ended",
                    row["document_id"],
                    actor=row["leased_by"],
                    until=row["leased_until"],
                    leases=row["leases"],
                )
        return len(over)

    def content(self, fax: QueuedFax) -> bytes:
        return self._store.content(fax.sha256).read_bytes()

    def newest(self, count: int) -> list[QueuedFax]:
        """Deleted ones among them; by the time when they were received, the newest first."""
        rows = self._store.rows("SELECT * FROM faxes ORDER BY received_time DESC, number DESC LIMIT ?", count)
        return [_queued(row) for row in rows]

    def _one(self, number: int) -> QueuedFax:
        (row,) = self._store.rows("SELECT * FROM faxes WHERE number = ?", number)
        return _queued(row)


def _queued(row: Row) -> QueuedFax:
    values = dict(row)
    facts = values.pop("index_facts")
    return QueuedFax(**values, index=None if facts is None else json.loads(facts))
