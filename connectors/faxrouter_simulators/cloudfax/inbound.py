"""The inbound calls: `GET /mra/v1/inbound/documents/next` and, [G], `DELETE /mra/v1/inbound/documents/{id}`."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from faxrouter_simulators.cloudfax.accounts import Accounts
from faxrouter_simulators.cloudfax.answers import refusal
from faxrouter_simulators.cloudfax.bodies import BODIES
from faxrouter_simulators.cloudfax.queue import FaxQueue
from faxrouter_simulators.cloudfax.variants import Switches

# seconds
_SHORTEST_HOLD, _USUAL_HOLD, _LONGEST_HOLD = 5, 900, 3600
_DOCUMENTS = "/mra/v1/inbound/documents"


def inbound_routes(accounts: Accounts, queue: FaxQueue, switches: Switches) -> list[Route]:
    async def next_fax(request: Request, account: str) -> Response:
        asked = request.query_params
        seconds = _hold(asked.get("hold_sec"))
        if seconds is None:
            return refusal(400, f"hold_sec must be a whole number from {_SHORTEST_HOLD} to {_LONGEST_HOLD}")
        fax = queue.lease(
            account,
            seconds=seconds,
            whole_customer=asked.get("customer", "").lower() in ("true", "yes"),
            group_no=asked.get("group_no", ""),
            domain=asked.get("domain", ""),
        )
        if fax is None:
            return Response(status_code=204)
        return BODIES[switches.chosen.inbound_body](fax, queue.content(fax))

    async def delete(request: Request, account: str) -> Response:
        document_id = request.path_params["document_id"]
        if not queue.delete(account, document_id):
            return refusal(404, "There is no such document, or its hold has ended")
        if switches.chosen.delete_status == 204:
            return Response(status_code=204)
        return JSONResponse({"document_id": document_id})

    return [
        Route(f"{_DOCUMENTS}/next", accounts.guarded(next_fax)),
        Route(f"{_DOCUMENTS}/{{document_id}}", accounts.guarded(delete), methods=["DELETE"]),
    ]


def _hold(text: str | None) -> int | None:
    """Seconds; None when they cannot be."""
    if text is None:
        return _USUAL_HOLD
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    return seconds if _SHORTEST_HOLD <= (seconds := int(text)) <= _LONGEST_HOLD else None
