"""Starting a workflow over the API: a draft, its form, its values, and the word that starts it."""

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true, whole
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.maps import packages, workflow_map
from faxrouter_simulators.xecm.nodes import Node, any_node, node
from faxrouter_simulators.xecm.processes import (
    DRAFT,
    Process,
    comment,
    draft,
    fill_in,
    process,
    start,
)
from faxrouter_simulators.xecm.refusals import NOT_A_DRAFT, UNKNOWN_ACTION
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.task_form import values_form

# what the parts of `1_1` mean is not public
_WORKFLOW_TYPE = "1_1"
_START_STEP = 0


def create_draft(server: ContentServer, asked: Asked) -> Json:
    """[G] Documents are attached even without `AttachDocuments`, unless it says no."""
    attach = true(asked.fields.get("AttachDocuments", "true"))
    documents = _documents(server, asked) if attach else []
    made = draft(server, asked.caller, workflow_map(server, asked.caller, asked.number("workflow_id")), documents)
    return envelopes.one(asked, {"draftprocess_id": made.id, "workflow_type": _WORKFLOW_TYPE}, method="POST")


def _documents(server: ContentServer, asked: Asked) -> list[Node]:
    return [node(server, asked.caller, number) for number in asked.numbers("doc_ids")]


def start_at_once(server: ContentServer, asked: Asked) -> Json:
    """Without the start step, and so without values."""
    found = workflow_map(server, asked.caller, asked.number("workflow_id"))
    made = draft(server, asked.caller, found, _documents(server, asked))
    start(server, asked.caller, made)
    return envelopes.one(asked, _started(made), method="POST")


def read_form(server: ContentServer, asked: Asked) -> Json:
    found = _draft(server, asked, whole(asked.option("draftprocess_id"), "draftprocess_id"))
    about = any_node(server, found.map)
    assert about is not None
    data = {
        "actions": [{"key": "Initiate", "label": "Start"}],
        "attachment_centric_default_mode": "properties",
        "attachments_on": True,
        "authentication": False,
        "comments_on": True,
        "data_packages": packages(server, about, found.filled, attachments=found.attachments),
        "enableTopAlignedLabel": True,
        "instructions": "",
        "process_id": found.id,
        "task": {},
        "title": found.title,
        "workflow_type": _WORKFLOW_TYPE,
    }
    return {"data": data, "forms": [values_form(server, found)]}


def update_draft(server: ContentServer, asked: Asked) -> Json:
    """`formUpdate` or `Initiate`. Without the wrapper `body` nothing happens, and nothing is said: a fact."""
    found = _draft(server, asked, asked.place["draft"])
    if asked.body is None:
        return {}
    action = asked.text("action")
    if action == "formUpdate":
        fill_in(server, found, asked.inner_object("values"))
        server.store.effect("draft filled in", found.id, actor=asked.caller.name)
        return envelopes.one(asked, {}, method="PUT")
    if action == "Initiate":
        comment(server, asked.caller, found, _START_STEP, str(asked.fields.get("comment") or ""))
        start(server, asked.caller, found)
        return envelopes.one(asked, _started(found), method="PUT")
    raise UNKNOWN_ACTION.refusal(action=action)


def _started(found: Process) -> Json:
    words = f"{found.title} was started."
    return {"custom_message": words, "process_id": found.id, "WorkID": None, "WRID": None}


def _draft(server: ContentServer, asked: Asked, number: int) -> Process:
    """Its author's own, and no other. Raises Refusal."""
    found = process(server, number)
    if found.state != DRAFT or found.initiator != asked.caller.id:
        raise NOT_A_DRAFT.refusal(id=number)
    return found


ENDPOINTS = (
    Endpoint("POST", "/v2/draftprocesses", create_draft),
    Endpoint("POST", "/v2/draftprocesses/startwf", start_at_once),
    Endpoint("PUT", "/v2/draftprocesses/{draft:int}", update_draft),
    Endpoint("GET", "/v1/forms/draftprocesses/update", read_form),
)
