"""What the API says of nodes: properties of both generations, versions, permissions, categories where asked for."""

from collections.abc import Mapping, Sequence
from sqlite3 import Row
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Asked, Caller, Json
from faxrouter_simulators.xecm.category_view import add_categories
from faxrouter_simulators.xecm.fields import Wanted, chosen, kept, wanted
from faxrouter_simulators.xecm.members import member
from faxrouter_simulators.xecm.members import properties as member_properties
from faxrouter_simulators.xecm.nodes import Node
from faxrouter_simulators.xecm.rights import read_rights, words
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import BUSINESS_WORKSPACE, NAMES, VERSIONED

EXTERNAL = {
    "external_create_date": None,
    "external_identity": "",
    "external_identity_type": "",
    "external_modify_date": None,
    "external_source": "",
}


def shown(server: ContentServer, asked: Asked, nodes: Sequence[Node]) -> list[Json]:
    """Each as `{"data": {...}}` with the groups of fields that were asked for, and their metadata where asked for."""
    want = wanted(asked) or {"properties": Wanted()}
    described = properties_of(server, asked.caller, nodes)
    answers = []
    for found in nodes:
        data: Json = {}
        answer: Json = {"data": data}
        if "properties" in want:
            data["properties"] = kept(described[found.id], want["properties"])
        if "versions" in want:
            data["versions"] = chosen(
                [version_view(found, row) for row in version_rows(server, found)], want["versions"]
            )
        if "permissions" in want:
            expand = any("permissions" in text for text in asked.query.get("expand", []))
            data["permissions"] = chosen(
                permissions_view(server, asked.caller, found, expand=expand), want["permissions"]
            )
        if "categories" in want:
            add_categories(server, answer, found.id, with_metadata="metadata" in asked.query)
        answers.append(answer)
    return answers


def properties_of(server: ContentServer, caller: Caller, nodes: Sequence[Node]) -> Mapping[int, Json]:
    """Version 2, by node. A few queries for all of them, not some for each."""
    ids = as_json([found.id for found in nodes])
    counts = _column(
        server,
        "SELECT parent AS id, count(*) AS value FROM nodes WHERE parent IN (SELECT value FROM json_each(?))"
        " AND deleted_at IS NULL GROUP BY parent",
        as_json([found.id for found in nodes if found.container]),
    )
    favorites = _column(
        server,
        f"SELECT node AS id, 1 AS value FROM favorites WHERE user = {caller.id}"
        " AND node IN (SELECT value FROM json_each(?))",
        ids,
    )
    owners = _column(
        server,
        "SELECT id, name AS value FROM members WHERE id IN (SELECT value FROM json_each(?))",
        as_json([found.owner for found in nodes]),
    )
    workspaces = _column(
        server,
        "SELECT w.node AS id, t.name AS value FROM workspaces w JOIN workspace_types t ON t.id = w.type"
        " WHERE w.node IN (SELECT value FROM json_each(?))",
        as_json([found.id for found in nodes if found.type == BUSINESS_WORKSPACE]),
    )
    return {
        found.id: {
            **_stored(found),
            "container_size": counts.get(found.id, 0),
            "favorite": found.id in favorites,
            "owner": owners.get(found.owner, ""),
            **_size(found, counts.get(found.id, 0)),
            **({"wksp_type_name": workspaces[found.id]} if found.id in workspaces else {}),
        }
        for found in nodes
    }


def _column(server: ContentServer, statement: str, ids: str) -> dict[int, Any]:
    return {row["id"]: row["value"] for row in server.store.rows(statement, ids)} if ids != "[]" else {}


def _stored(found: Node) -> Json:
    return {
        "advanced_versioning": found.advanced_versioning if found.type in VERSIONED else None,
        "container": found.container,
        "create_date": found.created_at,
        "create_user_id": found.created_by,
        "description": found.description,
        "description_multilingual": {"en": found.description, **found.descriptions},
        **EXTERNAL,
        **found.external,
        "hidden": False,
        "icon": f"/cssupport/webdoc/{found.type}.gif",
        "icon_large": f"/cssupport/webdoc/{found.type}_large.gif",
        "id": found.id,
        "mime_type": found.mime_type,
        "modify_date": found.modified_at,
        "modify_user_id": found.modified_by,
        "name": found.name,
        "name_multilingual": {**found.names, "en": found.names.get("en", found.name)},
        "original_id": found.original or 0,
        "owner_group_id": found.owner_group,
        "owner_user_id": found.owner,
        "parent_id": found.parent,
        "permissions_model": "advanced",
        "reserved": found.reserved_by is not None,
        "reserved_date": found.reserved_at,
        "reserved_shared_collaboration": False,
        "reserved_user_id": found.reserved_by or 0,
        "status": None,
        "type": found.type,
        "type_name": NAMES.get(found.type, "Item"),
        "url": found.url,
        "versionable": found.type in VERSIONED,
        "versions_control_advanced": found.advanced_versioning,
        "volume_id": found.volume,
    }


def _size(found: Node, items: int) -> Json:
    if found.container:
        return {"size": items, "size_formatted": f"{items} Items"}
    return {"size": found.size, "size_formatted": f"{-(-found.size // 1024)} KB"}


def version_rows(server: ContentServer, found: Node) -> Sequence[Row]:
    """The newest first, which is what `element(0)` means [G]."""
    return server.store.rows("SELECT * FROM versions WHERE node = ? ORDER BY number DESC", found.id)


def version_view(found: Node, row: Row) -> Json:
    _, dot, extension = row["file_name"].rpartition(".")
    return {
        "create_date": row["created_at"],
        "description": row["description"],
        **EXTERNAL,
        "file_create_date": row["created_at"],
        "file_modify_date": row["created_at"],
        "file_name": row["file_name"],
        "file_size": row["size"],
        "file_type": extension.lower() if dot else "",
        "has_generation": False,
        "id": found.id,
        "locked": found.reserved_by is not None,
        "locked_date": found.reserved_at,
        "locked_user_id": found.reserved_by,
        "mime_type": row["mime_type"],
        "modify_date": row["created_at"],
        "name": row["file_name"],
        "owner_id": row["created_by"],
        "provider_id": row["id"],
        "version_id": row["id"],
        "version_number": row["number"],
        "version_number_major": row["major"],
        "version_number_minor": row["minor"],
        "version_number_name": f"{row['major']}.{row['minor']}" if row["major"] else str(row["minor"]),
    }


def permissions_view(server: ContentServer, caller: Caller, found: Node, *, expand: bool) -> list[Json]:
    """One entry each for owner, group and everybody, then one for each member with rights of its own."""
    rights = read_rights(server, found.access_list)
    entries: list[Json] = [
        {"permissions": words(rights.owner), "right_id": found.owner, "type": "owner"},
        {"permissions": words(rights.group), "right_id": found.owner_group, "type": "group"},
        {"permissions": words(rights.public), "right_id": None, "type": "public"},
        *(
            {"permissions": words(permissions), "right_id": one, "type": "custom"}
            for one, permissions in sorted(rights.custom.items())
        ),
    ]
    for entry in entries if expand else ():
        about = member(server, entry["right_id"]) if entry["right_id"] is not None else None
        entry["right_id_expand"] = {} if about is None else member_properties(about, caller)
    return entries


_LEGACY_DATES = frozenset({"create_date", "modify_date"})


def legacy_properties(values: Json) -> Json:
    """Version 1 gives the same, with moments that lack the mark of UTC."""
    return {name: str(value).rstrip("Z") if name in _LEGACY_DATES else value for name, value in values.items()}
