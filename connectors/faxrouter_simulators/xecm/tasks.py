"""Working on workflows over the API: who has what to do, the form of a task, acting on it, and how a process stands."""

from sqlite3 import Row

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.callers import GROUP
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.maps import ATTACHMENTS, COMMENTS, steps
from faxrouter_simulators.xecm.members import Member, existing, members_where
from faxrouter_simulators.xecm.nodes import any_node
from faxrouter_simulators.xecm.processes import (
    COMPLETED,
    DRAFT,
    STOPPED,
    Process,
    comment,
    fill_in,
    finish_task,
    manages,
    open_to,
    process,
    process_of,
    status,
    takes_part,
    tasks,
)
from faxrouter_simulators.xecm.refusals import (
    BAD_FIELD,
    NO_SUCH_PROCESS,
    NOT_AN_ASSIGNEE,
    TASK_DONE,
    UNKNOWN_ACTION,
)
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.task_form import values_form

_STATUSES = ("ontime", "workflowlate", "stopped", "completed")
_KINDS = ("Managed", "Initiated", "Both")


def read_status(server: ContentServer, asked: Asked) -> Json:
    found = _process(server, asked, asked.place["process"])
    all_tasks = tasks(server, found.id)
    begun = {task["number"] for task in all_tasks}
    later = [step for step in steps(server, found.map) if step.number not in begun]
    about = any_node(server, found.map)
    initiator = existing(server, found.initiator)
    results = {
        "attachments": {"attachment_folder_id": found.attachments},
        "data_packages": [
            {"TYPE": 1, "SUBTYPE": ATTACHMENTS, "USERDATA": found.attachments, "DESCRIPTION": ""},
            {"TYPE": 1, "SUBTYPE": COMMENTS, "USERDATA": found.id, "DESCRIPTION": ""},
        ],
        "permissions": _permissions(asked, found),
        "step_list": {
            "completed": [_step(server, found, task) for task in all_tasks if task["done_at"]],
            "current": [_step(server, found, task) for task in all_tasks if not task["done_at"]],
            "next": [{"task_id": step.number, "task_name": step.name} for step in later],
        },
        "wf_details": {
            "date_initiated": _moment(found.started_at),
            "due_date": found.due_date,
            "initiator": {
                "firstName": initiator.fields.get("first_name", ""),
                "lastName": initiator.fields.get("last_name", ""),
                "loginName": initiator.name,
                "userId": initiator.id,
            },
            "status": status(server, found),
            "wf_name": found.title or ("" if about is None else about.name),
            "work_workID": found.id,
        },
    }
    return envelopes.one(asked, results)


def _permissions(asked: Asked, found: Process) -> Json:
    managing = manages(asked.caller, found)
    words = ("Archive", "ChangeAttr", "ChangeRoute", "Delete", "ManagerPerms", "Stop", "Suspend")
    return {**dict.fromkeys(words, managing), "SeeDetail": True}


def _step(server: ContentServer, found: Process, task: Row) -> Json:
    return {
        "process_id": found.id,
        "subprocess_id": found.id,
        "task_id": task["number"],
        "task_name": task["name"],
        "task_due_date": "",
        "task_start_date": _moment(task["started_at"]),
        "task_status": "completed" if task["done_at"] else status(server, found),
        "task_assignees": _assignees(server, task["assignee"]),
    }


def _assignees(server: ContentServer, number: int) -> Json:
    """The members of a group, each by itself, under the group's name."""
    assignee = existing(server, number)
    inside = "m.id IN (SELECT member FROM memberships WHERE in_group = ?) AND m.type IN (0, 17) ORDER BY m.id"
    people = members_where(server, inside, number) if assignee.type == GROUP else [assignee]
    return {
        "assignee": [_person(one) for one in people],
        "assigneeCount": len(people),
        "currentAssignee": assignee.formatted,
    }


def _person(found: Member) -> Json:
    return {
        "userId": found.id,
        "loginName": found.name,
        "firstName": found.fields.get("first_name", ""),
        "lastName": found.fields.get("last_name", ""),
        "emailAddress": found.fields.get("business_email", ""),
        "phone": found.fields.get("business_phone", ""),
    }


def _moment(stamp: str | None) -> str:
    return (stamp or "").rstrip("Z")


def list_statuses(server: ContentServer, asked: Asked) -> Json:
    """Those that the caller started, or manages."""
    kind = asked.option("kind") or asked.option("Kind") or "Both"
    if kind not in _KINDS:
        raise BAD_FIELD.refusal(name="kind")
    wanted = asked.options("wstatus")
    if any(one not in _STATUSES for one in wanted):
        raise BAD_FIELD.refusal(name="wstatus")
    everything = asked.caller.administrator and kind != "Initiated"
    rows = server.store.rows(
        "SELECT * FROM processes WHERE state <> ? AND (? OR initiator = ?) ORDER BY id DESC",
        DRAFT,
        everything,
        asked.caller.id,
    )
    found = [process_of(row) for row in rows]
    entries = [_status_entry(server, asked, one) for one in found if not wanted or status(server, one) in wanted]
    return envelopes.one(asked, entries)


def _status_entry(server: ContentServer, asked: Asked, found: Process) -> Json:
    current = [_step(server, found, task) for task in tasks(server, found.id) if not task["done_at"]]
    people = current[0]["task_assignees"] if current else {"assignee": [], "assigneeCount": 0, "currentAssignee": ""}
    wfstatus = {
        "assignee": people["assignee"],
        "assignee_count": people["assigneeCount"],
        "comments_on": True,
        "current_assignee": people["currentAssignee"],
        "date_initiated": _moment(found.started_at),
        "due_date": found.due_date,
        "parallel_steps": current,
        "process_id": found.id,
        "status_key": status(server, found),
        "step_name": current[0]["task_name"] if current else "",
        "steps_count": len(current),
        "subprocess_id": found.id,
        "task_id": current[0]["task_id"] if current else None,
        "wf_name": found.title,
    }
    return {"data": {"wfstatus": wfstatus}, "definitions": {}, "permissions": _permissions(asked, found)}


def read_task_form(server: ContentServer, asked: Asked) -> Json:
    found = _process(server, asked, whole(asked.option("process_id"), "process_id"))
    task = _task(server, found, whole(asked.option("task_id", "1"), "task_id"))
    step = next(one for one in steps(server, found.map) if one.number == task["number"])
    rows = server.store.rows("SELECT * FROM comments WHERE process = ? ORDER BY id", found.id)
    comments = [{"author": row["author"], "date": row["at"], "comment": row["text"]} for row in rows]
    actions = [{"key": "Delegate", "label": "Forward"}]
    # a step with buttons of its own has no other way on
    actions += [] if step.custom_actions else [{"key": "SendOn", "label": "Send On"}]
    data = {
        "actions": actions,
        "attachments_on": True,
        "authentication": False,
        "comments_on": True,
        "custom_actions": [{"key": word, "label": word} for word in step.custom_actions],
        "data_packages": [
            {"data": {"attachment_folder_id": found.attachments}, "sub_type": ATTACHMENTS, "type": 1},
            {"data": {"comments": comments}, "sub_type": COMMENTS, "type": 1},
        ],
        "instructions": "",
        "message": None,
        "process_id": found.id,
        "subprocess_id": found.id,
        "task": {},
        "task_id": task["number"],
        "title": task["name"],
    }
    return {"data": data, "forms": [values_form(server, found)]}


def act(server: ContentServer, asked: Asked) -> Json:
    """Only an assignee may; without the wrapper `body` nothing is read."""
    found = _process(server, asked, asked.place["process"])
    task = _task(server, found, asked.place["task"])
    if task["done_at"] or found.state == STOPPED:
        raise TASK_DONE.refusal()
    if task["assignee"] not in asked.caller.members:
        raise NOT_AN_ASSIGNEE.refusal()
    body = asked.body or {}
    comment(server, asked.caller, found, task["number"], str(body.get("comment") or ""))
    custom = body.get("custom_action")
    step = next(one for one in steps(server, found.map) if one.number == task["number"])
    if custom:
        if custom not in step.custom_actions:
            raise UNKNOWN_ACTION.refusal(action=custom)
        finish_task(server, asked.caller, found, task, str(custom))
    elif body.get("action") == "formUpdate":
        fill_in(server, found, asked.inner_object("values"))
        server.store.effect("task filled in", found.id, actor=asked.caller.name, task=task["number"])
    elif body.get("action") == "SendOn" and not step.custom_actions:
        finish_task(server, asked.caller, found, task, "SendOn")
    elif body.get("action") == "Delegate":
        _delegate(server, asked, found, task)
    else:
        raise UNKNOWN_ACTION.refusal(action=body.get("action", ""))
    results = {"custom_message": None, "process_id": found.id, "WorkID": None, "WRID": None}
    return envelopes.one(asked, results, method="PUT")


def set_status(server: ContentServer, asked: Asked) -> Json:
    """[G] Stop a process, which only its managers may."""
    found = _process(server, asked, asked.place["process"])
    if not manages(asked.caller, found) or found.state == COMPLETED:
        raise NO_SUCH_PROCESS.refusal(id=found.id)
    if asked.text("status") != "stop":
        raise BAD_FIELD.refusal(name="status")
    server.store.execute("UPDATE processes SET state = ? WHERE id = ?", STOPPED, found.id)
    server.store.effect("process stopped", found.id, actor=asked.caller.name)
    return envelopes.one(asked, {}, method="PUT")


def _delegate(server: ContentServer, asked: Asked, found: Process, task: Row) -> None:
    assignee = existing(server, asked.number("assignee"))
    server.store.execute(
        "UPDATE tasks SET assignee = ? WHERE process = ? AND number = ?", assignee.id, found.id, task["number"]
    )
    open_to(server, assignee.id, found)
    server.store.effect(
        "task delegated", found.id, actor=asked.caller.name, task=task["number"], assignee=assignee.name
    )


def _process(server: ContentServer, asked: Asked, number: int) -> Process:
    """Raises Refusal for a draft, and for whoever has no part in it."""
    found = process(server, number)
    if found.state == DRAFT or not takes_part(server, asked.caller, found):
        raise NO_SUCH_PROCESS.refusal(id=number)
    return found


def _task(server: ContentServer, found: Process, number: int) -> Row:
    row = server.store.row("SELECT * FROM tasks WHERE process = ? AND number = ?", found.id, number)
    if row is None:
        raise NO_SUCH_PROCESS.refusal(id=f"{found.id}, task {number}")
    return row


ENDPOINTS = (
    Endpoint("GET", "/v2/workflows/status", list_statuses),
    Endpoint("GET", "/v2/workflows/status/processes/{process:int}", read_status),
    Endpoint("GET", "/v1/forms/processes/tasks/update", read_task_form),
    Endpoint("PUT", "/v2/processes/{process:int}/status", set_status),
    Endpoint("PUT", "/v2/processes/{process:int}/subprocesses/{subprocess:int}/tasks/{task:int}", act),
)
