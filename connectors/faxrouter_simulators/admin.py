"""The hands of tests and demonstrations: faults, the ledger, the calls so far, the clock. On loopback, below `/_sim`.

Nothing here exists in the real systems; a connector never calls it.
"""

from collections.abc import Mapping
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.faults import FaultPlan
from faxrouter_simulators.store import Store


def admin_routes(*, plan: FaultPlan, clock: SimulatedClock, stores: Mapping[str, Store]) -> list[Route]:
    """`stores` by the name of their system."""

    async def faults(request: Request) -> Response:
        if request.method == "PUT":
            try:
                plan.order(await request.json())
            except (TypeError, ValueError) as err:
                return JSONResponse({"error": str(err)}, status_code=400)
        elif request.method == "DELETE":
            plan.order([])
        return JSONResponse([asdict(fault) for fault in plan.faults])

    async def calls(request: Request) -> Response:
        after = int(request.query_params.get("after", 0))
        return JSONResponse([asdict(call) for call in plan.calls[after:]])

    async def ledger(request: Request) -> Response:
        after = int(request.query_params.get("after", 0))
        store = stores.get(request.path_params["system"])
        if store is None:
            return JSONResponse({"error": "there is no such system"}, status_code=404)
        return JSONResponse(store.effects(after=after, effect=request.query_params.get("effect")))

    async def advance(request: Request) -> Response:
        try:
            clock.advance(float((await request.json())["seconds"]))
        except (TypeError, ValueError, KeyError) as err:
            return JSONResponse({"error": str(err)}, status_code=400)
        return JSONResponse({"now": clock.now().isoformat()})

    return [
        Route("/_sim/faults", faults, methods=["GET", "PUT", "DELETE"]),
        Route("/_sim/calls", calls),
        Route("/_sim/ledger/{system}", ledger),
        Route("/_sim/clock", advance, methods=["POST"]),
    ]
