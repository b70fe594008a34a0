"""Workflow processes as values, drafts among them: their steps, values, attachments and comments."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.definitions import definitions
from faxrouter_simulators.xecm.maps import FORM, Step, form_id, steps
from faxrouter_simulators.xecm.nodes import Node, any_node, change_rights, children, insert_node, volume
from faxrouter_simulators.xecm.refusals import BAD_FIELD, NO_SUCH_ATTRIBUTE, NO_SUCH_PROCESS
from faxrouter_simulators.xecm.rights import WORKING, Rights, keep_rights
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import SHORTCUT, WORKFLOW_ATTACHMENTS, WORKFLOW_STATUS, WORKFLOW_VOLUME
from faxrouter_simulators.xecm.values import Values, checked, refuse_incomplete

DRAFT, RUNNING, STOPPED, COMPLETED = "draft", "running", "stopped", "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A draft as well: it becomes a process when it is started."""

    id: int
    map: int
    initiator: int
    state: str
    title: str
    # as it was sent: a day, or a moment without a zone; may be empty
    due_date: str
    filled: Values
    # the folder of its attachments
    attachments: int
    started_at: str | None


def process(server: ContentServer, number: int) -> Process:
    """Raises Refusal."""
    row = server.store.row("SELECT * FROM processes WHERE id = ?", number)
    if row is None:
        raise NO_SUCH_PROCESS.refusal(id=number)
    return process_of(row)


def process_of(row: Row) -> Process:
    return Process(**{**dict(row), "filled": json.loads(row["filled"])})


def draft(server: ContentServer, caller: Caller, found: Node, documents: list[Node]) -> Process:
    """With the documents as shortcuts in a folder of its own, which everybody who will work on it sees."""
    above = volume(server, WORKFLOW_VOLUME)
    assert above is not None
    custom = {caller.id: WORKING, **{step.in_group: WORKING for step in steps(server, found.id)}}
    access_list = keep_rights(server, Rights(custom=custom))
    made = _inserted(server, caller, above, found.name, WORKFLOW_STATUS, access_list)
    folder = _inserted(server, caller, above, "Attachments", WORKFLOW_ATTACHMENTS, access_list)
    server.store.insert(
        "processes",
        id=made.id,
        map=found.id,
        initiator=caller.id,
        state=DRAFT,
        title=found.name,
        due_date="",
        filled="{}",
        attachments=folder.id,
    )
    server.store.effect("draft created", made.id, actor=caller.name, map=found.id, attachments=folder.id)
    for document in documents:
        attach(server, caller, folder, document)
    return process(server, made.id)


def _inserted(server: ContentServer, caller: Caller, parent: Node, name: str, type: int, access_list: int) -> Node:
    """Names in the workflow volume tell nobody anything: they only have to differ."""
    row = server.store.row("SELECT seq FROM sqlite_sequence WHERE name = 'nodes'")
    unique = f"{name} {0 if row is None else row['seq'] + 1}"
    owner_group = parent.owner_group
    return insert_node(
        server, parent, unique, type=type, owner=caller.id, owner_group=owner_group, access_list=access_list
    )


def attach(server: ContentServer, caller: Caller, folder: Node, document: Node) -> None:
    """[G] As a shortcut; a real map may say that the document is copied."""
    shortcut = insert_node(
        server,
        folder,
        document.name,
        type=SHORTCUT,
        owner=caller.id,
        owner_group=folder.owner_group,
        access_list=folder.access_list,
        original=document.id,
        mime_type=document.mime_type,
    )
    server.store.effect(
        "attachment added", folder.id, actor=caller.name, node=shortcut.id, name=document.name, original=document.id
    )


def fill_in(server: ContentServer, found: Process, sent: Mapping[str, Any]) -> Process:
    """Values of a form. Raises Refusal for a key that is none of the form."""
    by_form_id = {form_id(definition): definition for definition in definitions(server, found.map)}
    title, due_date = found.title, found.due_date
    values: dict[str, Any] = {}
    for key, value in sent.items():
        if key == f"{FORM}_Title":
            title = str(value)
        elif key == f"{FORM}_WorkflowDueDate":
            due_date = _day_or_moment(value)
        elif key in by_form_id:
            values[by_form_id[key].key.replace("_x_", "_1_")] = value
        else:
            raise NO_SUCH_ATTRIBUTE.refusal(key=key)
    stored = {**found.filled, **checked(list(by_form_id.values()), values)}
    server.store.execute(
        "UPDATE processes SET title = ?, due_date = ?, filled = ? WHERE id = ?",
        title,
        due_date,
        as_json(stored),
        found.id,
    )
    return process(server, found.id)


def _day_or_moment(value: Any) -> str:
    text = str(value or "")
    if text:
        try:
            datetime.fromisoformat(text)
        except ValueError as err:
            raise BAD_FIELD.refusal(name=f"{FORM}_WorkflowDueDate") from err
    return text


def start(server: ContentServer, caller: Caller, found: Process) -> None:
    """Its first step begins. Raises Refusal when a mandatory attribute has no value."""
    refuse_incomplete(definitions(server, found.map), found.filled)
    now = server.stamp()
    server.store.execute("UPDATE processes SET state = ?, started_at = ? WHERE id = ?", RUNNING, now, found.id)
    server.store.effect(
        "process initiated",
        found.id,
        actor=caller.name,
        map=found.map,
        title=found.title,
        attachments=found.attachments,
    )
    _begin(server, found.id, steps(server, found.map)[0])


def _begin(server: ContentServer, number: int, step: Step) -> None:
    server.store.insert(
        "tasks",
        process=number,
        number=step.number,
        name=step.name,
        assignee=step.in_group,
        started_at=server.stamp(),
    )


def finish_task(server: ContentServer, caller: Caller, found: Process, task: Row, action: str) -> None:
    """The next step begins, or the process is completed."""
    server.store.execute(
        "UPDATE tasks SET done_at = ?, done_by = ?, action = ? WHERE process = ? AND number = ?",
        server.stamp(),
        caller.id,
        action,
        found.id,
        task["number"],
    )
    server.store.effect("task done", found.id, actor=caller.name, task=task["number"], name=task["name"], action=action)
    following = [step for step in steps(server, found.map) if step.number > task["number"]]
    if following:
        _begin(server, found.id, following[0])
    else:
        server.store.execute("UPDATE processes SET state = ? WHERE id = ?", COMPLETED, found.id)
        server.store.effect("process completed", found.id, actor=caller.name)


def tasks(server: ContentServer, number: int) -> list[Row]:
    return list(server.store.rows("SELECT * FROM tasks WHERE process = ? ORDER BY number", number))


def comment(server: ContentServer, caller: Caller, found: Process, task: int, text: str) -> None:
    if text:
        server.store.insert("comments", process=found.id, task=task, author=caller.id, at=server.stamp(), text=text)
        server.store.effect("comment added", found.id, actor=caller.name, task=task)


def status(server: ContentServer, found: Process) -> str:
    """ontime, workflowlate, stopped, completed."""
    if found.state in (STOPPED, COMPLETED):
        return found.state
    return "workflowlate" if found.due_date and server.now() > _end_of(found.due_date) else "ontime"


def _end_of(due_date: str) -> datetime:
    """A day is over at its end."""
    moment = datetime.fromisoformat(due_date)
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return moment.replace(hour=23, minute=59, second=59) if len(due_date) == len("2026-11-20") else moment


def manages(caller: Caller, found: Process) -> bool:
    """[G] Who started it, and administrators."""
    return caller.administrator or found.initiator == caller.id


def takes_part(server: ContentServer, caller: Caller, found: Process) -> bool:
    """Who manages it, and everybody who has or had a task in it; whoever delegated one as well."""
    row = server.store.row(
        "SELECT 1 FROM tasks t JOIN steps s ON s.map = ? AND s.number = t.number WHERE t.process = ?"
        " AND (t.assignee IN (SELECT value FROM json_each(?)) OR s.in_group IN (SELECT value FROM json_each(?)))",
        found.map,
        found.id,
        as_json(sorted(caller.members)),
        as_json(sorted(caller.members)),
    )
    return manages(caller, found) or row is not None


def open_to(server: ContentServer, assignee: int, found: Process) -> None:
    """After a delegation: the new assignee sees the attachments."""
    folder = any_node(server, found.attachments)
    assert folder is not None
    for one in (folder, *children(server, folder.id)):
        change_rights(server, one, lambda rights: replace(rights, custom={**rights.custom, assignee: WORKING}))
