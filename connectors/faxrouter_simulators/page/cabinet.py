"""What the page shows of Extended ECM's content: workspaces, folders and documents, read from the simulator's store."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Row

from faxrouter_simulators.store import Store
from faxrouter_simulators.xecm.subtypes import CONTAINERS, ENTERPRISE_WORKSPACE, NAMES

# the nodes of the page, at most so many, those near the top first
_SHOWN = """
WITH RECURSIVE shown(id) AS (
    SELECT id FROM nodes WHERE id = ? AND deleted_at IS NULL
    UNION ALL SELECT n.id FROM nodes n JOIN shown ON n.parent = shown.id WHERE n.deleted_at IS NULL
    LIMIT ?
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an attribute of a category, or of a workflow, says."""

    form: str
    attribute: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a document."""

    number: int
    file_name: str
    # bytes
    size: int
    created_at: str
    created_by: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A workspace, a folder, a document, or another node."""

    id: int
    name: str
    kind: str
    container: bool
    # business objects that a workspace stands for
    references: tuple[str, ...]
    versions: tuple[Version, ...]
    values: tuple[Value, ...]
    # the first one is its primary one
    record_classes: tuple[str, ...]
    # a record that is finalised
    official: bool
    holds: tuple[str, ...]
    inside: tuple["Entry", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A node on the way to another one."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet:
    """A node with everything in it. `complete` is false when that is more than the page shows."""

    top: Entry
    # from the root
    above: tuple[Above, ...]
    complete: bool


def read_cabinet(store: Store, *, most: int, top: int | None = None) -> Cabinet | None:
    """At most so many nodes, from the Enterprise workspace or another node; None when that is not there."""
    if top is None:
        root = store.row("SELECT id FROM nodes WHERE type = ?", ENTERPRISE_WORKSPACE)
        top = None if root is None else root["id"]
    nodes = store.rows(f"{_SHOWN} SELECT n.id, parent, type, name FROM nodes n JOIN shown USING (id)", top, most)
    first = next((node for node in nodes if node["id"] == top), None)
    if first is None:
        return None
    by_parent = defaultdict(list)
    for node in nodes:
        by_parent[node["parent"]].append(node)
    details = _Details(store, first["id"], most)

    def entry(node: Row) -> Entry:
        number, kind = node["id"], node["type"]
        inside = sorted(by_parent[number], key=lambda one: (one["type"] not in CONTAINERS, one["name"].casefold()))
        return Entry(
            id=number,
            name=node["name"],
            kind=NAMES.get(kind, f"Type {kind}"),
            container=kind in CONTAINERS,
            references=tuple(details.references[number]),
            versions=tuple(details.versions[number]),
            values=tuple(details.values[number]),
            record_classes=tuple(details.record_classes[number]),
            official=number in details.official,
            holds=tuple(details.holds[number]),
            inside=tuple(entry(one) for one in inside),
        )

    return Cabinet(top=entry(first), above=_above(store, first["parent"]), complete=len(nodes) < most)


def _above(store: Store, parent: int | None) -> tuple[Above, ...]:
    way: list[Above] = []
    while (row := store.row("SELECT id, parent, name FROM nodes WHERE id = ?", parent)) is not None:
        way.append(Above(id=row["id"], name=row["name"]))
        parent = row["parent"]
    return tuple(reversed(way))


class _Details:
    """What is known about the nodes of the page, by node, in order."""

    def __init__(self, store: Store, top: int, most: int) -> None:
        def rows(query: str) -> Sequence[Row]:
            return store.rows(_SHOWN + query, top, most)

        self.references: dict[int, list[str]] = defaultdict(list)
        for row in rows("SELECT b.* FROM business_references b JOIN shown ON shown.id = b.workspace"):
            reference = f"{row['external_system']} / {row['object_type']} / {row['object_id']}"
            self.references[row["workspace"]].append(reference)

        self.record_classes: dict[int, list[str]] = defaultdict(list)
        for row in rows(
            "SELECT r.node, c.name FROM record_classes r JOIN nodes c ON c.id = r.class"
            " JOIN shown ON shown.id = r.node ORDER BY r.number"
        ):
            self.record_classes[row["node"]].append(row["name"])

        self.holds: dict[int, list[str]] = defaultdict(list)
        for row in rows(
            "SELECT x.node, h.name FROM node_holds x JOIN holds h ON h.id = x.hold"
            " JOIN shown ON shown.id = x.node ORDER BY h.name"
        ):
            self.holds[row["node"]].append(row["name"])

        official = rows("SELECT node FROM record_details JOIN shown ON shown.id = node WHERE official")
        self.official = {row["node"] for row in official}

        self.versions: dict[int, list[Version]] = defaultdict(list)
        for row in rows(
            "SELECT v.*, coalesce(m.name, '') AS author FROM versions v JOIN shown ON shown.id = v.node"
            " LEFT JOIN members m ON m.id = v.created_by ORDER BY v.number DESC"
        ):
            self.versions[row["node"]].append(_version(row))

        self.values: dict[int, list[Value]] = defaultdict(list)
        for row in rows(
            "SELECT c.node, c.category, n.name, c.filled FROM category_values c"
            " JOIN shown ON shown.id = c.node JOIN nodes n ON n.id = c.category ORDER BY n.name"
        ):
            self.values[row["node"]] += read_values(store, row["category"], row["name"], stored=row["filled"])


def _version(row: Row) -> Version:
    return Version(
        number=row["number"],
        file_name=row["file_name"],
        size=row["size"],
        created_at=row["created_at"],
        created_by=row["author"],
        description=row["description"],
    )


def read_values(store: Store, form: int, name: str, *, stored: str) -> Sequence[Value]:
    """The attributes that have a value, in the order of their definition."""
    attributes = {row["id"]: row["name"] for row in store.rows("SELECT id, name FROM attributes WHERE form = ?", form)}
    values = sorted(json.loads(stored).items(), key=lambda one: [int(part) for part in one[0].split("_")])
    return [
        Value(form=name, attribute=_attribute(attributes, key), value=_said(value))
        for key, value in values
        if value not in (None, "", [])
    ]


def _attribute(attributes: Mapping[int, str], key: str) -> str:
    """`2` is an attribute; `5_1_6` is attribute 6 in row 1 of set 5."""
    numbers = [int(part) for part in key.split("_")]
    name = attributes.get(numbers[-1], key)
    return name if len(numbers) == 1 else f"{attributes.get(numbers[0], '')} {numbers[1]}: {name}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(_said, value)) if isinstance(value, list) else str(value)
