"""Both sides: simulated systems in bad weather on order, and a router with the real connectors at work on them."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from fax_files import PageToWrite, tiff
from faxrouter.app.simulated_world import world_of
from faxrouter.journal import work
from faxrouter_simulators.faults import FaultKind
from faxrouter_simulators.serving import LoopbackServer
from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import World
from weather_world.home import OUR_NUMBER, SECRETS, claim, make_home, open_home
from weather_world.router import RouterAtWork, said_as

# what must never get into a log: planted into every fax and its facts
PLANTED = ("Zebulon Planted", "PLANTED STATION")
ADMINISTRATOR = "admin"


@dataclass(kw_only=True)
class Weather:
    """The simulators are up as long as it is not closed; the router begins when it is asked for."""

    folder: Path
    # seconds
    timeout: float = 0.5
    hold: int = 3600
    simulators: Simulators = field(init=False)
    server: LoopbackServer = field(init=False)
    _router: RouterAtWork | None = None

    def __post_init__(self) -> None:
        make_home(self.folder, timeout=self.timeout, hold=self.hold)
        home = open_home(self.folder)
        assert home.settings.simulators is not None
        world = world_of(home.served.rule_set, home.settings, administrator=ADMINISTRATOR)
        self.simulators = Simulators(self.folder / "simulators", World.model_validate(world))
        self.server = self.simulators.serve(port=home.settings.simulators.port)
        self.server.start()

    @property
    def router(self) -> RouterAtWork:
        if self._router is None:
            self._router = RouterAtWork(folder=self.folder)
        return self._router

    def begin_anew(self) -> RouterAtWork:
        """The router of a process that begins: it knows nothing yet, but for what is on disk."""
        if self._router is not None:
            self._router.close()
            self._router = None
        return self.router

    def close(self) -> None:
        if self._router is not None:
            self._router.close()
        self.server.close()
        self.simulators.close()

    def content_of(self, number: int) -> bytes:
        return self._page + f"fax {number}".encode()

    def send(self, number: int, *, claim_number: int | None = None, kind: str = "police_report") -> str:
        """A fax arrives, about a claim of its own if no other is named; its id in Cloud Fax."""
        index = {
            "claim_id": claim(number if claim_number is None else claim_number),
            "document_type": kind,
            "claimant": PLANTED[0],
        }
        answer = httpx.post(
            f"{self.server.address}/_sim/cloudfax/faxes",
            files={"file": ("fax.tif", self.content_of(number))},
            data={"to": OUR_NUMBER, "from": "+12095550107", "station": PLANTED[1], "index": json.dumps(index)},
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document_id"])

    def order(self, *faults: Mapping[str, Any]) -> None:
        """From now on this weather, and no other."""
        self.simulators.plan.order([dict(fault) for fault in faults])

    @property
    def struck(self) -> int:
        """How many calls the first fault has struck."""
        return self.simulators.plan.faults[0].struck

    def until(self, reached: Callable[[], bool], *, seconds: float = 30.0) -> None:
        """Waits; fails with what the router reported when it is in vain."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, (
                f"waited in vain; work {work.all_of(self.router.journal)}; events {self.router.events[-30:]}"
            )
            time.sleep(0.01)

    def until_done(self, *documents: str, seconds: float = 30.0) -> None:
        self.until(lambda: self.is_done(*documents), seconds=seconds)

    def is_done(self, *documents: str) -> bool:
        """Acknowledged, and nothing of it left to do."""
        acknowledged = {entry["subject"] for entry in self.effects("cloudfax", "fax deleted")}
        return set(documents) <= acknowledged and not work.count_ready(self.router.journal)

    def effects(self, system: str, effect: str | None = None) -> Sequence[dict[str, Any]]:
        """What a simulated system says was done, or of that all of one kind."""
        store = {"cloudfax": self.simulators.cloudfax.store, "xecm": self.simulators.xecm.store}[system]
        return store.effects(effect=effect)

    def secrets_said(self) -> Sequence[str]:
        """Personal data of the faxes, and secrets, that got into a log of a router, here or in a process of its own."""
        secrets = [file.read_text().strip() for file in (self.folder / SECRETS).iterdir()]
        assert all(secrets)
        said = "".join(map(said_as, self.router.events))
        said += "".join(file.read_text() for file in self.folder.glob("*.log"))
        return [planted for planted in (*PLANTED, *secrets) if planted in said]

    @cached_property
    def _page(self) -> bytes:
        return tiff(PageToWrite())


def fault(kind: FaultKind, **more: Any) -> dict[str, Any]:
    return {"kind": kind.value, **more}
