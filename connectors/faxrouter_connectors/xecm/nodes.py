"""Nodes: what everything in Extended ECM is. Read, found by name, made, moved, named. Knows no port.

Paths and bodies as in facts A2. A name is looked for with a filter that only asks whether it is contained, so
equality is decided here; search is never used, its index is late.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.refusals import Refused, Word

FOLDER, SHORTCUT, CATEGORY, CATEGORY_FOLDER, DOCUMENT, WORKSPACE = 0, 1, 131, 132, 144, 848
# filters for containers of every type, and for everything else (facts A2)
CONTAINERS, NO_CONTAINERS = -1, -3
# what an audit trail calls the change of a category's values (facts A7)
ATTRIBUTES_CHANGED = 10
_FIELDS = (
    "properties{id,name,type,parent_id,description,size,mime_type,container,modify_date,modify_user_id,original_id}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What a node says of itself. `size` in bytes, of documents only, where the server gives it. `modified_at` is aware
    UTC where the server says it."""

    id: int
    name: str
    type: int
    parent_id: int
    description: str
    size: int | None
    is_container: bool
    modified_at: datetime | None
    modified_by: int
    # of a shortcut: what it stands for
    original: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Something that somebody did with a node. `at` is aware UTC."""

    at: datetime
    user: int


def node_of(properties: Mapping[str, Any]) -> Node:
    """Properties as both generations of the interface give them."""
    size = properties.get("size")
    return Node(
        id=int(properties["id"]),
        name=str(properties.get("name") or ""),
        type=int(properties.get("type") or 0),
        parent_id=int(properties.get("parent_id") or 0),
        description=str(properties.get("description") or ""),
        size=size if isinstance(size, int) else None,
        is_container=bool(properties.get("container")),
        modified_at=moment(properties.get("modify_date")),
        modified_by=int(properties.get("modify_user_id") or 0),
        original=int(properties.get("original_id") or 0) or None,
    )


def moment(text: object) -> datetime | None:
    """A moment as the server writes it, UTC where it names no zone (facts A0); None for anything else."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def read(client: XecmClient, node: int, *, operation: str) -> Node:
    """Raises Refused(NOT_FOUND) also for what this identity may not see."""
    said = client.get(f"/v2/nodes/{node}", operation=operation, params=[("fields", _FIELDS)])
    return _the_node(client, said, operation)


def volume(client: XecmClient, kind: int, *, operation: str) -> Node:
    """The volume of a type: 141 the Enterprise workspace, 133 categories, …"""
    return _the_node(client, client.get(f"/v2/volumes/{kind}", operation=operation), operation)


def children(
    client: XecmClient, parent: int, *, operation: str, name: str | None = None, kind: int | None = None
) -> list[Node]:
    """The children, those whose name contains `name`, of a type or of a class of types."""
    params = [("fields", _FIELDS)]
    if name is not None:
        params.append(("where_name", name))
    if kind is not None:
        params.append(("where_type", str(kind)))
    found = client.pages(f"/v2/nodes/{parent}/nodes", operation=operation, params=params)
    return [node_of(properties) for result in found if (properties := _properties(result))]


def child(client: XecmClient, parent: int, name: str, *, operation: str, kind: int | None = None) -> Node | None:
    """The child of exactly this name."""
    found = children(client, parent, operation=operation, name=name, kind=kind)
    return next((node for node in found if node.name == name), None)


def by_nickname(client: XecmClient, nickname: str, *, operation: str) -> Node | None:
    try:
        said = client.get(f"/v2/nicknames/{nickname}/nodes", operation=operation)
    except Refused as err:
        if err.word is Word.NOT_FOUND:
            return None
        raise
    found = [properties for result in results_of(said) if (properties := _properties(result))]
    return node_of(found[0]) if found else None


def set_nickname(client: XecmClient, node: int, nickname: str, *, operation: str) -> None:
    client.form("PUT", f"/v2/nodes/{node}/nicknames", operation=operation, fields=[("nickname", nickname)])


def create_folder(client: XecmClient, parent: int, name: str, *, operation: str, description: str = "") -> Node:
    """Raises Refused(ALREADY_THERE)."""
    value = {"type": str(FOLDER), "parent_id": str(parent), "name": name, "description": description}
    said = client.body("POST", "/v2/nodes", operation=operation, value=value)
    return _the_node(client, said, operation)


def create_shortcut(client: XecmClient, parent: int, name: str, original: int, *, operation: str) -> Node:
    """A node that stands for another one. Raises Refused(ALREADY_THERE)."""
    value = {"type": str(SHORTCUT), "parent_id": str(parent), "name": name, "original_id": str(original)}
    said = client.body("POST", "/v2/nodes", operation=operation, value=value)
    return _the_node(client, said, operation)


def create_document(
    client: XecmClient,
    body: Mapping[str, Any],
    *,
    operation: str,
    content: Path,
    file_name: str,
    media_type: str,
) -> Node:
    """The document with its categories in one call. Raises Refused(ALREADY_THERE)."""
    said = client.upload(
        "/v2/nodes",
        operation=operation,
        fields=[("body", json.dumps(body))],
        content=content,
        file_name=file_name,
        media_type=media_type,
    )
    return _the_node(client, said, operation)


def change(client: XecmClient, node: int, value: Mapping[str, Any], *, operation: str) -> None:
    """Rename, move (`parent_id`), describe."""
    client.body("PUT", f"/v2/nodes/{node}", operation=operation, value=value)


def audit(client: XecmClient, node: int, *, operation: str) -> Sequence[Mapping[str, Any]]:
    """Who did what with the node, newest first, as the server says it: `event_type`, `audit_date`, `user_id`, …"""

    def entries(said: Any) -> list[Mapping[str, Any]]:
        return [entry for result in results_of(said) for entry in result.get("data", result).get("audit", ())]

    params = [("sort", "desc_audit_date")]
    return list(client.pages(f"/v2/nodes/{node}/audit", operation=operation, params=params, members=entries))


def last_event(client: XecmClient, node: int, kind: int, *, operation: str) -> AuditEvent | None:
    """The newest event of a kind; None where the audit trail holds none."""
    params = [("where_type", str(kind)), ("sort", "desc_audit_date"), ("limit", "1")]
    for result in results_of(client.get(f"/v2/nodes/{node}/audit", operation=operation, params=params)):
        for entry in result.get("data", result).get("audit") or ():
            at = moment(entry.get("audit_date"))
            if at is not None:
                return AuditEvent(at=at, user=int(entry.get("user_id") or 0))
    return None


def ancestors(client: XecmClient, node: int, *, operation: str) -> Sequence[int]:
    """The ids of everything above the node, and its own."""
    said = client.get(f"/v1/nodes/{node}/ancestors", operation=operation)
    found = said.get("ancestors") if isinstance(said, dict) else None
    return [int(one["id"]) for one in found or () if "id" in one]


def _the_node(client: XecmClient, said: Any, operation: str) -> Node:
    """v2 wraps the properties, v1 gives them bare (facts A2)."""
    for result in results_of(said) or ([said] if isinstance(said, dict) else []):
        properties = _properties(result)
        if properties:
            return node_of(properties)
    raise client.system.failed(FailureKind.UNKNOWN, operation, "the answer names no node")


def _properties(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    inner = result.get("data", result)
    inner = inner.get("properties", inner) if isinstance(inner, dict) else {}
    return inner if isinstance(inner, dict) and "id" in inner else None
