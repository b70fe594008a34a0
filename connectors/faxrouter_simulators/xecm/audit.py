"""The audit trail of a node over the API. Read only: nobody writes into it by REST."""

from typing import Any

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.chronicle import EVENT_NAMES
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import member, properties
from faxrouter_simulators.xecm.nodes import node
from faxrouter_simulators.xecm.server import ContentServer


def read_audit(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    condition, values = "node = ?", [found.id]
    for name, test in (("where_type", "event = ?"), ("where_user_id", "user = ?")):
        if asked.option(name):
            condition += f" AND {test}"
            values.append(whole(asked.option(name), name))
    condition, values = _between(asked, condition, values)
    at = envelopes.page(asked, default=100)
    order = "ASC" if asked.option("sort").startswith("asc") else "DESC"
    counted = server.store.row(f"SELECT count(*) AS count FROM audit WHERE {condition}", *values)
    rows = server.store.rows(
        f"SELECT * FROM audit WHERE {condition} ORDER BY id {order} LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    expand = any("user_id" in text for text in asked.query.get("expand", []))
    entries = [
        {
            "id": row["node"],
            "event_type": row["event"],
            "audit_date": row["at"],
            "user_id": row["user"],
            "agent_id": None,
            "audit_language_code": None,
            "target_user_id": None,
            "audit_name": EVENT_NAMES[row["event"]],
            **({"user_id_expand": _user(server, asked, row["user"])} if expand else {}),
        }
        for row in rows
    ]
    kinds = server.store.rows("SELECT DISTINCT event FROM audit WHERE node = ? ORDER BY event", found.id)
    types = [{"id": row["event"], "name": EVENT_NAMES[row["event"]]} for row in kinds]
    count = 0 if counted is None else int(counted["count"])
    answer = envelopes.some(asked, [], at=at, count=count, sort=asked.option("sort", "desc_audit_date"))
    return {**answer, "results": {"data": {"audit": entries, "audit_event_types": types}}}


def _between(asked: Asked, condition: str, values: list[Any]) -> tuple[str, list[Any]]:
    """Whole days, both ends included."""
    for name, test in (("where_audit_date_start", ">="), ("where_audit_date_end", "<=")):
        day = asked.option(name)
        if day:
            condition += f" AND substr(at, 1, 10) {test} ?"
            values = [*values, day[:10]]
    return condition, values


def _user(server: ContentServer, asked: Asked, number: int) -> Json:
    found = member(server, number)
    return {} if found is None else properties(found, asked.caller)


ENDPOINTS = (Endpoint("GET", "/v2/nodes/{node:int}/audit", read_audit),)
