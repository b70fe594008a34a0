"""Users and groups over the API: /v2/members, and the little of /v1/members that clients use."""

from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.callers import GROUP, ROLE, SERVICE_USER, USER
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.fields import kept, wanted
from faxrouter_simulators.xecm.members import (
    DEFAULT_GROUP,
    PERSONAL,
    Member,
    add_member,
    existing,
    members_where,
    properties,
    put_in,
    put_in_role,
)
from faxrouter_simulators.xecm.refusals import ADMINISTRATORS_ONLY, BAD_FIELD
from faxrouter_simulators.xecm.server import ContentServer

# what a query may ask for; any other column is ignored, as the real server does
_SORTED_BY = {
    "id": "m.id",
    "name": "m.name",
    "first_name": "json_extract(m.fields, '$.first_name')",
    "last_name": "json_extract(m.fields, '$.last_name')",
}
_SEARCHED = ("name", "first_name", "last_name", "business_email")


def list_members(server: ContentServer, asked: Asked) -> Json:
    """`query` excludes the other conditions, except the type."""
    conditions: list[str] = []
    values: list[Any] = []
    types = [whole(one, "where_type") for one in asked.options("where_type")] or [USER, GROUP]
    conditions.append(f"m.type IN ({', '.join('?' * len(types))})")
    values += types
    query = asked.option("query")
    if query:
        conditions.append("(" + " OR ".join(f"{_column(name)} LIKE ?" for name in _SEARCHED) + ")")
        values += [f"%{query}%"] * len(_SEARCHED)
    for name in () if query else _SEARCHED:
        wanted_value = asked.option(f"where_{name}")
        if wanted_value:
            # [G] from its beginning on: `svc` finds `svc_fax`
            conditions.append(f"{_column(name)} LIKE ?")
            values.append(f"{wanted_value}%")
    return _listed(server, asked, " AND ".join(conditions), values)


def members_of(server: ContentServer, asked: Asked) -> Json:
    group = existing(server, asked.place["member"])
    table, column = ("role_members", "role") if group.type == ROLE else ("memberships", "in_group")
    conditions: list[str]
    values: list[Any]
    conditions, values = [f"m.id IN (SELECT member FROM {table} WHERE {column} = ?)"], [group.id]
    if "where_type" in asked.query:
        conditions.append("m.type = ?")
        values.append(whole(asked.option("where_type"), "where_type"))
    if asked.option("where_name"):
        conditions.append("m.name LIKE ?")
        values.append(f"{asked.option('where_name')}%")
    return _listed(server, asked, " AND ".join(conditions), values)


def member_of(server: ContentServer, asked: Asked) -> Json:
    number = existing(server, asked.place.get("member", asked.caller.id)).id
    within = "m.id IN (SELECT in_group FROM memberships WHERE member = ?)"
    return _listed(server, asked, within, [number])


def _column(name: str) -> str:
    return "m.name" if name == "name" else f"json_extract(m.fields, '$.{name}')"


def _listed(server: ContentServer, asked: Asked, condition: str, values: list[Any]) -> Json:
    at = envelopes.page(asked, default=10)
    direction, _, column = asked.option("sort", "asc_id").partition("_")
    order = f"{_SORTED_BY.get(column, 'm.id')} {'DESC' if direction == 'desc' else 'ASC'}"
    counted = server.store.row(f"SELECT count(*) AS count FROM members m WHERE {condition}", *values)
    count = int(counted["count"]) if counted is not None else 0
    found = members_where(server, f"{condition} ORDER BY {order} LIMIT ? OFFSET ?", *values, at.limit, at.offset)
    return envelopes.some(asked, [_shown(one, asked) for one in found], at=at, count=count, sort="asc_id")


def _shown(found: Member, asked: Asked) -> Json:
    return {"data": {"properties": kept(properties(found, asked.caller), wanted(asked).get("properties"))}}


def read_member(server: ContentServer, asked: Asked) -> Json:
    return envelopes.one(asked, _shown(existing(server, asked.place["member"]), asked))


def read_member_legacy(server: ContentServer, asked: Asked) -> Json:
    return {"data": properties(existing(server, asked.place["member"]), asked.caller)}


def create_member(server: ContentServer, asked: Asked) -> Json:
    _administrators_only(asked)
    type = asked.number("type")
    if type not in (USER, GROUP, SERVICE_USER):
        raise BAD_FIELD.refusal(name="type")
    group = asked.maybe("group_id") or DEFAULT_GROUP
    number = add_member(
        server,
        asked.text("name"),
        type=type,
        actor=asked.caller.name,
        password=asked.text("password") if type != GROUP else None,
        groups=() if type == GROUP else (group,),
        fields=_personal(asked),
    )
    return envelopes.one(asked, _shown(existing(server, number), asked), method="POST")


def update_member(server: ContentServer, asked: Asked) -> Json:
    _administrators_only(asked)
    found = existing(server, asked.place["member"])
    fields = as_json({**found.fields, **_personal(asked)})
    server.store.execute("UPDATE members SET fields = ? WHERE id = ?", fields, found.id)
    server.store.effect("member updated", found.id, actor=asked.caller.name)
    return envelopes.one(asked, _shown(existing(server, found.id), asked), method="PUT")


def add_to_group(server: ContentServer, asked: Asked) -> Json:
    _administrators_only(asked)
    group = existing(server, asked.place["member"])
    if group.type not in (GROUP, ROLE):
        raise BAD_FIELD.refusal(name="id")
    for number in asked.numbers("member_id"):
        member = existing(server, number).id
        new = (
            put_in_role(server, member, role=group.id) if group.type == ROLE else put_in(server, member, group=group.id)
        )
        if new:
            server.store.effect("group member added", group.id, actor=asked.caller.name, member=member)
    return envelopes.one(asked, {}, method="POST")


def _personal(asked: Asked) -> Json:
    return {name: asked.fields[name] for name in PERSONAL if name in asked.fields}


def _administrators_only(asked: Asked) -> None:
    if not asked.caller.administrator:
        raise ADMINISTRATORS_ONLY.refusal()


ENDPOINTS = (
    Endpoint("GET", "/v2/members", list_members),
    Endpoint("POST", "/v2/members", create_member),
    Endpoint("GET", "/v2/members/memberof", member_of),
    Endpoint("GET", "/v2/members/{member:int}", read_member),
    Endpoint("PUT", "/v2/members/{member:int}", update_member),
    Endpoint("GET", "/v2/members/{member:int}/members", members_of),
    Endpoint("POST", "/v2/members/{member:int}/members", add_to_group),
    Endpoint("GET", "/v2/members/{member:int}/memberof", member_of),
    Endpoint("GET", "/v1/members/{member:int}", read_member_legacy),
)
