"""Documents marked by a workflow: steps with and without actions, what is attached, and others who act."""

from dataclasses import replace

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import MarkedDocument, MarkOutcome
from faxrouter_simulators.world import Step, WorkflowMap, World
from outbound_implementations import outbound_requests
from outbound_xecm import LETTERS, WORLD, Opening, XecmByWorkflow, as_body, done


def world(*steps: Step) -> World:
    """With a map of these steps beside the others."""
    more = WorkflowMap(name="Letters", steps=steps, attributes=WORLD.xecm.workflow_maps[0].attributes)
    maps = (*WORLD.xecm.workflow_maps, more)
    return WORLD.model_copy(update={"xecm": WORLD.xecm.model_copy(update={"workflow_maps": maps})})


PLAIN = world(Step(name="Send fax", group="claims faxing"), Step(name="Read", group="claims"))


def told(at_work: XecmByWorkflow) -> list[MarkedDocument]:
    return list(outbound_requests(at_work).marked(limit=10))


def answer(at_work: XecmByWorkflow, mark: MarkedDocument, outcome: MarkOutcome = MarkOutcome.SENT) -> bool:
    return outbound_requests(at_work).answer(mark, outcome, words="at 10:04", idempotency_key="k").fresh


def letter(at_work: XecmByWorkflow, *, department: str = "claims") -> str:
    with at_work.person("admin") as person:
        return str(at_work.create(person, at_work.node_at(person, department, LETTERS), b"a"))


def started(at_work: XecmByWorkflow, *documents: str, of: str = "Letters", by: str = "carla") -> int:
    with at_work.person(by) as person:
        return at_work.start(person, of, *documents)


def done_by(at_work: XecmByWorkflow, process: int) -> list[str]:
    """The actions by which the steps of a process were done."""
    effects = at_work.simulated.simulators.xecm.store.effects(effect="task done")
    return [one["details"]["action"] for one in effects if one["subject"] == str(process)]


def test_a_step_without_actions_is_sent_on_when_the_fax_was_sent(opening: Opening) -> None:
    """The process goes on to whoever comes next."""
    at_work = opening(XecmByWorkflow, world=PLAIN)
    process = started(at_work, letter(at_work))

    answer(at_work, told(at_work)[0])

    assert (["SendOn"], []) == (done_by(at_work, process), told(at_work))


@pytest.mark.parametrize(
    ("actions", "outcome", "action"),
    [((), MarkOutcome.REFUSED, "Refused"), (("Sent", "No"), MarkOutcome.REFUSED, "Refused"),
     (("Done",), MarkOutcome.SENT, "Sent")],
)  # fmt: skip
def test_a_step_that_has_no_action_for_an_answer_is_not_done_by_another_one(
    opening: Opening, actions: tuple[str, ...], outcome: MarkOutcome, action: str
) -> None:
    """Whoever comes next would believe something else; the administrator is told what is missing."""
    step = Step(name="Send fax", group="claims faxing", custom_actions=actions)
    at_work = opening(XecmByWorkflow, world=world(step))
    process = started(at_work, letter(at_work))
    mark = told(at_work)[0]

    with pytest.raises(Failed) as failed:
        answer(at_work, mark, outcome)

    found = failed.value.failure
    assert (FailureKind.REJECTED, f"the workflow step `Send fax` has no action `{action}`") == (
        found.kind,
        found.reason,
    )
    assert ([], [mark.reference]) == (done_by(at_work, process), [one.reference for one in told(at_work)])


def test_the_actions_of_a_step_may_have_other_names(opening: Opening) -> None:
    """As the author of the map wrote them."""
    step = Step(name="Fax it", group="claims faxing", custom_actions=("Faxed", "Back to sender"))
    options = {"step": "Fax it", "sent": "Faxed", "refused": "Back to sender"}
    at_work = opening(XecmByWorkflow, world=world(step), more={"by_workflow": options})
    process = started(at_work, letter(at_work))

    answer(at_work, told(at_work)[0], MarkOutcome.REFUSED)

    assert ["Back to sender"] == done_by(at_work, process)


def test_tasks_of_other_steps_are_no_marks(opening: Opening) -> None:
    """The identity may have more to do than to fax."""
    at_work = opening(XecmByWorkflow, world=world(Step(name="Check", group="claims faxing")))
    started(at_work, letter(at_work))

    assert [] == told(at_work)


def test_a_process_that_comes_to_the_step_again_is_a_new_mark(opening: Opening) -> None:
    """The answer to the first one leaves it alone."""
    step = Step(name="Send fax", group="claims faxing", custom_actions=("Sent", "Refused"))
    at_work = opening(XecmByWorkflow, world=world(step, step))
    process = started(at_work, letter(at_work))
    first = told(at_work)[0]
    answer(at_work, first, MarkOutcome.REFUSED)

    second = told(at_work)[0]

    assert (first.document, True) == (second.document, first.reference != second.reference)
    assert (False, ["Refused"]) == (answer(at_work, first, MarkOutcome.REFUSED), done_by(at_work, process))


def test_a_step_that_was_begun_at_another_time_is_another_mark(opening: Opening) -> None:
    """In a loop, a step has the same number each time."""
    at_work = opening(XecmByWorkflow)
    at_work.mark(b"a")
    mark = told(at_work)[0]
    place, _, started_at = mark.reference.rpartition("/")

    fresh = answer(at_work, replace(mark, reference=f"{place}/{int(started_at) - 1}"))

    assert (False, 0) == (fresh, at_work.changes())


def test_a_step_that_somebody_else_did_needs_no_answer(opening: Opening) -> None:
    """It is not done twice."""
    at_work = opening(XecmByWorkflow)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    process = at_work.processes[document]
    with at_work.person("fax-claims") as person:
        path = f"/v2/processes/{process}/subprocesses/{process}/tasks/1"
        done(person.put(path, data=as_body({"custom_action": "Refused"})))

    assert (False, ["Refused"]) == (answer(at_work, mark), done_by(at_work, process))


def test_a_process_that_is_gone_cannot_be_answered(opening: Opening) -> None:
    """Nobody waits for it any more."""
    at_work = opening(XecmByWorkflow)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    store = at_work.simulated.simulators.xecm.store
    store.execute("DELETE FROM processes WHERE id = ?", at_work.processes[document])

    with pytest.raises(Failed) as failed:
        answer(at_work, mark)

    assert FailureKind.REJECTED is failed.value.failure.kind


@pytest.mark.parametrize("attached", [0, 2])
def test_a_process_without_exactly_one_document_can_be_refused(opening: Opening, attached: int) -> None:
    """Nobody could say which one is meant."""
    at_work = opening(XecmByWorkflow)
    documents = [letter(at_work) for _ in range(attached)]
    process = started(at_work, *documents, of="Fax for claims")

    mark = told(at_work)[0]
    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass
    answer(at_work, mark, MarkOutcome.REFUSED)

    assert ("", FailureKind.REJECTED) == (mark.document, failed.value.failure.kind)
    assert ["Refused"] == done_by(at_work, process)


def test_an_attachment_whose_document_is_gone_can_be_refused(opening: Opening) -> None:
    """The shortcut in the process still names it."""
    at_work = opening(XecmByWorkflow)
    document = at_work.mark(b"a")
    at_work.vanish(document)

    mark = told(at_work)[0]
    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass
    answer(at_work, mark, MarkOutcome.REFUSED)

    assert (document, FailureKind.REJECTED) == (mark.document, failed.value.failure.kind)
    assert (MarkOutcome.REFUSED, "at 10:04") == at_work.told(document)


def test_a_document_that_the_identity_may_not_see_can_be_refused(opening: Opening) -> None:
    """A shortcut gives no permission; only a person can mend that."""
    at_work = opening(XecmByWorkflow)
    document = letter(at_work, department="clinic")
    process = started(at_work, document, of="Fax for claims", by="nina")

    mark = told(at_work)[0]
    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass
    answer(at_work, mark, MarkOutcome.REFUSED)

    assert (document, "claims", "nina") == (mark.document, mark.department, mark.marked_by)
    assert (FailureKind.REJECTED, ["Refused"]) == (failed.value.failure.kind, done_by(at_work, process))


def test_a_task_whose_process_cannot_be_read_is_a_failure(opening: Opening) -> None:
    """A server that hides it from its assignee must not look like one without marks."""
    at_work = opening(XecmByWorkflow)
    at_work.mark(b"a")
    text = "The workflow does not exist, or you do not have permission to see it"
    fault = {"kind": "status", "path": "/workflows/status/", "status": 500, "text": text, "times": None}
    at_work.simulated.simulators.plan.order([fault])

    with pytest.raises(Failed) as failed:
        told(at_work)

    found = failed.value.failure
    assert (FailureKind.TRANSIENT, "the process of a task cannot be read") == (found.kind, found.reason)


def test_a_field_that_the_form_does_not_have_states_nothing(opening: Opening) -> None:
    """Maps differ; what is missing is missing for the rules too."""
    at_work = opening(XecmByWorkflow, more={"attributes": {"recipient": "Recipient", "case": "Case", "title": "Title"}})
    at_work.mark(b"a", {"Recipient": "Mercy Lab"})

    assert [{"recipient": "Mercy Lab", "title": "Fax for claims"}] == [mark.stated_facts for mark in told(at_work)]
