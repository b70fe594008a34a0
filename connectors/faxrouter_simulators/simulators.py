"""Both simulated systems of one world on one port, with the page that shows them and the hands of the tests."""

import errno
import fcntl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from faxrouter_simulators import cloudfax, xecm
from faxrouter_simulators.admin import admin_routes
from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.faults import FaultInjection, FaultPlan
from faxrouter_simulators.page import page_routes
from faxrouter_simulators.serving import LoopbackServer
from faxrouter_simulators.world import World

_LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


class Simulators:
    """Their state is in `folder`, which is theirs alone until they are closed."""

    def __init__(self, folder: Path, world: World) -> None:
        """Raises OSError, sqlite3's errors, and ValueError for a world that does not fit together."""
        self.clock = SimulatedClock()
        self.plan = FaultPlan()
        with ExitStack() as opened:
            _keep_for_ourselves(folder, opened)
            self.cloudfax = cloudfax.open_simulator(
                folder / "cloudfax", world.cloudfax, clock=self.clock, plan=self.plan
            )
            opened.callback(self.cloudfax.close)
            self.xecm = xecm.open_simulator(folder / "xecm", world.xecm, clock=self.clock)
            opened.callback(self.xecm.close)
            self._opened = opened.pop_all()
        stores = {"cloudfax": self.cloudfax.store, "xecm": self.xecm.store}
        application = Starlette(
            routes=[
                *page_routes(self.cloudfax, self.xecm.store, nodes="/cs/cs/app/nodes"),
                *admin_routes(plan=self.plan, clock=self.clock, stores=stores),
                *self.cloudfax.routes,
                *self.xecm.routes,
            ],
            lifespan=self._lifespan,
            # a name that resolves to loopback must not open this door to a web page
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK_HOSTS)],
        )
        self.app: ASGIApp = FaultInjection(application, self.plan)

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> LoopbackServer:
        """Not listening yet."""
        return LoopbackServer(self.app, host=host, port=port)

    def close(self) -> None:
        """After whatever serves them."""
        self._opened.close()

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self.cloudfax.working():
            yield


def _keep_for_ourselves(folder: Path, opened: ExitStack) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lock = opened.enter_context((folder / "lock").open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OSError(errno.EBUSY, "other simulators are using it", str(folder)) from None
