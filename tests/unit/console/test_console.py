"""The console of a running router: health, metrics, and the API that the command line uses."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from command_line import RECEIVED_AT, acknowledged, fax_service, faxrouter, router_in, wait_until, write_home
from fax_files import PageToWrite, tiff
from faxrouter.app.composition import RunningRouter
from faxrouter.app.state import SystemClock
from faxrouter.console.callers import CALLER_HEADER, HOME_HEADER
from faxrouter.console.metrics import JournalCollector
from faxrouter.console.server import console
from faxrouter.console.view import RouterView
from faxrouter.journal.journal import Journal
from faxrouter.model.failure import FailureKind
from faxrouter_connectors.memory import MemoryTasks
from small_home import IN_CLINIC, OTHERWISE, home

RULES = (
    OTHERWISE
    + """\
rules:
  - id: lab
    when: {document_type: lab_result}
    then: {workspace: Referrals, task: {queue: nurses, title: "Look at {{ patient_id }}"}}
"""
)
PERSON = "MRN-PERSONAL-4711"
LAB = {"our_number": IN_CLINIC, "document_type": "lab_result", "patient_id": PERSON}
UNSURE = {**LAB, "document_type": {"state": "uncertain", "values": ["lab_result"], "confidence": "low"}}


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_home(tmp_path_factory.mktemp("console"), home(RULES))


@pytest.fixture(scope="module")
def router(where: Path) -> Iterator[RunningRouter]:
    """One fax is filed after a failed try, one is parked, and one is refused by the task system for good."""
    with router_in(where) as running:
        tasks = running.connectors["fake"].tasks
        assert isinstance(tasks, MemoryTasks)
        tasks.faults.fail("put", FailureKind.TRANSIENT)
        fax_service(running).drop(tiff(PageToWrite()), received_at=RECEIVED_AT, name=f"{PERSON}.tif", facts=LAB)
        acknowledged(running, 1)
        fax_service(running).drop(tiff(PageToWrite()), received_at=RECEIVED_AT, facts=UNSURE)
        acknowledged(running, 2)
        tasks.faults.fail("put", FailureKind.REJECTED)
        fax_service(running).drop(tiff(PageToWrite()), received_at=RECEIVED_AT, facts=LAB)
        wait_until(lambda: running.view.numbers()["exceptions"] >= 2)
        yield running


@pytest.fixture
def client(router: RunningRouter) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=router.address, trust_env=False) as opened:
        yield opened


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """(name, labels) → value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health_is_whether_the_process_answers(client: httpx.Client) -> None:
    """`/healthz` asks nothing and nobody: a full disk is no reason to be killed."""
    answer = client.get("/healthz")

    assert (200, "ok\n") == (answer.status_code, answer.text)


def test_a_router_that_works_is_ready(client: httpx.Client) -> None:
    """`/readyz` is 200 with no problem."""
    answer = client.get("/readyz")

    assert (200, {"ready": True, "problems": {}}) == (answer.status_code, answer.json())


def test_every_metric_of_the_list_is_there(client: httpx.Client, router: RunningRouter) -> None:
    """Events, decisions by outcome and rule, parked, queue age, reload success, time and digest, failures by kind."""
    found = samples(client.get("/metrics").text)

    def value(name: str, **labels: str) -> float:
        return found[f"faxrouter_{name}", tuple(sorted(labels.items()))]

    digest = router.live.current.rule_set.digest
    assert 3 == value("events_total", event="received")
    assert 2 == value("decisions_total", outcome="workspace", rule="lab")
    assert 3 == value("decisions_total", outcome="retention", rule="clinic.otherwise")
    assert 1 == value("parked_total", department="clinic")
    assert 1 == value("step_failures_total", system="fake", operation="put", kind="transient")
    assert 1 == value("step_failures_total", system="fake", operation="put", kind="rejected")
    assert 1 == value("actions_total", action="put_task")
    assert 2 == value("actions_total", action="acknowledged")
    assert 1 == value("reloads_total", result="live")
    assert 1 == value("work", kind="file", state="stopped")
    assert 2 == value("exceptions_open")
    assert value("queue_age_seconds") >= 0
    assert (1, 1) == (value("reload_success"), value("rule_set", digest=digest))
    assert value("reload_timestamp_seconds") > 1_700_000_000
    assert value("reload_duration_seconds") > 0


def test_metrics_name_no_person(client: httpx.Client) -> None:
    """Labels are rules, outcomes, departments and kinds: nothing that was read from a fax."""
    text = client.get("/metrics").text

    assert [False, False] == [mark in text for mark in (PERSON, IN_CLINIC)]


def test_two_scrapes_count_nothing_twice(client: httpx.Client) -> None:
    """Entries are looked at again, since a database may show them late; each counts once."""
    first, second = (samples(client.get("/metrics").text) for _ in range(2))

    totals = [name for name in first if name[0].endswith("_total")]
    assert totals
    assert {name: first[name] for name in totals} == {name: second[name] for name in totals}


def test_the_api_answers_what_the_command_prints(client: httpx.Client, router: RunningRouter, where: Path) -> None:
    """The command line asks the router; both show the same values."""
    port = router.address.rpartition(":")[2]
    (where / "faxrouter.toml").write_text(
        f'[console]\nlisten = "127.0.0.1:{port}"\n[connectors.fake]\nuse = "memory"\n'
    )
    fax = router.journal.entries("event")[0].fax_id or ""

    status = faxrouter("status", "--json", "--home", where).json
    queue = faxrouter("queue", "--json", "--home", where).json
    history = faxrouter("history", fax, "--json", "--home", where).json

    assert (True, 3, 2) == (status["running"], status["received"], status["exceptions"])
    assert ["parked", "refused"] == sorted(one["kind"] for one in queue["exceptions"])
    assert client.get(f"/api/history/{fax[:9]}").json() == history


def test_a_queue_is_asked_for_by_department(client: httpx.Client) -> None:
    """Each department looks at its own."""
    assert 2 == len(client.get("/api/queue", params={"department": "clinic"}).json()["exceptions"])
    assert 0 == len(client.get("/api/queue", params={"department": "claims"}).json()["exceptions"])


def test_a_history_shows_proof_and_no_content(client: httpx.Client, router: RunningRouter) -> None:
    """Rules, places, digests and times: neither values nor names."""
    for entry in router.journal.entries("event"):
        text = client.get(f"/api/history/{entry.fax_id}").text
        assert [False, False] == [mark in text for mark in (PERSON, IN_CLINIC)]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "127.0.0.1.evil.example", ""])
def test_a_name_that_is_not_this_machine_is_refused(client: httpx.Client, host: str) -> None:
    """A web page whose name was made to resolve to loopback must not read the queue."""
    assert 400 == client.get("/api/queue", headers={"host": host}).status_code


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8321", "LOCALHOST", "[::1]:8321"])
def test_the_names_of_this_machine_are_welcome(client: httpx.Client, host: str) -> None:
    """With a port or without one."""
    assert 200 == client.get("/healthz", headers={"host": host}).status_code


def test_a_change_names_who_asks(client: httpx.Client) -> None:
    """No page of another origin can send this header without asking first, and it is never allowed."""
    refused = client.post("/api/retry/F-0123", headers={"origin": "http://evil.example"})
    asked = client.options(
        "/api/retry/F-0123",
        headers={"origin": "http://evil.example", "access-control-request-headers": CALLER_HEADER},
    )

    assert (403, 405) == (refused.status_code, asked.status_code)
    assert not any(name.startswith("access-control") for name in (*refused.headers, *asked.headers))
    assert 405 == client.get("/api/retry/F-0123").status_code


def test_a_fax_that_nobody_knows_is_not_found(client: httpx.Client) -> None:
    """404 with words; the command line shows them."""
    for answer in (
        client.get("/api/history/F-none"),
        client.get("/api/history/%2e%2e%2fetc"),
        client.post("/api/retry/F-none", headers={CALLER_HEADER: "test"}),
    ):
        assert (404, True) == (answer.status_code, "error" in answer.json() if answer.text.startswith("{") else True)


def test_another_home_is_refused(client: httpx.Client) -> None:
    """Two homes may be set to one port: an answer of the wrong one would mislead."""
    answer = client.get("/api/status", headers={HOME_HEADER: "0" * 16})

    assert 421 == answer.status_code


def test_the_command_does_not_believe_another_home(router: RunningRouter, tmp_path: Path) -> None:
    """A home whose port is taken by another home's router has no router."""
    other = write_home(
        tmp_path,
        home(RULES),
        settings=f'[console]\nlisten = "127.0.0.1:{router.address.rpartition(":")[2]}"\n',
    )

    answer = faxrouter("status", "--home", other)

    assert (3, True) == (answer.code, "no router has run in" in answer.err)


def test_only_this_machine_is_listened_to(router: RunningRouter) -> None:
    """The console has no login, so it is on loopback only."""
    host, _, port = router.address.removeprefix("http://").rpartition(":")
    own = {address[4][0] for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}

    assert "127.0.0.1" == host
    for address in own - {"127.0.0.1"}:
        if not str(address).startswith("127."):
            with pytest.raises(OSError):
                socket.create_connection((str(address), int(port)), timeout=1).close()


def test_a_retry_starts_what_was_stopped_and_says_who(client: httpx.Client, router: RunningRouter) -> None:
    """The refused task goes through; the entry of the queue is settled in the name of the caller."""
    stopped = next(one for one in router.view.queue()["exceptions"] if one["kind"] == "refused")

    answer = client.post(f"/api/retry/{stopped['fax']}", headers={CALLER_HEADER: "ann"})
    acknowledged(router, 3)

    settled = router.journal.entries("exception_settled")
    assert (200, 1) == (answer.status_code, len(answer.json()["started_again"]))
    assert [{"by": "ann", "how": "retried"}] == [entry.body for entry in settled]


def test_totals_survive_a_restart(router: RunningRouter, client: httpx.Client) -> None:
    """Counted from the journal: what a new router counts is what the old one counted."""
    registry = CollectorRegistry()
    registry.register(JournalCollector(router.view))

    def totals(text: str) -> dict[object, float]:
        return {name: value for name, value in samples(text).items() if name[0].endswith("_total")}

    assert totals(client.get("/metrics").text) == totals(generate_latest(registry).decode())


def asked(view: RouterView, path: str) -> httpx.Response:
    """One question to a console that nobody serves."""
    app = console(view, home=Path("/home"), changed=lambda: None)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/metrics", "/api/status", "/api/queue", "/api/history/F-1"])
def test_a_journal_that_cannot_be_read_is_said(tmp_path: Path, path: str) -> None:
    """503 with the reason: nothing is answered with old numbers, and a scrape fails rather than lie."""
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=SystemClock())
    journal.engine.dispose()
    (tmp_path / "journal.db").write_bytes(b"no database" * 1_000)

    answer = asked(RouterView(journal=journal, clock=SystemClock()), path)
    journal.close()

    assert (503, "the journal cannot be used: file is not a database") == (answer.status_code, answer.json()["error"])


def test_a_problem_makes_a_router_unready(tmp_path: Path) -> None:
    """503 with every system and why; the same stands in the status."""
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=SystemClock())
    problems = {"archive": "it does not answer", "disk": "only 3 MiB are free"}
    view = RouterView(journal=journal, clock=SystemClock(), problems=lambda: problems)

    ready, status, alive = (asked(view, path) for path in ("/readyz", "/api/status", "/healthz"))
    journal.close()

    assert (503, {"ready": False, "problems": problems}) == (ready.status_code, ready.json())
    assert (200, problems) == (status.status_code, status.json()["problems"])
    assert 200 == alive.status_code


def test_a_fault_of_the_console_is_said_without_its_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """500, and a log line with the type and the place; a message may quote a fax."""

    def fail() -> dict[str, str]:
        raise KeyError(PERSON)

    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=SystemClock())

    answer = asked(RouterView(journal=journal, clock=SystemClock(), problems=fail), "/readyz")
    journal.close()

    said = "".join(capsys.readouterr())
    assert (500, False, False) == (answer.status_code, PERSON in answer.text, PERSON in said)
    assert "KeyError at " in said
