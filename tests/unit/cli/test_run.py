"""`run` as a process: it starts or says why not, works, and ends within seconds."""

import os
import re
import shutil
import signal
import socket
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from command_line import Running, faxrouter, faxrouter_process, free_port, router_process, wait_until, write_home
from fax_files import PageToWrite, hylafax_tiff, tiff
from small_home import IN_CLINIC, OTHERWISE, home

RULES = OTHERWISE + (
    "rules: [{id: lab, when: {document_type: lab_result}, then: {workspace: Referrals, "
    "task: {queue: nurses, title: \"Look at {{ patient_id }} for {{ sender_station or 'nobody' }}\"}}}]\n"
)
SETTINGS = """\
[router]
log_level = "debug"
log_format = "json"
[console]
listen = "{listen}"
[reload]
quiet_seconds = 0.05
[connectors.cabinet]
use = "folder"
settle = 0.1
"""


@pytest.fixture
def where(tmp_path: Path) -> Path:
    settings = SETTINGS.replace("{listen}", f"127.0.0.1:{free_port()}")
    return write_home(tmp_path / "home", home(RULES), settings=settings)


def drop(where: Path, name: str, content: bytes, sidecar: str = "") -> None:
    inbox = where / "var" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    if sidecar:
        (inbox / f"{name}.json").write_text(sidecar, encoding="utf-8")
    (inbox / f"{name}.part").write_bytes(content)
    (inbox / f"{name}.part").rename(inbox / name)


def counted(running: Running, name: str) -> int:
    answer = httpx.get(f"{running.address}/api/status", trust_env=False)
    return int(answer.json()[name])


def test_a_router_starts_works_reloads_ends_and_goes_on(where: Path, tmp_path: Path) -> None:
    """The main job, twice: a fax that was dropped is routed, saved rules go live, a second start goes on."""
    facts = f'{{"our_number": "{IN_CLINIC}", "document_type": "lab_result", "patient_id": "MRN-1"}}'
    with router_process(where, folder=tmp_path / "first") as running:
        running.wait_until_ready()
        drop(where, "one.tif", tiff(PageToWrite()), facts)
        wait_until(lambda: counted(running, "acknowledged") == 1)
        saved = (where / "rules" / "clinic.rules.yaml").read_text()
        (where / "rules" / "clinic.rules.yaml").write_text(saved.replace("workspace: Referrals", "workspace: Nursing"))
        wait_until(lambda: "rules live" in running.err.read_text().partition("router running")[2])
        began = time.monotonic()
        assert 0 == running.end(signal.SIGINT)
        assert time.monotonic() - began < 8
        assert running.out.read_text().endswith("ended\n")
    drop(where, "two.tif", tiff(PageToWrite()), facts)
    with router_process(where, folder=tmp_path / "second") as running:
        running.wait_until_ready()
        wait_until(lambda: counted(running, "acknowledged") == 2)
        assert 0 == running.end(signal.SIGTERM)
    assert "Traceback" not in running.says()
    filed = {path.parent.parent.name for path in (where / "var" / "filed" / "workspaces").rglob("v1.tif")}
    assert {"Referrals", "Nursing"} == filed


def test_content_persons_and_secrets_are_in_no_log_and_no_metric(where: Path, tmp_path: Path) -> None:
    """Logs at their loudest, metrics and histories are read by people who must not see a fax."""
    marks = ("MARKNAME", "MARKID", "MARKTEXT", "MARKSTATION", "MARKODD", "MARKKEY", "+14155559999")
    facts = (
        f'{{"our_number": "{IN_CLINIC}", "document_type": "lab_result", "patient_id": "MARKID",'
        ' "text": "MARKTEXT about a person", "their_number": "+14155559999"}'
    )
    with router_process(where, folder=tmp_path / "run") as running:
        running.wait_until_ready()
        drop(where, "MARKNAME good.tif", hylafax_tiff("MARKSTATION", "+14155559999"), facts)
        drop(where, "MARKNAME bad.tif", tiff(PageToWrite())[:90], facts)
        drop(where, "MARKNAME none.tif", b"MARKTEXT and no fax")
        odd = facts.replace('"MARKID"', '{"values": ["MARKODD", "MARKID"], "MARKKEY": 1}').replace(
            '"text"', '"MARKKEY"'
        )
        drop(where, "MARKNAME odd.tif", tiff(PageToWrite()), odd)
        drop(where, "MARKNAME broken.tif", tiff(PageToWrite()), '{"MARKKEY": MARKTEXT')
        wait_until(lambda: counted(running, "acknowledged") == 5)
        metrics = httpx.get(f"{running.address}/metrics", trust_env=False).text
        faxes = [path.name for path in (where / "var" / "inbox" / "done").iterdir()]
        histories = ""
        with sqlite3.connect(where / "var" / "journal.db") as journal:
            for (fax,) in journal.execute("SELECT DISTINCT fax_id FROM journal_entries WHERE fax_id IS NOT NULL"):
                histories += faxrouter("history", fax, "--home", where).out
                histories += faxrouter("history", fax, "--json", "--home", where).out
        journal.close()
        assert 0 == running.end()
    said = running.says()

    assert (5, True, True) == (len(faxes), "decided" in said, "acknowledged" in histories)
    assert [] == [mark for mark in marks if mark in said]
    assert [] == [mark for mark in marks if mark in metrics]
    assert [] == [mark for mark in marks if mark in histories]


def test_a_secret_of_the_settings_is_in_no_message(tmp_path: Path) -> None:
    """A database that cannot be reached is said without its password."""
    settings = '[database]\nurl = {env = "FAXROUTER_TEST_URL"}\n[console]\nlisten = "127.0.0.1:0"\n'
    where = write_home(tmp_path, home(RULES), settings=settings)

    done = faxrouter_process(
        "run", "--home", where, env={"FAXROUTER_TEST_URL": "postgresql://router:MARKSECRET@127.0.0.1:1/fax"}
    )

    assert (3, False) == (done.returncode, "MARKSECRET" in done.stdout + done.stderr)
    assert done.stderr.splitlines()[-1].startswith("faxrouter: the journal cannot be used: ")


def test_samples_are_shown_as_they_are_routed(where: Path, tmp_path: Path) -> None:
    """Workspace, task, record class, by which rule, and where the filed document lies; Ctrl-C ends it cleanly."""
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "lab.tif").write_bytes(tiff(PageToWrite()))
    (samples / "lab.json").write_text(
        f'{{"our_number": "{IN_CLINIC}", "document_type": "lab_result", "patient_id": "MRN-1"}}'
    )
    with router_process(where, "--samples", samples, folder=tmp_path / "run") as running:
        wait_until(lambda: "filed at" in running.out.read_text())
        assert 0 == running.end()
    said = running.out.read_text()

    assert "samples: 1 new fax put into the inbox" in said
    assert "  workspace       Referrals, by lab (rules/clinic.rules.yaml:9)" in said
    assert "  task            Look at MRN-1 for nobody → nurses, by lab (rules/clinic.rules.yaml:9)" in said
    assert "  record class    years_1, by clinic.otherwise (rules/clinic.rules.yaml:8)" in said
    assert "  filed at        var/filed/workspaces/clinic/Clinic/Referrals/" in said


def test_a_second_router_on_one_state_is_refused(where: Path, tmp_path: Path) -> None:
    """Exit code 3 and a clear line; the first one goes on."""
    with router_process(where, folder=tmp_path / "first") as running:
        running.wait_until_ready()
        settings = where / "faxrouter.toml"
        settings.write_text(settings.read_text().replace(running.address.removeprefix("http://"), "127.0.0.1:0"))

        second = faxrouter_process("run", "--home", where)

        assert 3 == second.returncode
        assert "another router works with" in second.stderr.splitlines()[-1]
        assert 200 == httpx.get(f"{running.address}/readyz", trust_env=False).status_code
        assert 0 == running.end()


def test_a_port_in_use_is_said_before_anything_is_taken(where: Path, tmp_path: Path) -> None:
    """Exit code 3, with the address and what to change; the fax waits untouched."""
    drop(where, "one.tif", tiff(PageToWrite()))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        settings = (where / "faxrouter.toml").read_text()
        (where / "faxrouter.toml").write_text(re.sub(r"127\.0\.0\.1:\d+", address, settings))
        with router_process(where, folder=tmp_path / "run") as running:
            assert 3 == running.process.wait(30)

    assert f"faxrouter: the console cannot listen on {address}" in running.err.read_text()
    assert "Traceback" not in running.says()
    assert (where / "var" / "inbox" / "one.tif").exists()


def test_ctrl_c_twice_ends_at_once(where: Path, tmp_path: Path) -> None:
    """A person who has no time left; what was under way is taken up at the next start."""
    with router_process(where, folder=tmp_path / "run") as running:
        running.wait_until_ready()
        running.process.send_signal(signal.SIGINT)
        running.process.send_signal(signal.SIGTERM)
        running.process.send_signal(signal.SIGINT)
        code = running.process.wait(5)

    assert code in (0, 130)
    assert "Traceback" not in running.says()


def test_a_state_that_cannot_be_made_is_said(where: Path) -> None:
    """Exit code 3, with the setting to change."""
    (where / "var").write_text("a file")

    done = faxrouter_process("run", "--home", where)

    assert 3 == done.returncode
    assert "change `[router] state` in faxrouter.toml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_state_that_cannot_be_written_is_said(where: Path) -> None:
    """A read-only state folder stops the start, with words."""
    (where / "var").mkdir(mode=0o500)

    done = faxrouter_process("run", "--home", where)

    assert (3, False) == (done.returncode, "Traceback" in done.stderr)


def test_rules_with_an_error_do_not_start_and_the_last_good_ones_do(where: Path, tmp_path: Path) -> None:
    """The first start needs good rules; later ones go on with those that were live last."""
    rules = where / "rules" / "clinic.rules.yaml"
    good, bad = rules.read_text(), rules.read_text().replace("document_type:", "document_typ:")
    rules.write_text(bad)
    refused = faxrouter_process("run", "--home", where)
    assert (3, True) == (refused.returncode, 'did you mean "document_type"?' in refused.stderr)
    rules.write_text(good)
    with router_process(where, folder=tmp_path / "first") as running:
        running.wait_until_ready()
        assert 0 == running.end()
    rules.write_text(bad)
    with router_process(where, folder=tmp_path / "second") as running:
        running.wait_until_ready()
        status = faxrouter("status", "--home", where).out
        assert 0 == running.end()

    assert "last reload: refused, 1 error; the last good rules stay in service" in status
    assert 'did you mean "document_type"?' in status


def test_an_inbox_that_is_gone_makes_the_router_unready(where: Path, tmp_path: Path) -> None:
    """`/readyz` names the connector; the router goes on, and is ready when the folder is back."""
    inbox = where / "var" / "inbox"
    with router_process(where, folder=tmp_path / "run") as running:
        running.wait_until_ready()
        shutil.move(inbox / "done", inbox / "gone")
        unready = httpx.get(f"{running.address}/readyz", trust_env=False)
        shutil.move(inbox / "gone", inbox / "done")
        running.wait_until_ready()
        assert 0 == running.end()

    assert (503, True) == (unready.status_code, "is missing" in unready.json()["problems"]["cabinet"])


def test_a_second_router_leaves_no_trace_in_the_journal(where: Path, tmp_path: Path) -> None:
    """It is refused before it reads a rule: `status` goes on to show the reloads of the router that runs."""
    with router_process(where, folder=tmp_path / "first") as running:
        running.wait_until_ready()
        settings = where / "faxrouter.toml"
        settings.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{free_port()}", settings.read_text()))
        before = _entries(where)

        second = faxrouter_process("run", "--home", where)

        assert second.returncode == 3
        assert "another router works with" in second.stderr
        assert _entries(where) == before


def _entries(where: Path) -> int:
    with sqlite3.connect(where / "var" / "journal.db") as connection:
        (count,) = connection.execute("SELECT count(*) FROM journal_entries").fetchone()
    return int(count)


def test_the_log_goes_into_a_file_where_one_is_named(where: Path, tmp_path: Path) -> None:
    """The screen is for what happens to each fax."""
    log = tmp_path / "logs" / "router.log"
    with router_process(where, "--log", log, folder=tmp_path / "run") as running:
        running.wait_until_ready()
        running.end()

    assert "router running" in log.read_text()
    assert "router running" not in running.says()
