"""Legal and other holds: listing, creating, and putting them on nodes, which then can be neither deleted nor purged."""

from sqlite3 import Row

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.chronicle import HOLD_CHANGED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.nodes import node
from faxrouter_simulators.xecm.refusals import HOLD_APPLIED, HOLD_EXISTS, NO_SUCH_HOLD
from faxrouter_simulators.xecm.server import ContentServer


def list_holds(server: ContentServer, asked: Asked) -> Json:
    rows = server.store.rows("SELECT * FROM holds ORDER BY id")
    return envelopes.one(asked, {"data": {"holds": [_view(row) for row in rows]}})


def read_hold(server: ContentServer, asked: Asked) -> Json:
    """By its name."""
    name = asked.option("holdname")
    row = server.store.row("SELECT * FROM holds WHERE name = ?", name)
    if row is None:
        raise NO_SUCH_HOLD.refusal(id=f'"{name}"')
    return envelopes.one(asked, {"data": {"hold": _view(row)}})


def _view(row: Row) -> Json:
    return {
        "HoldID": row["id"],
        "HoldName": row["name"],
        "ActiveHold": 1,
        "OBJECT": None,
        "ApplyPatron": row["applied_by"],
        "DateApplied": row["date_applied"],
        "HoldComment": row["comment"],
        "HoldType": row["type"],
        "DateToRemove": row["date_to_remove"],
        "DateRemoved": None,
        "RemovalPatron": None,
        "RemovalComment": None,
        "EditDate": None,
        "EditPatron": None,
        "AlternateHoldID": row["alternate_id"],
        "ParentID": row["parent"],
    }


def create_hold(server: ContentServer, asked: Asked) -> Json:
    number = add_hold(
        server,
        asked.text("name"),
        type=asked.text("type"),
        comment=str(asked.fields.get("comment") or ""),
        actor=asked.caller.name,
        date_applied=str(asked.fields.get("date_applied") or "") or None,
        date_to_remove=str(asked.fields.get("date_to_remove") or "") or None,
        alternate_id=str(asked.fields.get("alternate_id") or ""),
        parent=asked.maybe("parent_id"),
    )
    return {"holdID": number}


def add_hold(
    server: ContentServer,
    name: str,
    *,
    type: str,
    comment: str,
    actor: str,
    date_applied: str | None = None,
    date_to_remove: str | None = None,
    alternate_id: str = "",
    parent: int | None = None,
) -> int:
    """Raises Refusal for a name that is taken."""
    if server.store.row("SELECT 1 FROM holds WHERE name = ?", name) is not None:
        raise HOLD_EXISTS.refusal(name=name)
    number = server.store.insert(
        "holds",
        name=name,
        type=type,
        comment=comment,
        date_applied=date_applied,
        date_to_remove=date_to_remove,
        alternate_id=alternate_id,
        parent=parent,
        applied_by=actor,
    )
    server.store.effect("hold created", number, actor=actor, name=name, type=type)
    return number


def apply_hold(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    hold = _hold(server, asked.number("hold_id"))
    if server.store.row("SELECT 1 FROM node_holds WHERE node = ? AND hold = ?", found.id, hold["id"]) is not None:
        raise HOLD_APPLIED.refusal(name=hold["name"])
    server.store.insert("node_holds", node=found.id, hold=hold["id"])
    record(server, asked.caller, "hold applied", found.id, event=HOLD_CHANGED, hold=hold["id"], name=hold["name"])
    return {}


def list_node_holds(server: ContentServer, asked: Asked) -> Json:
    """[G] The path is public, the shape of its answer is not."""
    found = node(server, asked.caller, asked.place["node"])
    rows = server.store.rows(
        "SELECT h.* FROM node_holds nh JOIN holds h ON h.id = nh.hold WHERE nh.node = ? ORDER BY h.id", found.id
    )
    return {"data": [_view(row) for row in rows]}


def remove_hold(server: ContentServer, asked: Asked) -> Json:
    """[G] as above."""
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    hold = _hold(server, asked.place["hold"])
    gone = server.store.execute("DELETE FROM node_holds WHERE node = ? AND hold = ?", found.id, hold["id"])
    if not gone.rowcount:
        raise NO_SUCH_HOLD.refusal(id=hold["id"])
    record(server, asked.caller, "hold removed", found.id, event=HOLD_CHANGED, hold=hold["id"], name=hold["name"])
    return {}


def _hold(server: ContentServer, number: int) -> Row:
    row = server.store.row("SELECT * FROM holds WHERE id = ?", number)
    if row is None:
        raise NO_SUCH_HOLD.refusal(id=number)
    return row


ENDPOINTS = (
    Endpoint("GET", "/v2/holds", list_holds),
    Endpoint("GET", "/v2/hold", read_hold),
    Endpoint("POST", "/v1/holds", create_hold),
    Endpoint("GET", "/v1/nodes/{node:int}/holds", list_node_holds),
    Endpoint("POST", "/v1/nodes/{node:int}/holds", apply_hold),
    Endpoint("DELETE", "/v1/nodes/{node:int}/holds/{hold:int}", remove_hold),
)
