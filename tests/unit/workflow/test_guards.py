"""What the flow protects itself from: strangers' names, clocks of whole seconds, others' settings, second routers."""

import sqlite3
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from dbos import DBOSPortableJSONSerializer

from faxrouter.model.failure import Unavailable
from faxrouter.workflow import durable
from faxrouter.workflow.receiving import safe_name
from faxrouter.workflow.slots import hold_slot


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("fax-1.tif", "fax-1.tif"),
        ("../../etc/passwd", "passwd"),
        ("C:\\faxes\\a.tif", "a.tif"),
        ("a\0b\r\nc\u202etif", "abctif"),
        ("\ud800broken", "broken"),
        ("...", ""),
        ("", ""),
        ("ü" * 300, "ü" * 120),
    ],
)
def test_a_name_is_made_safe_for_showing(name: str, shown: str) -> None:
    """No path, no control or direction characters, not too long."""

    assert shown == safe_name(name)


def test_the_clock_of_the_durable_engine_counts_milliseconds(tmp_path: Path) -> None:
    """Python 3.11 would give it whole seconds, and later ones nothing before SQLite 3.42."""
    engine = durable.open_engine(f"sqlite:///{tmp_path}/workflow.db")
    assert engine is not None
    now = "unixepoch('subsec')" if sys.version_info >= (3, 12) else "strftime('%s', 'now')"
    seen = set()
    with engine.connect() as connection:
        for _ in range(5):
            seen.add(connection.exec_driver_sql(f"SELECT {now} * 1000").scalar_one())
            time.sleep(0.002)
    engine.dispose()

    assert 5 == len(seen)


def test_the_durable_engine_writes_through_to_the_disk(tmp_path: Path) -> None:
    """A power cut must not take a checkpoint that was made."""
    engine = durable.open_engine(f"sqlite:///{tmp_path}/workflow.db")
    assert engine is not None
    with engine.connect() as connection:
        read = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
    engine.dispose()

    assert ["wal", 2] == read


def test_the_configuration_calls_nobody(tmp_path: Path) -> None:
    """No key of a service elsewhere, no telemetry, and the version that never changes."""
    config = durable.configuration("postgresql://localhost/x", None, slot="router-1", poll=0.1)

    assert {"conductor_key", "conductor_url", "auto_upgrade", "sharding", "enable_otlp"}.isdisjoint(config)
    assert "flow-2" == config["application_version"]
    assert isinstance(config["serializer"], DBOSPortableJSONSerializer)


@pytest.mark.parametrize("name", ["DBOS__APPVERSION", "DBOS__CLOUD", "DBOS_CONDUCTOR_KEY"])
def test_settings_in_the_environment_are_refused(name: str) -> None:
    """They would change the version or call home."""
    with pytest.raises(Unavailable, match=name):
        durable.refuse_foreign_settings({"PATH": "/bin", name: "x"})
    durable.refuse_foreign_settings({"PATH": "/bin"})


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_an_engine_that_would_not_last_is_refused(url: str) -> None:
    """In memory every fax is forgotten at the first restart."""
    with pytest.raises(Unavailable, match="needs a file"):
        durable.open_engine(url)


def test_a_slot_is_held_once_and_can_be_had_again(tmp_path: Path) -> None:
    """Whatever its name: one router a SQLite file."""
    url = f"sqlite:///{tmp_path}/workflow.db"
    first = hold_slot(url, "router-1")
    with pytest.raises(Unavailable, match="another router works"):
        hold_slot(url, "router-2")
    assert (True, False) == (first.is_held("router-1"), first.is_held("router-2"))
    first.release()
    hold_slot(url, "router-2").release()


def test_a_spoilt_database_of_the_engine_says_how_to_go_on(tmp_path: Path) -> None:
    """It holds nothing that the journal has not, and whoever reads the message must know that."""
    (tmp_path / "workflow.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(sa.exc.DatabaseError) as caught:
        durable.open_engine(f"sqlite:///{tmp_path}/workflow.db")

    words = durable.why_not(caught.value)

    assert "file is not a database; move its file `workflow.db` away" in words


def test_a_full_disk_does_not_ask_for_the_engines_database_to_be_moved() -> None:
    """Only a file that is spoilt is to be moved away."""
    full = sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    assert "database or disk is full; mend it" in durable.why_not(full)
