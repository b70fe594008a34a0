"""What the API says of business workspaces: as a list gives them, and as one by itself."""

from collections.abc import Sequence

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.category_view import add_categories
from faxrouter_simulators.xecm.fields import Wanted, kept, wanted
from faxrouter_simulators.xecm.node_view import properties_of
from faxrouter_simulators.xecm.nodes import Node, allowed
from faxrouter_simulators.xecm.rights import permitted
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.workspaces import references

# what a list says of the caller's permissions
_PERMISSIONS = {
    "perm_see": "see",
    "perm_see_contents": "see_contents",
    "perm_modify": "modify",
    "perm_modify_attributes": "edit_attributes",
    "perm_modify_permissions": "edit_permissions",
    "perm_create": "add_items",
    "perm_delete": "delete",
    "perm_delete_versions": "delete_versions",
    "perm_reserve": "reserve",
    "perm_add_major_version": "add_major_version",
}


def list_entries(server: ContentServer, asked: Asked, found: Sequence[Node], **beside: object) -> list[Json]:
    """Narrowing is ignored without `action=properties-`. Their type has an id here and no name: facts."""
    want = wanted(asked).get("properties") if "properties-" in asked.query.get("action", []) else None
    described = properties_of(server, asked.caller, found)
    rows = server.store.rows(
        "SELECT node, type, template FROM workspaces WHERE node IN (SELECT value FROM json_each(?))",
        as_json([one.id for one in found]),
    )
    kinds = {row["node"]: row for row in rows}
    entries = []
    for one in found:
        permissions = allowed(server, asked.caller, one)
        properties = {name: value for name, value in described[one.id].items() if name != "wksp_type_name"}
        properties |= {
            "create_date": one.created_at.rstrip("Z"),
            "modify_date": one.modified_at.rstrip("Z"),
            "order": None,
            "wnf_wksp_type_id": kinds[one.id]["type"] if one.id in kinds else None,
            "wnf_wksp_template_id": kinds[one.id]["template"] if one.id in kinds else None,
            **{name: permitted(permissions, word) for name, word in _PERMISSIONS.items()},
            **beside,
        }
        entries.append({"actions": _actions(one), "data": {"properties": kept(properties, want)}})
    return entries


def _actions(found: Node) -> Json:
    href = f"/api/v2/nodes/{found.id}/nodes"
    opening = {"body": "", "content_type": "", "form_href": "", "href": href, "method": "GET", "name": "Open"}
    return {"data": {"open": opening}, "map": {"default_action": "open"}, "order": ["open"]}


def single_entry(server: ContentServer, asked: Asked, found: Node) -> Json:
    """The groups of fields that were asked for; properties without any."""
    want = wanted(asked) or {"properties": Wanted()}
    data: Json = {}
    entry: Json = {"actions": _actions(found), "data": data}
    linked = references(server, found.id)
    if "properties" in want:
        properties = properties_of(server, asked.caller, [found])[found.id]
        data["properties"] = kept({**properties, "rm_enabled": True, **_classified(server, found)}, want["properties"])
    if "business_properties" in want:
        data["business_properties"] = kept(_business_properties(server, found), want["business_properties"])
    if "workspace_references" in want:
        data["workspace_references"] = [
            {
                "business_object_id": row["object_id"],
                "business_object_type": row["object_type"],
                "business_object_type_id": row["type_id"],
                "external_system_id": row["external_system"],
                "has_default_display": False,
                "has_default_search": True,
                "workspace_type_id": row["type_id"],
            }
            for row in linked
        ]
    if "wksp_info" in want:
        data["wksp_info"] = {"wksp_type_icon": None}
    if "display_urls" in want:
        data["display_urls"] = []
    if "categories" in want:
        add_categories(server, entry, found.id, with_metadata="metadata" in asked.query)
    return entry


def _classified(server: ContentServer, found: Node) -> Json:
    rows = server.store.rows("SELECT classification FROM node_classifications WHERE node = ?", found.id)
    return {"classification_id": 0, "classification_ids": [row["classification"] for row in rows]}


def _business_properties(server: ContentServer, found: Node) -> Json:
    row = server.store.row(
        "SELECT t.id, t.name FROM workspaces w JOIN workspace_types t ON t.id = w.type WHERE w.node = ?", found.id
    )
    values: Json = {
        "isEarly": False,
        "workspace_type_id": None if row is None else row["id"],
        "workspace_type_name": "" if row is None else row["name"],
        "workspace_type_name_multilingual": {"en": "" if row is None else row["name"]},
        "workspace_type_widget_icon_content": "",
    }
    for linked in references(server, found.id)[:1]:
        values |= {
            "business_object_id": linked["object_id"],
            "business_object_type": linked["object_type"],
            "business_object_type_id": linked["type_id"],
            "business_object_type_name": linked["type_name"],
            "display_url": "",
            "external_system_id": linked["external_system"],
            "external_system_name": linked["external_system"],
            "has_default_display": False,
            "has_default_search": True,
        }
    return values
