"""What forbids a change whatever one's rights are: official records, holds, reservations, volumes."""

from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.nodes import Node
from faxrouter_simulators.xecm.refusals import NOT_PERMITTED, OFFICIAL_RECORD, ON_HOLD, RESERVED
from faxrouter_simulators.xecm.server import ContentServer

# on the node itself, on what it is in, or on something in it
_HOLD_AROUND = """
WITH RECURSIVE
    above(id) AS (VALUES (?) UNION SELECT n.parent FROM nodes n JOIN above ON n.id = above.id),
    below(id) AS (VALUES (?) UNION
        SELECT n.id FROM nodes n JOIN below ON n.parent = below.id WHERE n.deleted_at IS NULL)
SELECT h.name FROM node_holds nh JOIN holds h ON h.id = nh.hold
WHERE nh.node IN (SELECT id FROM above UNION SELECT id FROM below) LIMIT 1
"""


def refuse_official(server: ContentServer, found: Node) -> None:
    """Raises Refusal when the node is an official record."""
    row = server.store.row("SELECT official FROM record_details WHERE node = ?", found.id)
    if row is not None and row["official"]:
        raise OFFICIAL_RECORD.refusal()


def refuse_held(server: ContentServer, found: Node) -> None:
    """Raises Refusal when a hold lies on the node, above it [G], or on something in it."""
    row = server.store.row(_HOLD_AROUND, found.id, found.id)
    if row is not None:
        raise ON_HOLD.refusal(name=row["name"])


def refuse_volume(found: Node, what: str) -> None:
    """Raises Refusal for what stands at the root of everything."""
    if found.parent < 0:
        raise NOT_PERMITTED.refusal(what=what)


def refuse_reserved(found: Node, caller: Caller) -> None:
    """Raises Refusal when somebody else has reserved the node."""
    if found.reserved_by not in (None, caller.id):
        raise RESERVED.refusal()
