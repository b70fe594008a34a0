"""Reminders (follow-ups) on nodes: their fields come and go as JSON in the field `data`.

Status 1 open, -1 active, -2 in progress, 2 completed, after which nothing changes any more. Rule 0 a fixed date,
1 due in so many units, 2 recurring.
"""

import json
import re
from sqlite3 import Row

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true, whole
from faxrouter_simulators.xecm.chronicle import record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import existing, member
from faxrouter_simulators.xecm.nodes import node
from faxrouter_simulators.xecm.refusals import BAD_FIELD, MISSING_FIELD, NO_SUCH_REMINDER, ONCE_COMPLETED
from faxrouter_simulators.xecm.server import ContentServer

OPEN, ACTIVE, IN_PROGRESS, DONE = 1, -1, -2, 2
# [G] the client and the types that an administrator would have configured
CLIENT = (1, "Reminder")
TYPES = {12: "Follow-up", 13: "Review"}
_NUMBERS = {"RSRULE", "RSSTATUS", "PRIORITY", "RSRULEUNIT", "RSRULEVALUE", "RSACTIVATION", "RSACTIVATIONUNIT",
            "RSACTIVATIONBDAY", "escalation", "escalationWhen"}  # fmt: skip
_DATES = {"RSDATE", "RSSEQSTARTDATE", "RSSEQENDDATE"}
_UNITS = {1: "day", 2: "week", 3: "month", 4: "year"}


def create(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    payload = _payload(asked)
    for name in ("RSTYPE", "RSRULE", "recipients"):
        if name not in payload:
            raise MISSING_FIELD.refusal(name=name)
    _check(server, payload)
    number = server.store.insert(
        "reminders",
        node=found.id,
        status=int(payload.get("RSSTATUS", OPEN)),
        payload=as_json(payload),
        created_at=server.stamp(),
        created_by=asked.caller.id,
    )
    record(server, asked.caller, "reminder created", found.id, reminder=number, type=payload["RSTYPE"])
    # releases before 26.2 do not tell its number: a fact
    results = {"data": {"id": number}} if server.release >= (26, 2) else {}
    return envelopes.one(asked, results, method="POST")


def _payload(asked: Asked) -> Json:
    asked.needs("data")
    return asked.inner_object("data")


def _check(server: ContentServer, payload: Json) -> None:
    for name in _NUMBERS & set(payload):
        whole(payload[name], name)
    if "RSTYPE" in payload and whole(payload["RSTYPE"], "RSTYPE") not in TYPES:
        raise BAD_FIELD.refusal(name="RSTYPE")
    for name in _DATES & {name for name, value in payload.items() if value}:
        _day(payload[name])
    recipients = payload.get("recipients", [])
    if not isinstance(recipients, list):
        raise BAD_FIELD.refusal(name="recipients")
    for recipient in recipients:
        existing(server, whole(recipient, "recipients"))


def _day(text: object) -> str:
    """`D/2026/12/1:0:0:0` as the API gives it back. Raises Refusal."""
    match = re.match(r"D/(\d{4})/(\d{1,2})/(\d{1,2}):", str(text))
    if not match:
        raise BAD_FIELD.refusal(name="RSDATE")
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}T00:00:00Z"


def list_reminders(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    rows = server.store.rows("SELECT * FROM reminders WHERE node = ? ORDER BY id", found.id)
    return envelopes.one(asked, {"followups": [{"data": {"followup": _view(server, row)}} for row in rows]})


def read(server: ContentServer, asked: Asked) -> Json:
    return envelopes.one(asked, {"data": {"followup": _view(server, _reminder(server, asked))}})


def _reminder(server: ContentServer, asked: Asked) -> Row:
    found = node(server, asked.caller, asked.place["node"])
    number = asked.place.get("reminder") or whole(asked.option("id"), "id")
    return _on(server, found.id, number)


def _on(server: ContentServer, number: int, reminder: int) -> Row:
    row = server.store.row("SELECT * FROM reminders WHERE id = ? AND node = ?", reminder, number)
    if row is None:
        raise NO_SUCH_REMINDER.refusal(id=reminder)
    return row


def _view(server: ContentServer, row: Row) -> Json:
    payload = json.loads(row["payload"])
    type = int(payload["RSTYPE"])
    people = [(int(number), member(server, int(number))) for number in payload["recipients"]]
    return {
        "activation_by_day": int(payload.get("RSACTIVATIONBDAY", 0)),
        "activation_date": None,
        "assignees": [{"id": number, "name": "" if one is None else one.formatted} for number, one in people],
        "create_date": row["created_at"],
        "create_user_id": row["created_by"],
        "data_id": row["node"],
        "description": payload.get("RSDESCRIPTION", ""),
        "due_date": _day(payload["RSDATE"]) if payload.get("RSDATE") else None,
        "end_sequence_date": _day(payload["RSSEQENDDATE"]) if payload.get("RSSEQENDDATE") else None,
        "followup_client": CLIENT[0],
        "followup_client_name": CLIENT[1],
        "followup_handler": 1,
        "followup_id": row["id"],
        "followup_type": type,
        "followup_type_name": TYPES[type],
        "parent_id": row["id"],
        "rule": int(payload.get("RSRULE", 0)),
        "start_sequence_date": _day(payload["RSSEQSTARTDATE"]) if payload.get("RSSEQSTARTDATE") else None,
        "status": row["status"],
        "status_by": row["status_by"],
    }


def set_status(server: ContentServer, asked: Asked) -> Json:
    row = _changeable(_reminder(server, asked))
    status = asked.number("status")
    if status not in (ACTIVE, IN_PROGRESS, DONE):
        raise BAD_FIELD.refusal(name="status")
    statement = "UPDATE reminders SET status = ?, status_by = ? WHERE id = ?"
    server.store.execute(statement, status, asked.caller.id, row["id"])
    record(server, asked.caller, "reminder changed", row["node"], reminder=row["id"], status=status)
    return envelopes.one(asked, {}, method="PUT")


def update(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    sent = _payload(asked)
    row = _changeable(_on(server, found.id, whole(sent.get("RSID"), "RSID")))
    _check(server, sent)
    payload = {**json.loads(row["payload"]), **sent}
    status = int(sent.get("RSSTATUS", row["status"]))
    server.store.execute(
        "UPDATE reminders SET payload = ?, status = ? WHERE id = ?", as_json(payload), status, row["id"]
    )
    record(server, asked.caller, "reminder changed", found.id, reminder=row["id"])
    return {"results": {"id": row["id"], **payload}}


def _changeable(row: Row) -> Row:
    if row["status"] == DONE:
        raise ONCE_COMPLETED.refusal()
    return row


def client_types(_server: ContentServer, asked: Asked) -> Json:
    """Which clients there are; with `client_id`, which types such a client has."""
    name, known = (
        ("followup_type_name", TYPES) if asked.option("client_id") else ("followup_client_name", dict([CLIENT]))
    )
    labels = {"optionLabels": list(known.values())}
    schema = {"properties": {name: {"enum": list(known), "type": "integer"}}, "type": "object"}
    return {"forms": [{"data": {}, "options": {"fields": {name: labels}}, "schema": schema}]}


def view_form(server: ContentServer, asked: Asked) -> Json:
    row = _reminder(server, asked)
    payload = json.loads(row["payload"])
    unit = int(payload.get("RSACTIVATIONUNIT", 1))
    data = {
        "activation_alert": {
            "send_in": {"activation_period": int(payload.get("RSACTIVATION", 0)), "activation_unit": unit}
        },
        "assignees": payload["recipients"],
        "description": payload.get("RSDESCRIPTION", ""),
        "duein": None,
        "escalation_alert": {
            "escalation_enabled": true(payload.get("escalationEnabled", 0)),
            "send_in": {
                "escalation_period": int(payload.get("escalation", 0)),
                "escalation_when": int(payload.get("escalationWhen", 1)),
            },
            "send_to": payload.get("escalationrecipient_list", []),
        },
        "followup_client_name": CLIENT[0],
        "followup_type_name": int(payload["RSTYPE"]),
        "general": {"Created_by": row["created_by"], "Created_on": row["created_at"].rstrip("Z")},
        "priority": int(payload.get("PRIORITY", 50)),
        "schedule": {
            "due": int(payload.get("RSRULE", 0)),
            "due_in": {
                "due_in_period": int(payload.get("RSRULEVALUE", 0)),
                "due_in_unit": int(payload.get("RSRULEUNIT", 1)),
            },
            "predefined": True,
            "reoccuring": str(payload.get("RSRULE", 0)) == "2",
        },
    }
    return {"forms": [{"data": data, "options": {}, "schema": {"properties": {}, "type": "object"}}]}


def create_form(server: ContentServer, asked: Asked) -> Json:
    node(server, asked.caller, whole(asked.option("node_id"), "node_id"))
    data = {"RSTYPE": next(iter(TYPES)), "PRIORITY": 50, "RSRULE": 0, "RSRULEUNIT": 1}
    units = {"enum": list(_UNITS), "type": "integer"}
    types = {"enum": list(TYPES), "type": "integer"}
    schema = {"properties": {"RSTYPE": types, "RSRULEUNIT": units}, "type": "object"}
    return {"forms": [{"data": data, "options": {}, "schema": schema}]}


ENDPOINTS = (
    Endpoint("POST", "/v2/resubmission/{node:int}/addreminder", create),
    Endpoint("GET", "/v2/nodes/{node:int}/followups", list_reminders),
    Endpoint("GET", "/v2/nodes/{node:int}/followups/{reminder:int}", read),
    Endpoint("PUT", "/v2/nodes/{node:int}/followups/{reminder:int}", set_status),
    Endpoint("PUT", "/v2/nodes/{node:int}/updatereminder", update),
    Endpoint("GET", "/v1/forms/nodes/followup/getClientTypes", client_types),
    Endpoint("GET", "/v1/forms/nodes/reminder/create", create_form),
    Endpoint("GET", "/v1/forms/nodes/{node:int}/reminder/view", view_form),
)
