"""Category definitions: which keys, types and lengths the attributes of a category have. Knows no document.

Found by the category's name in the categories volume, read from the category's own form (facts A3), kept, and read anew
when a write shows that they changed.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faxrouter.model.failure import FailureKind, FailureSubject
from faxrouter_connectors.xecm import nodes
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.refusals import Refused, Word

_VOLUME = 133
_OPERATION = "read category"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDefinition:
    """One attribute; one of a set is called `Set:Attribute`."""

    name: str
    # `12345_2`, in a set `12345_39_x_40` with x for the row
    key: str
    # string, integer, number, boolean, date, moment
    type: str
    # characters; None: the server does not say
    length: int | None
    required: bool
    # takes a list
    several: bool
    # the closed list of values; empty: free
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDefinition:
    id: int
    name: str
    attributes: Mapping[str, AttributeDefinition]


class Definitions:
    """The definitions that one identity sees. Safe for many threads."""

    def __init__(self, client: XecmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        # name → ids; several categories of one name can be told apart by nobody
        self._ids: dict[str, list[int]] = {}
        self._known: dict[str, CategoryDefinition] = {}

    def of(self, name: str) -> CategoryDefinition:
        """Raises Failed(REJECTED) about the metadata when there is no such category, or more than one."""
        with self._lock:
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = self._read(name)
            return known

    def of_now(self, name: str) -> CategoryDefinition:
        """As it is at this moment, for those who only read: no refused write would tell them that it changed."""
        with self._lock:
            self._known.pop(name, None)
        try:
            return self.of(name)
        except Refused as err:
            if err.word is not Word.NOT_FOUND:
                raise
            # it was deleted, and perhaps made anew
            self.forget(name)
            return self.of(name)

    def name_of(self, category: int) -> str | None:
        """None for one that no category of this identity has."""
        with self._lock:
            if not any(category in ids for ids in self._ids.values()):
                self._find_all()
            return next((name for name, ids in self._ids.items() if category in ids), None)

    def forget(self, name: str) -> None:
        """It is not what it was: read it anew when it is needed next."""
        with self._lock:
            self._known.pop(name, None)
            self._ids.pop(name, None)

    def _read(self, name: str) -> CategoryDefinition:
        if name not in self._ids:
            self._find_all()
        ids = self._ids.get(name, [])
        if len(ids) != 1:
            reason = f"there {'is no category' if not ids else 'are several categories'} `{name}`"
            about = FailureSubject.METADATA
            raise self._client.system.failed(FailureKind.REJECTED, _OPERATION, reason, about=about)
        said = self._client.get(
            "/v1/forms/nodes/properties/specific", operation=_OPERATION, params=[("id", str(ids[0]))]
        )
        attributes: dict[str, AttributeDefinition] = {}
        for form in said.get("forms", ()) if isinstance(said, dict) else ():
            fields = (form.get("options") or {}).get("fields") or {}
            _collect((form.get("schema") or {}).get("properties") or {}, fields, ids[0], "", attributes)
        return CategoryDefinition(id=ids[0], name=name, attributes=attributes)

    def _find_all(self) -> None:
        """Walk the volume: categories stand in it and in its folders."""
        found: dict[str, list[int]] = {}
        folders = [nodes.volume(self._client, _VOLUME, operation=_OPERATION).id]
        while folders:
            for node in nodes.children(self._client, folders.pop(), operation=_OPERATION):
                if node.type == nodes.CATEGORY:
                    found.setdefault(node.name, []).append(node.id)
                elif node.type == nodes.CATEGORY_FOLDER or node.type == nodes.FOLDER:
                    folders.append(node.id)
        self._ids = found


def _collect(
    properties: Mapping[str, Any],
    fields: Mapping[str, Any],
    category: int,
    within: str,
    into: dict[str, AttributeDefinition],
) -> None:
    """The attributes of one level of a form; a set is an object, or a list of objects, with a level of its own."""
    for key, schema in properties.items():
        title = schema.get("title")
        if key == f"{category}_1" or not title:
            continue
        field = fields.get(key) or {}
        inner = schema.get("items") if schema.get("type") == "array" else schema
        inner_field = field.get("items") or field
        nested = (inner or {}).get("properties")
        if nested:
            _collect(nested, inner_field.get("fields") or {}, category, f"{title}:", into)
            continue
        values = (inner or {}).get("enum") or ()
        length = (inner or {}).get("maxLength")
        into[within + title] = AttributeDefinition(
            name=within + title,
            key=key,
            type=_type(inner or {}, inner_field),
            length=length if isinstance(length, int) else None,
            required=bool(schema.get("required")),
            several=schema.get("type") == "array",
            values=tuple(str(value) for value in values if value not in (None, "")),
        )


def _type(schema: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    """The form's own word for how the value is entered is finer than the schema's type."""
    words = f"{schema.get('format', '')} {field.get('type', '')}".lower()
    if "datetime" in words or "date-time" in words:
        return "moment"
    if "date" in words:
        return "date"
    kind = str(schema.get("type") or "string").lower()
    return kind if kind in ("integer", "number", "boolean", "date") else "string"
