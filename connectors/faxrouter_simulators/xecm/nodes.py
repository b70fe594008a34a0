"""Nodes as values: finding those the caller may see, adding, moving, and the rules for their names."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.refusals import (
    BAD_NAME,
    DUPLICATE_NAME,
    INTO_ITSELF,
    NOT_A_CONTAINER,
    NOT_FOUND,
    Refusal,
)
from faxrouter_simulators.xecm.rights import Rights, keep_rights, permissions_of, read_rights, require, visible
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import BUSINESS_WORKSPACE, CONTAINERS

ENTERPRISE = 2000
LONGEST_NAME = 248

_ANCESTORS = """
WITH RECURSIVE above(id, depth) AS (
    VALUES (?, 0) UNION ALL SELECT n.parent, depth + 1 FROM nodes n JOIN above ON n.id = above.id
) SELECT n.* FROM above JOIN nodes n ON n.id = above.id ORDER BY depth DESC
"""
_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM nodes WHERE parent = ? AND deleted_at IS NULL
    UNION ALL SELECT n.id FROM nodes n JOIN below ON n.parent = below.id WHERE n.deleted_at IS NULL
) SELECT n.* FROM below JOIN nodes n ON n.id = below.id ORDER BY n.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    id: int
    parent: int
    # the workspace that it is in, or minus the volume
    volume: int
    type: int
    name: str
    description: str
    names: Mapping[str, str]
    descriptions: Mapping[str, str]
    created_at: str
    created_by: int
    modified_at: str
    modified_by: int
    owner: int
    owner_group: int
    access_list: int
    # of a shortcut: what it points to
    original: int | None
    url: str | None
    # external_create_date, external_source, ...
    external: Mapping[str, Any]
    # of the latest version
    mime_type: str | None
    size: int
    advanced_versioning: bool
    reserved_by: int | None
    reserved_at: str | None
    deleted_at: str | None
    deleted_by: int | None

    @property
    def container(self) -> bool:
        return self.type in CONTAINERS

    @property
    def inner_volume(self) -> int:
        """The volume of what is in it."""
        return self.id if self.type == BUSINESS_WORKSPACE else self.volume


def node_of(row: Row) -> Node:
    values = dict(row)
    for name in ("names", "descriptions", "external"):
        values[name] = json.loads(values[name])
    values["advanced_versioning"] = bool(values["advanced_versioning"])
    return Node(**values)


def any_node(server: ContentServer, number: int) -> Node | None:
    """Whoever asks, deleted ones too."""
    row = server.store.row("SELECT * FROM nodes WHERE id = ?", number)
    return None if row is None else node_of(row)


def node(server: ContentServer, caller: Caller, number: int, *, to: str = "see") -> Node:
    """A node that the caller may see, and may do `to`. Raises Refusal: the same one for missing and invisible."""
    found = any_node(server, number)
    if found is None or found.deleted_at is not None:
        raise NOT_FOUND.refusal()
    permissions = allowed(server, caller, found)
    if not permissions & 2:
        raise NOT_FOUND.refusal()
    require(permissions, to)
    return found


def allowed(server: ContentServer, caller: Caller, found: Node) -> int:
    """The caller's permissions as bits."""
    return permissions_of(
        server, caller, access_list=found.access_list, owner=found.owner, owner_group=found.owner_group
    )


def nodes_where(server: ContentServer, caller: Caller, condition: str, *values: Any) -> list[Node]:
    """Visible nodes. `condition` is SQL over the table `n`, with its order and limit."""
    seen, seen_values = visible(caller)
    # the caller's values come first: `condition` may end with an order
    rows = server.store.rows(
        f"SELECT n.* FROM nodes n WHERE n.deleted_at IS NULL AND {seen} AND {condition}", *seen_values, *values
    )
    return [node_of(row) for row in rows]


def count_where(server: ContentServer, caller: Caller, condition: str, *values: Any) -> int:
    seen, seen_values = visible(caller)
    row = server.store.row(
        f"SELECT count(*) AS count FROM nodes n WHERE n.deleted_at IS NULL AND {seen} AND {condition}",
        *seen_values,
        *values,
    )
    return 0 if row is None else int(row["count"])


def child(server: ContentServer, parent: int, name: str) -> Node | None:
    """By its exact name, whoever asks."""
    row = server.store.row("SELECT * FROM nodes WHERE parent = ? AND name = ? AND deleted_at IS NULL", parent, name)
    return None if row is None else node_of(row)


def children(server: ContentServer, parent: int) -> list[Node]:
    """Whoever asks."""
    rows = server.store.rows("SELECT * FROM nodes WHERE parent = ? AND deleted_at IS NULL ORDER BY id", parent)
    return [node_of(row) for row in rows]


def below(server: ContentServer, number: int) -> list[Node]:
    """Everything under a node, parents first, whoever asks."""
    return [node_of(row) for row in server.store.rows(_BELOW, number)]


def lineage(server: ContentServer, number: int) -> list[Node]:
    """From the volume down to the node itself."""
    return [node_of(row) for row in server.store.rows(_ANCESTORS, number)]


def volume(server: ContentServer, type: int) -> Node | None:
    row = server.store.row("SELECT * FROM nodes WHERE type = ? AND parent = -1", type)
    return None if row is None else node_of(row)


def check_name(server: ContentServer, parent: int, name: str) -> None:
    """Raises Refusal for a name that may not be, or that is taken."""
    why = (
        "it is empty" if not name.strip()
        else "it must not begin or end with a blank" if name != name.strip()
        else "it must not contain a colon" if ":" in name
        else f"it must not be longer than {LONGEST_NAME} characters" if len(name) > LONGEST_NAME
        else ""
    )  # fmt: skip
    if why:
        raise BAD_NAME.refusal(why=why)
    if child(server, parent, name) is not None:
        raise Refusal(server.settings.duplicate_status, DUPLICATE_NAME.format(name=name))


def insert_node(
    server: ContentServer,
    parent: Node | None,
    name: str,
    *,
    type: int,
    owner: int,
    owner_group: int,
    access_list: int,
    number: int | None = None,
    **columns: Any,
) -> Node:
    """Without tests and without a trace in the ledger. `parent` None: a volume."""
    now = server.stamp()
    columns = {name: as_json(value) if isinstance(value, dict) else value for name, value in columns.items()}
    values = {
        "parent": -1 if parent is None else parent.id,
        "volume": 0 if parent is None else parent.inner_volume,
        "type": type,
        "name": name,
        "created_at": now,
        "created_by": owner,
        "modified_at": now,
        "modified_by": owner,
        "owner": owner,
        "owner_group": owner_group,
        "access_list": access_list,
        **columns,
    }
    new = server.store.insert("nodes", **values, **({} if number is None else {"id": number}))
    if parent is None:
        server.store.execute("UPDATE nodes SET volume = ? WHERE id = ?", -new, new)
    found = any_node(server, new)
    assert found is not None
    return found


def add_node(server: ContentServer, caller: Caller, parent: Node, name: str, *, type: int, **columns: Any) -> Node:
    """With the rights of its parent and the caller as owner. Raises Refusal for a bad or taken name."""
    if not parent.container:
        raise NOT_A_CONTAINER.refusal()
    check_name(server, parent.id, name)
    return insert_node(
        server,
        parent,
        name,
        type=type,
        owner=caller.id,
        owner_group=parent.owner_group,
        access_list=parent.access_list,
        **columns,
    )


def change_node(server: ContentServer, caller: Caller, found: Node, **columns: Any) -> Node:
    """With the moment and the author of the change."""
    values = {**columns, "modified_at": server.stamp(), "modified_by": caller.id}
    names = ", ".join(f"{name} = ?" for name in values)
    stored = [as_json(value) if isinstance(value, dict) else value for value in values.values()]
    server.store.execute(f"UPDATE nodes SET {names} WHERE id = ?", *stored, found.id)
    changed = any_node(server, found.id)
    assert changed is not None
    return changed


def move_node(server: ContentServer, caller: Caller, found: Node, parent: Node, name: str) -> Node:
    """Keeps its own rights [G]. Raises Refusal when it would end up in itself, or the name is bad or taken there."""
    if not parent.container:
        raise NOT_A_CONTAINER.refusal()
    if any(above.id == found.id for above in lineage(server, parent.id)):
        raise INTO_ITSELF.refusal()
    check_name(server, parent.id, name)
    moved = change_node(server, caller, found, parent=parent.id, name=name, volume=parent.inner_volume)
    for inner in below(server, found.id):
        if inner.volume == found.inner_volume and found.inner_volume != moved.inner_volume:
            server.store.execute("UPDATE nodes SET volume = ? WHERE id = ?", moved.inner_volume, inner.id)
    return moved


def change_rights(server: ContentServer, found: Node, changed: Callable[[Rights], Rights]) -> None:
    """Give the node an access list of its own."""
    access_list = keep_rights(server, changed(read_rights(server, found.access_list)))
    server.store.execute("UPDATE nodes SET access_list = ? WHERE id = ?", access_list, found.id)
