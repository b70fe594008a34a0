"""From a method and a path to the function that performs the call, and back to an HTTP answer.

A call is read first, then performed without waiting; what it changes is one transaction, undone when it is refused.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from faxrouter_simulators.xecm.asked import NOBODY, Asked, Json, read_asked
from faxrouter_simulators.xecm.callers import caller_of, fresh_ticket
from faxrouter_simulators.xecm.refusals import NOT_MAPPED, Refusal
from faxrouter_simulators.xecm.server import ContentServer

Perform = Callable[[ContentServer, Asked], Json | Response]


class JsonAnswer(JSONResponse):
    media_type = "application/json;charset=utf-8"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`path` begins behind /api."""

    method: str
    path: str
    perform: Perform
    # works without a ticket
    open: bool = False


def mounted(server: ContentServer, endpoints: Iterable[Endpoint]) -> Mount:
    """Everything below {base_path}/api; what is not there gets the server's own words."""
    routes: list[BaseRoute] = [
        Route(endpoint.path, _answering(server, endpoint), methods=[endpoint.method]) for endpoint in endpoints
    ]

    async def unmapped(_: Request) -> Response:
        return _refused(NOT_MAPPED.refusal())

    every = ["GET", "POST", "PUT", "DELETE", "PATCH"]
    return Mount(f"{server.base_path}/api", routes=[*routes, Route("/{rest:path}", unmapped, methods=every)])


def _answering(server: ContentServer, endpoint: Endpoint) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            asked = await read_asked(request, prefix=server.base_path)
            return _performed(server, endpoint, asked)
        except Refusal as refusal:
            return _refused(refusal)

    return answer


def _performed(server: ContentServer, endpoint: Endpoint, asked: Asked) -> Response:
    if not endpoint.open:
        asked = replace(asked, caller=caller_of(server, asked))
    if endpoint.method == "GET":
        result = endpoint.perform(server, asked)
    else:
        with server.store.changing():
            result = endpoint.perform(server, asked)
    response = result if isinstance(result, Response) else JsonAnswer(result)
    if asked.caller is not NOBODY:
        response.headers["OTCSTicket"] = fresh_ticket(server, asked.caller)
    return response


def _refused(refusal: Refusal) -> Response:
    return JsonAnswer({"error": refusal.error}, status_code=refusal.status)
