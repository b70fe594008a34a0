"""A flow at work: deliveries, order, documents, rule sets, restarts, and what it does when our own side breaks."""

import json
import multiprocessing
import signal
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from faxrouter.journal import decisions, rule_sets, work
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.history import case_history
from faxrouter.journal.journal import Journalled
from faxrouter.model.failure import FailureKind, Unavailable
from faxrouter.model.fax import Fax
from faxrouter.ports import InboundFax
from faxrouter.workflow import operations
from faxrouter.workflow.services import Inspected
from flow_world import routing
from flow_world.faults import Fault, break_with
from flow_world.killing import live
from flow_world.rig import Databases, Rig
from flow_world.world import RECEIVED_AT, World, WorldFaxService

_PROCESSES = multiprocessing.get_context("forkserver")


def filed(rig: Rig) -> list[str]:
    """The content hashes of what stands in the records system, in the order in which it came there."""
    return [str(one["sha256"]) for one in rig.world.things("document")]


def of_kind(journalled: Sequence[Journalled], kind: str) -> list[Journalled]:
    return [entry for entry in journalled if entry.kind == kind]


# deliveries


def test_a_fax_delivered_again_and_again_is_routed_once(rig_on_either: Rig) -> None:
    """The id of the event comes from the service and its reference: twice is once."""
    rig = rig_on_either
    rig.world.leases_run_out = True
    break_with(rig.world, Fault(operation="store document", kind=FailureKind.TRANSIENT, times=4))
    rig.world.drop("F1")
    with rig.running():
        rig.until(lambda: rig.settled() and rig.world.state("F1") == "acknowledged")
    assert 1 < rig.world.calls("offered")
    assert 1 == len(filed(rig)) == len(rig.journal.entries("event")) == len(rig.journal.entries("decision"))


def test_a_fax_offered_after_its_acknowledgement_got_lost_is_acknowledged_again(rig: Rig) -> None:
    """We told the service, it forgot: tell it again, route nothing."""
    rig.world.drop("F1")
    with rig.running():
        rig.until(rig.settled)
        rig.world.drop("F1")
        rig.until(lambda: rig.settled() and rig.world.state("F1") == "acknowledged")
    assert 2 == rig.world.calls("acknowledge")
    assert 1 == len(filed(rig)) == len(rig.journal.entries("event"))


def test_an_old_reference_with_a_new_time_is_another_fax(rig: Rig) -> None:
    """A service that uses references again must not make a fax disappear."""
    rig.world.drop("F1", b"the first")
    with rig.running():
        rig.until(rig.settled)
        rig.world.drop("F1", b"the second", received_at=RECEIVED_AT + timedelta(hours=1))
        rig.until(lambda: rig.settled() and rig.world.state("F1") == "acknowledged")
    assert 2 == len(set(filed(rig)))


def test_several_fax_services_work_at_once(rig: Rig) -> None:
    """One that cannot be asked holds nobody up, and is named."""
    elsewhere = World(path=rig.folder / "elsewhere.db")
    break_with(elsewhere, Fault(operation="offered", kind=FailureKind.UNAUTHORISED, times=10_000))
    rig.fax_services = {"cloud": WorldFaxService(rig.world), "deaf": WorldFaxService(elsewhere, name="deaf")}
    rig.world.drop("F1")
    with rig.running() as flow:
        rig.until(rig.settled)
        rig.until(lambda: "deaf" in flow.problems())
        assert {"deaf"} == set(flow.problems())
    assert 1 == len(filed(rig))


# order


def test_documents_of_one_case_are_filed_in_the_order_of_their_decisions(rig_on_either: Rig) -> None:
    """Whatever is repeated or slow: within a case nobody overtakes; other cases do not wait."""
    rig = rig_on_either
    break_with(rig.world, Fault(operation="store document", kind=FailureKind.TRANSIENT, times=5))
    for number in range(24):
        rig.world.drop(f"F{number:02}", b"%d" % number, facts={"claim": f"C-{number % 3}"})
    with rig.running():
        rig.until(rig.settled)
    for case in range(3):
        history = case_history(rig.journal, f"claim C-{case}")
        decided = [entry.document_id for entry in of_kind(history, "plan")]
        assert 8 == len(decided)
        assert decided == [entry.document_id for entry in of_kind(history, "filed")]
        workspace = f"Claim C-{case}"
        stored = [one["key"] for one in rig.world.things("document") if one["in"] == workspace]
        assert [f"{document}:document" for document in decided] == stored


def test_a_stopped_document_does_not_hold_up_its_case(rig: Rig) -> None:
    """Before a person it may wait for days; the next documents of the case go on."""
    break_with(rig.world, Fault(operation="store document", kind=FailureKind.REJECTED))
    for number in range(3):
        rig.world.drop(f"F{number}", b"%d" % number, facts={"claim": "C-1"})
    with rig.running():
        rig.until(lambda: 2 == len(filed(rig)) and rig.settled())
    assert 1 == len(work.all_of(rig.journal, state=work.STOPPED))


# documents


def test_a_fax_of_several_documents_is_acknowledged_after_the_last(rig_on_either: Rig) -> None:
    """One document is refused: the others are filed, the fax is not acknowledged until that one is too."""
    rig = rig_on_either
    break_with(rig.world, Fault(operation="put task", kind=FailureKind.REJECTED))
    rig.world.drop("F1", b"one|two|three")
    with rig.running():
        rig.until(lambda: bool(work.all_of(rig.journal, state=work.STOPPED)) and not work.count_ready(rig.journal))
        assert ("taken", 0) == (rig.world.state("F1"), rig.world.calls("acknowledge"))
        operations.retry(rig.journal, rig.journal.entries("event")[0].fax_id or "", by="ann")
        rig.until(lambda: rig.world.state("F1") == "acknowledged" and rig.settled())
    assert 3 == len(set(filed(rig))) == len(filed(rig))
    assert 1 == rig.world.calls("acknowledge")


def test_bytes_nobody_can_read_are_kept_filed_and_shown(rig: Rig) -> None:
    """Parking is filing: the bytes stand among the exceptions, the fax is acknowledged, the next fax goes on."""
    rig.world.drop("F1", b"?\0\xff garbage", defects=["truncated"])
    rig.world.drop("F2", b"", received_at=RECEIVED_AT + timedelta(minutes=1))
    with rig.running():
        rig.until(rig.settled)
    assert ["acknowledged", "acknowledged"] == [rig.world.state("F1"), rig.world.state("F2")]
    (parked,) = [one for one in rig.world.things("document") if one["in"] == "Unsorted faxes"]
    assert b"?\0\xff garbage" == rig.blobs.path(parked["sha256"]).read_bytes()
    reasons = [one.reason for one in operations.queue(rig.journal).exceptions if one.kind == "defects"]
    assert ["truncated; not a fax"] == reasons


def test_a_reader_that_breaks_parks_the_fax(rig: Rig) -> None:
    """A bug of a reader is a defect of the document, not the end of the fax."""

    def broken(_path: Path) -> Sequence[Inspected]:
        raise RuntimeError("the name of a patient")

    rig.inspect = broken
    rig.world.drop("F1")
    with rig.running():
        rig.until(rig.settled)
    assert ["Unsorted faxes"] == [one["in"] for one in rig.world.things("document")]
    assert "patient" not in repr(rig.events)


def test_a_fault_of_the_router_stops_one_fax_and_no_other(rig: Rig) -> None:
    """A bug while deciding: that fax is before a person with the place of the fault, without its message."""

    class Faulty(routing.WorldRouter):
        def route(self, event: Event, fax: Fax, *, read: ReadDocument) -> decisions.DecidedDocument:
            if event.stated_facts.get("claim") == "bad":
                raise KeyError("the name of a patient")
            return super().route(event, fax, read=read)

    rig.router = Faulty
    rig.world.drop("F1", facts={"claim": "bad"})
    rig.world.drop("F2", b"a good one")
    with rig.running():
        rig.until(lambda: rig.world.state("F2") == "acknowledged" and not work.count_ready(rig.journal))
        (fault,) = [one for one in operations.queue(rig.journal).exceptions if one.kind == "fault"]
        assert "KeyError" in str(fault.reason)
        assert "patient" not in str(fault.reason) + repr(rig.events) + _everything(rig.folder / "workflow.db")
        rig.router = routing.WorldRouter
        assert "taken" == rig.world.state("F1")


# rule sets


def test_a_reload_between_faxes_decides_the_next_and_archives_both_sets(rig: Rig) -> None:
    """Every decision carries the digest of the set that made it, and its text can be had by it."""
    sets = routing.rule_sets("digest-a", "digest-b")
    live_now = ["digest-a"]
    rig.router = lambda: sets[live_now[0]]
    with rig.running():
        rig.world.drop("F1", b"1")
        rig.until(rig.settled)
        live_now[0] = "digest-b"
        rig.world.drop("F2", b"2")
        rig.until(rig.settled)
    assert ["digest-a", "digest-b"] == [entry.body["rule_set"] for entry in rig.journal.entries("decision")]
    for digest in ("digest-a", "digest-b"):
        archived = rule_sets.load(rig.journal, digest)
        assert archived is not None
        assert {"rules/a.rules.yaml": digest.encode()} == archived.files


def test_every_document_of_a_fax_is_decided_by_one_rule_set(rig: Rig) -> None:
    """A reload in the middle of a fax waits for the next fax."""
    sets = routing.rule_sets("digest-a", "digest-b")
    asked: list[str] = []

    def current() -> routing.WorldRouter:
        asked.append("digest-b" if asked else "digest-a")
        return sets[asked[-1]]

    rig.router = current
    rig.world.drop("F1", b"one|two|three")
    with rig.running():
        rig.until(rig.settled)
    assert ["digest-a"] * 3 == [entry.body["rule_set"] for entry in rig.journal.entries("decision")]


def test_a_decision_can_be_read_again_as_it_was(rig: Rig) -> None:
    """Facts, decision and plan come back from the journal equal to what was decided."""
    seen: list[decisions.DecidedDocument] = []

    class Remembering(routing.WorldRouter):
        def route(self, event: Event, fax: Fax, *, read: ReadDocument) -> decisions.DecidedDocument:
            seen.append(super().route(event, fax, read=read))
            return seen[-1]

    rig.router = Remembering
    rig.world.drop("F1", b"one|two")
    with rig.running():
        rig.until(rig.settled)
    assert seen == decisions.load_decisions(rig.journal, seen[0].plan.fax_id)


# restarts


def test_a_flow_started_again_goes_on_where_it_was(rig_on_either: Rig) -> None:
    """Ended in the middle of an outage, begun again after it."""
    rig = rig_on_either
    break_with(rig.world, Fault(operation="put task", kind=FailureKind.TRANSIENT, times=10_000))
    for number in range(5):
        rig.world.drop(f"F{number}", b"%d" % number)
    with rig.running():
        rig.until(lambda: bool(operations.queue(rig.journal).retrying))
    break_with(rig.world)
    with rig.running():
        rig.until(rig.settled)
    assert 5 == len(filed(rig)) == len(rig.world.things("task"))


def test_the_list_of_work_survives_the_loss_of_the_durable_engine(rig: Rig) -> None:
    """The engine's database is gone: the journal still says what to start again."""
    break_with(rig.world, Fault(operation="place hold", kind=FailureKind.TRANSIENT, times=10_000))
    rig.world.drop("F1")
    with rig.running():
        rig.until(lambda: bool(operations.queue(rig.journal).retrying))
    for file in rig.folder.glob("workflow.db*"):
        file.unlink()
    break_with(rig.world)
    with rig.running():
        rig.until(rig.settled)
    assert 1 == len(filed(rig)) == len(rig.world.things("hold"))
    assert "acknowledged" == rig.world.state("F1")


def test_the_work_of_a_router_that_is_gone_is_taken_over(rig_on_either: Rig) -> None:
    """A killed router that never comes back: its slot is free, so another router starts its work again."""
    rig = rig_on_either
    rig.world.drop("F1")
    process = _PROCESSES.Process(
        target=live,
        args=(rig.folder, rig.databases),
        kwargs={"deadly": "after store document #1", "slot": "router-gone"},
    )
    process.start()
    process.join(60)
    assert -signal.SIGKILL == process.exitcode
    with rig.running(slot="router-2"):
        rig.until(rig.settled)
    assert 1 == len(filed(rig))
    assert "acknowledged" == rig.world.state("F1")


def test_a_journal_that_is_older_than_the_engines_database_is_worked_through(rig: Rig) -> None:
    """Somebody put a backup of the journal back: the engine knows the names of all its workflows and begins none of
    them. More of them than there are places, so that none may be held for ever."""
    break_with(rig.world, Fault(operation="acknowledge", kind=FailureKind.TRANSIENT, times=10_000))
    for number in range(12):
        rig.world.drop(f"F{number}")
    with rig.running():
        rig.until(lambda: 12 == len(operations.queue(rig.journal).retrying))
    rig.journal.close()
    backup = (rig.folder / "journal.db").read_bytes()
    break_with(rig.world)
    with rig.running():
        rig.until(rig.settled)
    rig.journal.close()
    for name in ("journal.db-wal", "journal.db-shm"):
        (rig.folder / name).unlink(missing_ok=True)
    (rig.folder / "journal.db").write_bytes(backup)
    rig = Rig.open(rig.folder, rig.databases)
    with rig.running():
        rig.until(rig.settled)
    assert 12 == len(rig.journal.entries("acknowledged"))
    assert 12 == len(filed(rig))


def test_work_stranded_by_another_version_is_named_and_started_again(rig: Rig) -> None:
    """A workflow of another version of the flow would wait for ever, without an error."""
    break_with(rig.world, Fault(operation="put task", kind=FailureKind.TRANSIENT, times=10_000))
    rig.world.drop("F1")
    with rig.running():
        rig.until(lambda: bool(operations.queue(rig.journal).retrying))
    (waiting,) = work.all_of(rig.journal)
    with rig.journal.write() as writing:
        work.hand_over(writing, [waiting])
    with sqlite3.connect(rig.folder / "workflow.db") as file:
        file.execute("DELETE FROM workflow_status WHERE workflow_uuid = ?", (waiting.next_workflow_id,))
        file.execute(
            "UPDATE workflow_status SET workflow_uuid = ?, application_version = 'flow-0', status = 'ENQUEUED' "
            "WHERE name = 'receive.v1'",
            (waiting.next_workflow_id,),
        )
    file.close()
    break_with(rig.world)
    with rig.running() as flow:
        assert "durable engine" in flow.problems()
        rig.until(rig.settled)
        assert {} == flow.problems()
    assert 1 == len(filed(rig))


def test_a_fax_that_brings_the_router_down_again_and_again_is_stopped(rig: Rig) -> None:
    """A file on which some library crashes the process: in the end a person gets it, and the next fax goes on."""
    rig.world.drop("F1", b"deadly")
    for _ in range(6):
        process = _PROCESSES.Process(
            target=live, args=(rig.folder, rig.databases), kwargs={"deadly": "before put blob #1"}
        )
        process.start()
        process.join(60)
        assert -signal.SIGKILL == process.exitcode
    rig.world.drop("F2", b"harmless")
    with rig.running():
        rig.until(lambda: rig.world.state("F2") == "acknowledged" and not work.count_ready(rig.journal))
    (fault,) = [one for one in operations.queue(rig.journal).exceptions if one.kind == "fault"]
    assert "the router ended 6 times" in str(fault.reason)
    assert "taken" == rig.world.state("F1")


def test_one_fax_that_cannot_be_taken_in_keeps_no_other_waiting(rig: Rig) -> None:
    """A service that offers nonsense, and a fax behind it."""
    nonsense = InboundFax(reference="F0", received_at=datetime(2026, 1, 1))  # noqa: DTZ001  # naive on purpose

    class Odd(WorldFaxService):
        def offered(self, *, limit: int) -> Sequence[InboundFax]:
            return [nonsense, *super().offered(limit=limit)]

    rig.fax_services = {"cloud": Odd(rig.world)}
    rig.world.drop("F1")
    with rig.running():
        rig.until(lambda: rig.world.state("F1") == "acknowledged" and rig.settled())
    assert 1 == len(filed(rig))


# our own side


def test_a_full_disk_while_journalling_acknowledges_nothing_and_heals_by_itself(rig: Rig) -> None:
    """The journal cannot grow: the fax stays with its service; once there is room, it goes on without a hand."""
    full = [True]

    @sa.event.listens_for(rig.journal.engine, "begin")
    def _limit(connection: sa.Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages if full[0] else 1_000_000}")

    rig.world.drop("F1", b"a fax", facts={"claim": "C-1", "text": "long " * 4_000})
    with rig.running():
        rig.until(lambda: any("full" in str(keys.get("reason")) for _event, keys in rig.events))
        assert "acknowledged" != rig.world.state("F1")
        full[0] = False
        rig.until(lambda: rig.world.state("F1") == "acknowledged" and rig.settled())
    assert 1 == len(filed(rig)) == len(rig.journal.entries("decision"))


def test_a_full_disk_of_the_durable_engine_heals_by_itself(rig: Rig) -> None:
    """The end of a workflow cannot be written: it is started again once there is room, and nothing is filed twice."""
    full = [False]
    struck: list[str] = []

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _fail(connection: sa.Connection, _cursor: object, statement: str, *_: object) -> None:
        if full[0] and "workflow_status" in statement and statement.startswith("UPDATE"):
            struck.append(statement)
            raise sa.exc.OperationalError(statement, {}, sqlite3.OperationalError("database or disk is full"))

    def fill(operation: str) -> None:
        full[0] = full[0] or operation == "store document"

    try:
        rig.world.after = fill
        rig.world.drop("F1")
        with rig.running():
            rig.until(lambda: bool(struck))
            rig.world.after = lambda _operation: None
            full[0] = False
            rig.until(lambda: rig.world.state("F1") == "acknowledged" and rig.settled())
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", _fail)
    assert 1 == len(filed(rig)) == len(rig.world.things("task"))


def test_the_durable_engine_is_given_references_only(rig: Rig) -> None:
    """No content, no case, no name in its rows: they are kept for days and belong to nobody's erasure."""
    rig.world.drop("Jane-Doe", b"content of the fax", facts={"claim": "C-Jane-Doe"})
    with rig.running():
        rig.until(rig.settled)
        rows = _everything(rig.folder / "workflow.db")
    assert "receive.v1" in rows
    for personal in ("Jane", "content of the fax", "Review the claim"):
        assert personal not in rows


def test_finished_workflows_are_forgotten_after_their_time(rig: Rig) -> None:
    """The journal keeps what was done; the engine's rows go."""
    rig.keep_finished = timedelta(0)
    rig.world.drop("F1")
    with rig.running():
        rig.until(rig.settled)
    with rig.running():
        rig.until(lambda: _count(rig.folder / "workflow.db", "workflow_status") == 0)
    assert 1 == len(rig.journal.entries("acknowledged"))


def test_two_routers_on_one_slot_are_refused(rig_on_either: Rig) -> None:
    """A second one would take the first one's work for its own."""
    rig = rig_on_either
    context = _PROCESSES.Process(target=_expect_refusal, args=(rig.folder, rig.databases))
    with rig.running():
        context.start()
        context.join(60)
    assert 0 == context.exitcode


def test_settings_that_call_home_are_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The durable engine takes nothing from the environment."""
    monkeypatch.setenv("DBOS__CONDUCTOR_KEY", "secret")
    with pytest.raises(Unavailable, match="unset DBOS__CONDUCTOR_KEY"), rig.running():
        pass


def _expect_refusal(folder: Path, databases: Databases) -> None:
    rig = Rig.open(folder, databases)
    with pytest.raises(Unavailable, match="another router"), rig.running():
        pass


def _everything(database: Path) -> str:
    """Every row of every table, as text."""
    with sqlite3.connect(database) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return json.dumps([file.execute(f"SELECT * FROM {table}").fetchall() for table in tables], default=str)


def _count(database: Path, table: str) -> int:
    with sqlite3.connect(database) as file:
        return int(file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
