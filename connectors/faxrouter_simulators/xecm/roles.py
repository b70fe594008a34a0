"""Roles of a business workspace: who is in them, and what they may do there."""

from dataclasses import replace

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.callers import ROLE
from faxrouter_simulators.xecm.chronicle import PERMISSIONS_CHANGED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import Member, existing, members_where, properties, put_in_role
from faxrouter_simulators.xecm.nodes import Node, below, change_rights
from faxrouter_simulators.xecm.permissions import BELOW, BOTH, THIS
from faxrouter_simulators.xecm.refusals import BAD_FIELD, NO_SUCH_MEMBER
from faxrouter_simulators.xecm.rights import bits, read_rights
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.workspaces import workspace


def list_roles(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"])
    roles = members_where(server, "m.type = ? AND m.node = ? ORDER BY m.id", ROLE, found.id)
    return envelopes.one(asked, [_view(server, found, role) for role in roles])


def read_role(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"])
    return envelopes.one(asked, _view(server, found, _role(server, asked, found)))


def _view(server: ContentServer, found: Node, role: Member) -> Json:
    count = server.store.row("SELECT count(*) AS count FROM role_members WHERE role = ?", role.id)
    rights = read_rights(server, found.access_list)
    return {
        "data": {
            "properties": {
                "description": role.fields.get("description", ""),
                "description_multilingual": {},
                "id": role.id,
                "inherited_from_id": None,
                "leader": role.leader,
                "member_count": 0 if count is None else count["count"],
                "name": role.name,
                "name_multilingual": {"en": role.name},
                # as one number
                "perms": rights.custom.get(role.id, 0),
            }
        }
    }


def list_role_members(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"])
    role = _role(server, asked, found)
    inside = "m.id IN (SELECT member FROM role_members WHERE role = ?)"
    members = members_where(server, f"{inside} ORDER BY m.id", role.id)
    entries = [{"data": {"properties": properties(member, asked.caller)}} for member in members]
    at = envelopes.Page(limit=max(1, len(entries)), number=1)
    return envelopes.some(asked, entries, at=at, count=len(entries))


def add_role_member(server: ContentServer, asked: Asked) -> Json:
    found, role = _managed(server, asked)
    member = existing(server, asked.number("id"))
    if put_in_role(server, member.id, role=role.id):
        record(server, asked.caller, "role member added", found.id, role=role.name, member=member.id)
    return envelopes.one(asked, {"data": {"properties": properties(member, asked.caller)}}, method="POST")


def take_role_member(server: ContentServer, asked: Asked) -> Json:
    found, role = _managed(server, asked)
    member = asked.place["member"]
    gone = server.store.execute("DELETE FROM role_members WHERE role = ? AND member = ?", role.id, member)
    if not gone.rowcount:
        raise NO_SUCH_MEMBER.refusal(id=member)
    record(server, asked.caller, "role member removed", found.id, role=role.name, member=member)
    return envelopes.one(asked, {}, method="DELETE")


def set_role_permissions(server: ContentServer, asked: Asked) -> Json:
    """On the workspace, on everything in it, or on both."""
    found, role = _managed(server, asked)
    asked.needs("permissions")
    permissions = bits(asked.inner_list("permissions"))
    reach = asked.maybe("apply_to") or THIS
    if reach not in (THIS, BELOW, BOTH):
        raise BAD_FIELD.refusal(name="apply_to")
    for one in [*([] if reach == BELOW else [found]), *(below(server, found.id) if reach else [])]:
        change_rights(server, one, lambda rights: replace(rights, custom={**rights.custom, role.id: permissions}))
        record(server, asked.caller, "permissions changed", one.id, event=PERMISSIONS_CHANGED)
    return envelopes.one(asked, {"data": {"properties": {"id": role.id, "name": role.name}}}, method="PUT")


def _managed(server: ContentServer, asked: Asked) -> tuple[Node, Member]:
    found = workspace(server, asked.caller, asked.place["workspace"], to="edit_permissions")
    return found, _role(server, asked, found)


def _role(server: ContentServer, asked: Asked, found: Node) -> Member:
    role = existing(server, asked.place["role"])
    if role.node != found.id:
        raise NO_SUCH_MEMBER.refusal(id=role.id)
    return role


ENDPOINTS = (
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}/roles", list_roles),
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}/roles/{role:int}", read_role),
    Endpoint("PUT", "/v2/businessworkspaces/{workspace:int}/roles/{role:int}", set_role_permissions),
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}/roles/{role:int}/members", list_role_members),
    Endpoint("POST", "/v2/businessworkspaces/{workspace:int}/roles/{role:int}/members", add_role_member),
    Endpoint(
        "DELETE", "/v2/businessworkspaces/{workspace:int}/roles/{role:int}/members/{member:int}", take_role_member
    ),
)
