"""What the caller has to do: open workflow tasks, reminders, and assignments of the government module."""

import json
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.chronicle import record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import existing
from faxrouter_simulators.xecm.nodes import node
from faxrouter_simulators.xecm.processes import RUNNING, process, status
from faxrouter_simulators.xecm.refusals import MISSING_FIELD
from faxrouter_simulators.xecm.reminders import DONE
from faxrouter_simulators.xecm.server import ContentServer

# [G] numbers of kinds of assignments
WORKFLOW_STEP, REMINDER, GOVERNMENT = 153, 31214, 31215
_REMINDERS = """
SELECT r.* FROM reminders r WHERE r.status <> ? AND EXISTS (
    SELECT 1 FROM json_each(r.payload, '$.recipients') j WHERE j.value IN (SELECT value FROM json_each(?))
) ORDER BY r.id
"""


def list_workflow_tasks(server: ContentServer, asked: Asked) -> Json:
    """Those of one's groups as well, by their due date, those without one last."""
    entries = _workflow_tasks(server, asked)
    name, location = asked.option("where_name").lower(), asked.option("where_location_name").lower()
    entries = [
        entry for entry in entries if name in entry["name"].lower() and location in entry["location_name"].lower()
    ]
    direction, _, column = asked.option("sort", "asc_date_due").partition("_")
    entries.sort(key=lambda entry: _sorted_by(entry, column), reverse=direction == "desc")
    return _page_of(asked, entries)


def _sorted_by(entry: Json, column: str) -> tuple[bool, str, int]:
    value = entry.get(column)
    return value in (None, ""), str(value), int(entry["workflow_id"])


def list_assignments(server: ContentServer, asked: Asked) -> Json:
    """The older call, which gives everything."""
    mine = as_json(sorted(asked.caller.members))
    reminders = server.store.rows(_REMINDERS, DONE, mine)
    given = server.store.rows(
        "SELECT * FROM assignments WHERE assignee IN (SELECT value FROM json_each(?)) ORDER BY id", mine
    )
    entries = _workflow_tasks(server, asked)
    for row in reminders:
        payload = json.loads(row["payload"])
        text = str(payload.get("RSDESCRIPTION", ""))
        entries.append(_entry(REMINDER, "Reminder", text, row["node"], row["created_by"], followup_id=row["id"]))
    for row in given:
        text = row["instruction"]
        entry = _entry(GOVERNMENT, "Assignment", row["subject"], row["node"], row["created_by"], instructions=text)
        entries.append(entry)
    return _page_of(asked, entries)


def _page_of(asked: Asked, entries: list[Json]) -> Json:
    at = envelopes.page(asked, default=20)
    shown = [{"data": {"assignments": entry}} for entry in entries[at.offset : at.offset + at.limit]]
    return envelopes.some(asked, shown, at=at, count=len(entries), sort="asc_date_due")


def _workflow_tasks(server: ContentServer, asked: Asked) -> list[Json]:
    rows = server.store.rows(
        "SELECT t.process, t.number, t.name FROM tasks t JOIN processes p ON p.id = t.process AND p.state = ?"
        " WHERE t.done_at IS NULL AND t.assignee IN (SELECT value FROM json_each(?)) ORDER BY t.process",
        RUNNING,
        as_json(sorted(asked.caller.members)),
    )
    entries = []
    for row in rows:
        found = process(server, row["process"])
        late = status(server, found) == "workflowlate"
        entries.append(
            _entry(
                WORKFLOW_STEP,
                "Workflow Step",
                f"{found.title}: {row['name']}",
                found.attachments,
                found.initiator,
                id=found.id,
                date_due=found.due_date or None,
                status=1 if late else 0,
                status_name="Late" if late else "On time",
                workflow_id=found.id,
                workflow_open_in_smart_ui=True,
                workflow_subworkflow_id=found.id,
                workflow_subworkflow_task_id=row["number"],
            )
        )
    return entries


def _entry(kind: int, kind_name: str, name: str, location: int, author: int, **more: Any) -> Json:
    return {
        "date_due": None,
        "description": "",
        "favorite": False,
        "followup_id": None,
        "from_user_id": author,
        "id": None,
        "instructions": "",
        "location_id": location,
        "location_name": "",
        "name": name,
        "priority": 2,
        "priority_name": "Medium",
        "status": 0,
        "status_name": "On time",
        "type": kind,
        "type_name": kind_name,
        "workflow_id": None,
        "workflow_open_in_smart_ui": False,
        "workflow_subworkflow_id": None,
        "workflow_subworkflow_task_id": None,
        **more,
    }


def assign(server: ContentServer, asked: Asked) -> Json:
    """The government module: the field `add_assignment` holds JSON."""
    found = node(server, asked.caller, asked.place["node"])
    wish = asked.inner_object("add_assignment")
    if not wish.get("subject") or not isinstance(wish.get("assignees"), list):
        raise MISSING_FIELD.refusal(name="add_assignment")
    for assignee in wish["assignees"]:
        server.store.insert(
            "assignments",
            node=found.id,
            subject=str(wish["subject"]),
            instruction=str(wish.get("instruction") or ""),
            assignee=existing(server, whole(assignee, "assignees")).id,
            created_at=server.stamp(),
            created_by=asked.caller.id,
        )
    record(server, asked.caller, "assignment created", found.id, about=wish["subject"], assignees=wish["assignees"])
    return envelopes.one(asked, {"ok": True}, method="POST")


ENDPOINTS = (
    Endpoint("GET", "/v2/members/moduleassignments/ExpandAssignments/workflow", list_workflow_tasks),
    Endpoint("GET", "/v2/members/assignments", list_assignments),
    Endpoint("POST", "/v2/nodes/{node:int}/xgovassignments", assign),
)
