"""Workflows, reminders and assignments of the simulated Extended ECM."""

import json
from typing import Any

import pytest

from opentext.at_work import Session, XecmAtWork

A_DAY = 86_400


def approval(session: Session) -> int:
    return session.node_at(141, "Workflow maps", "Approval")


def drafted(session: Session, *documents: int) -> int:
    body = {"workflow_id": approval(session), "doc_ids": ",".join(str(one) for one in documents)}
    return int(session.post("/v2/draftprocesses", body).json()["results"]["draftprocess_id"])


def started(session: Session, *documents: int, **values: Any) -> int:
    draft = drafted(session, *documents)
    if values:
        form = {"action": "formUpdate", "values": {f"WorkflowForm_{key}": value for key, value in values.items()}}
        assert 200 == session.put(f"/v2/draftprocesses/{draft}", form).status_code
    return int(session.put(f"/v2/draftprocesses/{draft}", {"action": "Initiate"}).json()["results"]["process_id"])


def act(session: Session, process: int, task: int, **body: Any) -> Any:
    return session.put(f"/v2/processes/{process}/subprocesses/{process}/tasks/{task}", body)


def status(session: Session, process: int) -> Any:
    return session.get(f"/v2/workflows/status/processes/{process}").json()["results"]


def todo(session: Session, **query: Any) -> list[tuple[int, int]]:
    path = "/v2/members/moduleassignments/ExpandAssignments/workflow"
    entries = [one["data"]["assignments"] for one in session.get(path, **query).json()["results"]]
    return [(one["workflow_id"], one["workflow_subworkflow_task_id"]) for one in entries]


def test_a_process_goes_through_its_steps(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Each step is for its group; after the last one the process is completed."""
    nora, mike = xecm_clinic.as_user("nora"), xecm_clinic.as_user("mike")
    process = started(xecm_fax, xecm_fax.created("one.pdf"))

    assert ([(process, 1)], []) == (todo(nora), todo(mike))
    assert 200 == act(nora, process, 1, custom_action="Approve", comment="fine").status_code
    assert ([], [(process, 2)]) == (todo(nora), todo(mike))
    steps = status(xecm_fax, process)["step_list"]
    assert (["Approve"], ["File"], []) == tuple(
        [step["task_name"] for step in steps[place]] for place in ("completed", "current", "next")
    )
    assert 200 == act(mike, process, 2, action="SendOn").status_code
    assert "completed" == status(xecm_fax, process)["wf_details"]["status"]
    done = [(one["actor"], one["details"]["action"]) for one in xecm_clinic.effects("task done")]
    assert [("nora", "Approve"), ("mike", "SendOn")] == done


def test_only_an_assignee_acts(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Not who started it, nor an administrator, nor whoever gave the task away; and nobody twice."""
    nora, admin, otto = (xecm_clinic.as_user(name) for name in ("nora", "Admin", "otto"))
    process = started(xecm_fax, xecm_fax.created("one.pdf"))
    anybody = otto.get("/v1/auth").json()["data"]["id"]

    refused = [act(one, process, 1, custom_action="Approve").status_code for one in (xecm_fax, admin, otto)]
    assert [403, 403, 500] == refused
    assert 200 == act(nora, process, 1, action="Delegate", assignee=str(anybody)).status_code
    assert 403 == act(nora, process, 1, custom_action="Approve").status_code
    assert [(process, 1)] == todo(otto)
    folder = status(otto, process)["attachments"]["attachment_folder_id"]
    assert 1 == otto.get(f"/v2/nodes/{folder}/nodes").json()["collection"]["paging"]["total_count"]
    assert 200 == act(otto, process, 1, custom_action="Reject").status_code
    assert 500 == act(otto, process, 1, custom_action="Reject").status_code


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"custom_action": "Burn"}, 400),
        ({"action": "Burn"}, 400),
        # a step with buttons of its own has no other way on
        ({"action": "SendOn"}, 400),
        ({"action": "formUpdate", "values": {"WorkflowForm_99": "x"}}, 500),
        ({"action": "formUpdate", "values": {"WorkflowForm_2": "because"}}, 200),
        ({}, 400),
    ],
)
def test_a_step_takes_its_own_actions(
    body: dict[str, Any], expected: int, xecm_clinic: XecmAtWork, xecm_fax: Session
) -> None:
    """A refused action changes nothing, its comment among it."""
    process = started(xecm_fax)
    nora = xecm_clinic.as_user("nora")

    assert expected == act(nora, process, 1, **body, comment="words").status_code
    assert [(process, 1)] == todo(nora)
    assert (expected == 200) == bool(xecm_clinic.effects("comment added"))


def test_a_form_is_read_in_its_wrapper_only(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """A fact: without `body` the call returns nothing, and nothing happens."""
    draft = drafted(xecm_fax)
    plain = {"action": "Initiate"}

    assert {} == xecm_fax.put(f"/v2/draftprocesses/{draft}", data=plain).json()
    assert [] == xecm_clinic.effects("process initiated")
    assert 200 == xecm_fax.put(f"/v2/draftprocesses/{draft}", plain).status_code
    assert 500 == xecm_fax.put(f"/v2/draftprocesses/{draft}", plain).status_code


def test_values_are_checked_and_shown(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Attributes under the names of the form; a date that is none is refused."""
    draft = drafted(xecm_fax)
    wrong = {"action": "formUpdate", "values": {"WorkflowForm_3": "tomorrow"}}
    assert 400 == xecm_fax.put(f"/v2/draftprocesses/{draft}", wrong).status_code
    right = {"WorkflowForm_2": "because", "WorkflowForm_3": "2026-12-01", "WorkflowForm_Title": "A fax"}
    xecm_fax.put(f"/v2/draftprocesses/{draft}", {"action": "formUpdate", "values": right})

    form = xecm_fax.get("/v1/forms/draftprocesses/update", draftprocess_id=draft).json()
    assert ("A fax", "because", "2026-12-01T00:00:00", False) == tuple(
        form["forms"][0]["data"][f"WorkflowForm_{key}"] for key in ("Title", "2", "3", "4")
    )
    assert 500 == xecm_clinic.as_user("nora").put(f"/v2/draftprocesses/{draft}", {"action": "Initiate"}).status_code


def test_attachments_are_a_folder(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Documents of the draft are in it as shortcuts; what is created in it is attached. Others do not see it."""
    document = xecm_fax.created("one.pdf")
    process = started(xecm_fax, document)
    folder = status(xecm_fax, process)["attachments"]["attachment_folder_id"]
    xecm_fax.created("two.pdf", parent=folder)

    inside = [one["data"]["properties"] for one in xecm_fax.get(f"/v2/nodes/{folder}/nodes").json()["results"]]
    assert [("one.pdf", 1, document), ("two.pdf", 144, 0)] == [
        (one["name"], one["type"], one["original_id"]) for one in inside
    ]
    assert [str(folder)] * 2 == [one["subject"] for one in xecm_clinic.effects("attachment added")]
    seen = {name: xecm_clinic.as_user(name).get(f"/v2/nodes/{folder}").status_code for name in ("nora", "mike", "otto")}
    assert {"nora": 200, "mike": 200, "otto": 404} == seen


@pytest.mark.parametrize(
    ("due", "days", "expected"), [("", 9, "ontime"), ("{day}", 0, "ontime"), ("{day}", 2, "workflowlate")]
)
def test_a_process_is_late_after_its_day(
    due: str, days: int, expected: str, xecm_clinic: XecmAtWork, xecm_fax: Session
) -> None:
    """A day is over at its end; a completed process is late no more."""
    day = f"{xecm_clinic.clock.now():%Y-%m-%d}"
    process = started(xecm_fax, WorkflowDueDate=due.format(day=day))
    xecm_clinic.clock.advance(days * A_DAY)
    session = xecm_clinic.as_user("svc_fax")

    assert expected == status(session, process)["wf_details"]["status"]
    late = session.get("/v2/workflows/status", kind="Both", wstatus="workflowlate").json()["results"]
    assert (expected == "workflowlate") == bool(late)
    act(xecm_clinic.as_user("nora"), process, 1, custom_action="Approve")
    act(xecm_clinic.as_user("mike"), process, 2, action="SendOn")
    assert "completed" == status(session, process)["wf_details"]["status"]


@pytest.mark.parametrize(
    ("user", "kind", "expected"),
    [
        ("svc_fax", "Initiated", 1),
        ("svc_fax", "Managed", 1),
        ("nora", "Both", 0),
        ("Admin", "Managed", 1),
        ("Admin", "Initiated", 0),
    ],
)
def test_lists_are_personal(user: str, kind: str, expected: int, xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """What one started, or manages; having a task in it is something else."""
    started(xecm_fax)

    answer = xecm_clinic.as_user(user).get("/v2/workflows/status", kind=kind, wstatus="ontime")
    assert expected == len(answer.json()["results"])
    assert 400 == xecm_clinic.as_user(user).get("/v2/workflows/status", wstatus="lost").status_code


def test_a_stopped_process_asks_nobody(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Only its managers stop it."""
    process = started(xecm_fax)
    nora = xecm_clinic.as_user("nora")
    stop = {"data": {"status": "stop"}}

    assert [500, 200] == [one.put(f"/v2/processes/{process}/status", **stop).status_code for one in (nora, xecm_fax)]
    assert ("stopped", []) == (status(xecm_fax, process)["wf_details"]["status"], todo(nora))
    assert 500 == act(nora, process, 1, custom_action="Approve").status_code


def test_todo_is_paged_and_sorted_by_due_date(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Without a date last; narrowed down by name."""
    never, late, early = (
        started(xecm_fax, Title=title, WorkflowDueDate=due)
        for title, due in (("never", ""), ("late", "2099-12-01"), ("early", "2099-11-01"))
    )
    nora = xecm_clinic.as_user("nora")

    assert [(early, 1), (late, 1), (never, 1)] == todo(nora)
    assert [(late, 1)] == todo(nora, limit=1, page=2)
    assert [(never, 1)] == todo(nora, where_name="NEVER")
    older = nora.get("/v2/members/assignments").json()["results"]
    assert 3 == len([one for one in older if one["data"]["assignments"]["type_name"] == "Workflow Step"])


def remind(session: Session, document: int, **more: Any) -> Any:
    payload = {
        "RSTYPE": "12",
        "RSRULE": "0",
        "RSDATE": "D/2026/12/1:0:0:0",
        "PRIORITY": "50",
        "recipients": [1000],
        **more,
    }
    return session.post(f"/v2/resubmission/{document}/addreminder", data={"data": json.dumps(payload)})


def test_reminders_end_for_good(xecm_fax: Session) -> None:
    """Completed is final; releases before 26.2 do not tell the number of a new one."""
    document = xecm_fax.created("one.pdf")

    assert {} == remind(xecm_fax, document).json()["results"]
    [entry] = xecm_fax.get(f"/v2/nodes/{document}/followups").json()["results"]["followups"]
    followup = entry["data"]["followup"]
    assert ("2026-12-01T00:00:00Z", 1, 12) == tuple(followup[key] for key in ("due_date", "status", "followup_type"))
    path = f"/v2/nodes/{document}/followups/{followup['followup_id']}"
    assert [200, 200, 500] == [xecm_fax.put(path, data={"status": str(one)}).status_code for one in (-2, 2, -2)]
    assert 2 == xecm_fax.get(path).json()["results"]["data"]["followup"]["status"]


@pytest.mark.parametrize("wrong", [{"RSTYPE": "99"}, {"RSDATE": "2026-12-01"}, {"recipients": [99]}])
def test_reminders_that_cannot_be(wrong: dict[str, Any], xecm_fax: Session) -> None:
    """An unknown type, a date in another notation, nobody to remind."""
    document = xecm_fax.created("one.pdf")

    assert 200 != remind(xecm_fax, document, **wrong).status_code
    assert {"followups": []} == xecm_fax.get(f"/v2/nodes/{document}/followups").json()["results"]


def test_what_was_assigned_and_what_one_is_reminded_of_is_told(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """The older call gives everything: tasks, reminders, assignments of the government module."""
    document = xecm_fax.created("one.pdf")
    nora = xecm_clinic.as_user("nora")
    number = nora.get("/v1/auth").json()["data"]["id"]
    wish = {"subject": "Look at this", "instruction": "today", "assignees": [number]}
    assert (
        200
        == xecm_fax.post(f"/v2/nodes/{document}/xgovassignments", data={"add_assignment": json.dumps(wish)}).status_code
    )
    remind(xecm_fax, document, recipients=[number])

    entries = [one["data"]["assignments"] for one in nora.get("/v2/members/assignments").json()["results"]]
    assert [("Reminder", document), ("Assignment", document)] == [
        (one["type_name"], one["location_id"]) for one in entries
    ]
