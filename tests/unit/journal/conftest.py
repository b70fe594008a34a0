"""A journal on SQLite, and on PostgreSQL where a server is at hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faxrouter.journal.journal import Journal
from flow_world.postgres import find_server


class StandingClock:
    """Time that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def journal_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a fresh journal may live."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/journal.db"
        return
    server = find_server()
    if server is None:
        pytest.skip("no PostgreSQL server: FAXROUTER_TEST_POSTGRES names none, and 127.0.0.1:5432 lets nobody in")
    name = server.make()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def journal(journal_url: str, clock: StandingClock) -> Iterator[Journal]:
    opened = Journal.open(journal_url, clock=clock)
    yield opened
    opened.close()
