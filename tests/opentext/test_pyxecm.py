"""OpenText's own client against the simulator, unmodified: in process step by step, and as a whole over a socket."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import responses
from requests import PreparedRequest

from opentext.at_work import HOST, XecmAtWork, xecm_at_work, xecm_on_a_socket

drive = pytest.importorskip("opentext.pyxecm_drive", reason="pyxecm is not installed: the dependency group `opentext`")

# what a client cannot send through a callback: the transport writes them itself
_OF_THE_TRANSPORT = {"content-length", "transfer-encoding", "connection"}


@pytest.fixture(scope="module")
def xecm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[XecmAtWork]:
    with xecm_at_work(tmp_path_factory.mktemp("xecm")) as at_work:
        yield at_work


@pytest.fixture
def unmapped() -> list[str]:
    """Calls that the simulator does not know."""
    return []


@pytest.fixture
def clinic(xecm: XecmAtWork, unmapped: list[str]) -> Iterator[object]:
    """Where every call of `requests` is answered by the simulator."""

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_THE_TRANSPORT}
        response = xecm.send(str(request.method), str(request.url), headers=headers, content=request.body or b"")
        if "mappings registry" in response.text:
            unmapped.append(f"{request.method} {request.url}")
        return response.status_code, dict(response.headers), response.content

    with responses.RequestsMock(assert_all_requests_are_fired=False) as calls:
        for method in ("GET", "POST", "PUT", "DELETE"):
            calls.add_callback(method, re.compile(rf"{HOST}(:\d+)?/.*"), callback=answer, content_type=None)
        yield drive.clinic_at(HOST)


@pytest.mark.parametrize("step", drive.STEPS, ids=lambda step: step.__name__)
def test_pyxecm_gets_what_it_expects(step: Callable[[object], None], clinic: object, unmapped: list[str]) -> None:
    """Each step asserts for itself, and makes no call that the simulator does not know."""
    step(clinic)

    assert [] == unmapped


def test_pyxecm_goes_over_a_socket(tmp_path: Path) -> None:
    """The whole drive in a process of its own; the ledger has every effect exactly once."""
    with xecm_on_a_socket(tmp_path) as (address, xecm):
        done = subprocess.run([sys.executable, drive.__file__, address], capture_output=True, text=True, timeout=120)
        counted = Counter(effect["effect"] for effect in xecm.effects())

    assert 0 == done.returncode, done.stderr
    expected = {"draft created": 2, "process initiated": 2, "task done": 2, "hold applied": 1, "nickname set": 1}
    assert expected == {effect: counted[effect] for effect in expected}
