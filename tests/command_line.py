"""The command line as a person uses it: a small home in a folder, a command, what it answered."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
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


@dataclass(kw_only=True)
class Running:
    """`faxrouter run` as a process; what it says goes to files, so that it never waits for a reader."""

    process: subprocess.Popen[bytes]
    address: str
    out: Path
    err: Path

    def says(self) -> str:
        return self.out.read_text(encoding="utf-8") + self.err.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        wait_until(lambda: self.process.poll() is not None or self._is_ready())
        assert self.process.poll() is None, self.says()

    def end(self, number: int = signal.SIGINT) -> int:
        """The exit code; the process must not need longer than a stop may take."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def router_process(where: Path, *arguments: str | Path, folder: Path) -> Iterator[Running]:
    """A router as a process of its own, on the address of its home's settings; `folder` holds what it says."""
    settings = settings_of(where)
    address = f"{settings.console_host}:{settings.console_port}"
    folder.mkdir(exist_ok=True)
    out, err = folder / "out.txt", folder / "err.txt"
    with out.open("wb") as to_out, err.open("wb") as to_err:
        process = subprocess.Popen(
            [sys.executable, "-m", "faxrouter", "run", "--home", str(where), *map(str, arguments)],
            stdout=to_out,
            stderr=to_err,
        )
    try:
        yield Running(process=process, address=f"http://{address}", out=out, err=err)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
