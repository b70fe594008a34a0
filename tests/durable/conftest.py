"""Folders with a flow's databases in them: SQLite always, PostgreSQL where a server is at hand."""

import itertools
import os
import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from flow_world.rig import Databases, Rig

Open = Callable[[], tuple[Path, Databases]]


def _server() -> str | None:
    """The URL of a PostgreSQL server on which databases may be made and dropped."""
    named = os.environ.get("FAXROUTER_TEST_POSTGRES")
    if named:
        return named
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=0.2).close()
        for user in ("postgres", "root"):
            url = f"postgresql://{user}@127.0.0.1:5432/postgres"
            try:
                _on_server(url, "SELECT 1")
            except sa.exc.OperationalError:
                continue
            return url
    except OSError:
        return None
    return None


def _on_server(server: str, *statements: str) -> None:
    engine = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 2},
    )
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


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
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The server, and the name of a database in which a flow was once."""
    server = _server()
    if server is None:
        pytest.skip("no PostgreSQL server: FAXROUTER_TEST_POSTGRES names none, and 127.0.0.1:5432 does not answer")
    name = f"faxrouter_template_{uuid.uuid4().hex[:12]}"
    _on_server(server, f"CREATE DATABASE {name}")
    rig = Rig.open(tmp_path_factory.mktemp("template"), _databases(server, name))
    with rig.running():
        pass
    rig.journal.close()
    yield server, name
    _on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def _databases(server: str, name: str) -> Databases:
    url = sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    return Databases(journal=url, workflow=url)


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
        made.append(f"faxrouter_test_{uuid.uuid4().hex[:12]}")
        _on_server(server, f"CREATE DATABASE {made[-1]} TEMPLATE {name}")
        return folder, _databases(server, made[-1])

    yield on_postgresql
    _on_server(server, *(f"DROP DATABASE {one} WITH (FORCE)" for one in made))


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
