"""Workflow maps over the API: which of them documents may go through, and what a map asks for and does."""

import json
from dataclasses import dataclass

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Caller, Json, whole
from faxrouter_simulators.xecm.definitions import Definition, definitions, form_metadata, metadata, next_id
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.nodes import Node, node, nodes_where
from faxrouter_simulators.xecm.refusals import NOT_FOUND
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import WORKFLOW_MAP
from faxrouter_simulators.xecm.values import Values

# the kinds of work packages: a fact but for the last
ATTACHMENTS, COMMENTS, ATTRIBUTES = 1, 2, 3
# what attributes are called in the form of a draft or a task
FORM = "WorkflowForm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    number: int
    name: str
    in_group: int
    custom_actions: tuple[str, ...]


def workflow_map(server: ContentServer, caller: Caller, number: int) -> Node:
    """Raises Refusal."""
    found = node(server, caller, number)
    if found.type != WORKFLOW_MAP:
        raise NOT_FOUND.refusal()
    return found


def steps(server: ContentServer, number: int) -> list[Step]:
    rows = server.store.rows("SELECT * FROM steps WHERE map = ? ORDER BY number", number)
    return [
        Step(
            number=row["number"],
            name=row["name"],
            in_group=row["in_group"],
            custom_actions=tuple(json.loads(row["custom_actions"])),
        )
        for row in rows
    ]


def form_id(definition: Definition) -> str:
    """`WorkflowForm_10` for the attribute `25397_10`; in a set, `WorkflowForm_1x4x1x2`."""
    if definition.in_set:
        return f"{FORM}_1x{definition.in_set}x1x{definition.id}"
    return f"{FORM}_{definition.id}"


def list_for_documents(server: ContentServer, asked: Asked) -> Json:
    """Every map that the caller may see fits every document [G]."""
    for number in asked.options("doc_id"):
        node(server, asked.caller, whole(number, "doc_id"))
    found = nodes_where(server, asked.caller, "n.type = ? ORDER BY n.name", WORKFLOW_MAP)
    data = [{"DataID": one.id, "Name": one.name, "WorkflowType": 100} for one in found]
    return envelopes.one(asked, {"data": data, "fError": "", "fErrorDetail": "", "statusMsg": None})


def read_definition(server: ContentServer, asked: Asked) -> Json:
    found = workflow_map(server, asked.caller, asked.place["map"])
    tasks = [
        {"custom_actions": list(step.custom_actions), "task_id": step.number, "task_name": step.name, "type": "user"}
        for step in steps(server, found.id)
    ]
    definition = {
        "data_packages": packages(server, found, {}, attachments=None),
        "tasks": tasks,
        "workflow_id": found.id,
        "workflow_roles": [],
    }
    return envelopes.one(asked, {"definition": definition})


def packages(server: ContentServer, found: Node, values: Values, *, attachments: int | None) -> list[Json]:
    """The work packages of a map, or of a process of it."""
    described: list[Json] = [
        {"data": _attachments(attachments), "description": "", "sub_type": ATTACHMENTS, "type": 1},
        {"data": {}, "description": None, "sub_type": COMMENTS, "type": 1},
    ]
    defined = definitions(server, found.id)
    if defined:
        about = {str(found.id): form_metadata(found.id, found.name, next_id(defined))}
        about |= {definition.key: metadata(definition) for definition in defined}
        inner = {
            "data": {definition.key: values.get(str(definition.id)) for definition in defined},
            "definitions": about,
            "definitions_map": {str(found.id): [definition.key for definition in defined]},
            "definitions_order": [str(found.id)],
        }
        described.append({"data": {"data": inner, **inner}, "description": "", "sub_type": ATTRIBUTES, "type": 1})
    return described


def _attachments(folder: int | None) -> Json:
    return {} if folder is None else {"attachment_folder_id": folder}


ENDPOINTS = (
    Endpoint("GET", "/v2/docworkflows", list_for_documents),
    Endpoint("GET", "/v2/workflows/{map:int}/definition", read_definition),
)
