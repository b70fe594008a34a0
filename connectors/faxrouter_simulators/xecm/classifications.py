"""Plain classifications of nodes: the list of a node is read, and set as a whole."""

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Asked, Caller, Json, true, whole
from faxrouter_simulators.xecm.chronicle import CLASSIFIED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_official
from faxrouter_simulators.xecm.nodes import Node, any_node, below, node, volume
from faxrouter_simulators.xecm.refusals import NO_SUCH_CLASSIFICATION
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import CLASSIFICATION, CLASSIFICATIONS_VOLUME


def classify(server: ContentServer, caller: Caller, found: Node, classification: int) -> None:
    """Add one, where it is not there yet. Raises Refusal when there is no such classification."""
    about = any_node(server, classification)
    if about is None or about.type != CLASSIFICATION:
        raise NO_SUCH_CLASSIFICATION.refusal(id=classification)
    new = server.store.execute("INSERT OR IGNORE INTO node_classifications VALUES (?, ?)", found.id, classification)
    if new.rowcount:
        record(server, caller, "classification applied", found.id, event=CLASSIFIED, classification=classification)


def list_classifications(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    rows = server.store.rows(
        "SELECT n.id, n.name, n.type FROM node_classifications c JOIN nodes n ON n.id = c.classification"
        " WHERE c.node = ? ORDER BY n.id",
        found.id,
    )
    tree = volume(server, CLASSIFICATIONS_VOLUME)
    answer: Json = {
        "bCanApplyClass": True,
        "bCanRemoveClass": True,
        "canModify": True,
        "classVolumeID": None if tree is None else tree.id,
        "data": [
            {
                "cell_metadata": {"data": {}, "definitions": {}},
                "classvolumeid": None,
                "id": row["id"],
                "inherit_flag": False,
                "management_type": "manual",
                "menu": None,
                "name": row["name"],
                "parent_managed": None,
                "score": None,
                "selectable": True,
                "type": row["type"],
            }
            for row in rows
        ],
        "definitions": {},
        "definitions_map": {"name": ["menu"]},
        "definitions_order": ["name"],
    }
    names = asked.query.get("fields")
    return {name: value for name, value in answer.items() if name in names} if names else answer


def set_classifications(server: ContentServer, asked: Asked) -> Json:
    """The whole list: who wants to add one sends those that are there as well."""
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    refuse_official(server, found)
    asked.needs("class_id")
    wished = asked.fields["class_id"]
    classes = [whole(one, "class_id") for one in (wished if isinstance(wished, list) else [wished])]
    inner = below(server, found.id) if true(asked.fields.get("apply_to_sub_items", False)) else []
    for one in (found, *inner):
        gone = server.store.execute(
            "DELETE FROM node_classifications WHERE node = ?"
            " AND classification NOT IN (SELECT value FROM json_each(?))",
            one.id,
            as_json(classes),
        )
        if gone.rowcount:
            record(server, asked.caller, "classification removed", one.id)
        for number in classes:
            classify(server, asked.caller, one, number)
    return {}


ENDPOINTS = (
    Endpoint("GET", "/v1/nodes/{node:int}/classifications", list_classifications),
    Endpoint("POST", "/v1/nodes/{node:int}/classifications", set_classifications),
)
