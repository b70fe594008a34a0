"""Business workspaces over the API: types, finding, reading, creating, and their references to business objects."""

import re
from typing import Any

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true, whole
from faxrouter_simulators.xecm.category_view import stored_values
from faxrouter_simulators.xecm.classifications import classify
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.forms import category_form
from faxrouter_simulators.xecm.node_writing import flat, sent_categories, sent_classifications
from faxrouter_simulators.xecm.nodes import any_node, count_where, node, nodes_where
from faxrouter_simulators.xecm.refusals import (
    BAD_FIELD,
    NO_SUCH_WORKSPACE_TYPE,
    REFERENCE_UNKNOWN,
    TYPE_ID_REQUIRED,
)
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import BUSINESS_WORKSPACE
from faxrouter_simulators.xecm.workspace_view import list_entries, single_entry
from faxrouter_simulators.xecm.workspaces import (
    BusinessObject,
    create_workspace,
    link,
    unlink,
    workspace,
    workspace_for,
    workspace_type,
)

_SORTED_BY = {"name": "n.name", "create_date": "n.created_at", "modify_date": "n.modified_at", "id": "n.id"}


def list_types(server: ContentServer, asked: Asked) -> Json:
    """Releases from 26.2 on say much more of a type than those before: a fact."""
    condition, values = "1", []
    if asked.option("ext_system_id") and asked.option("bo_type"):
        condition = "t.external_system = ? AND t.object_type = ?"
        values = [asked.option("ext_system_id"), asked.option("bo_type")]
    rows = server.store.rows(
        f"SELECT t.*, n.name AS template_name FROM workspace_types t JOIN nodes n ON n.id = t.template"
        f" WHERE {condition} ORDER BY t.id",
        *values,
    )
    results = []
    for row in rows:
        properties: Json = {
            "aviator_enabled": False,
            "rm_enabled": True,
            "wksp_type_id": row["id"],
            "wksp_type_name": row["name"],
        }
        if true(asked.option("expand_templates", "true")):
            template = {"id": row["template"], "name": row["template_name"], "subtype": BUSINESS_WORKSPACE}
            properties["templates"] = [template]
        if server.release >= (26, 2):
            location = {"location": "StaticNodeId", "location_value": str(row["location"])}
            properties["wksp_creation"] = {**location, "use_also_for_manual_creation": True}
            properties["wksp_creation_enabled"] = True
            properties["wksp_type_names"] = {"en": row["name"]}
        results.append({"data": {"properties": properties, "wksp_info": {"wksp_type_icon": None}}})
    return envelopes.one(asked, results)


def read_type(server: ContentServer, asked: Asked) -> Json:
    row = workspace_type(server, asked.place["type"])
    return {"icon_url": "", "is_policies_enabled": False, "workspace_type": row["name"]}


def list_workspaces(server: ContentServer, asked: Asked) -> Json:
    """By type, name, or business object. A type's name matches from its beginning on; the last page comes again."""
    type_id, type_name = asked.option("where_workspace_type_id"), asked.option("where_workspace_type_name")
    system = asked.option("where_ext_system_id")
    if not type_id and not system and not true(asked.option("expanded_view", "true")):
        raise TYPE_ID_REQUIRED.refusal()
    among = "SELECT node FROM workspaces"
    values: list[Any] = []
    if type_id:
        among += " WHERE type = ?"
        values = [whole(type_id, "where_workspace_type_id")]
    elif type_name:
        among += " WHERE type IN (SELECT id FROM workspace_types WHERE instr(lower(name), lower(?)) = 1)"
        values = [type_name]
    elif system:
        among = (
            "SELECT workspace FROM business_references WHERE external_system = ? AND object_type = ? AND object_id = ?"
        )
        values = [system, asked.option("where_bo_type"), asked.option("where_bo_id")]
    condition, values = _named(asked, f"n.id IN ({among})", values)
    return _page_of(server, asked, condition, values)


def _named(asked: Asked, condition: str, values: list[Any]) -> tuple[str, list[Any]]:
    """`contains_x`, `startswith_x`, or from the beginning on [G]."""
    name = asked.option("where_name")
    if not name:
        return condition, values
    match = re.match(r"(contains|startswith)_(.*)", name, flags=re.DOTALL)
    kind, text = (match[1], match[2]) if match else ("startswith", name)
    test = "instr(lower(n.name), lower(?))" if kind == "contains" else "instr(lower(n.name), lower(?)) = 1"
    return f"{condition} AND {test}", [*values, text]


def _page_of(server: ContentServer, asked: Asked, condition: str, values: list[Any]) -> Json:
    count = count_where(server, asked.caller, condition, *values)
    at = envelopes.page(asked, default=envelopes.LARGEST_PAGE).clamped(count)
    direction, _, column = asked.option("sort", "asc_name").partition("_")
    order = f"{_SORTED_BY.get(column, 'n.name')} {'DESC' if direction == 'desc' else 'ASC'}, n.id"
    found = nodes_where(
        server, asked.caller, f"{condition} ORDER BY {order} LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    beside: Json = {"meta_data": {"properties": {}}} if "metadata" in asked.query else {}
    return envelopes.workspaces(asked, list_entries(server, asked, found), at=at, count=count, **beside)


def by_business_object(server: ContentServer, asked: Asked) -> Json:
    place = asked.place
    number = workspace_for(server, BusinessObject(system=place["system"], type=place["type"], id=place["object"]))
    return _page_of(server, asked, "n.id = ?", [number])


def read_workspace(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"])
    return envelopes.one(asked, single_entry(server, asked, found))


def create(server: ContentServer, asked: Asked) -> Json:
    """Without a parent it is made where its type says."""
    kind = _kind(server, asked)
    parent = node(server, asked.caller, asked.maybe("parent_id") or kind["location"], to="add_items")
    made = create_workspace(
        server,
        asked.caller,
        kind,
        parent=parent,
        name=str(asked.fields.get("name") or ""),
        sent=flat(sent_categories(asked)),
        description=str(asked.fields.get("description") or ""),
        external={name: asked.fields[name] for name in _EXTERNAL if asked.fields.get(name)},
        reference=_reference(asked) if asked.fields.get("bo_id") else None,
    )
    for classification in sent_classifications(asked):
        classify(server, asked.caller, made, classification)
    return envelopes.one(asked, {"direct_open": True, "id": made.id, "sub_folder_id": 0}, method="POST")


_EXTERNAL = ("external_create_date", "external_modify_date")


def _kind(server: ContentServer, asked: Asked) -> Any:
    template = asked.number("template_id")
    number = asked.maybe("wksp_type_id")
    if number is not None:
        kind = workspace_type(server, number)
        if kind["template"] != template:
            raise BAD_FIELD.refusal(name="template_id")
        return kind
    row = server.store.row("SELECT * FROM workspace_types WHERE template = ?", template)
    if row is None:
        raise NO_SUCH_WORKSPACE_TYPE.refusal(type=f"of the template {template}")
    return row


def _reference(asked: Asked) -> BusinessObject:
    return BusinessObject(system=asked.text("ext_system_id"), type=asked.text("bo_type"), id=asked.text("bo_id"))


def create_form(server: ContentServer, asked: Asked) -> Json:
    """The general form, then one for each category of the template."""
    template = any_node(server, whole(asked.option("template_id"), "template_id"))
    row = (
        None if template is None else server.store.row("SELECT * FROM workspace_types WHERE template = ?", template.id)
    )
    if template is None or row is None:
        raise NO_SUCH_WORKSPACE_TYPE.refusal(type=f"of the template {asked.option('template_id')}")
    general = {"name": "", "description": "", "template_id": template.id, "wksp_type_id": row["id"], "type": 848}
    schema = {name: {"readonly": False, "required": name == "name", "type": "string"} for name in general}
    forms = [{"data": general, "options": {}, "schema": {"properties": schema, "type": "object"}}]
    inherited = stored_values(server, template.id)
    forms += [category_form(server, category, values) for category, values in inherited.items()]
    return {"forms": forms}


def set_reference(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"], to="modify")
    reference = _reference(asked)
    if workspace_for(server, reference) != found.id:
        link(server, asked.caller, found, reference)
    return envelopes.one(asked, {}, method="PUT")


def take_reference(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"], to="modify")
    if not unlink(server, asked.caller, found, _reference(asked)):
        raise REFERENCE_UNKNOWN.refusal()
    return envelopes.one(asked, {}, method="DELETE")


ENDPOINTS = (
    Endpoint("GET", "/v2/businessworkspacetypes", list_types),
    Endpoint("GET", "/v1/businessworkspacetypes/{type:int}", read_type),
    Endpoint("GET", "/v2/businessworkspaces", list_workspaces),
    Endpoint("POST", "/v2/businessworkspaces", create),
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}", read_workspace),
    Endpoint("PUT", "/v2/businessworkspaces/{workspace:int}/workspacereferences", set_reference),
    Endpoint("DELETE", "/v2/businessworkspaces/{workspace:int}/workspacereferences", take_reference),
    Endpoint("GET", "/v2/forms/businessworkspaces/create", create_form),
    Endpoint("GET", "/v2/externalsystems/{system}/botypes/{type:path}/boids/{object:path}", by_business_object),
)
