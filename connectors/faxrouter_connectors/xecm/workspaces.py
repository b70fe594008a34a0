"""Business workspaces: found by a business object or by type and name, made from their template, related. Knows no
port.

Quirks of facts A4: the filter by type name means "starts with", so the type's id is used; a name is looked for with
`contains_` and compared here; a list gives no categories. Types are read once and again when one is missing.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm import nodes
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.refusals import Refused, Word

_FIND = "find workspace"
_CREATE = "create workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceTypeOfServer:
    """A workspace type with its templates, by name."""

    id: int
    name: str
    templates: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundWorkspace:
    id: int
    name: str


class WorkspaceTypes:
    """The types that one identity sees. Safe for many threads."""

    def __init__(self, client: XecmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, WorkspaceTypeOfServer] = {}

    def of(self, name: str) -> WorkspaceTypeOfServer:
        """Raises Failed(REJECTED) when there is no such type."""
        with self._lock:
            if name not in self._known:
                self._known = self._read()
            if name not in self._known:
                reason = f"there is no workspace type `{name}`"
                raise self._client.system.failed(FailureKind.REJECTED, _FIND, reason)
            return self._known[name]

    def _read(self) -> dict[str, WorkspaceTypeOfServer]:
        params = [("expand_templates", "true"), ("expand_wksp_info", "true")]
        try:
            said = self._client.get("/v2/businessworkspacetypes", operation=_FIND, params=params)
        except Refused as err:
            # where there are no types at all the server answers with an error of its own (facts A4)
            if err.word is Word.NOT_FOUND:
                return {}
            raise
        found = [result.get("data", {}).get("properties", {}) for result in results_of(said)]
        return {
            str(one["wksp_type_name"]): WorkspaceTypeOfServer(
                id=int(one["wksp_type_id"]),
                name=str(one["wksp_type_name"]),
                templates={str(each["name"]): int(each["id"]) for each in one.get("templates") or ()},
            )
            for one in found
            if "wksp_type_name" in one
        }


def find_by_object(client: XecmClient, system: str, object_type: str, object_id: str) -> FoundWorkspace | None:
    """The workspace that is linked to a business object."""
    path = f"/v2/externalsystems/{_segment(system)}/botypes/{_segment(object_type)}/boids/{_segment(object_id)}"
    try:
        said = client.get(path, operation=_FIND)
    except Refused as err:
        if err.word is Word.NOT_FOUND:
            return None
        raise
    return next(iter(_found(results_of(said))), None)


def find_by_name(client: XecmClient, type_id: int, name: str) -> FoundWorkspace | None:
    """The workspace of a type with exactly this name. Raises Failed(REJECTED) when several have it."""
    params = [
        ("expanded_view", "true"),
        ("where_workspace_type_id", str(type_id)),
        ("where_name", f"contains_{name}"),
        ("fields", "properties{id,name}"),
        # without it the narrowing is ignored (facts A4)
        ("action", "properties-"),
    ]
    results = client.pages("/v2/businessworkspaces", operation=_FIND, params=params)
    found = {one.id: one for one in _found(list(results)) if one.name == name}
    if len(found) > 1:
        reason = "several workspaces of the type have the same name"
        raise client.system.failed(FailureKind.REJECTED, _FIND, reason)
    return next(iter(found.values()), None)


def create(
    client: XecmClient,
    kind: WorkspaceTypeOfServer,
    *,
    template: str | None,
    name: str,
    description: str,
    object_link: Mapping[str, str],
) -> int:
    """Its id. `object_link`: ext_system_id, bo_type, bo_id, or nothing. Raises Refused(ALREADY_THERE)."""
    value: dict[str, Any] = {
        "template_id": str(_template(client, kind, template)),
        "wksp_type_id": str(kind.id),
        "type": str(nodes.WORKSPACE),
        "name": name,
        "description": description,
        **object_link,
    }
    said = client.body("POST", "/v2/businessworkspaces", operation=_CREATE, value=value)
    for result in results_of(said):
        if isinstance(result.get("id"), int):
            return int(result["id"])
    raise client.system.failed(FailureKind.UNKNOWN, _CREATE, "the answer names no workspace")


def relate(client: XecmClient, workspace: int, other: int, *, kind: str) -> None:
    """Make the other one a `child` or the `parent`."""
    fields = [("rel_bw_id", str(other)), ("rel_type", kind)]
    path = f"/v2/businessworkspaces/{workspace}/relateditems"
    client.form("POST", path, operation="relate workspaces", fields=fields)


def related(client: XecmClient, workspace: int, *, kind: str) -> Sequence[FoundWorkspace]:
    """Related workspaces of a kind: `child` or `parent`."""
    path = f"/v2/businessworkspaces/{workspace}/relateditems"
    params = [("where_relationtype", kind)]
    return _found(list(client.pages(path, operation="read related workspaces", params=params)))


def roles(client: XecmClient, workspace: int) -> Mapping[str, int]:
    """The roles of a workspace, by name."""
    said = client.get(f"/v2/businessworkspaces/{workspace}/roles", operation="read workspace roles")
    found = [result.get("data", result).get("properties", {}) for result in results_of(said)]
    return {str(one["name"]): int(one["id"]) for one in found if "id" in one}


def add_to_role(client: XecmClient, workspace: int, role: int, member: int) -> None:
    path = f"/v2/businessworkspaces/{workspace}/roles/{role}/members"
    client.form("POST", path, operation="add to workspace role", fields=[("id", str(member))])


def _template(client: XecmClient, kind: WorkspaceTypeOfServer, wanted: str | None) -> int:
    if wanted is None and len(kind.templates) == 1:
        return next(iter(kind.templates.values()))
    if wanted is None or wanted not in kind.templates:
        named = f"no template `{wanted}`" if wanted is not None else "several templates, and the rules name none"
        reason = f"the workspace type `{kind.name}` has {named}"
        raise client.system.failed(FailureKind.REJECTED, _CREATE, reason)
    return kind.templates[wanted]


def _found(results: Sequence[Mapping[str, Any]]) -> list[FoundWorkspace]:
    found = [result.get("data", result).get("properties", {}) for result in results]
    return [FoundWorkspace(id=int(one["id"]), name=str(one.get("name") or "")) for one in found if "id" in one]


def _segment(text: str) -> str:
    """A path's segment: nothing in it may end it."""
    return quote(text, safe="")
