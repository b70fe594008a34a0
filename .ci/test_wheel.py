"""The built wheel at work where nothing of this repository is: an empty environment and an empty folder.

Knows faxrouter only from outside. Run by `.ci/run`; by hand: `.venv/bin/python -m pytest .ci/test_wheel.py`.
"""

import hashlib
import json
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
# seconds; a slow machine starts the durable engine and files every sample well within
DONE_WITHIN = 120
ENDED_WITHIN = 30
FAX_FILES = {".tif", ".tiff", ".pdf"}

Say = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment that holds the wheel and its locked dependencies, and nothing else."""
    room = tmp_path_factory.mktemp("room")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(room / "dist")]
    subprocess.run(build, cwd=REPOSITORY, check=True)
    subprocess.run([sys.executable, "-m", "venv", str(room / "venv")], check=True)
    pip = [
        str(room / "venv/bin/python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "10",
    ]
    subprocess.run([*pip, "--require-hashes", "-r", str(REPOSITORY / "requirements/run.lock")], check=True)
    (wheel,) = (room / "dist").glob("*.whl")
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    return room


@pytest.fixture(scope="module")
def surroundings(room: Path) -> dict[str, str]:
    return {"PATH": f"{room}/venv/bin:/usr/bin:/bin", "HOME": str(room), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def say(room: Path, surroundings: dict[str, str]) -> Say:
    """Runs a command of the environment in the empty folder."""

    def run(*command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        path = str(room / "venv/bin" / command[0])
        return subprocess.run(
            [path, *command[1:]], cwd=room, env=surroundings, input=given, capture_output=True, text=True, timeout=300
        )

    return run


@pytest.fixture(scope="module")
def home(room: Path, say: Say) -> Path:
    """A starter home made by `faxrouter init`."""
    made = say("faxrouter", "init", "home")
    assert made.returncode == 0, made.stderr
    return room / "home"


def test_the_environment_is_whole_and_holds_no_development_tools(say: Say) -> None:
    """What the wheel declares is all that it needs."""

    assert say("python", "-m", "pip", "check").returncode == 0
    for tool in ("pytest", "hypothesis", "mypy", "hatchling"):
        assert say("python", "-c", f"import {tool}").returncode != 0, tool


def test_the_command_says_its_version(room: Path, say: Say) -> None:
    """`--version` is that of the installed distribution."""

    (wheel,) = (room / "dist").glob("*.whl")

    assert wheel.name.split("-")[1] in say("faxrouter", "--version").stdout


def test_init_copies_the_starter_home_and_never_overwrites(home: Path, say: Say) -> None:
    """The wheel carries the repository's own rules, templates, samples and settings, byte for byte."""
    before = hashes_of(home)

    again = say("faxrouter", "init", "home")

    assert again.returncode != 0
    assert "already" in again.stderr
    assert before == hashes_of(home)
    for part in ("rules", "templates", "samples"):
        assert hashes_of(REPOSITORY / part) == hashes_of(home / part), part
    assert (REPOSITORY / "faxrouter.toml").read_bytes() == (home / "faxrouter.toml").read_bytes()


@pytest.mark.parametrize("gate", ["check", "test"])
def test_the_starter_home_passes_its_own_gates(gate: str, home: Path, say: Say) -> None:
    """`check` finds no error and every test beside the rules passes."""
    done = say("faxrouter", gate, "--home", str(home))

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_line_of_facts_is_decided(home: Path, say: Say) -> None:
    """JSON lines in, JSON lines out; a fax of no department is still answered."""
    line = json.dumps({"fax_id": "one", "facts": {"event": "received", "pages": 2}})

    done = say("faxrouter", "decide", "--home", str(home), "-", given=line + "\n")

    assert done.returncode == 0, done.stderr
    (answer,) = [json.loads(text) for text in done.stdout.splitlines()]
    assert answer["fax_id"] == "one"
    assert answer["rule_set"]
    assert {"outcomes", "parked"} <= answer.keys()


def test_a_run_files_the_samples_once_and_ends_on_ctrl_c(room: Path, surroundings: dict[str, str], say: Say) -> None:
    """On the simulated systems that the wheel carries: every sample fax lies in a workspace, a second start files
    nothing twice, Ctrl-C ends both with 0."""
    assert say("faxrouter", "init", "running").returncode == 0
    home = room / "running"
    listen_on_free_ports(home / "faxrouter.toml")
    faxes = {digest for path, digest in hashes_of(home / "samples").items() if path.suffix in FAX_FILES}
    assert faxes

    with router(room, home, surroundings) as first:
        wait_until(lambda: faxes <= set(filed(home)), router=first)
        wait_until(lambda: say("faxrouter", "status", "--home", str(home)).returncode == 0, router=first)
        once = filed(home)
        assert ended_by_ctrl_c(first)
    with router(room, home, surroundings) as second:
        wait_until(lambda: say("faxrouter", "status", "--home", str(home)).returncode == 0, router=second)
        time.sleep(2)  # long enough to file once more what was filed already
        assert once == filed(home)
        assert ended_by_ctrl_c(second)


def listen_on_free_ports(settings: Path) -> None:
    """A router that runs beside this test keeps the starter home's own ports."""
    text = settings.read_text()
    for port in ("8321", "8330"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            free = server.getsockname()[1]
        assert f"127.0.0.1:{port}" in text
        text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{free}")
    settings.write_text(text)


@contextmanager
def router(room: Path, home: Path, surroundings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """`faxrouter run --simulate` with the samples; its output goes to `run.log`."""
    # a shell that was itself started in the background ignores Ctrl-C, and so would its children
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command: list[str | Path] = [room / "venv/bin/faxrouter", "run", "--simulate", "--home", home]
    command += ["--samples", home / "samples"]
    with (room / "run.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=room, env=surroundings, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield process
        except BaseException:
            print((room / "run.log").read_text()[-8000:])
            raise
        finally:
            process.kill()
            process.wait()


def wait_until(done: Callable[[], bool], *, router: subprocess.Popen[bytes]) -> None:
    """Raises AssertionError when the router ends by itself or takes too long."""
    deadline = time.monotonic() + DONE_WITHIN
    while not done():
        assert router.poll() is None, "the router ended by itself"
        assert time.monotonic() < deadline, "not done in time"
        time.sleep(0.2)


def ended_by_ctrl_c(router: subprocess.Popen[bytes]) -> bool:
    router.send_signal(signal.SIGINT)
    return router.wait(timeout=ENDED_WITHIN) == 0


def filed(home: Path) -> list[str]:
    """The hash of every document that was stored in the simulated Extended ECM, sorted; one entry for each."""
    address = tomllib.loads((home / "faxrouter.toml").read_text())["simulators"]["listen"]
    try:
        with urllib.request.urlopen(f"http://{address}/_sim/ledger/xecm?effect=document%20created") as answer:
            return sorted(effect["details"]["sha256"] for effect in json.load(answer))
    except urllib.error.URLError:
        return []


def hashes_of(folder: Path) -> dict[Path, str]:
    """File → sha256, below a folder that may not exist."""
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
