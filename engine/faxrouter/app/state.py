"""Where a home keeps its state, and how its journal is opened: by the router that writes it, or only to look at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from faxrouter.journal.journal import Journal
from faxrouter.model.failure import Unavailable
from faxrouter.settings import Settings

JOURNAL, WORKFLOW = "journal.db", "workflow.db"


class SystemClock:
    """The wall clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def database_url(settings: Settings, *, file: str) -> str:
    """The site's database, or the SQLite file of that name in the state folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.state / file}"


def open_journal(settings: Settings) -> Journal:
    """The journal with its tables made and brought up to date. Raises Unavailable when it cannot be used."""
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise Unavailable(
            f"the state folder {settings.state} cannot be made: {err.strerror}; change `[router] state` in "
            "faxrouter.toml"
        ) from err
    return Journal.open(database_url(settings, file=JOURNAL), clock=SystemClock())


@contextmanager
def journal_to_read(settings: Settings) -> Iterator[Journal]:
    """The journal as it stands, with nothing made or changed. Raises Unavailable, also when no router ever ran here."""
    _check_that_a_router_ran(settings)
    journal = Journal.open_to_read(database_url(settings, file=JOURNAL), clock=SystemClock())
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def journal_to_write(settings: Settings) -> Iterator[Journal]:
    """The journal of a router that ran here before. Raises Unavailable as `journal_to_read`."""
    _check_that_a_router_ran(settings)
    journal = open_journal(settings)
    try:
        yield journal
    finally:
        journal.close()


def _check_that_a_router_ran(settings: Settings) -> None:
    if settings.database_url is None and not (settings.state / JOURNAL).is_file():
        raise Unavailable(f"no router has run in `{settings.home}` yet: start one with `faxrouter run`")
