"""The durable engine (DBOS) as it is set up here: its database, its clock, its version, and what it must never do.

Knows no fax. Every guard below answers a measured fault of the engine's defaults; see docs/decisions/durability.md.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import event

from faxrouter.model.failure import Unavailable

# Pinned: work that waits must never be stranded by a change of our code. A workflow has no steps of the engine's: the
# journal is what it goes on from. Changed only with the names or the arguments of workflows; the patrol then starts
# again what belongs to the version before.
APPLICATION_VERSION = "flow-2"
APPLICATION_NAME = "faxrouter"


def refuse_foreign_settings(environment: Mapping[str, str]) -> None:
    """Raises Unavailable when the environment would make the engine call home or change its identity."""
    found = sorted(name for name in environment if name.startswith("DBOS_"))
    if found:
        raise Unavailable(
            f"unset {', '.join(found)}: the router's durable engine takes no settings from the environment"
        )


def open_engine(url: str) -> sa.Engine | None:
    """The engine's own database. None for PostgreSQL, which DBOS opens rightly by itself. Raises Unavailable."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise Unavailable("the durable engine needs a file: `sqlite:///var/workflow.db`")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, pool_size=2, max_overflow=0)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # a custom engine replaces DBOS's own hooks, so they are repeated here
        connection.isolation_level = "IMMEDIATE"
        _give_a_clock(connection)
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    _prove_the_clock(engine)
    return engine


def why_not(err: Exception) -> str:
    """Why the engine could not be started, and how to mend it: its database holds nothing that the journal has not."""
    cause = getattr(err, "orig", None) or err
    text = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    mend = "mend it and start the router again"
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
        mend = "move its file `workflow.db` away and start the router again: the journal knows all the work"
    return f"the durable engine cannot be started: {text}; {mend}"


def _give_a_clock(connection: Any) -> None:
    """DBOS orders its queues by SQLite's clock: whole seconds on Python 3.11, and missing before SQLite 3.42 later."""
    if sys.version_info >= (3, 12):
        connection.create_function("unixepoch", 1, lambda _modifier: round(time.time(), 3))
    else:
        connection.create_function("strftime", 2, lambda _format, _time: round(time.time(), 3))


def _prove_the_clock(engine: sa.Engine) -> None:
    now = "unixepoch('subsec')" if sys.version_info >= (3, 12) else "strftime('%s', 'now')"
    with engine.connect() as connection:
        first = connection.exec_driver_sql(f"SELECT {now} * 1000").scalar_one()
        time.sleep(0.003)
        second = connection.exec_driver_sql(f"SELECT {now} * 1000").scalar_one()
    if not 0 < second - first < 60_000 or abs(second / 1000 - time.time()) > 60:
        raise Unavailable(
            "the clock of the durable engine's database does not count milliseconds; per-case order needs it"
        )


def configuration(url: str, engine: sa.Engine | None, *, slot: str, poll: float) -> DBOSConfig:
    """DBOS's configuration. No Conductor, no telemetry, no automatic upgrade: none of their keys is ever set."""
    config = DBOSConfig(
        name=APPLICATION_NAME,
        system_database_url=url,
        application_version=APPLICATION_VERSION,
        executor_id=slot,
        # the default is pickle: a rename would break waiting rows, and a written row would be code
        serializer=DBOSPortableJSONSerializer(),
        use_listen_notify=engine is None,
        notification_listener_polling_interval_sec=poll,
        max_executor_threads=64,
        log_level="WARNING",
    )
    if engine is not None:
        config["system_database_engine"] = engine
    return config


def environment() -> Mapping[str, str]:
    """The environment of this process."""
    return os.environ
