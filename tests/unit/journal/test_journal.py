"""The journal keeps what happened: once, in order, unchangeable; personal payload can go and the proof stays."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from faxrouter.journal import deeds, exceptions, faxes, history, rule_sets, work
from faxrouter.journal.erasure import erase_payload
from faxrouter.journal.exceptions import ExceptionState
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.journal import Entry, Journal
from faxrouter.journal.tables import metadata
from faxrouter.model.failure import Unavailable
from faxrouter.model.fax import Document
from faxrouter.model.problem import Place, Problem, Severity
from faxrouter.ports import InboundFax


def offered(clock: Any, reference: str = "fax-1.tif", **more: Any) -> InboundFax:
    return InboundFax(reference=reference, received_at=clock.now(), **more)


def take_in(journal: Journal, event: Event) -> bool:
    with journal.write() as writing:
        return faxes.record_event(writing, event)


def test_an_event_delivered_twice_is_journalled_once(journal: Journal, clock: Any) -> None:
    """Its id comes from the service and its reference."""
    first, again = (faxes.received("cloud", offered(clock)) for _ in range(2))

    assert [True, False] == [take_in(journal, first), take_in(journal, again)]
    assert 1 == len(journal.entries("event")) == len(work.all_of(journal))


def test_two_services_may_use_one_reference(journal: Journal, clock: Any) -> None:
    """A reference belongs to its service."""

    assert faxes.received("a", offered(clock)).fax_id != faxes.received("b", offered(clock)).fax_id


@pytest.mark.parametrize(
    "stated", [{"x": float("nan")}, {"x": object()}, {"x": {1: object()}}], ids=["not a number", "object", "nested"]
)
def test_stated_facts_that_cannot_be_journalled_become_a_defect(clock: Any, stated: dict[str, object]) -> None:
    """A sidecar with wrong types never refuses the fax."""
    event = faxes.received("cloud", offered(clock, stated_facts=stated, defects=("cut off",)))

    assert {} == event.stated_facts
    assert ("cut off", "the facts stated with it cannot be journalled") == event.defects


def test_an_event_comes_back_as_it_was(journal: Journal, clock: Any) -> None:
    """Names with control characters and broken bytes included."""
    event = faxes.received(
        "cloud", offered(clock, "a\udcff\0b", name="../\u202e", stated_facts={"n": [1, {"$is": "x"}]}, defects=("d",))
    )
    take_in(journal, event)

    assert event == faxes.load_event(journal, event.fax_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entries SET body = '{}'",
        "DELETE FROM journal_entries",
        "UPDATE journal_payloads SET text = '{}'",
        "UPDATE journal_texts SET text = NULL",
        "DELETE FROM journal_texts",
    ],
)
def test_proof_cannot_be_changed(journal: Journal, clock: Any, statement: str) -> None:
    """Not by us, not by hand: the database itself refuses."""
    with journal.write() as writing:
        rule_sets.archive(writing, rule_sets.RuleSetTexts(digest="d", files={"rules/a.yaml": b"x"}))
    take_in(journal, faxes.received("cloud", offered(clock)))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), journal.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_erasing_leaves_the_proof(journal: Journal, clock: Any) -> None:
    """What it said is gone for good, that it was and when stays, and so does the commitment."""
    event = faxes.received("cloud", offered(clock, stated_facts={"patient": "Jane Doe"}))
    take_in(journal, event)
    (before,) = journal.entries("event")
    assert journal.verify(before.number)
    with journal.write() as writing:
        work.finish(writing, work.work_id(work.RECEIVE, event.fax_id))

    assert 1 == erase_payload(journal, event.fax_id, by="records", authority="schedule 4.2")

    (after,) = journal.entries("event")
    assert (before.at, before.body, True, None) == (after.at, after.body, after.erased, after.payload)
    assert ["event", "erased"] == [entry.kind for entry in history.fax_history(journal, event.fax_id)]
    with pytest.raises(Unavailable, match="erased"):
        faxes.load_event(journal, event.fax_id)


def test_a_fax_with_work_left_is_not_erased(journal: Journal, clock: Any) -> None:
    """The work needs its payload."""
    event = faxes.received("cloud", offered(clock))
    take_in(journal, event)

    with pytest.raises(Unavailable, match="not finished"):
        erase_payload(journal, event.fax_id, by="records", authority="schedule 4.2")


def test_erased_bytes_are_not_left_in_the_file(tmp_path: Path, clock: Any) -> None:
    """SQLite would leave them in free pages, and in its log."""
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    event = faxes.received("cloud", offered(clock, stated_facts={"patient": "Jane Doe " * 1000}))
    take_in(journal, event)
    with journal.write() as writing:
        work.finish(writing, work.work_id(work.RECEIVE, event.fax_id))
    assert b"Jane Doe" in b"".join(file.read_bytes() for file in tmp_path.iterdir())

    erase_payload(journal, event.fax_id, by="records", authority="schedule 4.2")

    assert b"Jane Doe" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    journal.close()


def test_a_payload_that_was_tampered_with_is_noticed(journal: Journal, clock: Any) -> None:
    """Whoever gets past the trigger does not get past the commitment."""
    take_in(journal, faxes.received("cloud", offered(clock)))
    (entry,) = journal.entries("event")
    trigger = (
        "journal_payloads_no_update" if journal.engine.dialect.name == "sqlite" else "journal_payloads_append_only"
    )
    on = "" if journal.engine.dialect.name == "sqlite" else " ON journal_payloads"
    with journal.engine.begin() as connection:
        connection.execute(sa.text(f"DROP TRIGGER {trigger}{on}"))
        connection.execute(sa.text("UPDATE journal_payloads SET text = '{}'"))

    assert not journal.verify(entry.number)


def test_a_transaction_that_fails_leaves_nothing(journal: Journal) -> None:
    """All of it, or nothing."""
    with pytest.raises(RuntimeError), journal.write() as writing:
        writing.append(Entry(kind="event", key="1", payload={"a": 1}))
        raise RuntimeError("in the middle")

    assert [] == journal.entries()


def test_a_case_is_journalled_under_a_pseudonym(journal: Journal) -> None:
    """A case may name a patient; its key is stable over restarts and differs in every journal."""

    assert "MRN-123" not in journal.case_key("patient MRN-123")
    assert journal.case_key("a") == Journal(journal.engine, clock=journal._clock).case_key("a")


def test_positions_in_a_case_count_from_one(journal: Journal) -> None:
    """Each case has a line of its own."""
    with journal.write() as writing:
        positions = [writing.next_position(case) for case in ("a", "a", "b", "a")]

    assert [1, 2, 1, 3] == positions


def test_an_exception_goes_from_open_to_claimed_to_settled(journal: Journal) -> None:
    """Its states are appended; settled, it leaves the queue."""
    with journal.write() as writing:
        exceptions.record_exception(
            writing, "e1", kind="parked", reason="why", fax_id="F-1", department="claims", facts=("claim_id",)
        )
    (queued,) = exceptions.open_exceptions(journal)
    assert (ExceptionState.OPEN, "why", ("claim_id",), "claims") == (
        queued.state,
        queued.reason,
        queued.facts,
        queued.department,
    )
    with journal.write() as writing:
        exceptions.claim(writing, "e1", by="ann")
        exceptions.claim(writing, "e1", by="bob")
    (queued,) = exceptions.open_exceptions(journal)
    assert (ExceptionState.CLAIMED, "bob") == (queued.state, queued.claimed_by)
    with journal.write() as writing:
        assert exceptions.settle(writing, "e1", by="bob", how="filed by hand")
        assert not exceptions.settle(writing, "e1", by="ann", how="filed by hand")
    assert [] == exceptions.open_exceptions(journal)


def test_a_reload_is_remembered_with_its_first_problems(journal: Journal) -> None:
    """What went live, and why the next one did not."""
    problem = Problem(
        code="R021", severity=Severity.ERROR, place=Place(file="rules/a.rules.yaml", line=3), message="unknown type"
    )
    rule_sets.record_reload(journal, digest="d1", live=True, problems=[], milliseconds=12)
    rule_sets.record_reload(journal, digest="d2", live=False, problems=[problem], milliseconds=7)

    newest, oldest = rule_sets.reloads(journal)
    assert ("d2", False, 1, ("rules/a.rules.yaml:3:1 R021 unknown type",)) == (
        newest.digest,
        newest.live,
        newest.errors,
        newest.problems,
    )
    assert ("d1", True) == (oldest.digest, oldest.live)


def test_a_waiting_action_waits_until_it_has_a_receipt(journal: Journal) -> None:
    """The room that performs it later writes the receipt under the same key."""
    with journal.write() as writing:
        writing.append(
            Entry(kind="waiting", key="k", body={"outcome": "send", "rule": "r", "at": "a:1"}, payload={"value": [1]})
        )
    assert [("send", [1])] == [(one.outcome, one.value) for one in deeds.waiting_actions(journal)]
    with journal.write() as writing:
        writing.append(Entry(kind="receipt", key="k"))
    assert [] == deeds.waiting_actions(journal)


def test_the_migrations_make_the_tables_that_the_code_sees(journal: Journal) -> None:
    """Alembic finds no difference."""
    with journal.engine.connect() as connection:
        different = compare_metadata(MigrationContext.configure(connection), metadata)

    assert [] == different


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_journal_that_would_not_last_is_refused(url: str, clock: Any) -> None:
    """In memory it is lost at the first power cut."""
    with pytest.raises(Unavailable):
        Journal.open(url, clock=clock)


def test_a_journal_that_cannot_be_opened_says_so(tmp_path: Path, clock: Any) -> None:
    """A folder where the file should be."""
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(Unavailable, match="the journal cannot be used"):
        Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=clock)


@pytest.mark.parametrize("replaced", [False, True], ids=["taken away", "replaced"])
def test_a_journal_whose_file_is_gone_takes_nothing_more(tmp_path: Path, clock: Any, replaced: bool) -> None:
    """What is written into a file without a name is lost; nothing may be acknowledged on its strength."""
    journal = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=clock)
    take_in(journal, faxes.received("cloud", offered(clock)))
    (tmp_path / "journal.db").rename(tmp_path / "aside.db")
    if replaced:
        Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=clock).close()

    with pytest.raises(Unavailable, match="start the router again"):
        take_in(journal, faxes.received("cloud", offered(clock, "fax-2.tif")))
    with pytest.raises(Unavailable, match="start the router again"):
        journal.entries("event")
    journal.close()


def test_of_two_documents_filed_at_once_one_sees_that_both_are(journal: Journal, clock: Any) -> None:
    """Otherwise neither would have the fax acknowledged."""
    event = faxes.received("cloud", offered(clock))
    documents = [
        Document(document_id=f"{event.fax_id}-{n}", sha256="0" * 64, media_type="image/tiff", size=1, pages=1)
        for n in (1, 2)
    ]
    with journal.write() as writing:
        faxes.record_documents(writing, event, [ReadDocument(document=one) for one in documents])
        for one in documents:
            work.put(writing, work.FILE, fax_id=event.fax_id, department="claims", document_id=one.document_id)
    first, second = work.all_of(journal)
    complete: list[work.Work | None] = []

    def file_the_second() -> None:
        with journal.write() as writing:
            complete.append(deeds.record_filed(writing, second))

    other = threading.Thread(target=file_the_second)
    with journal.write() as writing:
        assert deeds.record_filed(writing, first) is None
        other.start()
        other.join(0.2)
        assert other.is_alive()
    other.join(10)

    assert [work.ACKNOWLEDGE] == [one.kind for one in complete if one is not None]
    assert [work.ACKNOWLEDGE] == [one.kind for one in work.all_of(journal)]


def test_work_is_handed_over_once(journal: Journal, clock: Any) -> None:
    """Two routers that see the same work: one gets it."""
    take_in(journal, faxes.received("cloud", offered(clock)))
    due = work.due(journal, limit=9)
    with journal.write() as writing:
        assert [1, 0] == [len(work.hand_over(writing, due)), len(work.hand_over(writing, due))]
    assert [] == work.due(journal, limit=9)
    (mine,) = work.held_by(journal, due[0].next_workflow_id)
    assert due[0].work_id == mine.work_id


def test_work_that_moved_on_is_not_handed_over(journal: Journal, clock: Any) -> None:
    """It was seen due, and put off by somebody else before it was taken."""
    take_in(journal, faxes.received("cloud", offered(clock)))
    due = work.due(journal, limit=9)
    with journal.write() as writing:
        work.postpone(writing, due[0], due_at=clock.now(), reason="later")
        assert [] == work.hand_over(writing, due)


def test_work_of_a_case_is_due_in_its_order(journal: Journal, clock: Any) -> None:
    """Only the first of a line is due; a stopped one steps aside; a later run of it keeps its place."""
    with journal.write() as writing:
        for position, case in ((1, "a"), (2, "a"), (3, "a"), (1, "b")):
            work.put(
                writing,
                work.FILE,
                fax_id=f"F-{case}{position}",
                document_id=f"{case}{position}",
                department="claims",
                case_key=case,
                position=position,
            )
    line = {one.document_id: one for one in work.due(journal, limit=9)}
    assert {"a1", "b1"} == set(line)
    with journal.write() as writing:
        work.postpone(writing, line["a1"], due_at=clock.now() + timedelta(seconds=5), reason="later")
        work.stop(writing, line["b1"], reason="refused")
    assert [] == work.due(journal, limit=9)
    clock.time += timedelta(seconds=5)
    (first,) = work.due(journal, limit=9)
    assert ("a1", 2, "later") == (first.document_id, first.run, first.reason)
    with journal.write() as writing:
        work.stop(writing, first, reason="refused")
    assert ["a2"] == [one.document_id for one in work.due(journal, limit=9)]


def test_work_of_a_case_waits_for_what_is_in_hand(journal: Journal, clock: Any) -> None:
    """One that stepped aside and is tried again comes before those behind it, but not while one of them is filed."""
    with journal.write() as writing:
        for position in (1, 2):
            work.put(
                writing,
                work.FILE,
                fax_id=f"F-{position}",
                document_id=f"a{position}",
                department="claims",
                case_key="a",
                position=position,
            )
    (first,) = work.due(journal, limit=9)
    with journal.write() as writing:
        work.stop(writing, first, reason="refused")
    (second,) = work.due(journal, limit=9)
    with journal.write() as writing:
        work.hand_over(writing, [second])
        (stopped,) = [one for one in work.all_of(journal) if one.document_id == "a1"]
        work.resume(writing, stopped)
    assert [] == work.due(journal, limit=9)
    with journal.write() as writing:
        work.finish(writing, second.work_id)
    assert ["a1"] == [one.document_id for one in work.due(journal, limit=9)]


def test_what_is_added_is_journalled_once_and_in_order(journal: Journal) -> None:
    """Many entries are one statement; whoever asks whether one stood there sees those before it."""
    with journal.write() as writing:
        for number in range(3):
            writing.add(Entry(kind="event", key=str(number), payload={"n": number} if number else None))
        assert [False, True, False] == [
            writing.append(Entry(kind="event", key=key, payload={"n": 9})) for key in ("1", "3", "3")
        ]
        writing.add(Entry(kind="receipt", key="1"))
        writing.add(Entry(kind="receipt", key="1", payload={"n": 9}))
    found = journal.entries()
    assert [("event", "0", None), ("event", "1", {"n": 1}), ("event", "2", {"n": 2}), ("event", "3", {"n": 9})] == [
        (one.kind, one.key, one.payload) for one in found[:-1]
    ]
    assert ("receipt", None) == (found[-1].kind, found[-1].payload)
    assert all(journal.verify(one.number) for one in found if one.payload is not None)


def test_nothing_that_was_added_stands_after_a_failure(journal: Journal) -> None:
    """All of it, or nothing."""
    with pytest.raises(RuntimeError), journal.write() as writing:
        writing.append(Entry(kind="event", key="1"))
        writing.add(Entry(kind="event", key="2"))
        raise RuntimeError
    assert [] == journal.entries()


@pytest.mark.parametrize("written", ["F" * 60_000, "%", "F-\x00", "", "\ud800"], ids=ascii)
def test_what_no_fax_can_be_called_is_no_fax(journal: Journal, clock: Any, written: str) -> None:
    """Whoever asks for it is told so; no database is troubled with it."""
    take_in(journal, faxes.received("cloud", offered(clock)))

    with pytest.raises(history.NoSuchFax):
        history.find_fax(journal, written)
