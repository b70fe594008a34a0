"""The journal's database: opened, brought up to date, and its failures put in words. Knows no table.

SQLite (one file, write-ahead log, every commit on disk before it returns) and PostgreSQL alike.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from faxrouter.model.failure import Unavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
# any fixed number: two routers that start at once take turns at migrating
_MIGRATION_LOCK = 7_305_112_001


def open_database(url: str) -> sa.Engine:
    """An engine with the tables of the newest migration. `sqlite:///FILE` or `postgresql://…`. Raises Unavailable."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(parsed)
    elif parsed.get_backend_name() == "postgresql":
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"), hide_parameters=True, pool_size=10, max_overflow=10
        )
    else:
        raise Unavailable(f"the journal cannot live in `{parsed.get_backend_name()}`; use sqlite or postgresql")
    with in_words():
        _migrate(engine)
    return engine


def open_database_to_read(url: str) -> sa.Engine:
    """An engine that can only read, for looking at a journal beside its router or without one. Makes no file and no
    table. Raises Unavailable, also when the tables are those of another version."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite_to_read(Path(parsed.database or ""))
    else:
        engine = sa.create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            connect_args={"options": "-c default_transaction_read_only=on"},
        )
    with in_words(), engine.connect() as connection:
        stands = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(_migrations()).get_current_head()
    if stands != newest:
        engine.dispose()
        raise Unavailable(
            f"the journal's tables are those of version {stands or 'none'}, and this faxrouter reads {newest}: "
            "start its router once to bring them up to date"
        )
    return engine


def _open_sqlite_to_read(database: Path) -> sa.Engine:
    if not database.is_file():
        raise Unavailable(f"there is no journal at {database}")
    # Without a write-ahead log nobody has it open. To open it in the usual way would leave one behind.
    how = "mode=ro" if database.with_name(f"{database.name}-wal").exists() else "immutable=1"
    address = f"{database.absolute().as_uri()}?{how}"
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False),
        poolclass=sa.pool.NullPool,
        hide_parameters=True,
    )


def _open_sqlite(url: sa.URL) -> sa.Engine:
    if not url.database or url.database == ":memory:":
        raise Unavailable("the journal needs a file: `sqlite:///var/journal.db`")
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise Unavailable(f"the journal's folder {Path(url.database).parent} cannot be made: {err.strerror}") from err
    # parameters never show in errors: they are fax content
    engine = sa.create_engine(url, hide_parameters=True, pool_size=10, max_overflow=10)
    database = Path(url.database)
    opened: set[tuple[int, int] | None] = set()

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        # an erased payload shall not survive in free pages
        connection.execute("PRAGMA secure_delete=ON")
        opened.add(_identity(database))

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # what is written into a file that has no name any more is lost, and SQLite does not say so
        if opened != {_identity(database)}:
            raise Unavailable(
                f"the journal's file {database} was taken away or replaced while the router works; "
                "start the router again"
            )
        options = connection.get_execution_options()
        if options.get("faxrouter_single", False):
            return
        # a writer takes its lock at once: upgrading a read lock later could fail instead of waiting
        writes = options.get("faxrouter_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _identity(file: Path) -> tuple[int, int] | None:
    """Which file it is, whatever its name; None when there is none."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(engine: sa.Engine) -> None:
    config = _migrations()
    with engine.connect().execution_options(faxrouter_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def in_words() -> Iterator[None]:
    """Turns a database that cannot be used (full, locked, gone) into Unavailable. A bug stays a bug."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except sa.exc.TimeoutError as err:
        raise Unavailable("the journal's database is busy: no connection came free") from err
    except sa.exc.DBAPIError as err:
        # a file that is no database, or a broken one, is a DatabaseError and none of its kinds
        unusable = isinstance(err, sa.exc.OperationalError) or type(err) is sa.exc.DatabaseError
        if not unusable and not err.connection_invalidated:
            raise
        raise Unavailable(f"the journal cannot be used: {_cause(err)}") from err


def _cause(err: sa.exc.DBAPIError) -> str:
    text = str(err.orig).strip().splitlines()[0] if str(err.orig).strip() else type(err.orig).__name__
    full = "full" in text or getattr(err.orig, "sqlstate", None) == "53100"
    return f"{text}; free some disk space, it goes on by itself" if full else text
