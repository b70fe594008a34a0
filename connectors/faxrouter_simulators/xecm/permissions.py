"""Permissions of nodes over the API: of owner, group, everybody and single members, and the effective ones."""

from collections.abc import Callable
from dataclasses import replace

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, object_in, whole
from faxrouter_simulators.xecm.callers import caller_with_id
from faxrouter_simulators.xecm.chronicle import PERMISSIONS_CHANGED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.members import existing
from faxrouter_simulators.xecm.node_view import permissions_view
from faxrouter_simulators.xecm.nodes import allowed, any_node, below, change_rights, children, node
from faxrouter_simulators.xecm.refusals import ADMINISTRATORS_ONLY, BAD_FIELD
from faxrouter_simulators.xecm.rights import Rights, bits, permitted, read_rights, words
from faxrouter_simulators.xecm.server import ContentServer

THIS, BELOW, BOTH, THIS_AND_CHILDREN = range(4)


def list_permissions(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    expand = "expand" in asked.query
    entries = permissions_view(server, asked.caller, found, expand=expand)
    return envelopes.one(asked, [{"data": {"permissions": entry}} for entry in entries])


def set_permissions(server: ContentServer, asked: Asked) -> Json:
    """Of the owner, the group or everybody; `right_id` makes another one the owner, or the group."""
    kind = asked.place["kind"]
    permissions = _permissions(asked)
    _change(server, asked, lambda rights: _with(rights, kind, permissions))
    right = asked.maybe("right_id")
    if right is not None and kind != "public":
        column = "owner" if kind == "owner" else "owner_group"
        member = existing(server, right).id
        server.store.execute(f"UPDATE nodes SET {column} = ? WHERE id = ?", member, asked.place["node"])
    return _shown(server, asked, "PUT")


def take_permissions(server: ContentServer, asked: Asked) -> Json:
    kind = asked.place["kind"]
    _change(server, asked, lambda rights: _with(rights, kind, 0))
    return envelopes.one(asked, {}, method="DELETE")


def _with(rights: Rights, kind: str, permissions: int) -> Rights:
    match kind:
        case "owner":
            return replace(rights, owner=permissions)
        case "group":
            return replace(rights, group=permissions)
        case "public":
            return replace(rights, public=permissions)
        case _:
            raise BAD_FIELD.refusal(name="type")


def add_custom(server: ContentServer, asked: Asked) -> Json:
    entry = (existing(server, asked.number("right_id")).id, _permissions(asked))
    _change(server, asked, lambda rights: replace(rights, custom={**rights.custom, entry[0]: entry[1]}))
    return _shown(server, asked, "POST")


def add_several(server: ContentServer, asked: Asked) -> Json:
    asked.needs("permissions_array")
    more: dict[int, int] = {}
    for entry in asked.inner_list("permissions_array"):
        about = object_in(entry, "permissions_array")
        member = existing(server, whole(about.get("right_id"), "right_id"))
        more[member.id] = bits(about.get("permissions") or [])
    _change(server, asked, lambda rights: replace(rights, custom={**rights.custom, **more}))
    return _shown(server, asked, "POST")


def set_custom(server: ContentServer, asked: Asked) -> Json:
    entry = {asked.place["member"]: _permissions(asked)}
    _change(server, asked, lambda rights: replace(rights, custom={**rights.custom, **entry}))
    return _shown(server, asked, "PUT")


def take_custom(server: ContentServer, asked: Asked) -> Json:
    member = asked.place["member"]
    _change(
        server,
        asked,
        lambda rights: replace(rights, custom={one: bits for one, bits in rights.custom.items() if one != member}),
    )
    return envelopes.one(asked, {}, method="DELETE")


def _permissions(asked: Asked) -> int:
    asked.needs("permissions")
    return bits(asked.inner_list("permissions"))


def _change(server: ContentServer, asked: Asked, changed: Callable[[Rights], Rights]) -> None:
    """Of the node, of what is below it, or of both: as `apply_to` says. Below, only where the caller may."""
    found = node(server, asked.caller, asked.place["node"], to="edit_permissions")
    reach = asked.maybe("apply_to") or THIS
    if reach not in (THIS, BELOW, BOTH, THIS_AND_CHILDREN):
        raise BAD_FIELD.refusal(name="apply_to")
    inner = below(server, found.id) if reach in (BELOW, BOTH) else []
    inner = children(server, found.id) if reach == THIS_AND_CHILDREN else inner
    mine = [one for one in inner if permitted(allowed(server, asked.caller, one), "edit_permissions")]
    for one in [*([] if reach == BELOW else [found]), *mine]:
        change_rights(server, one, changed)
        record(server, asked.caller, "permissions changed", one.id, event=PERMISSIONS_CHANGED)


def _shown(server: ContentServer, asked: Asked, method: str) -> Json:
    found = any_node(server, asked.place["node"])
    assert found is not None
    entries = permissions_view(server, asked.caller, found, expand=False)
    return envelopes.one(asked, {"data": {"permissions": entries}}, method=method)


def effective(server: ContentServer, asked: Asked) -> Json:
    """What a member may do, through whatever the member is."""
    found = node(server, asked.caller, asked.place["node"])
    member = existing(server, asked.place["member"])
    user = caller_with_id(server, member.id)
    if user is not None:
        permissions = allowed(server, user, found)
    else:
        rights = read_rights(server, found.access_list)
        permissions = rights.public | rights.custom.get(member.id, 0)
        permissions |= rights.group if member.id == found.owner_group else 0
    view = {"permissions": words(permissions), "right_id": member.id, "type": "effective"}
    return envelopes.one(asked, {"data": {"permissions": view}})


def check(server: ContentServer, asked: Asked) -> Json:
    """Which of some nodes a user may see; without `right_id`: the caller."""
    right = asked.maybe("right_id")
    if right is not None and right != asked.caller.id and not asked.caller.administrator:
        raise ADMINISTRATORS_ONLY.refusal()
    user = asked.caller if right is None else caller_with_id(server, existing(server, right).id)
    found = (any_node(server, number) for number in asked.numbers("ids"))
    seen = [
        one.id
        for one in found
        if one is not None and one.deleted_at is None and user is not None and allowed(server, user, one) & 2
    ]
    return envelopes.one(asked, {"ids": seen}, method="POST")


ENDPOINTS = (
    Endpoint("GET", "/v2/nodes/{node:int}/permissions", list_permissions),
    Endpoint("POST", "/v2/nodes/permissions/check", check),
    Endpoint("POST", "/v2/ai/nodes/permissions/check", check),
    Endpoint("POST", "/v2/nodes/{node:int}/permissions/custom", add_custom),
    Endpoint("POST", "/v2/nodes/{node:int}/permissions/custom/bulk", add_several),
    Endpoint("PUT", "/v2/nodes/{node:int}/permissions/custom/{member:int}", set_custom),
    Endpoint("DELETE", "/v2/nodes/{node:int}/permissions/custom/{member:int}", take_custom),
    Endpoint("GET", "/v2/nodes/{node:int}/permissions/effective/{member:int}", effective),
    Endpoint("PUT", "/v2/nodes/{node:int}/permissions/{kind}", set_permissions),
    Endpoint("DELETE", "/v2/nodes/{node:int}/permissions/{kind}", take_permissions),
)
