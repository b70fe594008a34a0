"""What is written down when a node changes: the ledger for tests, the audit trail, the queue of the search index."""

from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.server import ContentServer

# numbers and names of events; those that are no fact are marked
CREATED = 1  # [G]
DELETED = 2  # [G]
MOVED = 4  # [G]
RENAMED = 5  # [G]
VERSION_ADDED = 8  # [G]
PERMISSIONS_CHANGED = 9
ATTRIBUTES_CHANGED = 10
VERSIONS_DELETED = 15  # [G]
RESTORED = 27  # [G]
CREATED_FROM_COPY = 92
CLASSIFIED = 264
RECORD_CLASSIFIED = 265  # [G]
HOLD_CHANGED = 266  # [G]
EVENT_NAMES = {
    CREATED: "Create",
    DELETED: "Delete",
    MOVED: "Move",
    RENAMED: "Rename",
    VERSION_ADDED: "Version Added",
    PERMISSIONS_CHANGED: "Permission Changed",
    ATTRIBUTES_CHANGED: "Attribute Value Changed",
    VERSIONS_DELETED: "Version Deleted",
    RESTORED: "Restore",
    CREATED_FROM_COPY: "Create from Copy",
    CLASSIFIED: "Classification Applied",
    RECORD_CLASSIFIED: "RM Classification Applied",
    HOLD_CHANGED: "Hold Changed",
}


def record(
    server: ContentServer, caller: Caller, effect: str, node: int, *, event: int | None = None, **details: object
) -> None:
    """Part of the transaction that changed the node."""
    server.store.effect(effect, node, actor=caller.name, **details)
    if event is not None:
        server.store.insert("audit", node=node, event=event, at=server.stamp(), user=caller.id)
    server.store.insert("index_queue", due=server.now().timestamp() + server.settings.index_lag, node=node)
