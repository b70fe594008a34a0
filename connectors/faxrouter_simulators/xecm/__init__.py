"""OpenText Extended ECM (Content Server) with its Directory Services, as far as public sources show the wire.

Knows no other simulated system. What is fact and what is guess stands in `docs/opentext.md`.
"""

from dataclasses import dataclass
from pathlib import Path

from starlette.routing import BaseRoute

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.store import Store
from faxrouter_simulators.world import Attribute, ExtendedEcm
from faxrouter_simulators.xecm import hands, otds
from faxrouter_simulators.xecm.api import ENDPOINTS
from faxrouter_simulators.xecm.endpoints import mounted
from faxrouter_simulators.xecm.preparing import prepare
from faxrouter_simulators.xecm.server import ContentServer, open_server


@dataclass(frozen=True, slots=True, kw_only=True)
class XecmSimulator:
    """Its routes go into one application with those of other systems."""

    server: ContentServer
    routes: list[BaseRoute]

    @property
    def store(self) -> Store:
        return self.server.store

    def put_attribute(self, form: str, attribute: Attribute) -> None:
        """Add to, or change in, a category or a workflow map. Raises LookupError for an unknown one."""
        hands.put_attribute(self.server, form, attribute)

    def remove_attribute(self, form: str, name: str) -> None:
        """Raises LookupError when there is none."""
        hands.remove_attribute(self.server, form, name)

    def close(self) -> None:
        self.store.close()


def open_simulator(
    folder: Path, world: ExtendedEcm, *, clock: SimulatedClock, base_path: str = "/cs/cs"
) -> XecmSimulator:
    """With what is stored in the folder, and with what is new in the world. Raises ValueError for a bad world."""
    server = open_server(folder, world, clock=clock, base_path=base_path)
    try:
        prepare(server, world)
    except BaseException:
        server.store.close()
        raise
    return XecmSimulator(
        server=server, routes=[mounted(server, ENDPOINTS), otds.mounted(server), *hands.routes(server)]
    )
