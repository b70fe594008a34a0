"""The search over the wire: a question asked by POST, page after page."""

from urllib.parse import parse_qs

import httpx

from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.options import BearerIdentity, Guesses
from faxrouter_connectors.xecm.search import nodes_where
from faxrouter_connectors.xecm.session import Session
from implementations import SteppedClock

QUERY = 'OTSubType: 144 and Attr_7_2: "requested"'


class Server:
    """Finds five versions of three nodes, and gives two on a page at most."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert ("POST", "/cs/cs/api/v2/search") == (request.method, request.url.path)
        self.asked.append(parse_qs(request.content.decode()))
        page = int(self.asked[-1]["page"][0])
        found = [11, 11, 12, 13, 13][2 * page - 2 : 2 * page]
        return httpx.Response(
            200,
            json={
                "collection": {"paging": {"limit": 2, "page": page, "page_total": 3}},
                "results": [{"data": {"properties": {"id": one}, "regions": {}}} for one in found],
            },
        )


def test_every_page_of_a_search_is_read_and_each_node_told_once() -> None:
    """The server decides how much a page takes; a node may be found by several of its versions."""
    server = Server()
    system = System("records", clock=SteppedClock(), throttle=Throttle(per_second=1e6, burst=1000), breaker=Breaker())
    http = httpx.Client(base_url="http://ecm.test", transport=httpx.MockTransport(server))
    identity = BearerIdentity.model_validate({"bearer": "x"})
    session = Session(system, http, identity, api="/cs/cs/api", directory="")
    client = XecmClient(system, http, session, api="/cs/cs/api", guesses=Guesses())

    found = nodes_where(client, QUERY, operation="read marks")

    assert [11, 12, 13] == found
    assert ["1", "2", "3"] == [asked["page"][0] for asked in server.asked]
    assert ([QUERY], ["complexquery"]) == (server.asked[0]["where"], server.asked[0]["lookfor"])
