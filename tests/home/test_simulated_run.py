"""The starter home at work as `make run` starts it: real connectors over HTTP on both simulated systems."""

import re
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from command_line import PATIENCE, Running, faxrouter, faxrouter_process, free_port, router_process, wait_until
from faxrouter.app.simulators import make_secrets

# what stands in the samples and must not stand in a log
PERSONAL = ("MRN-", "CLM-", "Zebra", "+1415", "415 555")


@pytest.fixture
def where(tmp_path: Path) -> Path:
    """The starter home, on addresses of its own."""
    where = tmp_path / "home"
    assert 0 == faxrouter("init", where).code
    settings = (where / "faxrouter.toml").read_text()
    settings = settings.replace("127.0.0.1:8330", f"127.0.0.1:{free_port()}")
    settings = settings.replace("127.0.0.1:8321", f"127.0.0.1:{free_port()}").replace('"info"', '"debug"')
    (where / "faxrouter.toml").write_text(settings)
    # made before the router does it, so that the address of its console can be read
    make_secrets(where)
    return where


def simulators(where: Path) -> str:
    found = re.search(r'\[simulators\]\nlisten = "(.*)"', (where / "faxrouter.toml").read_text())
    assert found is not None
    return f"http://{found[1]}"


def ledger(where: Path, system: str, effect: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{simulators(where)}/_sim/ledger/{system}", params={"effect": effect}, trust_env=False)
    return list(answer.json())


def status(running: Running) -> dict[str, Any]:
    return dict(httpx.get(f"{running.address}/api/status", trust_env=False).json())


def test_the_samples_are_routed_through_both_simulated_systems(where: Path, tmp_path: Path) -> None:
    """Leased, read, decided, filed with metadata and class, put before people, and only then deleted from the queue;
    a fax that is sent, and one from a folder, as well. No secret and no name in a log. Everything ends together."""
    faxes = {path for path in (where / "samples").rglob("*") if path.suffix in (".tif", ".pdf")}
    with router_process(where, "--simulate", "--samples", where / "samples", folder=tmp_path / "says") as running:
        running.wait_until_ready()
        wait_until(lambda: status(running)["acknowledged"] == len(faxes))
        sent = faxrouter(
            "simulate", "send", where / "samples" / "no-facts.tif", "--to", "+1 415 555 0101", "--from",
            "+1 209 555 0107", "--fact", "document_type=referral", "--home", where,
        )  # fmt: skip
        assert (0, True) == (sent.code, "waits in the queue as doc-" in sent.out)
        (where / "var" / "inbox" / "dropped.tif").write_bytes((where / "samples" / "no-facts.tif").read_bytes())
        wait_until(lambda: status(running)["acknowledged"] == len(faxes) + 2)
        _filed_before_deleted(where, len(faxes) + 1)
        assert ({}, 0) == (status(running)["problems"], _stopped(status(running)))
        pages = [httpx.get(f"{simulators(where)}/{page}", trust_env=False) for page in ("", "extended-ecm")]
        filed_at = re.findall(r"filed at +(\S+)", running.out.read_text())
        assert len(faxes) <= len(filed_at)
        pages += [httpx.get(address, trust_env=False) for address in filed_at[:3]]
        assert {200} == {page.status_code for page in pages}
        assert 0 == running.end(signal.SIGINT)
    with pytest.raises(httpx.ConnectError):
        httpx.get(simulators(where), trust_env=False)
    log = running.err.read_text()
    secrets = [path.read_text().strip() for path in (where / "var" / "simulated" / "secrets").iterdir()]
    assert "decided" in log
    assert [] == [said for said in (*PERSONAL, *secrets) if said in log]


def test_a_second_start_goes_on_where_the_first_one_ended(where: Path, tmp_path: Path) -> None:
    """A kill takes the router and its simulated systems; both know afterwards what they knew before."""
    with router_process(where, "--simulate", "--samples", where / "samples", folder=tmp_path / "first") as running:
        wait_until(lambda: running.out.read_text().count("filed at") > 3)
        running.process.kill()
        running.process.wait(PATIENCE)
    faxes = len({path for path in (where / "samples").rglob("*") if path.suffix in (".tif", ".pdf")})
    wait_until(lambda: _is_free(where))
    with router_process(where, "--simulate", "--samples", where / "samples", folder=tmp_path / "second") as running:
        running.wait_until_ready()
        wait_until(lambda: len(ledger(where, "cloudfax", "fax deleted")) == faxes)
        assert 0 == _stopped(status(running))
        stored = [one["details"]["name"] for one in ledger(where, "xecm", "document created")]
        assert len(stored) == len(set(stored)) == faxes
        assert 0 == running.end()


def test_a_fax_is_not_sent_where_no_simulators_run(where: Path) -> None:
    """One line, and how to start them."""
    answer = faxrouter_process("simulate", "send", where / "samples" / "no-facts.tif", "--to", "1", "--home", where)

    assert (3, "faxrouter: no simulators run here: start them with `faxrouter simulate`\n") == (
        answer.returncode,
        answer.stderr,
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [(("--fact", "document_type"), "must be NAME=VALUE"), (("--fact", "=x"), "must be NAME=VALUE")],
)
def test_a_fact_that_cannot_be_understood_is_said(where: Path, more: tuple[str, ...], said: str) -> None:
    """Exit code 2, and nothing is sent."""
    answer = faxrouter("simulate", "send", where / "samples" / "no-facts.tif", "--to", "1", "--home", where, *more)

    assert (2, True) == (answer.code, said in answer.err)


def test_a_file_that_cannot_be_read_is_said(where: Path) -> None:
    """Exit code 2."""
    answer = faxrouter("simulate", "send", where / "nothing.tif", "--to", "1", "--home", where)

    assert (2, True) == (answer.code, "cannot be read" in answer.err)


def test_an_address_that_is_in_use_is_said(where: Path, tmp_path: Path) -> None:
    """The router does not start without the systems that it is to work with."""
    with router_process(where, "--simulate", folder=tmp_path / "first") as running:
        running.wait_until_ready()
        second = faxrouter_process("simulate", "--home", where)
        assert (3, True) == (second.returncode, "other simulators are using it" in second.stderr)
        assert 0 == running.end()


def _filed_before_deleted(where: Path, count: int) -> None:
    # one sample comes several times: its first document counts
    stored = {one["details"]["sha256"]: one["at"] for one in reversed(ledger(where, "xecm", "document created"))}
    deleted = ledger(where, "cloudfax", "fax deleted")
    assert count == len(deleted)
    assert all(stored[one["details"]["sha256"]] < one["at"] for one in deleted)


def _stopped(numbers: dict[str, Any]) -> int:
    return sum(one["count"] for one in numbers["work"] if one["state"] == "stopped")


def _is_free(where: Path) -> bool:
    """The simulated systems of a killed router end by themselves."""
    try:
        httpx.get(simulators(where), trust_env=False)
    except httpx.ConnectError:
        return True
    return False
