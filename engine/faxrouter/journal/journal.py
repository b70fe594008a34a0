"""The journal itself: entries appended in transactions, read back in order. Knows what an entry is, not what it means.

An entry happens once: appending (kind, key) a second time changes nothing. Payload is personal: it stands in its own
row with its own salt, the entry holds only the commitment sha256(salt + payload), and so it can be erased and the proof
stays.
"""

import hashlib
import hmac
import json
import secrets as randomness
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from faxrouter.journal.database import in_words, open_database, open_database_to_read
from faxrouter.journal.forms import canonical, from_stored, moment_from, moment_text, to_stored
from faxrouter.journal.tables import cases, entries, payloads, secrets
from faxrouter.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened, as it is to be journalled. `body` is JSON without personal data."""

    # explicit, stored for years: "event", "decision", "receipt", …
    kind: str
    # unique within the kind
    key: str
    body: Mapping[str, Any] = field(default_factory=dict)
    fax_id: str | None = None
    document_id: str | None = None
    case_key: str | None = None
    department: str | None = None
    # personal data: any value with a stored form; None for nothing
    payload: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Journalled:
    """An entry as it stands in the journal. `payload` is None where there was none or it was erased."""

    number: int
    kind: str
    key: str
    # aware UTC
    at: datetime
    body: Mapping[str, Any]
    fax_id: str | None
    document_id: str | None
    case_key: str | None
    department: str | None
    payload: Any
    erased: bool


class Writing:
    """One transaction: all of it is journalled, or nothing."""

    def __init__(self, connection: sa.Connection, *, now: datetime) -> None:
        # for lists that prove nothing; entries that were added may not be written yet
        self.lists = connection
        self.now = now
        # kinds added so far, in order
        self.kinds: list[str] = []
        self._added: dict[tuple[str, str], Entry] = {}

    @property
    def connection(self) -> sa.Connection:
        """Sees every entry that was added."""
        self.write_added()
        return self.lists

    def add(self, entry: Entry) -> None:
        """It is journalled with the others of this transaction, in order; one that stands there stays as it is."""
        self.kinds.append(entry.kind)
        self._added.setdefault((entry.kind, entry.key), entry)

    def append(self, entry: Entry) -> bool:
        """The same, at once: False when it already stood there."""
        is_second = (entry.kind, entry.key) in self._added
        self.add(entry)
        return (entry.kind, entry.key) in self.write_added() and not is_second

    def write_added(self) -> frozenset[tuple[str, str]]:
        """Kind and key of those that did not stand there. Many at once: a statement costs more than a row."""
        if not self._added:
            return frozenset()
        secrets = {key: _secret(entry) for key, entry in self._added.items()}
        rows = [_row(entry, secrets[key], at=self.now) for key, entry in self._added.items()]
        self._added.clear()
        written = self.lists.execute(_APPEND[self.lists.dialect.name], rows).all()
        stored = [
            {"number": row.number, **secret} for row in written if (secret := secrets[row.kind, row.key]) is not None
        ]
        if stored:
            self.lists.execute(_APPEND_PAYLOAD, stored)
        return frozenset((row.kind, row.key) for row in written)

    def next_position(self, case_key: str) -> int:
        """The next place in the line of a case, counted from 1: the order of journalled decisions."""
        statement = _NEXT_POSITION[self.lists.dialect.name]
        return int(self.lists.execute(statement, {"case_key": case_key, "last_position": 1}).scalar_one())

    def insert_once(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """A row of a table without proof. False when one stands there, which stays as it is."""
        return bool(self.lists.execute(_insert_once(self.lists, table), row).rowcount)


class Journal:
    """An open journal. Writers of one process take turns; readers never wait."""

    def __init__(self, engine: sa.Engine, *, clock: Clock) -> None:
        self.engine = engine
        self._clock = clock
        self._turn = threading.Lock()
        self._pepper = _stored_pepper(engine)

    @classmethod
    def open(cls, url: str, *, clock: Clock) -> Self:
        """`sqlite:///FILE` or `postgresql://…`; makes and updates the tables. Raises Unavailable."""
        engine = open_database(url)
        _make_pepper(engine)
        return cls(engine, clock=clock)

    @classmethod
    def open_to_read(cls, url: str, *, clock: Clock) -> Self:
        """A journal that can be looked at and not written: makes no file, no table, no row. Raises Unavailable."""
        return cls(open_database_to_read(url), clock=clock)

    def close(self) -> None:
        self.engine.dispose()

    @property
    def now(self) -> datetime:
        return self._clock.now()

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """A transaction, on disk when the block ends. Raises Unavailable, with nothing written, when it cannot be."""
        turn = self._turn if self.engine.dialect.name == "sqlite" else _NO_TURN
        connect = self.engine.connect
        with in_words(), turn, connect().execution_options(faxrouter_writes=True) as connection, connection.begin():
            writing = Writing(connection, now=self._clock.now())
            yield writing
            writing.write_added()

    @contextmanager
    def look(self) -> Iterator[sa.Connection]:
        """For a single statement, which needs no transaction to be consistent."""
        with in_words(), self.engine.connect().execution_options(faxrouter_single=True) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view."""
        with in_words(), self.engine.connect() as connection:
            yield connection

    def entries(
        self,
        *kinds: str,
        key: str | None = None,
        fax_id: str | None = None,
        document_id: str | None = None,
        case_key: str | None = None,
        after: int = 0,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Sequence[Journalled]:
        """Entries in the order in which they were journalled, with their payload where it still stands.

        `after` is the number of the last entry already read.
        """
        chosen = _WITH_PAYLOAD
        for column, wanted in (("key", key), ("fax_id", fax_id), ("document_id", document_id), ("case_key", case_key)):
            if wanted is not None:
                chosen = chosen.where(entries.c[column] == wanted)
        if kinds:
            chosen = chosen.where(entries.c.kind.in_(kinds))
        if after:
            chosen = chosen.where(entries.c.number > after)
        order = entries.c.number.desc() if newest_first else entries.c.number
        with self.look() as connection:
            rows = connection.execute(chosen.order_by(order).limit(limit)).all()
        return [journalled(row) for row in rows]

    def entry(self, kind: str, key: str) -> Journalled | None:
        """The one entry of this kind and key."""
        with self.look() as connection:
            row = connection.execute(_ONE, {"kind": kind, "key": key}).first()
        return None if row is None else journalled(row)

    def verify(self, number: int) -> bool:
        """Whether the payload of an entry is the one that was committed to. True when it was erased."""
        with self.read() as connection:
            row = connection.execute(
                sa.select(entries.c.commitment, payloads.c.salt, payloads.c.text)
                .select_from(entries.outerjoin(payloads))
                .where(entries.c.number == number)
            ).one()
        return row.text is None or hmac.compare_digest(row.commitment, _commit(row.salt, row.text))

    def case_key(self, case: str) -> str:
        """The key under which a case is journalled: a pseudonym, since a case may name a patient."""
        return hmac.new(self._pepper, case.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


_PEPPER = "case pepper"


def _make_pepper(engine: sa.Engine) -> None:
    """Each journal has its own, made when it is opened for the first time."""
    fresh = {"name": _PEPPER, "value": randomness.token_hex(32)}
    with in_words(), engine.connect().execution_options(faxrouter_writes=True) as connection, connection.begin():
        connection.execute(_insert_once(connection, secrets), fresh)


def _stored_pepper(engine: sa.Engine) -> bytes:
    with in_words(), engine.connect() as connection:
        return bytes.fromhex(
            connection.execute(sa.select(secrets.c.value).where(secrets.c.name == _PEPPER)).scalar_one()
        )


class _NoTurn:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


_INSERTS: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
# built once: building costs more than running
_APPEND = {
    name: insert(entries).on_conflict_do_nothing().returning(entries.c.number, entries.c.kind, entries.c.key)
    for name, insert in _INSERTS.items()
}
_APPEND_PAYLOAD = sa.insert(payloads)
_NEXT_POSITION = {
    name: insert(cases)
    .on_conflict_do_update(index_elements=[cases.c.case_key], set_={"last_position": cases.c.last_position + 1})
    .returning(cases.c.last_position)
    for name, insert in _INSERTS.items()
}
_WITH_PAYLOAD = sa.select(entries, payloads.c.text.label("payload")).select_from(entries.outerjoin(payloads))
_ONE = _WITH_PAYLOAD.where(entries.c.kind == sa.bindparam("kind"), entries.c.key == sa.bindparam("key"))

# PostgreSQL lets writers of one process go side by side
_NO_TURN = _NoTurn()


def journalled(row: sa.Row[Any]) -> Journalled:
    return Journalled(
        number=row.number,
        kind=row.kind,
        key=row.key,
        at=moment_from(row.at),
        body=json.loads(row.body),
        fax_id=row.fax_id,
        document_id=row.document_id,
        case_key=row.case_key,
        department=row.department,
        payload=None if row.payload is None else from_stored(json.loads(row.payload)),
        erased=row.commitment is not None and row.payload is None,
    )


def _secret(entry: Entry) -> dict[str, str] | None:
    """The payload with its salt; None where there is none."""
    if entry.payload is None:
        return None
    return {"salt": randomness.token_hex(16), "text": canonical(to_stored(entry.payload))}


def _row(entry: Entry, secret: Mapping[str, str] | None, *, at: datetime) -> dict[str, str | None]:
    return {
        "kind": entry.kind,
        "key": entry.key,
        "at": moment_text(at),
        "fax_id": entry.fax_id,
        "document_id": entry.document_id,
        "case_key": entry.case_key,
        "department": entry.department,
        "body": canonical(entry.body),
        "commitment": None if secret is None else _commit(secret["salt"], secret["text"]),
    }


def _commit(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


@cache
def _insert_once_into(dialect: str, table: sa.Table) -> Any:
    return _INSERTS[dialect](table).on_conflict_do_nothing()


def _insert_once(connection: sa.Connection, table: sa.Table) -> Any:
    return _insert_once_into(connection.dialect.name, table)
