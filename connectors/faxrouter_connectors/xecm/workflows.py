"""Document workflows: maps with their attributes, drafts, processes and their status. Knows no port.

Facts A5. A process starts in three calls (draft, form, initiate); it belongs to the identity that initiated it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.refusals import Refused, Word

_START, _STATUS = "start workflow", "read workflow"
_FORM = "WorkflowForm"
# of a work package that holds attributes: type and sub type (facts A5)
_ATTRIBUTES = (1, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowMap:
    """A map that processes are made of; `attributes` by name → form field."""

    id: int
    name: str
    attributes: Mapping[str, str]
    # attribute → type name, as the definition says it
    types: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentStep:
    """A step of a process that waits to be done."""

    subprocess: int
    task: int
    name: str
    # as the server writes it; tells one visit of a step from the next
    started: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """A process as those see it who take part in it."""

    # the server's word: ontime, workflowlate, stopped, completed
    status: str
    title: str
    # where documents that belong to it are kept
    attachments: int | None
    # the login name of whoever started it, and when, as the server writes it
    initiator: str
    initiated: str
    current: Sequence[CurrentStep]


class Maps:
    """The maps that one identity may start. Safe for many threads."""

    def __init__(self, client: XecmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._ids: dict[str, int] = {}
        self._known: dict[str, WorkflowMap] = {}

    def of(self, name: str, *, document: int) -> WorkflowMap:
        """A map that fits the document. Raises Failed(REJECTED) when there is none of this name."""
        with self._lock:
            if name not in self._ids:
                self._ids = self._fitting(document)
            if name not in self._ids:
                reason = f"there is no workflow map `{name}` for such a document"
                raise self._client.system.failed(FailureKind.REJECTED, _START, reason)
            if name not in self._known:
                self._known[name] = self._read(name, self._ids[name])
            return self._known[name]

    def forget(self, name: str) -> None:
        with self._lock:
            self._known.pop(name, None)
            self._ids.pop(name, None)

    def _fitting(self, document: int) -> dict[str, int]:
        said = self._client.get("/v2/docworkflows", operation=_START, params=[("doc_id", str(document))])
        listed = [one for result in results_of(said) for one in _as_list(result.get("data", result))]
        return {str(one["Name"]): int(one["DataID"]) for one in listed if "DataID" in one}

    def _read(self, name: str, number: int) -> WorkflowMap:
        said = self._client.get(f"/v2/workflows/{number}/definition", operation=_START)
        attributes: dict[str, str] = {}
        types: dict[str, str] = {}
        for result in results_of(said):
            for package in result.get("definition", {}).get("data_packages") or ():
                if (package.get("type"), package.get("sub_type")) == _ATTRIBUTES:
                    _collect(package.get("data") or {}, attributes, types)
        return WorkflowMap(id=number, name=name, attributes=attributes, types=types)


def draft(client: XecmClient, workflow_map: int, document: int) -> int:
    """A process that is not started, with the document attached."""
    value = {"workflow_id": workflow_map, "doc_ids": str(document), "AttachDocuments": "true"}
    said = client.body("POST", "/v2/draftprocesses", operation=_START, value=value)
    for result in results_of(said):
        if "draftprocess_id" in result:
            return int(result["draftprocess_id"])
    raise client.system.failed(FailureKind.UNKNOWN, _START, "the answer names no draft")


def fill(client: XecmClient, draft_id: int, *, title: str, due: str, values: Mapping[str, Any]) -> None:
    """The draft's form. `due` is an ISO date, or empty."""
    form = {**values, f"{_FORM}_Title": title, f"{_FORM}_WorkflowDueDate": due}
    value = {"action": "formUpdate", "values": form}
    client.body("PUT", f"/v2/draftprocesses/{draft_id}", operation=_START, value=value)


def initiate(client: XecmClient, draft_id: int) -> int:
    """Start it; the process's id."""
    value = {"action": "Initiate", "comment": ""}
    said = client.body("PUT", f"/v2/draftprocesses/{draft_id}", operation=_START, value=value)
    for result in results_of(said):
        if result.get("process_id") is not None:
            return int(result["process_id"])
    raise client.system.failed(FailureKind.UNKNOWN, _START, "the answer names no process")


def status(client: XecmClient, process: int) -> ProcessStatus | None:
    """None when there is no such process any more."""
    try:
        said = client.get(f"/v2/workflows/status/processes/{process}", operation=_STATUS)
    except Refused as err:
        if err.word is Word.NOT_FOUND:
            return None
        raise
    for result in results_of(said):
        attachments = (result.get("attachments") or {}).get("attachment_folder_id")
        details = result.get("wf_details") or {}
        return ProcessStatus(
            status=str(details.get("status") or ""),
            title=str(details.get("wf_name") or ""),
            attachments=int(attachments) if attachments is not None else None,
            initiator=str((details.get("initiator") or {}).get("loginName") or ""),
            initiated=str(details.get("date_initiated") or ""),
            current=[_step(step) for step in (result.get("step_list") or {}).get("current") or ()],
        )
    return None


def became(client: XecmClient, draft_id: int, *, titled: str) -> int | None:
    """The process that a draft became, whose title holds a text of ours; None when it was never initiated.

    No source says whether a process keeps the number of its draft [U], so a process of that number is believed only
    when it bears the title; otherwise every process that this identity started is looked at.
    """
    same = status(client, draft_id)
    if same is not None and titled in same.title:
        return draft_id
    params = [("kind", "Initiated"), ("sort", "date_initiated desc")]
    said = client.get("/v2/workflows/status", operation=_STATUS, params=params)
    found = [result.get("data", {}).get("wfstatus", {}) for result in results_of(said)]
    return max((int(one["process_id"]) for one in found if titled in str(one.get("wf_name"))), default=None)


def _step(step: Mapping[str, Any]) -> CurrentStep:
    return CurrentStep(
        subprocess=int(step.get("subprocess_id") or step.get("process_id") or 0),
        task=int(step.get("task_id") or 0),
        name=str(step.get("task_name") or ""),
        started=str(step.get("task_start_date") or ""),
    )


def _collect(node: Any, attributes: dict[str, str], types: dict[str, str]) -> None:
    """Definitions stand at several depths, as keys `25397_10`; the form calls such a one `WorkflowForm_10`."""
    if not isinstance(node, dict):
        return
    for key, inner in node.items():
        if isinstance(inner, dict) and inner.get("key") == key and "_" in key and "name" in inner:
            attributes[str(inner["name"])] = f"{_FORM}_{key.partition('_')[2]}"
            types[str(inner["name"])] = str(inner.get("type_name") or "")
        else:
            _collect(inner, attributes, types)


def _as_list(value: Any) -> list[Mapping[str, Any]]:
    return value if isinstance(value, list) else [value]
