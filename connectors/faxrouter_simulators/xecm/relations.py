"""Relations between business workspaces: parent and child, each side lists the other."""

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.chronicle import record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.nodes import Node, nodes_where
from faxrouter_simulators.xecm.refusals import ALREADY_RELATED, BAD_FIELD, NOT_RELATED
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.workspace_view import list_entries
from faxrouter_simulators.xecm.workspaces import workspace

_KINDS = {"child": "BO_Child", "parent": "BO_Parent"}


def list_related(server: ContentServer, asked: Asked) -> Json:
    """The last page comes again for whoever asks for one beyond it."""
    found = workspace(server, asked.caller, asked.place["workspace"])
    kinds = asked.options("where_relationtype") or asked.options("where_rel_types") or ["child"]
    entries: list[Json] = []
    for kind in kinds:
        if kind not in _KINDS:
            raise BAD_FIELD.refusal(name="where_relationtype")
        entries += list_entries(server, asked, _related(server, asked, found, kind), rel_type=_KINDS[kind])
    at = envelopes.page(asked, default=100).clamped(len(entries))
    shown = entries[at.offset : at.offset + at.limit]
    return envelopes.workspaces(asked, shown, at=at, count=len(entries))


def _related(server: ContentServer, asked: Asked, found: Node, kind: str) -> list[Node]:
    mine, theirs = ("parent", "child") if kind == "child" else ("child", "parent")
    condition = f"n.id IN (SELECT {theirs} FROM relations WHERE {mine} = ?)"
    values: list[object] = [found.id]
    if asked.option("where_name"):
        condition += " AND instr(lower(n.name), lower(?))"
        values.append(asked.option("where_name").removeprefix("contains_"))
    types = [
        whole(one, "where_workspace_type_id")
        for one in [*asked.options("where_workspace_type_id"), *asked.options("where_workspace_type_ids")]
    ]
    if types:
        condition += f" AND n.id IN (SELECT node FROM workspaces WHERE type IN ({', '.join('?' * len(types))}))"
        values += types
    return nodes_where(server, asked.caller, f"{condition} ORDER BY n.name, n.id", *values)


def relate(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"], to="modify")
    other = workspace(server, asked.caller, asked.number("rel_bw_id"))
    parent, child = _ordered(asked.text("rel_type"), found.id, other.id)
    if server.store.row("SELECT 1 FROM relations WHERE parent = ? AND child = ?", parent, child) is not None:
        raise ALREADY_RELATED.refusal()
    server.store.insert("relations", parent=parent, child=child)
    record(server, asked.caller, "workspaces related", found.id, parent=parent, child=child)
    return envelopes.one(asked, {}, method="POST")


def unrelate(server: ContentServer, asked: Asked) -> Json:
    found = workspace(server, asked.caller, asked.place["workspace"], to="modify")
    parent, child = _ordered(asked.option("rel_type", "child"), found.id, asked.place["other"])
    gone = server.store.execute("DELETE FROM relations WHERE parent = ? AND child = ?", parent, child)
    if not gone.rowcount:
        raise NOT_RELATED.refusal()
    record(server, asked.caller, "workspaces unrelated", found.id, parent=parent, child=child)
    return envelopes.one(asked, {}, method="DELETE")


def _ordered(kind: str, mine: int, other: int) -> tuple[int, int]:
    """`rel_type` says what the other workspace is to this one."""
    if kind not in _KINDS:
        raise BAD_FIELD.refusal(name="rel_type")
    return (mine, other) if kind == "child" else (other, mine)


ENDPOINTS = (
    Endpoint("GET", "/v2/businessworkspaces/{workspace:int}/relateditems", list_related),
    Endpoint("POST", "/v2/businessworkspaces/{workspace:int}/relateditems", relate),
    Endpoint("DELETE", "/v2/businessworkspaces/{workspace:int}/relateditems/{other:int}", unrelate),
)
