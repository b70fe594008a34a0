"""The command line as a person uses it: a small home in a folder, a command, what it answered."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from faxrouter.app.composition import RunningRouter, running_router
from faxrouter.cli.main import app
from faxrouter.home.snapshot import Snapshot
from faxrouter.settings import Settings, read_settings
from faxrouter_connectors.memory import MemoryFaxService

RECEIVED_AT = datetime(2026, 3, 2, 18, 15, tzinfo=UTC)
IN_MEMORY = """\
[console]
listen = "127.0.0.1:0"

[connectors.fake]
use = "memory"
"""
# a run ends long before, or it is stuck; seconds
PATIENCE = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """One JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def faxrouter(*arguments: str | Path, stdin: bytes | str = b"") -> Answer:
    """The command in this process."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)
    return Answer(code=result.exit_code, out=result.stdout, err=result.stderr)


def faxrouter_process(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "faxrouter", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE * 2,
        check=False,
        env={**os.environ, **options.pop("env", {})},
        **options,
    )


def write_home(folder: Path, snapshot: Snapshot, *, settings: str = IN_MEMORY) -> Path:
    """The files of the snapshot as a home directory."""
    for name, content in snapshot.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "faxrouter.toml").write_text(settings, encoding="utf-8")
    return folder


def settings_of(home: Path) -> Settings:
    settings, problems = read_settings(home, environment={})
    assert settings is not None, problems
    return settings


@contextmanager
def router_in(home: Path) -> Iterator[RunningRouter]:
    """A router at work in this process."""
    with running_router(settings_of(home)) as router:
        yield router


def fax_service(router: RunningRouter) -> MemoryFaxService:
    service = router.connectors["fake"].fax_service
    assert isinstance(service, MemoryFaxService)
    return service


def acknowledged(router: RunningRouter, count: int) -> list[str]:
    """Waits until so many faxes are acknowledged. Their ids, in the order of their arrival."""
    wait_until(lambda: router.view.numbers()["acknowledged"] >= count)
    return [entry.fax_id or "" for entry in router.journal.entries("event")]


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.02)


def files_under(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder with its size and the time of its last change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
    return found
