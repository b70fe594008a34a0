"""What a simulated system knows, on disk: one SQLite file and a folder of contents by hash. Knows no system.

Every simulator runs on one event loop: a handler reads its request first and then changes the store without waiting in
between, so one connection is enough and transactions never meet.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from faxrouter_simulators.clock import SimulatedClock

_LEDGER = """
CREATE TABLE IF NOT EXISTS ledger (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    effect TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    details TEXT NOT NULL
);
"""


class Store:
    """The state of one simulated system. What a transaction changed stands on disk when it ends."""

    def __init__(self, folder: Path, *, name: str, schema: str, clock: SimulatedClock) -> None:
        """`schema` is SQL that makes what is not there yet."""
        folder.mkdir(parents=True, exist_ok=True)
        self.clock = clock
        self._contents = folder / "contents"
        self._contents.mkdir(exist_ok=True)
        self._connection = sqlite3.connect(folder / f"{name}.db", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_LEDGER + schema)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All changes inside, their effects in the ledger among them, or none. Nested: part of the outer one."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """The first row; None when there is none."""
        found: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
        return found

    def rows(self, statement: str, *values: Any) -> Sequence[sqlite3.Row]:
        return self._connection.execute(statement, values).fetchall()

    def insert(self, table: str, **values: Any) -> int:
        """The new row's number."""
        columns, places = ", ".join(values), ", ".join("?" * len(values))
        cursor = self._connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(values.values()))
        return int(cursor.lastrowid or 0)

    def effect(self, effect: str, subject: object, *, actor: str = "", **details: object) -> None:
        """Write down that something changed: part of the transaction that changed it."""
        self.insert(
            "ledger",
            at=self.clock.now().isoformat(),
            effect=effect,
            subject=str(subject),
            actor=actor,
            details=json.dumps(details, default=str),
        )

    def effects(self, *, after: int = 0, effect: str | None = None) -> list[dict[str, Any]]:
        """What changed, in order: number, at, effect, subject, actor, details."""
        chosen = self.rows("SELECT * FROM ledger WHERE number > ? AND effect = coalesce(?, effect)", after, effect)
        return [{**dict(row), "details": json.loads(row["details"])} for row in chosen]

    def keep(self, content: bytes) -> str:
        """Store bytes under their sha256."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.content(sha256)
        if not path.exists():
            writing = path.with_suffix(".part")
            writing.write_bytes(content)
            writing.replace(path)
        return sha256

    def content(self, sha256: str) -> Path:
        """Where bytes that were kept stand."""
        return self._contents / sha256


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A JSON column."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
