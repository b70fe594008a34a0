"""Reading nodes over the API: one, many, children, ancestors, volumes, nicknames, names, actions."""

from typing import Any

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true, whole
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.node_view import legacy_properties, properties_of, shown
from faxrouter_simulators.xecm.nodes import (
    Node,
    allowed,
    child,
    count_where,
    lineage,
    node,
    nodes_where,
    volume,
)
from faxrouter_simulators.xecm.refusals import MISSING_FIELD, NO_SUCH_NICKNAME, NO_SUCH_VOLUME, NOT_A_CONTAINER
from faxrouter_simulators.xecm.rights import permitted
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import (
    BUSINESS_WORKSPACE,
    CONTAINERS,
    NAMES,
    NOT_SEARCHABLE,
    SHORTCUT,
    VERSIONED,
    VOLUMES,
    addable,
)

_SORTED_BY = {
    "name": "n.name",
    "type": "n.type",
    "size": "n.size",
    "create_date": "n.created_at",
    "modify_date": "n.modified_at",
    "id": "n.id",
}
# what the API calls an act, and the permission and the kinds of nodes it needs
_ACTIONS: dict[str, tuple[str, str, str, str]] = {
    # name: permission, label, method, path behind the node
    "open": ("see_contents", "Open", "GET", "/nodes"),
    "download": ("see_contents", "Download", "GET", "/content"),
    "addversion": ("modify", "Add Version", "POST", "/versions"),
    "rename": ("modify", "Rename", "PUT", ""),
    "move": ("delete", "Move", "PUT", ""),
    "delete": ("delete", "Delete", "DELETE", ""),
    "addcategory": ("edit_attributes", "Add Category", "POST", "/categories"),
    "AddRMClassifications": ("edit_attributes", "Add RM Classification", "POST", "/rmclassifications"),
    "audit": ("see_contents", "Audit", "GET", "/audit?limit=1000"),
    "permissions": ("edit_permissions", "Permissions", "", ""),
    "reserve": ("reserve", "Reserve", "PUT", ""),
}
_FOR_CONTAINERS_ONLY = frozenset({"open"})
_FOR_DOCUMENTS_ONLY = frozenset({"download", "addversion"})


def read_node(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    return envelopes.one(asked, shown(server, asked, [found])[0])


def read_node_legacy(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    data = legacy_properties(properties_of(server, asked.caller, [found])[found.id])
    return {"data": data, "definitions": {}, "type": found.type, "type_name": NAMES.get(found.type, "Item")}


def read_nodes(server: ContentServer, asked: Asked) -> Json:
    """Those of the ids that the caller may see; nothing is said about the others [G]."""
    ids = asked.numbers("ids")
    if not ids:
        raise MISSING_FIELD.refusal(name="ids")
    places = ", ".join("?" * len(ids))
    found = nodes_where(server, asked.caller, f"n.id IN ({places}) ORDER BY n.id", *ids)
    return envelopes.one(asked, shown(server, asked, found), method="POST")


def list_children(server: ContentServer, asked: Asked) -> Json:
    """A page beyond the last one is empty."""
    at = envelopes.page(asked)
    found, count = _children(server, asked, at)
    return envelopes.some(asked, shown(server, asked, found), at=at, count=count)


def list_children_legacy(server: ContentServer, asked: Asked) -> Json:
    at = envelopes.page(asked)
    found, count = _children(server, asked, at)
    described = properties_of(server, asked.caller, found)
    data = [legacy_properties(described[one.id]) for one in found]
    return envelopes.legacy(data, at=at, count=count, sort=asked.option("sort", "asc_name"))


def _children(server: ContentServer, asked: Asked, at: envelopes.Page) -> tuple[list[Node], int]:
    parent = node(server, asked.caller, asked.place["node"], to="see_contents")
    condition = "n.parent = ?"
    values: list[Any] = [parent.id]
    name = asked.option("where_name")
    if name:
        condition += " AND instr(lower(n.name), lower(?))"
        values.append(name)
    condition, values = _of_types(asked, condition, values)
    count = count_where(server, asked.caller, condition, *values)
    direction, _, column = asked.option("sort", "asc_name").partition("_")
    order = f"{_SORTED_BY.get(column, 'n.name')} {'DESC' if direction == 'desc' else 'ASC'}, n.id"
    found = nodes_where(
        server, asked.caller, f"{condition} ORDER BY {order} LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    return found, count


def _of_types(asked: Asked, condition: str, values: list[Any]) -> tuple[str, list[Any]]:
    """A subtype, several of them, or -1 containers, -2 what can be searched for, -3 all but containers."""
    types = [whole(one, "where_type") for one in asked.options("where_type")]
    special = {-1: ("IN", CONTAINERS), -2: ("NOT IN", NOT_SEARCHABLE), -3: ("NOT IN", CONTAINERS)}
    for number in [one for one in types if one in special]:
        operator, kinds = special[number]
        condition += f" AND n.type {operator} ({', '.join(str(kind) for kind in sorted(kinds))})"
    plain = [one for one in types if one not in special]
    if plain:
        condition += f" AND n.type IN ({', '.join('?' * len(plain))})"
        values = [*values, *plain]
    return condition, values


def ancestors(server: ContentServer, asked: Asked) -> Json:
    """From the volume down to the node. What is directly in a workspace names its parent with a minus: a fact."""
    found = node(server, asked.caller, asked.place["node"])
    above = lineage(server, found.id)
    workspaces = {one.id for one in above if one.type == BUSINESS_WORKSPACE}
    return {
        "ancestors": [
            {
                "id": one.id,
                "name": one.name,
                "parent_id": -one.parent if one.parent in workspaces else one.parent,
                "type": one.type,
                "type_name": NAMES.get(one.type, "Item"),
                "volume_id": one.volume,
            }
            for one in above
        ]
    }


def list_volumes(server: ContentServer, asked: Asked) -> Json:
    found = nodes_where(server, asked.caller, "n.parent = -1 ORDER BY n.id")
    return envelopes.one(asked, shown(server, asked, found))


def read_volume(server: ContentServer, asked: Asked) -> Json:
    found = _volume(server, asked)
    return envelopes.one(asked, shown(server, asked, [found])[0])


def read_volume_legacy(server: ContentServer, asked: Asked) -> Json:
    found = _volume(server, asked)
    data = legacy_properties(properties_of(server, asked.caller, [found])[found.id])
    return {"data": data, "type": found.type, "type_name": VOLUMES[found.type]}


def _volume(server: ContentServer, asked: Asked) -> Node:
    found = volume(server, asked.place["type"])
    if found is None:
        raise NO_SUCH_VOLUME.refusal(type=asked.place["type"])
    return node(server, asked.caller, found.id)


def by_nickname(server: ContentServer, asked: Asked) -> Json:
    name = asked.place["nickname"]
    row = server.store.row("SELECT node FROM nicknames WHERE name = ?", name)
    if row is None:
        raise NO_SUCH_NICKNAME.refusal(name=name)
    found = node(server, asked.caller, row["node"])
    return envelopes.one(asked, shown(server, asked, [found])[0])


def check_names(server: ContentServer, asked: Asked) -> Json:
    """Those of the names that are taken, with the ids of who has them."""
    parent = node(server, asked.caller, asked.number("parent_id"))
    names = asked.inner_list("names")
    taken = [(name, child(server, parent.id, str(name))) for name in names]
    return {"results": [{"name": name, "id": found.id} for name, found in taken if found is not None]}


def list_actions(server: ContentServer, asked: Asked) -> Json:
    """By node; `actions` narrows them down."""
    filter_names = asked.fields.get("actions")
    narrow = filter_names if isinstance(filter_names, list) else [filter_names] if filter_names else list(_ACTIONS)
    results: Json = {}
    for number in asked.numbers("ids"):
        found = node(server, asked.caller, number)
        permissions = allowed(server, asked.caller, found)
        data = {
            name: _action(found, label, method, path)
            for name, (permission, label, method, path) in _ACTIONS.items()
            if name in narrow and permitted(permissions, permission) and _makes_sense(name, found)
        }
        results[str(number)] = {"data": data, "map": {"default_action": "open"}, "order": list(data)}
    return envelopes.one(asked, results, method="POST")


def _makes_sense(name: str, found: Node) -> bool:
    if name in _FOR_CONTAINERS_ONLY:
        return found.container
    return name not in _FOR_DOCUMENTS_ONLY or found.type in VERSIONED


def _action(found: Node, label: str, method: str, path: str) -> Json:
    href = f"/api/v2/nodes/{found.id}{path}" if method else ""
    return {"body": "", "content_type": "", "form_href": "", "href": href, "method": method, "name": label}


def addable_types(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    if not found.container:
        raise NOT_A_CONTAINER.refusal()
    may = permitted(allowed(server, asked.caller, found), "add_items")
    kinds = sorted(addable(found.type)) if may else []
    keys = {kind: NAMES[kind].lower().replace(" ", "") for kind in kinds}
    form = f"api/v1/forms/nodes/create?parent_id={found.id}&type="
    return {
        "data": {key: f"{form}{kind}" for kind, key in keys.items()},
        "definitions": {key: {"icon": "", "name": NAMES[kind], "type": kind} for kind, key in keys.items()},
        "definitions_map": {},
        "definitions_order": list(keys.values()),
    }


def workspace_of(server: ContentServer, asked: Asked) -> Json:
    """The innermost business workspace that the node is in; the node itself where it is one."""
    found = node(server, asked.caller, asked.place["node"])
    if found.type == SHORTCUT and true(asked.option("follow")):
        found = node(server, asked.caller, found.original or 0)
    number = found.id if found.type == BUSINESS_WORKSPACE else found.volume
    row = server.store.row("SELECT type FROM workspaces WHERE node = ?", number)
    if row is None:
        return {"id": None}
    return {
        "id": number,
        "isLinked": _linked(server, number),
        "type": BUSINESS_WORKSPACE,
        "workspace_type_id": row["type"],
    }


def _linked(server: ContentServer, workspace: int) -> bool:
    return server.store.row("SELECT 1 FROM business_references WHERE workspace = ?", workspace) is not None


ENDPOINTS = (
    Endpoint("GET", "/v2/nodes/{node:int}", read_node),
    Endpoint("GET", "/v2/nodes/{node:int}/nodes", list_children),
    Endpoint("POST", "/v2/nodes/list", read_nodes),
    Endpoint("POST", "/v2/nodes/actions", list_actions),
    Endpoint("GET", "/v1/nodes/{node:int}", read_node_legacy),
    Endpoint("GET", "/v1/nodes/{node:int}/nodes", list_children_legacy),
    Endpoint("GET", "/v1/nodes/{node:int}/ancestors", ancestors),
    Endpoint("GET", "/v1/nodes/{node:int}/addablenodetypes", addable_types),
    Endpoint("GET", "/v1/nodes/{node:int}/businessworkspace", workspace_of),
    Endpoint("GET", "/v2/volumes", list_volumes),
    Endpoint("GET", "/v2/volumes/{type:int}", read_volume),
    Endpoint("GET", "/v1/volumes/{type:int}", read_volume_legacy),
    Endpoint("GET", "/v2/nicknames/{nickname}/nodes", by_nickname),
    Endpoint("POST", "/v1/validation/nodes/names", check_names),
)
