"""The bare loop: the HTTP calls of an inbound fax, one after the other, some faxes at a time. It journals nothing,
decides nothing, recovers from nothing, and knows beforehand what does not change from fax to fax.
"""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bench.apart import Answer
from bench.simulated import SimulatedSystems

_API = "/cs/cs/api"
_NEXT = "/mra/v1/inbound/documents/next"
_FORM = "WorkflowForm"
# the only one of the home
_WORKSPACE_TYPE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the loop need not find out: addresses, secrets and numbers."""

    address: str
    account: tuple[str, str]
    user: tuple[str, str]
    workspace_type: int
    category: int
    record_class: int
    # of the workflow and the folder of its tasks; None: none is started
    workflow: tuple[int, int] | None
    workers: int


def known_of(systems: SimulatedSystems, *, with_task: bool, workers: int) -> Known:
    """As the router has left it."""
    secrets = systems.folder / "var" / "simulated" / "secrets"
    (classified, *_), (filled, *_) = (
        systems.ledger("xecm", effect) for effect in ("record classified", "category set")
    )
    workflow = None
    if with_task:
        (draft, *_), (folder, *_) = (systems.ledger("xecm", effect) for effect in ("draft created", "folder created"))
        workflow = (draft["details"]["map"], folder["details"]["parent"])
    return Known(
        address=systems.address,
        account=("insurer", (secrets / "insurer").read_text()),
        user=("fax-claims", (secrets / "fax-claims").read_text()),
        workspace_type=_WORKSPACE_TYPE,
        category=filled["details"]["category"],
        record_class=classified["details"]["classification"],
        workflow=workflow,
        workers=workers,
    )


def run(answer: Answer, known: Known, count: int) -> None:
    """Sends the seconds that it took."""
    answer.send(asyncio.run(_run(known, count)))


async def _run(known: Known, count: int) -> float:
    async with (
        httpx.AsyncClient(base_url=known.address, auth=known.account, trust_env=False) as fax,
        httpx.AsyncClient(base_url=known.address + _API, trust_env=False) as ecm,
    ):
        user, password = known.user
        login = await ecm.post("/v1/auth", data={"username": user, "password": password})
        ecm.headers["OTCSTicket"] = login.json()["ticket"]
        left = iter(range(count))
        begun = time.monotonic()
        await asyncio.gather(*(_work(known, fax, ecm, left) for _ in range(known.workers)))
        return time.monotonic() - begun


async def _work(known: Known, fax: httpx.AsyncClient, ecm: httpx.AsyncClient, left: Any) -> None:
    for _ in left:
        offered = _good(await fax.get(_NEXT, params={"hold_sec": "3600"})).json()
        document = await _store(known, ecm, offered)
        value = {"class_id": known.record_class, "apply_to_sub_items": False}
        await _body(ecm, "POST", f"/v1/nodes/{document}/rmclassifications", value)
        if known.workflow is not None:
            await _start(known, ecm, document)
        _good(await fax.delete(f"/mra/v1/inbound/documents/{offered['document_id']}"))


async def _store(known: Known, ecm: httpx.AsyncClient, offered: Mapping[str, Any]) -> int:
    index = offered["index"]
    values = ("other", index["claim_id"], "Somebody", offered["fax"]["ani"], "2026-11-27T00:00:00", 1)
    body = {
        "type": "144",
        "parent_id": str(await _workspace(known, ecm, f"Claim {index['claim_id']}")),
        "name": f"bare {offered['document_id']}.tif",
        "description": "bare",
        "roles": {"categories": {f"{known.category}_{key}": value for key, value in enumerate(values, start=2)}},
    }
    content = base64.b64decode(offered["document"]["data"])
    files = {"file": ("fax.tif", content, "image/tiff")}
    return _id(_good(await ecm.post("/v2/nodes", data={"body": json.dumps(body)}, files=files)))


async def _workspace(known: Known, ecm: httpx.AsyncClient, name: str) -> int:
    query = {
        "expanded_view": "true",
        "where_workspace_type_id": str(known.workspace_type),
        "where_name": f"contains_{name}",
        "limit": "500",
        "page": "1",
    }
    found = _good(await ecm.get("/v2/businessworkspaces", params=query)).json()["results"]
    return int(found[0]["data"]["properties"]["id"])


async def _start(known: Known, ecm: httpx.AsyncClient, document: int) -> None:
    assert known.workflow is not None
    map_id, tasks = known.workflow
    value: dict[str, Any] = {"type": "0", "parent_id": str(tasks), "name": f"bare {document}", "description": "bare"}
    folder = _id(await _body(ecm, "POST", "/v2/nodes", value))
    value = {"workflow_id": map_id, "doc_ids": str(document), "AttachDocuments": "true"}
    draft = (await _body(ecm, "POST", "/v2/draftprocesses", value)).json()["results"]["draftprocess_id"]
    await _body(ecm, "PUT", f"/v2/nodes/{folder}", {"description": f"draft {draft}"})
    form = {f"{_FORM}_Title": f"bare {document}", f"{_FORM}_WorkflowDueDate": "2026-12-27"}
    await _body(ecm, "PUT", f"/v2/draftprocesses/{draft}", {"action": "formUpdate", "values": form})
    await _body(ecm, "PUT", f"/v2/draftprocesses/{draft}", {"action": "Initiate", "comment": ""})


async def _body(ecm: httpx.AsyncClient, method: str, path: str, value: Mapping[str, Any]) -> httpx.Response:
    return _good(await ecm.request(method, path, data={"body": json.dumps(value)}))


def _id(answer: httpx.Response) -> int:
    return int(answer.json()["results"]["data"]["properties"]["id"])


def _good(answer: httpx.Response) -> httpx.Response:
    assert answer.is_success, answer.text
    return answer
