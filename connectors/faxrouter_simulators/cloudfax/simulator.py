"""A simulated Cloud Fax as a whole: its store, its calls, and the time that passes in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.cloudfax.accounts import Accounts
from faxrouter_simulators.cloudfax.answers import refusal
from faxrouter_simulators.cloudfax.deliveries import Deliveries
from faxrouter_simulators.cloudfax.hands import hand_routes
from faxrouter_simulators.cloudfax.inbound import inbound_routes
from faxrouter_simulators.cloudfax.jobs import Jobs
from faxrouter_simulators.cloudfax.outbound import outbound_routes
from faxrouter_simulators.cloudfax.outbox import Outbox
from faxrouter_simulators.cloudfax.queue import FaxQueue
from faxrouter_simulators.cloudfax.tables import SCHEMA
from faxrouter_simulators.cloudfax.variants import Switches
from faxrouter_simulators.faults import FaultPlan
from faxrouter_simulators.store import Store
from faxrouter_simulators.world import CloudFax

# seconds; also with a pace of nothing, others have their turn
_SHORTEST_PACE = 0.02


class CloudFaxSimulator:
    """The composition. Nothing moves on the telephone side outside of `working`, `step` and `settle`."""

    def __init__(self, store: Store, world: CloudFax, plan: FaultPlan) -> None:
        """Raises ValueError when the world does not fit together."""
        self.store = store
        self.queue = FaxQueue(store)
        switches = Switches(store)
        accounts = Accounts(store, world)
        self._outbox = Outbox(store, plan)
        self.jobs = Jobs(store, self._outbox, switches=switches, world=world)
        self._deliveries = Deliveries(store, self.jobs, pace=timedelta(seconds=world.pace))
        self._pace = max(world.pace, _SHORTEST_PACE)

        async def unknown(_request: Request, _account: str) -> Response:
            return refusal(404, "There is no such resource")

        self.routes = [
            Route("/tenants/{tenant}/oauth2/token", accounts.token, methods=["POST"]),
            *inbound_routes(accounts, self.queue, switches),
            *outbound_routes(accounts, self.jobs, self._outbox),
            Route("/mra/{rest:path}", accounts.guarded(unknown), methods=["GET", "POST", "PUT", "DELETE", "PATCH"]),
            *hand_routes(
                store,
                queue=self.queue,
                jobs=self.jobs,
                switches=switches,
                accounts=[account.name for account in world.accounts],
                step=self.step,
                settle=self.settle,
            ),
        ]

    def close(self) -> None:
        self.store.close()

    async def step(self) -> int:
        """All that is due by the clock moves on by one step, then webhooks are sent. How much did move."""
        return self._move() + await self._outbox.step()

    async def settle(self) -> int:
        """Step, and push the clock to what comes next, until every job is posted and every webhook told."""
        moved = await self.step()
        while dues := [due for due in self._next_dues() if due is not None]:
            ahead = datetime.fromisoformat(min(dues)) - self.store.clock.now()
            self.store.clock.advance(max(0.0, ahead.total_seconds()))
            moved += await self.step()
        return moved

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Steps by itself, at the world's pace in real seconds."""
        tasks = [asyncio.create_task(self._keep_moving()), asyncio.create_task(self._keep_telling())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def _move(self) -> int:
        return self.queue.end_leases() + self._deliveries.step() + self.jobs.step()

    def _next_dues(self) -> tuple[str | None, ...]:
        return self._deliveries.next_due(), self.jobs.next_posting(), self._outbox.next_due()

    async def _keep_moving(self) -> None:
        while True:
            self._move()
            await asyncio.sleep(self._pace)

    async def _keep_telling(self) -> None:
        while True:
            await self._outbox.step()
            await asyncio.sleep(self._pace)


def open_simulator(folder: Path, world: CloudFax, *, clock: SimulatedClock, plan: FaultPlan) -> CloudFaxSimulator:
    """The state is in `folder`, and goes on where it was. Raises OSError, and ValueError for a world that cannot be."""
    store = Store(folder, name="cloudfax", schema=SCHEMA, clock=clock)
    try:
        return CloudFaxSimulator(store, world, plan)
    except BaseException:
        store.close()
        raise
