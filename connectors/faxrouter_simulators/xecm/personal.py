"""What belongs to a user alone: favorites, and what one has reserved."""

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.node_view import shown
from faxrouter_simulators.xecm.nodes import count_where, node, nodes_where
from faxrouter_simulators.xecm.refusals import NO_SUCH_REPORT
from faxrouter_simulators.xecm.server import ContentServer


def list_favorites(server: ContentServer, asked: Asked) -> Json:
    return _listed(server, asked, "n.id IN (SELECT node FROM favorites WHERE user = ?)")


def list_reserved(server: ContentServer, asked: Asked) -> Json:
    return _listed(server, asked, "n.reserved_by = ?")


def _listed(server: ContentServer, asked: Asked, condition: str) -> Json:
    condition, values = f"{condition} AND instr(lower(n.name), lower(?))", [asked.caller.id, asked.option("where_name")]
    at = envelopes.page(asked)
    count = count_where(server, asked.caller, condition, *values)
    found = nodes_where(
        server, asked.caller, f"{condition} ORDER BY n.name, n.id LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    return envelopes.some(asked, shown(server, asked, found), at=at, count=count)


def add_favorite(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    new = server.store.execute("INSERT OR IGNORE INTO favorites VALUES (?, ?)", asked.caller.id, found.id)
    if new.rowcount:
        server.store.effect("favorite added", found.id, actor=asked.caller.name)
    return envelopes.one(asked, {}, method="POST")


def take_favorite(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    gone = server.store.execute("DELETE FROM favorites WHERE user = ? AND node = ?", asked.caller.id, found.id)
    if gone.rowcount:
        server.store.effect("favorite removed", found.id, actor=asked.caller.name)
    return envelopes.one(asked, {}, method="DELETE")


def web_report(_server: ContentServer, asked: Asked) -> Json:
    """No world of ours has WebReports; a real server answers for an unknown one alike."""
    raise NO_SUCH_REPORT.refusal(name=asked.place["report"])


ENDPOINTS = (
    Endpoint("GET", "/v2/members/favorites", list_favorites),
    Endpoint("POST", "/v2/members/favorites/{node:int}", add_favorite),
    Endpoint("DELETE", "/v2/members/favorites/{node:int}", take_favorite),
    Endpoint("GET", "/v2/members/reserved", list_reserved),
    Endpoint("GET", "/v1/webreports/{report}", web_report),
    Endpoint("POST", "/v1/webreports/{report}", web_report),
    Endpoint("GET", "/v1/nodes/{report:int}/output", web_report),
    Endpoint("POST", "/v1/nodes/{report:int}/output", web_report),
)
