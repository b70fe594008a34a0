"""Forms over the API: the schema and the data of categories, for reading, assigning, updating and creating."""

from typing import Any

from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.categories import inherited_values
from faxrouter_simulators.xecm.category_view import category_name, stored_values
from faxrouter_simulators.xecm.definitions import Definition, definitions
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.nodes import node
from faxrouter_simulators.xecm.refusals import CATEGORY_ASSIGNED, CATEGORY_NOT_ASSIGNED, NO_SUCH_CATEGORY
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import CATEGORY
from faxrouter_simulators.xecm.values import Values, rows_of

_SCHEMA_TYPES = {
    "text": ("string", "text"),
    "choice": ("string", "select"),
    "whole number": ("integer", "integer"),
    "number": ("number", "number"),
    "yes/no": ("boolean", "checkbox"),
    "date": ("string", "date"),
    "moment": ("string", "datetime"),
}


def category_form(server: ContentServer, category: int, values: Values) -> Json:
    """Sets are arrays of rows; a set of one row is an object."""
    defined = definitions(server, category)
    data: Json = {f"{category}_1": {"metadata_token": ""}}
    properties: Json = {f"{category}_1": {"readonly": True, "required": False, "type": "object"}}
    fields: Json = {}
    for definition in [one for one in defined if not one.in_set]:
        inner = [one for one in defined if one.in_set == definition.id]
        data[definition.key] = _rows(definition, inner, values) if inner else values.get(str(definition.id))
        properties[definition.key] = _set_schema(definition, inner) if inner else _schema(definition)
        fields[definition.key] = {"hidden": False, "label": definition.name, "type": _field_type(definition)}
    name = category_name(server, category)
    return {
        "data": data,
        "options": {"fields": fields, "form": {"attributes": {"action": "", "method": ""}}},
        "role_name": "categories",
        "schema": {"properties": properties, "title": name, "type": "object"},
    }


def _rows(definition: Definition, inner: list[Definition], values: Values) -> Any:
    rows = []
    for number in range(1, rows_of(values, definition.id) + 1):
        mark = "x" if definition.several else str(number)
        rows.append(
            {
                f"{one.form}_{one.in_set}_{mark}_{one.id}": values.get(one.stored(number), [] if one.several else None)
                for one in inner
            }
        )
    return rows if definition.several else rows[0]


def _set_schema(definition: Definition, inner: list[Definition]) -> Json:
    mark = "x" if definition.several else "1"
    row = {f"{one.form}_{one.in_set}_{mark}_{one.id}": _schema(one) for one in inner}
    if definition.several:
        rows = {"properties": row, "type": "object"}
        return {"items": rows, "maxItems": 50, "minItems": 1, "title": definition.name, "type": "array"}
    return {"properties": row, "readonly": False, "title": definition.name, "type": "object"}


def _schema(definition: Definition) -> Json:
    kind = _SCHEMA_TYPES[definition.type][0]
    single: Json = {"type": kind}
    if kind == "string" and definition.type in ("text", "choice"):
        single["maxLength"] = definition.length
    if definition.type in ("date", "moment"):
        single["format"] = "date" if definition.type == "date" else "datetime"
    if definition.choices:
        single["enum"] = list(definition.choices)
    shared = {"readonly": False, "required": definition.required, "title": definition.name}
    if definition.several:
        return {**shared, "items": {**single, "title": definition.name}, "maxItems": 50, "minItems": 1, "type": "array"}
    return {**shared, **single}


def _field_type(definition: Definition) -> str:
    return "object" if definition.type == "set" else _SCHEMA_TYPES[definition.type][1]


def specific_properties(server: ContentServer, asked: Asked) -> Json:
    """Of a category: its schema, with its own values where it has some."""
    found = node(server, asked.caller, whole(asked.option("id"), "id"))
    return {"forms": [category_form(server, found.id, {})] if found.type == CATEGORY else []}


def assign_form(server: ContentServer, asked: Asked) -> Json:
    found, category = _node_and_category(server, asked)
    if category in stored_values(server, found):
        raise CATEGORY_ASSIGNED.refusal(category=category)
    return {"forms": [category_form(server, category, {})]}


def update_form(server: ContentServer, asked: Asked) -> Json:
    found, category = _node_and_category(server, asked)
    values = stored_values(server, found).get(category)
    if values is None:
        raise CATEGORY_NOT_ASSIGNED.refusal(category=category)
    return {"forms": [category_form(server, category, values)]}


def _node_and_category(server: ContentServer, asked: Asked) -> tuple[int, int]:
    found = node(server, asked.caller, whole(asked.option("id"), "id"))
    category = whole(asked.option("category_id"), "category_id")
    _category(server, category)
    return found.id, category


def _category(server: ContentServer, category: int) -> None:
    if server.store.row("SELECT 1 FROM nodes WHERE id = ? AND type = ?", category, CATEGORY) is None:
        raise NO_SUCH_CATEGORY.refusal(category=category)


def create_form(server: ContentServer, asked: Asked) -> Json:
    """The general form, then one for each category that the new node would have, or is asked for."""
    parent = node(server, asked.caller, whole(asked.option("parent_id"), "parent_id"))
    kind = whole(asked.option("type", "144"), "type")
    general: Json = {"name": "", "description": "", "parent_id": parent.id, "type": kind}
    schema: Json = {
        "name": {"maxLength": 248, "readonly": False, "required": True, "title": "Name", "type": "string"},
        "description": {"readonly": False, "required": False, "title": "Description", "type": "string"},
        "parent_id": {"readonly": True, "required": True, "title": "Location", "type": "integer"},
        "type": {"readonly": True, "required": True, "title": "Type", "type": "integer"},
    }
    forms = [{"data": general, "options": {}, "schema": {"properties": schema, "type": "object"}}]
    start = inherited_values(server, parent.id)
    for text in asked.options("category_id"):
        category = whole(text, "category_id")
        _category(server, category)
        start.setdefault(category, {})
    forms += [category_form(server, category, values) for category, values in sorted(start.items())]
    return {"forms": forms}


ENDPOINTS = (
    Endpoint("GET", "/v1/forms/nodes/properties/specific", specific_properties),
    Endpoint("GET", "/v1/forms/nodes/categories/create", assign_form),
    Endpoint("GET", "/v1/forms/nodes/categories/update", update_form),
    Endpoint("GET", "/v1/forms/nodes/create", create_form),
)
