"""A PostgreSQL server for tests: found where one is at hand, with databases made and dropped at will."""

import os
import socket
import uuid
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, kw_only=True)
class Server:
    """A server on which databases may be made and dropped."""

    url: str

    def make(self, *, template: str | None = None) -> str:
        """The name of a new database."""
        name = f"faxrouter_test_{uuid.uuid4().hex[:12]}"
        self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, *names: str) -> None:
        self.run(*(f"DROP DATABASE {name} WITH (FORCE)" for name in names))

    def url_of(self, name: str) -> str:
        return sa.make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def run(self, *statements: str) -> None:
        engine = sa.create_engine(
            sa.make_url(self.url).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": 2},
        )
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def find_server() -> Server | None:
    """The one that FAXROUTER_TEST_POSTGRES names; otherwise one of this machine that trusts us; otherwise none."""
    named = os.environ.get("FAXROUTER_TEST_POSTGRES")
    if named:
        return Server(url=named)
    try:
        socket.create_connection(("127.0.0.1", 5432), timeout=0.2).close()
    except OSError:
        return None
    for user in ("postgres", "root"):
        server = Server(url=f"postgresql://{user}@127.0.0.1:5432/postgres")
        try:
            server.run("SELECT 1")
        except sa.exc.OperationalError:
            continue
        return server
    return None
