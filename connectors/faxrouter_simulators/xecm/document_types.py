"""Document types of a workspace, and the upload of documents of a type: preview first, then named and classified."""

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.categories import give_categories, inherited_values
from faxrouter_simulators.xecm.chronicle import CREATED, RENAMED, record
from faxrouter_simulators.xecm.classifications import classify
from faxrouter_simulators.xecm.contents import add_version
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.nodes import Node, add_node, change_node, check_name, node
from faxrouter_simulators.xecm.refusals import MISSING_FILE, NOT_FOUND, Refusal
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import DOCUMENT
from faxrouter_simulators.xecm.workspaces import BusinessObject, workspace, workspace_for


def list_document_types(server: ContentServer, asked: Asked) -> Json:
    """[G] Every smart document type is offered in every workspace: rules for them are not part of this simulator."""
    found = workspace(server, asked.caller, asked.place["workspace"])
    rows = server.store.rows(
        "SELECT t.node, t.classification, n.name, n.description FROM document_types t"
        " JOIN nodes n ON n.id = t.classification ORDER BY n.name"
    )
    results = [
        {
            "data": {
                "properties": {
                    "attribute_id": None,
                    "category_id": None,
                    "classification_description": row["description"],
                    "classification_id": row["classification"],
                    "classification_name": row["name"],
                    "document_generation": 0,
                    "location": str(found.id),
                    "mime_types": [],
                    "priority": 1,
                    "required": 0,
                    "rule_id": row["node"],
                    "smart_document_type_id": row["node"],
                    "template_id": None,
                }
            }
        }
        for row in rows
    ]
    return envelopes.one(asked, results)


def preview(server: ContentServer, asked: Asked) -> Json:
    """Stores the document in the workspace, under the name of its file and the moment."""
    found = workspace(server, asked.caller, asked.number("bw_id"), to="add_items")
    if asked.file is None:
        raise MISSING_FILE.refusal()
    made = _stored(server, asked, found, f"{server.now():%Y%m%d%H%M%S%f} {asked.file.name}")
    return envelopes.one(asked, {"docNodeId": made.id, "ok": True}, method="POST")


def after_upload(server: ContentServer, asked: Asked) -> Json:
    """Gives the document its name and its classification. What is wrong stands in the answer, not in its status."""
    found = workspace(server, asked.caller, asked.place["workspace"], to="add_items")
    made = node(server, asked.caller, asked.number("docNodeId"), to="modify")
    if made.parent != found.id:
        raise NOT_FOUND.refusal()
    name = asked.text("document_name")
    try:
        check_name(server, found.id, name)
        classify(server, asked.caller, made, asked.number("classification_id"))
    except Refusal as refusal:
        return envelopes.one(asked, {"ok": False, "errMsg": refusal.error}, method="PUT")
    change_node(server, asked.caller, made, name=name)
    record(server, asked.caller, "node renamed", made.id, event=RENAMED, name=name, before=made.name)
    return envelopes.one(asked, {"ok": True, "errMsg": ""}, method="PUT")


def upload_for_object(server: ContentServer, asked: Asked) -> Json:
    """How releases up to 24.2 took documents for a business object."""
    place = asked.place
    number = workspace_for(server, BusinessObject(system=place["system"], type=place["type"], id=place["object"]))
    found = workspace(server, asked.caller, number or 0, to="add_items")
    if asked.file is None:
        raise MISSING_FILE.refusal()
    asked.text("doc_type")
    made = _stored(server, asked, found, asked.file.name)
    return envelopes.one(asked, {"nodeID": made.id}, method="POST")


def _stored(server: ContentServer, asked: Asked, found: Node, name: str) -> Node:
    assert asked.file is not None
    made = add_node(server, asked.caller, found, name, type=DOCUMENT)
    made, kept = add_version(server, asked.caller, made, asked.file)
    give_categories(server, asked.caller, made.id, start=inherited_values(server, found.id), sent={})
    details = {"parent": found.id, "name": name, "sha256": kept.sha256, "size": kept.size}
    record(server, asked.caller, "document created", made.id, event=CREATED, **details)
    return made


ENDPOINTS = (
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}/doctypes", list_document_types),
    Endpoint("POST", "/v2/businessworkspace/preview", preview),
    Endpoint("PUT", "/v2/businessworkspace/{workspace:int}/postupload", after_upload),
    Endpoint("POST", "/v2/businessobjects/{system}/{type}/{object}/hrdocuments", upload_for_object),
)
