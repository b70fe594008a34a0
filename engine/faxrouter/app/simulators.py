"""The simulated systems of a home, started as a process of their own and spoken to over loopback. Never in production.

They are started and never imported: an engine that could reach into them could share their misreading of the wire.
"""

import json
import os
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from faxrouter.app.simulated_world import world_of
from faxrouter.home.directory import read_home
from faxrouter.model.failure import Unavailable
from faxrouter.reload.gates import examine
from faxrouter.settings import Settings, SimulatorSettings, simulated_secrets

_MODULE = "faxrouter_simulators"
_WORLD, _ADMINISTRATOR = "world.json", "secrets/admin"
# seconds
_TIMEOUT = 10.0
_END = 5.0


def make_secrets(home: Path) -> None:
    """The passwords of simulated users, each made once, in the state folder: they are worth nothing elsewhere."""
    try:
        for path in simulated_secrets(home):
            _make_secret(path)
    except OSError as err:
        raise Unavailable(f"the secrets of the simulated systems cannot be made: {err.strerror}") from err


def write_world(settings: Settings) -> Path:
    """What the simulators begin with, by the home's rules as they stand. With an error in the rules, what they began
    with last time. Raises Unavailable when that is not there either."""
    simulators = _simulators_of(settings)
    path = simulators.folder / _WORLD
    rule_set = examine(read_home(settings.home)).rule_set
    if rule_set is None:
        if path.exists():
            return path
        raise Unavailable("the rules have errors, so nothing can be simulated for them: say `faxrouter check`")
    administrator = simulators.folder / _ADMINISTRATOR
    try:
        _make_secret(administrator)
        world = world_of(rule_set, settings, administrator=administrator.read_text(encoding="utf-8"))
        _write(path, json.dumps(world, indent=1))
    except OSError as err:
        raise Unavailable(f"`{path}` cannot be written: {err.strerror}") from err
    return path


def command(settings: Settings, *, with_parent: bool) -> list[str]:
    """How the simulators are started. `with_parent`: they end when their standard input does."""
    simulators = _simulators_of(settings)
    listen = (
        f"[{simulators.host}]:{simulators.port}" if ":" in simulators.host else f"{simulators.host}:{simulators.port}"
    )
    words = [sys.executable, "-m", _MODULE, "--folder", str(simulators.folder)]
    words += ["--world", str(write_world(settings)), "--listen", listen]
    return [*words, "--with-parent"] if with_parent else words


@contextmanager
def running_simulators(settings: Settings) -> Iterator[str]:
    """The simulators at work until the block ends; their address. Raises Unavailable with their own words when they do
    not start."""
    process = subprocess.Popen(
        command(settings, with_parent=True),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the router: it ends them when it has ended itself
        start_new_session=True,
    )
    assert process.stdout is not None and process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise Unavailable(process.stderr.read().strip() or "the simulators did not start")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def send(
    settings: Settings,
    content: bytes,
    *,
    name: str,
    to: str,
    caller: str | None,
    more: Mapping[str, str],
    facts: Mapping[str, object],
) -> str:
    """Put a fax into the simulated Cloud Fax queue; its document id. Raises Unavailable."""
    fields = {"to": to, "name": name, **more}
    if caller:
        fields["from"] = caller
    if facts:
        fields["index"] = json.dumps(facts)
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="fax"\r\n\r\n'
    body = b"".join([*parts, head.encode(), content, f"\r\n--{boundary}--\r\n".encode()])
    request = urllib.request.Request(
        f"{_simulators_of(settings).address}/_sim/cloudfax/faxes",
        data=body,
        headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
    )
    answer = _answer(request)
    return str(answer["document_id"])


def _answer(request: urllib.request.Request) -> Mapping[str, Any]:
    # no proxy stands between this machine and itself
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT) as reply:
            answer: Mapping[str, Any] = json.load(reply)
            return answer
    except urllib.error.HTTPError as err:
        raise Unavailable(f"the simulated Cloud Fax does not take it: {json.load(err).get('error')}") from err
    except (OSError, ValueError) as err:
        raise Unavailable("no simulators run here: start them with `faxrouter simulate`") from err


def _simulators_of(settings: Settings) -> SimulatorSettings:
    if settings.simulators is None:
        raise Unavailable("faxrouter.toml has no table `[simulators]`; the starter home (`faxrouter init`) shows one")
    return settings.simulators


def _make_secret(path: Path) -> None:
    if not path.exists():
        _write(path, secrets.token_urlsafe(18))


def _write(path: Path, text: str) -> None:
    """For nobody else's eyes, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writing = path.with_name(path.name + ".part")
    descriptor = os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    writing.replace(path)
