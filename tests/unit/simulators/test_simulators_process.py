"""The simulators as a process: it starts or says why not, and never outlives its parent."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cloudfax_world import ROUTER, job

PATIENCE = 30.0
WORLD = {"cloudfax": {"accounts": [{"name": ROUTER[0], "password": ROUTER[1]}], "pace": 0.01}}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(WORLD))
    return path


def command(folder: Path, world: Path, *more: str, listen: str = "127.0.0.1:0") -> list[str]:
    options = ["--folder", str(folder), "--world", str(world), "--listen", listen]
    return [sys.executable, "-m", "faxrouter_simulators", *options, *more]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the address that it prints."""
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            if process.poll() is None:
                process.kill()


def refused(*arguments: str) -> str:
    """Why it does not start."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (3, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n")), done.stderr
    return done.stderr.strip()


def wait_until(is_so: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.01)


def listens(address: str) -> bool:
    try:
        return httpx.get(address, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def submit(address: str) -> None:
    answer = httpx.post(f"{address}/mra/v1/outbound/faxes", json=job("15550100"), auth=ROUTER, trust_env=False)
    assert (200, {"job_id": "xsi-1234567"}) == (answer.status_code, answer.json())


def wait_until_posted(address: str) -> None:
    with httpx.Client(base_url=address, auth=ROUTER, trust_env=False) as client:
        wait_until(lambda: "Posted" in client.get("/mra/v1/outbound/faxes/status/xsi-1234567").text)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_works_ends_and_goes_on(tmp_path: Path, world: Path, number: signal.Signals) -> None:
    """The address first; a job is delivered by itself; a signal ends it cleanly; a second start knows the job."""
    for start in range(2):
        with running(*command(tmp_path / "state", world)) as (process, address):
            if start == 0:
                submit(address)
            wait_until_posted(address)
            process.send_signal(number)
            out, err = process.communicate(timeout=PATIENCE)
            assert (0, "", "") == (process.returncode, out, err)
        assert not listens(address)


def test_it_ends_with_its_standard_input(tmp_path: Path, world: Path) -> None:
    """`--with-parent`: whoever holds the other end is gone."""
    with running(*command(tmp_path / "state", world, "--with-parent")) as (process, address):
        assert listens(address)
        assert process.stdin is not None
        process.stdin.write("a word is no end")
        process.stdin.flush()
        assert listens(address)
        process.stdin.close()

        assert 0 == process.wait(PATIENCE)


def test_it_stays_when_nobody_said_that_it_has_a_parent(tmp_path: Path, world: Path) -> None:
    """A service has no standard input."""
    with running(*command(tmp_path / "state", world)) as (process, address):
        assert process.stdin is not None
        process.stdin.close()

        assert listens(address)
        process.terminate()
        assert 0 == process.wait(PATIENCE)


def test_a_killed_parent_leaves_no_orphan(tmp_path: Path, world: Path) -> None:
    """SIGKILL gives the parent no time to end anything."""
    parent = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), end='', flush=True)\n"
        "time.sleep(600)\n"
    )
    child = command(tmp_path / "state", world, "--with-parent")
    with running(sys.executable, "-c", parent, *child) as (process, address):
        assert listens(address)

        process.kill()

        wait_until(lambda: not listens(address))


def test_it_listens_on_the_other_loopback_too(tmp_path: Path, world: Path) -> None:
    """IPv6, where the machine has it."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")

    with running(*command(tmp_path / "state", world, listen="[::1]:0")) as (_, address):
        assert ("http://[::1]:", True) == (address[:13], listens(address))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read {world}: No such file or directory"),
        ("{", "{world}: Invalid JSON: EOF while parsing an object at line 1 column 1"),
        ("[]", "{world}: Input should be an object"),
        ('{"cloudfaxes": {}}', "{world}: `cloudfaxes`: Extra inputs are not permitted"),
        (
            '{"cloudfax": {"accounts": [{"name": "a", "pass": "HUSH"}]}}',
            "{world}: `cloudfax.accounts.0.password`: Field required, and 1 more",
        ),
        (
            '{"cloudfax": {"tenants": [{"id": "t", "client_id": "c", "client_secret": "HUSH", "account": "a"}]}}',
            "the world does not fit together: tenant `t`: there is no account `a`",
        ),
    ],
)
def test_a_bad_world_is_one_line(tmp_path: Path, text: str | None, message: str) -> None:
    """Which file, where in it, and what; never a secret."""
    world = tmp_path / "world.json"
    if text is not None:
        world.write_text(text)

    said = refused(*command(tmp_path / "state", world))

    assert f"faxrouter-simulators: {message.replace('{world}', str(world))}" == said
    assert "HUSH" not in said


@pytest.mark.parametrize(
    ("listen", "message"),
    [
        ("0.0.0.0:8330", "simulators listen on loopback only, as 127.0.0.1:8330"),
        ("10.0.0.1:8330", "simulators listen on loopback only, as 127.0.0.1:8330"),
        ("example.com:8330", "simulators listen on loopback only, as 127.0.0.1:8330"),
        ("[::]:8330", "simulators listen on loopback only, as 127.0.0.1:8330"),
        (":8330", "simulators listen on loopback only, as 127.0.0.1:8330"),
        ("127.0.0.1", "it is written as 127.0.0.1:8330"),
        ("127.0.0.1:", "it is written as 127.0.0.1:8330"),
        ("127.0.0.1:http", "it is written as 127.0.0.1:8330"),
        ("127.0.0.1:70000", "it is written as 127.0.0.1:8330"),
    ],
)
def test_it_listens_on_loopback_only(tmp_path: Path, world: Path, listen: str, message: str) -> None:
    """What is simulated here has no business on a network."""
    said = refused(*command(tmp_path / "state", world, listen=listen))

    assert f"faxrouter-simulators: `--listen {listen}`: {message}" == said
    assert not (tmp_path / "state").exists()


def test_a_port_in_use_is_one_line(tmp_path: Path, world: Path) -> None:
    """And the state is free again."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"

        assert f"faxrouter-simulators: cannot listen on {listen}: Address already in use" == refused(
            *command(tmp_path / "state", world, listen=listen)
        )

    with running(*command(tmp_path / "state", world)) as (_, address):
        assert listens(address)


def test_a_folder_that_cannot_be_used_is_one_line(tmp_path: Path, world: Path) -> None:
    """Because it is a file, is below one, or holds something else where the state should be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "odd" / "cloudfax").mkdir(parents=True)
    (tmp_path / "odd" / "cloudfax" / "cloudfax.db").write_text("no database at all, but long enough to be read" * 99)

    said = [refused(*command(tmp_path / name, world)) for name in ("file", "file/below", "odd")]

    assert [
        f"faxrouter-simulators: cannot use {tmp_path}/file: File exists",
        f"faxrouter-simulators: cannot use {tmp_path}/file/below: Not a directory",
        f"faxrouter-simulators: cannot use {tmp_path}/odd: file is not a database",
    ] == said


def test_two_processes_do_not_share_a_state(tmp_path: Path, world: Path) -> None:
    """The second one is refused, and the first goes on."""
    state = tmp_path / "state"
    with running(*command(state, world)) as (_, address):
        assert f"faxrouter-simulators: cannot use {state}: other simulators are using it" == refused(
            *command(state, world)
        )
        assert listens(address)
