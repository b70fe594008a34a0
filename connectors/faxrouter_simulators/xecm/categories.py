"""Categories on nodes over the API: read, assign, update, remove, inherit, apply to what is below."""

from collections.abc import Mapping
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Caller, Json, object_in, true, whole
from faxrouter_simulators.xecm.category_view import category_entry, category_values, stored_values
from faxrouter_simulators.xecm.chronicle import ATTRIBUTES_CHANGED, record
from faxrouter_simulators.xecm.definitions import definitions
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_official
from faxrouter_simulators.xecm.nodes import Node, allowed, any_node, below, node
from faxrouter_simulators.xecm.refusals import (
    BAD_FIELD,
    CATEGORY_ASSIGNED,
    CATEGORY_NOT_ASSIGNED,
    MISSING_FIELD,
    NO_SUCH_CATEGORY,
    NOT_INHERITABLE,
)
from faxrouter_simulators.xecm.rights import permitted
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import CATEGORY
from faxrouter_simulators.xecm.values import Values, checked, forms_in, refuse_incomplete, sent_for


def list_categories(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    with_metadata = "metadata" in asked.query
    entries = [
        category_entry(server, category, values, with_metadata=with_metadata)
        for category, values in category_values(server, found.id).items()
    ]
    return envelopes.one(asked, entries)


def read_category(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    category = asked.place["category"]
    values = category_values(server, found.id).get(category)
    if values is None:
        raise CATEGORY_NOT_ASSIGNED.refusal(category=category)
    return envelopes.one(asked, category_entry(server, category, values, with_metadata="metadata" in asked.query))


def assign_category(server: ContentServer, asked: Asked) -> Json:
    found = _editable(server, asked)
    category = asked.number("category_id")
    if category in stored_values(server, found.id):
        raise CATEGORY_ASSIGNED.refusal(category=category)
    put_values(server, found.id, category, sent_for(category, asked.fields), before={})
    record(server, asked.caller, "category set", found.id, event=ATTRIBUTES_CHANGED, category=category)
    return envelopes.one(asked, {}, method="POST")


def update_category(server: ContentServer, asked: Asked) -> Json:
    """What is not sent stays as it is."""
    found = _editable(server, asked)
    category = asked.place["category"]
    before = stored_values(server, found.id).get(category)
    if before is None:
        raise CATEGORY_NOT_ASSIGNED.refusal(category=category)
    sent = sent_for(category, asked.fields)
    if not sent:
        raise MISSING_FIELD.refusal(name=f"{category}_2")
    put_values(server, found.id, category, sent, before=before)
    record(
        server,
        asked.caller,
        "category updated",
        found.id,
        event=ATTRIBUTES_CHANGED,
        category=category,
        attributes=sorted(sent),
    )
    return envelopes.one(asked, {}, method="PUT")


def remove_category(server: ContentServer, asked: Asked) -> Json:
    found = _editable(server, asked)
    _take_away(server, asked.caller, found, asked.place["category"])
    return envelopes.one(asked, {}, method="DELETE")


def inherit(server: ContentServer, asked: Asked) -> Json:
    return _inheritance(server, asked, "POST")


def inherit_no_more(server: ContentServer, asked: Asked) -> Json:
    return _inheritance(server, asked, "DELETE")


def _inheritance(server: ContentServer, asked: Asked, method: str) -> Json:
    found = _editable(server, asked)
    if not found.container:
        raise NOT_INHERITABLE.refusal()
    category = asked.place["category"]
    changed = server.store.execute(
        "UPDATE category_values SET inherited = ? WHERE node = ? AND category = ?", method == "POST", found.id, category
    )
    if not changed.rowcount:
        raise CATEGORY_NOT_ASSIGNED.refusal(category=category)
    effect = "category inherited" if method == "POST" else "category inherited no more"
    record(server, asked.caller, effect, found.id, category=category)
    return envelopes.one(asked, {}, method=method)


def apply_categories(server: ContentServer, asked: Asked) -> Json:
    """To everything below a container. Needs the wrapper `body`: plain fields are not read."""
    if asked.body is None or "categories" not in asked.body:
        raise MISSING_FIELD.refusal(name="categories")
    parent = node(server, asked.caller, asked.place["node"])
    own = stored_values(server, parent.id)
    inner = below(server, parent.id)
    editable = [one for one in inner if permitted(allowed(server, asked.caller, one), "edit_attributes")]
    for found in editable:
        if true(asked.body.get("clear_existing_categories", False)):
            for category in stored_values(server, found.id):
                _take_away(server, asked.caller, found, category)
        for entry in asked.inner_list("categories"):
            wish = object_in(entry, "categories")
            category = whole(wish.get("id"), "id")
            _apply(server, asked.caller, found, category, str(wish.get("action", "none")), own.get(category, {}))
    results = {"message": "", "processed": len(editable), "skipped": len(inner) - len(editable)}
    return envelopes.one(asked, results, method="POST")


def _apply(server: ContentServer, caller: Caller, found: Node, category: int, action: str, values: Values) -> None:
    has = category in stored_values(server, found.id)
    if action == "delete":
        if has:
            _take_away(server, caller, found, category)
    elif action not in ("add", "add_upgrade", "upgrade", "replace", "none"):
        raise BAD_FIELD.refusal(name="action")
    elif (action in ("add", "add_upgrade") and not has) or action == "replace":
        store_values(server, found.id, category, values)
        record(server, caller, "category set", found.id, event=ATTRIBUTES_CHANGED, category=category)


def _editable(server: ContentServer, asked: Asked) -> Node:
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    refuse_official(server, found)
    return found


def _take_away(server: ContentServer, caller: Caller, found: Node, category: int) -> None:
    gone = server.store.execute("DELETE FROM category_values WHERE node = ? AND category = ?", found.id, category)
    if not gone.rowcount:
        raise CATEGORY_NOT_ASSIGNED.refusal(category=category)
    record(server, caller, "category removed", found.id, event=ATTRIBUTES_CHANGED, category=category)


def put_values(server: ContentServer, number: int, category: int, sent: Mapping[str, Any], *, before: Values) -> None:
    """Check what was sent, together with what was there before, and store both. Raises Refusal."""
    about = any_node(server, category)
    if about is None or about.type != CATEGORY or about.deleted_at is not None:
        raise NO_SUCH_CATEGORY.refusal(category=category)
    defined = definitions(server, category)
    values = {**before, **checked(defined, sent)}
    refuse_incomplete(defined, values)
    store_values(server, number, category, values)


def store_values(server: ContentServer, number: int, category: int, values: Values) -> None:
    server.store.execute(
        "INSERT INTO category_values (node, category, filled) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET filled = excluded.filled",
        number,
        category,
        as_json(values),
    )


def inherited_values(server: ContentServer, parent: int) -> dict[int, Values]:
    """What a new node gets from its parent."""
    rows = server.store.rows("SELECT category FROM category_values WHERE node = ? AND inherited", parent)
    own = stored_values(server, parent)
    return {row["category"]: own[row["category"]] for row in rows}


def give_categories(
    server: ContentServer, caller: Caller, number: int, *, start: Mapping[int, Values], sent: Mapping[str, Any]
) -> None:
    """The categories of a new or moved node: what it starts with, and what a flat map of keys adds. Raises Refusal."""
    for category in sorted({*start, *forms_in(sent)}):
        put_values(server, number, category, sent_for(category, sent), before=start.get(category, {}))
        record(server, caller, "category set", number, event=ATTRIBUTES_CHANGED, category=category)


ENDPOINTS = (
    Endpoint("GET", "/v2/nodes/{node:int}/categories", list_categories),
    Endpoint("POST", "/v2/nodes/{node:int}/categories", assign_category),
    Endpoint("POST", "/v2/nodes/{node:int}/categories/apply", apply_categories),
    Endpoint("GET", "/v2/nodes/{node:int}/categories/{category:int}", read_category),
    Endpoint("PUT", "/v2/nodes/{node:int}/categories/{category:int}", update_category),
    Endpoint("DELETE", "/v2/nodes/{node:int}/categories/{category:int}", remove_category),
    Endpoint("POST", "/v2/nodes/{node:int}/categories/{category:int}/inheritance", inherit),
    Endpoint("DELETE", "/v2/nodes/{node:int}/categories/{category:int}/inheritance", inherit_no_more),
)
