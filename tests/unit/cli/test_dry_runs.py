"""Nothing with which to act is ever constructed by a command that only looks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import RECEIVED_AT, acknowledged, fax_service, faxrouter, files_under, router_in, write_home
from fax_files import PageToWrite, tiff
from small_home import IN_CLINIC, OTHERWISE, home

RULES = OTHERWISE + (
    "rules: [{id: lab, when: {document_type: lab_result}, then: {workspace: Referrals}}]\n"
    "tests: [{name: nursing, fax: {our_number: '+14155550100'}, expect: {workspace: Nursing}}]\n"
)
# Python tells an audit hook of every import, socket, file and process before it happens.
WATCHED = """
import json, os, sys
home, report, *arguments = sys.argv[1:]
seen = []

def hook(event, details):
    if event == "import" and details[0].split(".")[0] in ("faxrouter_connectors", "dbos", "uvicorn"):
        seen.append(f"import {details[0]}")
    elif event in ("socket.connect", "socket.bind", "socket.sendto", "subprocess.Popen", "os.system", "os.exec"):
        seen.append(event)
    elif event == "open" and isinstance(details[0], (str, bytes)):
        writes = details[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
        if writes and os.path.abspath(os.fsdecode(details[0])).startswith(home):
            seen.append(f"open {os.fsdecode(details[0])}")
    elif event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate"):
        if os.path.abspath(os.fsdecode(details[0])).startswith(home):
            seen.append(f"{event} {details[0]}")
    elif event == "sqlite3.connect" and "mode=ro" not in str(details[0]) and "immutable=1" not in str(details[0]):
        seen.append(f"sqlite3.connect {details[0]}")

sys.addaudithook(hook)
from faxrouter.cli import main
sys.argv = ["faxrouter", *arguments]
try:
    main()
except SystemExit as end:
    code = end.code
json.dump({"code": code, "seen": seen}, open(report, "w"))
"""


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home in which one fax was routed, and the fax."""
    where = write_home(tmp_path_factory.mktemp("used"), home(RULES))
    with router_in(where) as router:
        fax_service(router).drop(
            tiff(PageToWrite()), received_at=RECEIVED_AT, name="scan.tif", facts={"our_number": IN_CLINIC}
        )
        (fax,) = acknowledged(router, 1)
    return where, fax


@pytest.mark.parametrize(
    "command",
    [
        "check",
        "check --sarif",
        "test",
        "decide FACTS",
        "explain FACTS --full --why-not lab",
        "explain SCAN",
        "explain FAX",
        "schema",
    ],
)
def test_what_only_decides_constructs_nothing_that_acts(used: tuple[Path, str], tmp_path: Path, command: str) -> None:
    """No connector is imported, no socket opened, no process started, and nothing under the home is written."""
    where, fax = used
    facts, scan, report = tmp_path / "facts.json", tmp_path / "scan.tif", tmp_path / "report.json"
    facts.write_text(json.dumps({"facts": {"our_number": IN_CLINIC}}))
    scan.write_bytes(tiff(PageToWrite()))
    names = {"FACTS": str(facts), "SCAN": str(scan), "FAX": fax}
    arguments = [names.get(word, word) for word in command.split()]
    before = files_under(where)

    subprocess.run(
        [sys.executable, "-c", WATCHED, str(where), str(report), *arguments, "--home", str(where)],
        check=True,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )

    assert {"code": 0, "seen": []} == json.loads(report.read_text())
    assert before == files_under(where)


def test_the_hook_would_notice(used: tuple[Path, str], tmp_path: Path) -> None:
    """A test of the test: a command that changes something is seen."""
    where, fax = used
    report = tmp_path / "report.json"

    subprocess.run(
        [sys.executable, "-c", WATCHED, str(where), str(report), "retry", fax, "--home", str(where)],
        check=True,
        capture_output=True,
        timeout=60,
    )

    seen = json.loads(report.read_text())["seen"]
    assert [True, True] == [any(word in one for one in seen) for word in ("socket.connect", "sqlite3.connect")]


def test_a_home_without_state_stays_without(tmp_path: Path) -> None:
    """To look at what a router did makes no folder where none ran."""
    where = write_home(tmp_path, home(RULES))

    answers = [
        faxrouter(*command.split(), "--home", where)
        for command in ("status", "queue", "history F-1", "explain F-1", "retry F-1")
    ]

    assert [3] * 5 == [answer.code for answer in answers]
    assert all("no router has run in" in answer.err for answer in answers)
    assert not (where / "var").exists()
