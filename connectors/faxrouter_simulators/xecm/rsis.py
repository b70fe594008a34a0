"""RSIs, the rules of retention in records management, and the stages of their schedules."""

import json
from sqlite3 import Row

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.refusals import BAD_FIELD, NO_SUCH_RSI, RSI_EXISTS
from faxrouter_simulators.xecm.server import ContentServer

# fields of a stage: as they are sent, and as a list of RSIs gives them back
_STAGE = {
    "stage": "RetStage",
    "eventType": "EventType",
    "ruleCode": "RSIRuleCode",
    "ruleComment": "EventComment",
    "dateToUse": "DateToUse",
    "retentionYears": "RetYears",
    "retentionMonths": "RetMonths",
    "retentionDays": "RetDays",
    "yearEndMonth": "YearEndMonth",
    "yearEndDay": "YearEndDay",
    "fixedRetention": "FixedRet",
    "maximumRetention": "MaximumRet",
    "fixedDate": "EventRuleDate",
    "eventCondition": "EventRule",
    "disposition": "Disposition",
    "actionCode": "ActionCode",
    "objectType": "ObjectType",
}
_OBJECT_TYPES = ("LIV", "LRM")


def add_rsi(server: ContentServer, name: str, *, actor: str, fields: Json) -> int:
    """Raises Refusal for a name that is taken."""
    if server.store.row("SELECT 1 FROM rsis WHERE name = ?", name) is not None:
        raise RSI_EXISTS.refusal(name=name)
    number = server.store.insert("rsis", name=name, fields=as_json(fields))
    server.store.effect("rsi created", number, actor=actor, name=name)
    return number


def list_rsis(server: ContentServer, asked: Asked) -> Json:
    """One entry per stage; an RSI without stages has one entry."""
    at = envelopes.page(asked, default=100)
    rows = server.store.rows("SELECT * FROM rsis ORDER BY id LIMIT ? OFFSET ?", at.limit, at.offset)
    return envelopes.one(asked, {"data": {"rsis": [entry for row in rows for entry in _entries(server, row)]}})


def search_rsis(server: ContentServer, asked: Asked) -> Json:
    query = str(asked.fields.get("query") or "")
    rows = server.store.rows("SELECT * FROM rsis WHERE instr(lower(name), lower(?)) ORDER BY id", query)
    return {"data": {"fast_codes": [entry for row in rows for entry in _entries(server, row)]}}


def _entries(server: ContentServer, row: Row) -> list[Json]:
    fields = json.loads(row["fields"])
    common = {
        "RSIID": row["id"],
        "RSI": row["name"],
        "Title": fields.get("title", ""),
        "Subject": fields.get("subject", ""),
        "Description": fields.get("description", ""),
        "RSIStatus": fields.get("status", ""),
        "StatusDate": fields.get("statusDate"),
        "DispControl": int(true(fields.get("dispcontrol", False))),
        "Active": 1,
        "DiscontFlag": 0,
    }
    stages = server.store.rows("SELECT * FROM rsi_stages WHERE rsi = ? ORDER BY id", row["id"])
    blank = dict.fromkeys(_STAGE.values())
    if not stages:
        return [{**common, **blank, "RSIScheduleID": None}]
    return [{**common, **blank, **json.loads(stage["fields"]), "RSIScheduleID": stage["id"]} for stage in stages]


def create_rsi(server: ContentServer, asked: Asked) -> Json:
    sent = ("status", "statusDate", "description", "subject", "title", "dispcontrol")
    fields = {name: asked.fields[name] for name in sent if name in asked.fields}
    number = add_rsi(server, asked.text("name"), actor=asked.caller.name, fields=fields)
    return envelopes.one(asked, {"data": {"id": number}}, method="POST")


def add_stage(server: ContentServer, asked: Asked) -> Json:
    rsi = asked.place["rsi"]
    if server.store.row("SELECT 1 FROM rsis WHERE id = ?", rsi) is None:
        raise NO_SUCH_RSI.refusal(id=rsi)
    if asked.text("objectType") not in _OBJECT_TYPES:
        raise BAD_FIELD.refusal(name="objectType")
    if asked.number("eventType") not in range(1, 6):
        raise BAD_FIELD.refusal(name="eventType")
    asked.text("stage")
    fields = {ours: asked.fields[theirs] for theirs, ours in _STAGE.items() if theirs in asked.fields}
    number = server.store.insert("rsi_stages", rsi=rsi, fields=as_json(fields))
    server.store.effect("rsi stage created", rsi, actor=asked.caller.name, stage=fields["RetStage"])
    return envelopes.one(asked, {"data": {"id": number}}, method="POST")


ENDPOINTS = (
    Endpoint("GET", "/v2/rsis", list_rsis),
    Endpoint("POST", "/v1/rsis", search_rsis),
    Endpoint("POST", "/v2/rsischedules", create_rsi),
    Endpoint("POST", "/v2/rsischedules/{rsi:int}/stages", add_stage),
)
