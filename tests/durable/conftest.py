"""Folders with a flow's databases in them: SQLite always, PostgreSQL where a server is at hand."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flow_world.postgres import Server, find_server
from flow_world.rig import Databases, Rig

Open = Callable[[], tuple[Path, Databases]]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Databases in which a flow was once: tables made and queues known, so that every test starts at once."""
    folder = tmp_path_factory.mktemp("template")
    rig = Rig.open(folder, Databases.in_folder(folder))
    with rig.running():
        pass
    rig.journal.close()
    return folder


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """The server, and the name of a database in which a flow was once."""
    server = find_server()
    if server is None:
        pytest.skip("no PostgreSQL server: FAXROUTER_TEST_POSTGRES names none, and 127.0.0.1:5432 lets nobody in")
    name = server.make()
    rig = Rig.open(tmp_path_factory.mktemp("template"), _databases(server, name))
    with rig.running():
        pass
    rig.journal.close()
    yield server, name
    server.drop(name)


def _databases(server: Server, name: str) -> Databases:
    return Databases(journal=server.url_of(name), workflow=server.url_of(name))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Makes a folder with databases of its own, as often as it is called."""
    numbers = itertools.count(1)
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")

        def on_sqlite() -> tuple[Path, Databases]:
            folder = tmp_path / str(next(numbers))
            shutil.copytree(template, folder)
            return folder, Databases.in_folder(folder)

        yield on_sqlite
        return

    server, name = request.getfixturevalue("postgres_template")
    made: list[str] = []

    def on_postgresql() -> tuple[Path, Databases]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        made.append(server.make(template=name))
        return folder, _databases(server, made[-1])

    yield on_postgresql
    server.drop(*made)


@pytest.fixture
def rig_on_either(fresh: Open) -> Iterator[Rig]:
    """A rig of its own, on each database."""
    opened = Rig.open(*fresh())
    yield opened
    opened.journal.close()


@pytest.fixture
def rig(sqlite_template: Path, tmp_path: Path) -> Iterator[Rig]:
    """A rig of its own, where the database makes no difference."""
    folder = tmp_path / "home"
    shutil.copytree(sqlite_template, folder)
    opened = Rig.open(folder, Databases.in_folder(folder))
    yield opened
    opened.journal.close()
