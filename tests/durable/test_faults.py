"""What the world outside may answer, and what becomes of the fax: done, filed elsewhere, or seen by a person."""

import pytest

from faxrouter.journal import work
from faxrouter.model.failure import FailureKind
from faxrouter.workflow import operations
from flow_world.faults import Fault, break_with
from flow_world.rig import Rig
from flow_world.routing import WorldRouter, claim

PASSING = (FailureKind.TRANSIENT, FailureKind.THROTTLED, FailureKind.UNKNOWN)
FINAL = (FailureKind.REJECTED, FailureKind.UNAUTHORISED)
OPERATIONS = (
    "take",
    "open",
    "create workspace",
    "store document",
    "assert class",
    "place hold",
    "put task",
    "acknowledge",
)


def arrive(rig: Rig, reference: str) -> None:
    rig.world.drop(reference, reference.encode(), facts={"claim": reference})


def assert_done_once(rig: Rig, *references: str) -> None:
    """Each filed once, with one task, one hold and one assertion, and then acknowledged."""
    for kind in ("document", "task", "hold", "class"):
        assert len(references) == len(rig.world.things(kind)), kind
    assert ["acknowledged"] * len(references) == [rig.world.state(reference) for reference in references]
    assert [] == list(work.all_of(rig.journal))


@pytest.mark.parametrize("operation", [*OPERATIONS, "offered", "find workspace"])
def test_a_passing_failure_is_overcome_without_a_person(rig: Rig, operation: str) -> None:
    """Not done, wait, or no answer: asked again, looked up before repeated, done once."""
    references = []
    with rig.running():
        for number, kind in enumerate(PASSING):
            break_with(rig.world, Fault(operation=operation, kind=kind))
            arrive(rig, f"F{number}")
            references.append(f"F{number}")
            rig.until(rig.settled)
    assert_done_once(rig, *references)
    assert [] == [one for one in operations.queue(rig.journal).exceptions if one.kind in ("refused", "fault")]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_lost_answer_repeats_nothing(rig: Rig, operation: str) -> None:
    """UNKNOWN after the deed: sent, done, no answer. This world makes a second one of whatever is made twice."""
    break_with(rig.world, Fault(operation=operation, kind=FailureKind.UNKNOWN, after=True))
    arrive(rig, "F1")
    with rig.running():
        rig.until(rig.settled)
    assert_done_once(rig, "F1")
    assert 1 == len(rig.world.things("workspace"))


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one != "create workspace"])
def test_a_refusal_stands_before_a_person_until_retry(rig: Rig, operation: str) -> None:
    """Refused: in the queue with its reason and owner, unacknowledged; `retry` brings it to its end."""
    references = []
    with rig.running():
        for number, kind in enumerate(FINAL):
            fault = Fault(operation=operation, kind=kind)
            break_with(rig.world, fault)
            references.append(f"F{number}")
            arrive(rig, references[-1])
            rig.until(lambda: bool(work.all_of(rig.journal, state=work.STOPPED)))
            assert 0 == fault.times
            stopped = [one for one in operations.queue(rig.journal).exceptions if one.kind == "refused"]
            assert [f"world: {operation}: {kind.value}: as ordered"] == [one.reason for one in stopped]
            if operation != "acknowledge":
                assert "acknowledged" != rig.world.state(references[-1])
            assert operations.retry(rig.journal, stopped[0].fax_id, by="ann")
            rig.until(rig.settled)
            assert [] == [one for one in operations.queue(rig.journal).exceptions if one.kind == "refused"]
    assert_done_once(rig, *references)


@pytest.mark.parametrize("operation", ["find workspace", "create workspace"])
def test_a_workspace_that_is_refused_is_filed_elsewhere_and_seen(rig: Rig, operation: str) -> None:
    """Known but not creatable: the document goes to the workspace under `else`, and a person is told why."""
    break_with(rig.world, Fault(operation=operation, kind=FailureKind.REJECTED))
    arrive(rig, "F1")
    with rig.running():
        rig.until(rig.settled)
    assert ["Unsorted faxes"] == [one["in"] for one in rig.world.things("document")]
    detours = [one for one in operations.queue(rig.journal).exceptions if one.kind == "not-found"]
    assert 1 == len(detours)
    assert "Claim F1" in str(detours[0].reason)


def test_a_workspace_that_may_not_be_created_is_never_created(rig: Rig) -> None:
    """No ghost patients out of OCR."""
    rig.router = lambda: WorldRouter(target=claim("C-9", may_create=False))
    arrive(rig, "F1")
    with rig.running():
        rig.until(rig.settled)
    assert ["Unsorted faxes"] == [one["name"] for one in rig.world.things("workspace")]
    assert "acknowledged" == rig.world.state("F1")


def test_a_plan_with_nowhere_to_file_stays_in_the_queue(rig: Rig) -> None:
    """Even filing among the exceptions is refused: the fax stays with its service and before a person's eyes."""
    rig.router = lambda: WorldRouter(target=claim("C-9", may_create=False, otherwise=None))
    arrive(rig, "F1")
    with rig.running():
        rig.until(lambda: bool(work.all_of(rig.journal, state=work.STOPPED)))
    assert "taken" == rig.world.state("F1")
    (stopped,) = [one for one in operations.queue(rig.journal).exceptions if one.kind == "refused"]
    assert "claims" == stopped.department
    assert "the workspace of type `Claim`: there is no such workspace" in str(stopped.reason)
    assert "C-9" not in repr(rig.events)


def test_a_records_system_that_finds_nothing_and_says_exists_is_believed_when_it_is_found_after_all(rig: Rig) -> None:
    """A late index: `find` saw nothing, `store` says it exists, and then it is found."""
    break_with(rig.world, Fault(operation="store document", kind=FailureKind.REJECTED, after=True))
    arrive(rig, "F1")
    with rig.running():
        rig.until(rig.settled)
    assert_done_once(rig, "F1")


def test_a_document_that_stands_there_with_other_bytes_is_not_taken_for_ours(rig: Rig) -> None:
    """Found under our key but not our bytes: a person has to look."""
    arrive(rig, "F1")
    break_with(rig.world, Fault(operation="store document", kind=FailureKind.UNKNOWN, after=True))
    with rig.running():
        _spoil_what_is_stored(rig)
        rig.until(lambda: bool(work.all_of(rig.journal, state=work.STOPPED)))
    (stopped,) = [one for one in operations.queue(rig.journal).exceptions if one.kind == "refused"]
    assert "other bytes" in str(stopped.reason)
    assert "taken" == rig.world.state("F1")


def test_a_long_outage_is_waited_out_on_the_list_of_work(rig: Rig) -> None:
    """More failures than one step bears: the work is postponed, visible with its reason, and goes on by itself."""
    fault = Fault(operation="store document", kind=FailureKind.TRANSIENT, times=8)
    break_with(rig.world, fault)
    arrive(rig, "F1")
    with rig.running():
        rig.until(lambda: bool(operations.queue(rig.journal).retrying))
        (waiting,) = operations.queue(rig.journal).retrying
        assert ("file", "world: store document: transient: as ordered") == (waiting.kind, waiting.reason)
        rig.until(rig.settled)
    assert_done_once(rig, "F1")
    assert 8 == len(rig.journal.entries("attempt"))


def test_a_system_that_asks_for_time_gets_it(rig: Rig) -> None:
    """THROTTLED with a long wait ends the step at once; the work is not due before the wait is over."""
    break_with(rig.world, Fault(operation="put task", kind=FailureKind.THROTTLED, retry_after=0.4))
    arrive(rig, "F1")
    with rig.running():
        rig.until(lambda: bool(operations.queue(rig.journal).retrying))
        (waiting,) = operations.queue(rig.journal).retrying
        asked = rig.journal.entries("attempt")[0].at
        assert 0.4 <= (waiting.due_at - asked).total_seconds()
        rig.until(rig.settled)
    assert_done_once(rig, "F1")


def _spoil_what_is_stored(rig: Rig) -> None:
    """The stored bytes change before anybody looks."""
    strike = rig.world.after

    def after(operation: str) -> None:
        if operation == "store document":
            spoilt = "UPDATE things SET body = json_set(body, '$.sha256', 'other') WHERE kind = 'document'"
            rig.world.change(spoilt)
        strike(operation)

    rig.world.after = after
