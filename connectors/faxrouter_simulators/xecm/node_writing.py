"""Writing nodes over the API: create, copy, rename, move, reserve, delete, nicknames, favorites."""

from dataclasses import replace
from typing import Any

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Caller, Json, object_in, true, whole
from faxrouter_simulators.xecm.categories import give_categories, inherited_values
from faxrouter_simulators.xecm.category_view import stored_values
from faxrouter_simulators.xecm.chronicle import CREATED, CREATED_FROM_COPY, DELETED, MOVED, RENAMED, record
from faxrouter_simulators.xecm.classifications import classify
from faxrouter_simulators.xecm.contents import add_version, copy_latest
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_held, refuse_official, refuse_reserved, refuse_volume
from faxrouter_simulators.xecm.node_view import properties_of, shown
from faxrouter_simulators.xecm.nodes import (
    Node,
    add_node,
    below,
    change_node,
    check_name,
    lineage,
    move_node,
    node,
    nodes_where,
)
from faxrouter_simulators.xecm.refusals import BAD_FIELD, INTO_ITSELF, MISSING_FILE, NICKNAME_TAKEN, NOT_ADDABLE
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import (
    BUSINESS_WORKSPACE,
    GENERATION,
    NAMES,
    SHORTCUT,
    SMART_DOCUMENT_TYPE,
    URL,
    VERSIONED,
    WORKFLOW_ATTACHMENTS,
    addable,
)

_EXTERNAL = ("external_create_date", "external_modify_date", "external_source", "external_identity")
# what becomes of the categories of a moved node: `roles.categories.inheritance`
KEEP, DESTINATION, MERGED = 0, 1, 2


def create(server: ContentServer, asked: Asked) -> Json:
    """Categories are one flat map of keys: a map in a map is not read."""
    made = _created(server, asked, sent_categories(asked))
    return envelopes.one(asked, shown(server, replace(asked, query={}), [made])[0], method="POST")


def create_legacy(server: ContentServer, asked: Asked) -> Json:
    """Version 1: categories stand in maps of their own, and the answer is bare."""
    nested = sent_categories(asked)
    made = _created(server, asked, flat(nested))
    return {
        "id": made.id,
        "name": made.name,
        "parent_id": made.parent,
        "type": made.type,
        "type_name": NAMES[made.type],
    }


def flat(nested: Json) -> Json:
    """One map of keys out of maps by category."""
    together: Json = {}
    for key, value in nested.items():
        together |= value if isinstance(value, dict) and key.isdigit() else {key: value}
    return together


def sent_categories(asked: Asked) -> Json:
    """What `roles` says of categories. Raises Refusal."""
    return object_in(asked.inner_object("roles").get("categories"), "roles")


def sent_classifications(asked: Asked) -> list[int]:
    """What `roles` says of classifications. Raises Refusal."""
    wished = object_in(asked.inner_object("roles").get("classifications"), "roles")
    lists = (wished.get(name) or [] for name in ("create_id", "id"))
    return [whole(one, "roles") for several in lists for one in (several if isinstance(several, list) else [several])]


def _created(server: ContentServer, asked: Asked, sent: Json) -> Node:
    parent = node(server, asked.caller, asked.number("parent_id"), to="add_items")
    name = asked.text("name")
    original = asked.maybe("original_id")
    type = asked.maybe("type")
    if original is not None and type not in (SHORTCUT, GENERATION):
        return _copied(server, asked.caller, node(server, asked.caller, original), parent, name)
    made = _added(server, asked, parent, name, asked.number("type"), original)
    give_categories(server, asked.caller, made.id, start=inherited_values(server, parent.id), sent=sent)
    for classification in sent_classifications(asked):
        classify(server, asked.caller, made, classification)
    return made


def _added(server: ContentServer, asked: Asked, parent: Node, name: str, type: int, original: int | None) -> Node:
    if type not in addable(parent.type):
        raise NOT_ADDABLE.refusal(type=type)
    columns: dict[str, Any] = {
        "description": str(asked.fields.get("description") or ""),
        "names": asked.inner_object("name_multilingual"),
        "descriptions": asked.inner_object("description_multilingual"),
        "external": {key: asked.fields[key] for key in _EXTERNAL if asked.fields.get(key)},
        "advanced_versioning": true(asked.fields.get("advanced_versioning", False)),
    }
    if type in (SHORTCUT, GENERATION):
        if original is None:
            raise BAD_FIELD.refusal(name="original_id")
        columns["original"] = node(server, asked.caller, original).id
    if type == URL:
        columns["url"] = asked.text("url")
    if type in VERSIONED and asked.file is None:
        raise MISSING_FILE.refusal()
    made = add_node(server, asked.caller, parent, name, type=type, **columns)
    details: dict[str, object] = {"parent": parent.id, "name": name}
    if asked.file is not None and type in VERSIONED:
        made, kept = add_version(server, asked.caller, made, asked.file)
        details |= {"sha256": kept.sha256, "size": kept.size}
    if type == SMART_DOCUMENT_TYPE:
        server.store.insert("document_types", node=made.id, classification=asked.number("classification"))
    record(server, asked.caller, f"{NAMES[type].lower()} created", made.id, event=CREATED, **details)
    if parent.type == WORKFLOW_ATTACHMENTS:
        server.store.effect("attachment added", parent.id, actor=asked.caller.name, node=made.id, name=name)
    return made


def _copied(server: ContentServer, caller: Caller, found: Node, parent: Node, name: str) -> Node:
    """With categories, the latest content, and everything in it that the caller may see."""
    columns = {
        "description": found.description,
        "names": {},
        "descriptions": dict(found.descriptions),
        "external": dict(found.external),
        "original": found.original,
        "url": found.url,
    }
    if found.type not in addable(parent.type):
        raise NOT_ADDABLE.refusal(type=found.type)
    if any(above.id == found.id for above in lineage(server, parent.id)):
        raise INTO_ITSELF.refusal()
    inner = nodes_where(server, caller, "n.parent = ? ORDER BY n.id", found.id)
    made = add_node(server, caller, parent, name, type=found.type, **columns)
    if found.type in VERSIONED:
        made = copy_latest(server, caller, found, made)
    give_categories(server, caller, made.id, start=stored_values(server, found.id), sent={})
    record(
        server,
        caller,
        f"{NAMES[found.type].lower()} created",
        made.id,
        event=CREATED_FROM_COPY,
        parent=parent.id,
        name=name,
        copied_from=found.id,
    )
    for one in inner:
        _copied(server, caller, one, made, one.name)
    return made


def update(server: ContentServer, asked: Asked) -> Json:
    """Rename, describe, move, reserve. Categories are read only where the node moves."""
    changed = _updated(server, asked)
    return envelopes.one(asked, shown(server, replace(asked, query={}), [changed])[0], method="PUT")


def update_legacy(server: ContentServer, asked: Asked) -> Json:
    changed = _updated(server, asked)
    return {"data": properties_of(server, asked.caller, [changed])[changed.id]}


def _updated(server: ContentServer, asked: Asked) -> Node:
    asked.needs("name", "parent_id", "url", "reserved_user_id", *_DESCRIBED)
    found = node(server, asked.caller, asked.place["node"])
    if "reserved_user_id" in asked.fields:
        found = _reserved(server, asked, found)
    parent_id = asked.maybe("parent_id")
    name = str(asked.fields.get("name") or found.name)
    if parent_id is not None and parent_id != found.parent:
        found = _moved(server, asked, found, parent_id, name)
    elif name != found.name:
        _modifiable(server, asked, found)
        check_name(server, found.parent, name)
        before = found.name
        found = change_node(server, asked.caller, found, name=name)
        record(server, asked.caller, "node renamed", found.id, event=RENAMED, name=name, before=before)
    columns = {
        column: str(asked.fields[field]) if column == "description" else asked.inner_object(field)
        for field, column in _DESCRIBED.items()
        if field in asked.fields
    }
    columns |= {"url": asked.text("url")} if asked.fields.get("url") else {}
    if columns:
        _modifiable(server, asked, found)
        found = change_node(server, asked.caller, found, **columns)
        record(server, asked.caller, "node described", found.id)
    return found


_DESCRIBED = {
    "description": "description",
    "name_multilingual": "names",
    "description_multilingual": "descriptions",
}


def _modifiable(server: ContentServer, asked: Asked, found: Node) -> None:
    node(server, asked.caller, found.id, to="modify")
    refuse_official(server, found)
    refuse_reserved(found, asked.caller)


def _moved(server: ContentServer, asked: Asked, found: Node, parent_id: int, name: str) -> Node:
    node(server, asked.caller, found.id, to="delete")
    refuse_volume(found, "move")
    refuse_official(server, found)
    parent = node(server, asked.caller, parent_id, to="add_items")
    if found.type not in {*addable(parent.type), BUSINESS_WORKSPACE}:
        raise NOT_ADDABLE.refusal(type=found.type)
    sent = sent_categories(asked)
    inheritance = whole(sent.get("inheritance", KEEP), "inheritance")
    own, theirs = stored_values(server, found.id), inherited_values(server, parent.id)
    before = found.parent
    moved = move_node(server, asked.caller, found, parent, name)
    start = {KEEP: own, DESTINATION: theirs, MERGED: {**theirs, **own}}.get(inheritance)
    if start is None:
        raise BAD_FIELD.refusal(name="inheritance")
    if start != own or sent:
        server.store.execute("DELETE FROM category_values WHERE node = ?", moved.id)
        give_categories(server, asked.caller, moved.id, start=start, sent=sent)
    record(server, asked.caller, "node moved", moved.id, event=MOVED, parent=parent.id, before=before, name=name)
    return moved


def _reserved(server: ContentServer, asked: Asked, found: Node) -> Node:
    """`reserved_user_id` of nobody ends a reservation."""
    node(server, asked.caller, found.id, to="reserve")
    refuse_reserved(found, asked.caller)
    user = asked.maybe("reserved_user_id") or None
    changed = change_node(
        server, asked.caller, found, reserved_by=user, reserved_at=None if user is None else server.stamp()
    )
    record(server, asked.caller, "node reserved" if user else "node unreserved", found.id)
    return changed


def delete(server: ContentServer, asked: Asked) -> Json:
    """Into the recycle bin, with everything in it."""
    found = node(server, asked.caller, asked.place["node"], to="delete")
    refuse_volume(found, "delete")
    refuse_official(server, found)
    refuse_held(server, found)
    refuse_reserved(found, asked.caller)
    gone = [one.id for one in below(server, found.id)]
    # to the microsecond: whatever went together has the same moment, and comes back together
    now = server.now().isoformat()
    for number in (found.id, *gone):
        server.store.execute(
            "UPDATE nodes SET deleted_at = ?, deleted_by = ? WHERE id = ?", now, asked.caller.id, number
        )
    record(
        server,
        asked.caller,
        "node deleted",
        found.id,
        event=DELETED,
        name=found.name,
        parent=found.parent,
        with_it=gone,
    )
    return envelopes.one(asked, {}, method="DELETE")


def set_nickname(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"], to="modify")
    name = asked.text("nickname")
    row = server.store.row("SELECT node FROM nicknames WHERE name = ?", name)
    if row is not None and row["node"] != found.id:
        raise NICKNAME_TAKEN.refusal(name=name)
    if row is None:
        server.store.execute("DELETE FROM nicknames WHERE node = ?", found.id)
        server.store.insert("nicknames", name=name, node=found.id)
        record(server, asked.caller, "nickname set", found.id, nickname=name)
    return envelopes.one(asked, {}, method="PUT")


def get_nickname(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    row = server.store.row("SELECT name FROM nicknames WHERE node = ?", found.id)
    return envelopes.one(asked, {"data": {"nickname": "" if row is None else row["name"]}})


ENDPOINTS = (
    Endpoint("POST", "/v2/nodes", create),
    Endpoint("POST", "/v1/nodes", create_legacy),
    Endpoint("PUT", "/v2/nodes/{node:int}", update),
    Endpoint("PUT", "/v1/nodes/{node:int}", update_legacy),
    Endpoint("DELETE", "/v2/nodes/{node:int}", delete),
    Endpoint("DELETE", "/v1/nodes/{node:int}", delete),
    Endpoint("GET", "/v2/nodes/{node:int}/nicknames", get_nickname),
    Endpoint("PUT", "/v2/nodes/{node:int}/nicknames", set_nickname),
)
