"""The recycle bin: what is in it, bringing it back, doing away with it for good."""

from collections.abc import Callable

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.chronicle import RESTORED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_held
from faxrouter_simulators.xecm.nodes import Node, any_node, child, node_of
from faxrouter_simulators.xecm.refusals import DUPLICATE_NAME, NOT_FOUND, Refusal
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import NAMES

# what went with a node stands below it and has the same moment
_WITH_IT = """
WITH RECURSIVE gone(id) AS (
    VALUES (?) UNION SELECT n.id FROM nodes n JOIN gone ON n.parent = gone.id WHERE n.deleted_at = ?
) SELECT id FROM gone
"""
_CARRIED = ("versions", "category_values", "node_classifications", "favorites", "nicknames", "record_details",
            "record_classes", "node_holds", "clearances")  # fmt: skip


def list_bin(server: ContentServer, asked: Asked) -> Json:
    """Only what the caller deleted, but for administrators."""
    at = envelopes.page(asked)
    condition = (
        "n.deleted_at IS NOT NULL AND (? OR n.deleted_by = ?) AND NOT EXISTS (SELECT 1 FROM nodes p"
        " WHERE p.id = n.parent AND p.deleted_at = n.deleted_at)"
    )
    values = [asked.caller.administrator, asked.caller.id]
    counted = server.store.row(f"SELECT count(*) AS count FROM nodes n WHERE {condition}", *values)
    rows = server.store.rows(
        f"SELECT n.* FROM nodes n WHERE {condition} ORDER BY n.id LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    entries = [_entry(node_of(row)) for row in rows]
    return envelopes.some(asked, entries, at=at, count=0 if counted is None else int(counted["count"]))


def _entry(found: Node) -> Json:
    properties = {
        "deleted_date": found.deleted_at,
        "deleted_user_id": found.deleted_by,
        "id": found.id,
        "name": found.name,
        "parent_id": found.parent,
        "type": found.type,
        "type_name": NAMES.get(found.type, "Item"),
    }
    return {"data": {"properties": properties}}


def restore(server: ContentServer, asked: Asked) -> Json:
    return _each(server, asked, _restored)


def purge(server: ContentServer, asked: Asked) -> Json:
    return _each(server, asked, _purged)


def _each(server: ContentServer, asked: Asked, perform: Callable[[ContentServer, Asked, Node], None]) -> Json:
    """Each for itself: one that fails does not stop the others."""
    done: list[int] = []
    errors: dict[str, str] = {}
    for number in asked.numbers("ids"):
        try:
            perform(server, asked, _deleted(server, asked, number))
            done.append(number)
        except Refusal as refusal:
            errors[str(number)] = refusal.error
    return {"failure": {"errors": errors, "ids": [int(number) for number in errors]}, "success": {"ids": done}}


def _deleted(server: ContentServer, asked: Asked, number: int) -> Node:
    found = any_node(server, number)
    if found is None or found.deleted_at is None:
        raise NOT_FOUND.refusal()
    if not asked.caller.administrator and found.deleted_by != asked.caller.id:
        raise NOT_FOUND.refusal()
    return found


def _restored(server: ContentServer, asked: Asked, found: Node) -> None:
    parent = any_node(server, found.parent)
    if parent is None or parent.deleted_at is not None:
        raise NOT_FOUND.refusal()
    if child(server, found.parent, found.name) is not None:
        raise Refusal(server.settings.duplicate_status, DUPLICATE_NAME.format(name=found.name))
    for row in server.store.rows(_WITH_IT, found.id, found.deleted_at):
        server.store.execute("UPDATE nodes SET deleted_at = NULL, deleted_by = NULL WHERE id = ?", row["id"])
    record(server, asked.caller, "node restored", found.id, event=RESTORED)


def _purged(server: ContentServer, asked: Asked, found: Node) -> None:
    refuse_held(server, found)
    for row in server.store.rows(_WITH_IT, found.id, found.deleted_at):
        for table in _CARRIED:
            server.store.execute(f"DELETE FROM {table} WHERE node = ?", row["id"])
        server.store.execute("DELETE FROM nodes WHERE id = ?", row["id"])
    server.store.effect("node purged", found.id, actor=asked.caller.name)


ENDPOINTS = (
    Endpoint("GET", "/v2/volumes/recyclebin/nodes", list_bin),
    Endpoint("POST", "/v2/volumes/recyclebin/nodes/restore", restore),
    Endpoint("POST", "/v2/volumes/recyclebin/nodes/purge", purge),
)
