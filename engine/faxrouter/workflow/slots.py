"""A router's slot: its stable name among the routers of one database, held by a lock for as long as the process lives.

A restart under the same name takes up what the last one left. On SQLite the lock is the database file's: one router a
file.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from faxrouter.model.failure import Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A held slot."""

    name: str
    # no other router can be at work on this database
    alone: bool
    # whether a router holds the slot of that name now
    is_held: Callable[[str], bool]
    release: Callable[[], None]


def hold_slot(url: str, name: str) -> Slot:
    """Raises Unavailable when another process holds it."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _hold_file(Path(parsed.database or ""), name)
    return _hold_advisory_lock(parsed, name)


def _hold_file(database: Path, name: str) -> Slot:
    database.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(database.with_name(database.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as err:
        os.close(descriptor)
        raise Unavailable(
            f"another router works with {database}; stop it, or use PostgreSQL for several routers"
        ) from err
    return Slot(name=name, alone=True, is_held=lambda other: other == name, release=lambda: os.close(descriptor))


def _hold_advisory_lock(url: sa.URL, name: str) -> Slot:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_size=1, max_overflow=1
    )
    try:
        connection = engine.connect()
    except sa.exc.OperationalError as err:
        engine.dispose()
        raise Unavailable("the durable engine's PostgreSQL cannot be reached") from err

    def close() -> None:
        connection.close()
        engine.dispose()

    def release() -> None:
        # the server ends a session a moment after it is closed; the next router must not find the lock held till then
        with contextlib.suppress(sa.exc.DBAPIError):
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})
        close()

    if not _try_lock(connection, name):
        close()
        raise Unavailable(f"another router holds the slot `{name}`; give each router its own name")

    def is_held(other: str) -> bool:
        if other == name:
            return True
        with engine.connect() as asking:
            free = _try_lock(asking, other)
            if free:
                asking.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(other)})
        return not free

    return Slot(name=name, alone=False, is_held=is_held, release=release)


def _try_lock(connection: sa.Connection, name: str) -> bool:
    return bool(connection.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(name)}).scalar_one())


def _key(name: str) -> int:
    """A signed 64-bit number."""
    return int.from_bytes(hashlib.sha256(f"faxrouter slot {name}".encode()).digest()[:8], signed=True)
