"""How a home's journal is opened: to write it, or only to look at it."""

import sqlite3
from pathlib import Path

import pytest

from command_line import files_under, settings_of, write_home
from faxrouter.app.state import journal_to_read, journal_to_write, open_journal
from faxrouter.journal.journal import Entry
from faxrouter.model.failure import Unavailable
from small_home import OTHERWISE, home


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """A home whose journal holds one entry."""
    made = write_home(tmp_path, home(OTHERWISE))
    journal = open_journal(settings_of(made))
    with journal.write() as writing:
        writing.append(Entry(kind="event", key="received:F-1", body={"event": "received"}))
    journal.close()
    return made


def test_looking_changes_no_file(where: Path) -> None:
    """Neither the journal nor the files that SQLite puts beside it."""
    before = files_under(where)

    with journal_to_read(settings_of(where)) as journal:
        assert ["received:F-1"] == [entry.key for entry in journal.entries()]

    assert before == files_under(where)


def test_what_was_opened_to_read_cannot_be_written(where: Path) -> None:
    """A command that only looks has no way to change what it sees."""
    with (
        journal_to_read(settings_of(where)) as journal,
        pytest.raises(Unavailable, match="readonly"),
        journal.write() as writing,
    ):
        writing.append(Entry(kind="event", key="received:F-2"))


def test_what_a_running_router_wrote_is_seen(where: Path) -> None:
    """Beside a router, what it journalled a moment ago counts too."""
    with journal_to_write(settings_of(where)) as written:
        with written.write() as writing:
            writing.append(Entry(kind="event", key="received:F-2"))
        with journal_to_read(settings_of(where)) as journal:
            assert ["received:F-1", "received:F-2"] == [entry.key for entry in journal.entries()]


def test_tables_of_another_version_are_said(where: Path) -> None:
    """They are brought up to date by a router's start, never by a look."""
    with sqlite3.connect(where / "var" / "journal.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'j0000'")
    database.close()
    before = files_under(where)

    with pytest.raises(Unavailable, match="start its router once"), journal_to_read(settings_of(where)):
        pass

    assert before == files_under(where)


@pytest.mark.parametrize("opened", [journal_to_read, journal_to_write])
def test_a_home_where_no_router_ran_is_said(tmp_path: Path, opened: type) -> None:
    """And stays as it is."""
    where = write_home(tmp_path, home(OTHERWISE))

    with pytest.raises(Unavailable, match="no router has run in"), opened(settings_of(where)):
        pass

    assert not (where / "var").exists()


def test_a_state_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """With the setting to change."""
    where = write_home(tmp_path, home(OTHERWISE))
    (where / "var").write_text("a file")

    with pytest.raises(Unavailable, match=r"change `\[router\] state` in faxrouter.toml"):
        open_journal(settings_of(where))
