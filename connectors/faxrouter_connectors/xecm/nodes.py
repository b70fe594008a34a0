"""Nodes: what everything in Extended ECM is. Read, found by name, made, versioned, moved, named. Knows no port.

Paths and bodies as in facts A2. A name is looked for with a filter that only asks whether it is contained, so
equality is decided here; search is never used, its index is late.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.refusals import Refused, Word

FOLDER, SHORTCUT, CATEGORY, CATEGORY_FOLDER, DOCUMENT, WORKSPACE = 0, 1, 131, 132, 144, 848
# a filter for containers of every type (facts A2)
CONTAINERS = -1
_FIELDS = "properties{id,name,type,parent_id,description,size,mime_type,container}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What a node says of itself. `size` in bytes, of documents only, where the server gives it."""

    id: int
    name: str
    type: int
    parent_id: int
    description: str
    size: int | None
    is_container: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeVersion:
    """One version of a document, counted from 1."""

    number: int
    description: str
    # bytes
    size: int | None


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
    )


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


def add_version(
    client: XecmClient, node: int, *, operation: str, content: Path, file_name: str, media_type: str, description: str
) -> None:
    client.upload(
        f"/v2/nodes/{node}/versions",
        operation=operation,
        fields=[("description", description)],
        content=content,
        file_name=file_name,
        media_type=media_type,
    )


def versions(client: XecmClient, node: int, *, operation: str) -> list[NodeVersion]:
    """Oldest first."""
    found: list[NodeVersion] = []
    for result in client.pages(f"/v2/nodes/{node}/versions", operation=operation):
        inner = result.get("data", result)
        inner = inner.get("versions", inner) if isinstance(inner, dict) else {}
        if "version_number" in inner:
            size = inner.get("file_size")
            found.append(
                NodeVersion(
                    number=int(inner["version_number"]),
                    description=str(inner.get("description") or ""),
                    size=size if isinstance(size, int) else None,
                )
            )
    return sorted(found, key=lambda version: version.number)


def download(client: XecmClient, node: int, *, operation: str, write: Callable[[bytes], object]) -> int:
    """The newest version's content; its length in bytes. By v1: v2 has trouble with contents (facts A2)."""
    return client.download(f"/v1/nodes/{node}/content", operation=operation, write=write)


def change(client: XecmClient, node: int, value: Mapping[str, Any], *, operation: str) -> None:
    """Rename, move (`parent_id`), describe."""
    client.body("PUT", f"/v2/nodes/{node}", operation=operation, value=value)


def audit(client: XecmClient, node: int, *, operation: str) -> Sequence[Mapping[str, Any]]:
    """Who did what with the node, newest first, as the server says it: `event_type`, `audit_date`, `user_id`, …"""

    def entries(said: Any) -> list[Mapping[str, Any]]:
        return [entry for result in results_of(said) for entry in result.get("data", result).get("audit", ())]

    params = [("sort", "desc_audit_date")]
    return list(client.pages(f"/v2/nodes/{node}/audit", operation=operation, params=params, members=entries))


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
