"""External systems and the business objects in them, as far as workspaces stand for them."""

from sqlite3 import Row

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.refusals import NO_SUCH_OBJECT_TYPE, NO_SUCH_SYSTEM
from faxrouter_simulators.xecm.server import ContentServer

# what a connection to a system says of itself beside its name
_CONNECTION = {
    "asurl": "",
    "asurl_v4": "",
    "auth_method": "BASIC",
    "baseurl": "",
    "client_id": "",
    "conn_type": "HTTP",
    "enabled": 1,
    "OAUTH_REQUEST_TYPE": "BASIC",
    "OAUTH_SCOPE": "",
    "SAP_CLIENT": "",
    "schema_version": 1,
    "system_comment": "",
    "token_endpoint": "",
    "username": "",
}


def list_systems(server: ContentServer, asked: Asked) -> Json:
    names, kinds = asked.options("where_name"), asked.options("where_conntype")
    rows = server.store.rows(
        "SELECT DISTINCT external_system AS name FROM workspace_types WHERE external_system <> '' ORDER BY 1"
    )
    shown = [row["name"] for row in rows if not names or row["name"] in names]
    if kinds and _CONNECTION["conn_type"] not in kinds:
        shown = []
    return envelopes.one(asked, [_connection(name) for name in shown])


def read_system(server: ContentServer, asked: Asked) -> Json:
    """How releases before 26.1 told of one connection."""
    name = asked.place["system"]
    if server.store.row("SELECT 1 FROM workspace_types WHERE external_system = ?", name) is None:
        raise NO_SUCH_SYSTEM.refusal(name=name)
    return envelopes.one(asked, {"data": {"config": _connection(name)}})


def _connection(name: str) -> Json:
    return {**_CONNECTION, "id_extsystem": name, "extsystem_node_id": None, "multilinguals": {"en": name}}


def list_object_types(server: ContentServer, asked: Asked) -> Json:
    rows = server.store.rows("SELECT * FROM workspace_types ORDER BY id")
    return envelopes.one(asked, [{"data": {"properties": _object_type(row)}} for row in rows])


def _object_type(row: Row) -> Json:
    """A workspace type without business objects has one of no type: clients drop it."""
    return {
        "bo_type": row["object_type"] or None,
        "bo_type_id": row["id"],
        "bo_type_name": row["object_type"] or None,
        "ext_system_id": row["external_system"] or None,
        "is_default_Search": True,
        "workspace_type_id": row["id"],
    }


def list_objects(server: ContentServer, asked: Asked) -> Json:
    """The objects that have workspaces; the other system is not there to be asked for more."""
    kind = _asked_type(server, asked)
    rows = server.store.rows(
        "SELECT r.object_id, n.name FROM business_references r JOIN nodes n ON n.id = r.workspace"
        " WHERE r.external_system = ? AND r.object_type = ? ORDER BY r.object_id",
        kind["external_system"],
        kind["object_type"],
    )
    at = envelopes.page(asked, default=envelopes.LARGEST_PAGE)
    found = [{"ID": row["object_id"], "Name": row["name"]} for row in rows]
    answer = envelopes.workspaces(asked, [], at=at, count=len(found))
    columns = [
        {
            "fieldLabel": name,
            "fieldName": name,
            "keyField": "X" if name == "ID" else " ",
            "length": 255,
            "position": place,
        }
        for place, name in enumerate(("ID", "Name"), start=1)
    ]
    shown = found[at.offset : at.offset + at.limit]
    results = {"column_descriptions": columns, "max_rows_exceeded": False, "result_rows": shown}
    return {"links": answer["links"], "paging": answer["paging"], "results": results}


def search_form(server: ContentServer, asked: Asked) -> Json:
    kind = _asked_type(server, asked)
    about = _object_type(kind)
    data = {name: about[name] for name in ("bo_type_id", "bo_type_name", "bo_type", "ext_system_id")}
    schema = {
        name: {"readonly": True, "required": name == "bo_type_id", "title": name, "type": "string"} for name in data
    }
    search = {"data": {"ID": "", "Name": ""}, "options": {"fields": {}}, "schema": {"properties": {}, "type": "object"}}
    return envelopes.one(asked, [{"data": data, "options": {"fields": {}}, "schema": {"properties": schema}}, search])


def _asked_type(server: ContentServer, asked: Asked) -> Row:
    """By its id, or by system and name. Raises Refusal."""
    number = asked.option("bo_type_id")
    row = (
        server.store.row("SELECT * FROM workspace_types WHERE id = ?", whole(number, "bo_type_id"))
        if number
        else server.store.row(
            "SELECT * FROM workspace_types WHERE external_system = ? AND object_type = ?",
            asked.option("ext_system_id"),
            asked.option("bo_type"),
        )
    )
    if row is None:
        raise NO_SUCH_OBJECT_TYPE.refusal(
            system=asked.option("ext_system_id"), object_type=number or asked.option("bo_type")
        )
    return row


ENDPOINTS = (
    Endpoint("GET", "/v2/externalsystems", list_systems),
    Endpoint("GET", "/v2/externalsystems/{system}/config", read_system),
    Endpoint("GET", "/v2/businessobjecttypes", list_object_types),
    Endpoint("GET", "/v2/businessobjects", list_objects),
    Endpoint("GET", "/v2/forms/businessobjects/search", search_form),
)
