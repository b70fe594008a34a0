"""pyxecm 3.9.4 and xecm 25.3.1, which need Python 3.12, in an environment of their own against the simulator."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import uv

from opentext.at_work import xecm_on_a_socket

_HERE = Path(__file__).parent
_LOCK = _HERE.parents[1] / "requirements" / "opentext-newest.lock"


def _python312() -> str | None:
    """The path of a Python 3.12; the command of that name may be pyenv's, which has to be told the version."""
    if shutil.which("python3.12") is None:
        return None
    for environment in (dict(os.environ), _told_to_pyenv()):
        asked = ["python3.12", "-c", "import sys; print(sys.executable)"]
        found = subprocess.run(asked, env=environment, capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.strip()
    return None


def _told_to_pyenv() -> Mapping[str, str]:
    if shutil.which("pyenv") is None:
        return os.environ
    known = subprocess.run(["pyenv", "whence", "python3.12"], capture_output=True, text=True)
    return {**os.environ, "PYENV_VERSION": known.stdout.split()[-1]} if known.stdout.split() else os.environ


@pytest.fixture(scope="module")
def interpreter(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python 3.12 with the clients."""
    python = _python312()
    if python is None:
        pytest.skip("no Python 3.12 at hand")
    environment = tmp_path_factory.mktemp("clients") / "venv"
    tool = uv.find_uv_bin()
    subprocess.run([tool, "venv", "--quiet", "--python", python, environment], check=True)
    inside = str(environment / "bin" / "python")
    install = [tool, "pip", "install", "--quiet", "--python", inside, "--require-hashes", "-r", str(_LOCK)]
    try:
        subprocess.run(install, check=True, capture_output=True, text=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"the clients cannot be installed: {str(error.stderr).strip()[-200:]}")
    return inside


@pytest.mark.parametrize(
    ("script", "client"),
    [("pyxecm_drive.py", ("pyxecm", "3.9.4")), ("xecm_drive.py", ("xecm", "25.3.1"))],
    ids=["pyxecm", "xecm"],
)
def test_the_newest_client_gets_what_it_expects(
    script: str, client: tuple[str, str], interpreter: str, tmp_path: Path
) -> None:
    """The whole drive over a socket, in the environment with the newest client."""
    with xecm_on_a_socket(tmp_path) as (address, _):
        drive = [interpreter, str(_HERE / script), address]
        done = subprocess.run(drive, capture_output=True, text=True, timeout=120)

    assert 0 == done.returncode, done.stderr
    name, version = client
    assert version == json.loads(done.stdout)[name]
