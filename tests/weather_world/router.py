"""The router's side: what one process of it opens, and a flow that is started and stopped at will."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from faxrouter.app.connectors import open_connectors, outages_of, systems_of
from faxrouter.app.routing import RuleRouter
from faxrouter.documents import inspect
from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.ports import Connector
from faxrouter.workflow.flow import Flow, FlowSettings
from faxrouter.workflow.services import Inspected, Patience, Services
from flow_world.rig import Databases, WallClock
from weather_world.home import Home, open_home

Said = tuple[str, Mapping[str, object]]

QUICK = Patience(
    tries=3,
    pause=timedelta(milliseconds=5),
    longest_pause=timedelta(milliseconds=200),
    later=timedelta(milliseconds=50),
    ceiling=timedelta(milliseconds=400),
)


@dataclass(kw_only=True)
class RouterAtWork:
    """Journal and connectors, as a process has them that begins."""

    folder: Path
    patience: Patience = QUICK
    ask_senders_every: timedelta = timedelta(minutes=2)
    look_at_tasks_every: timedelta = timedelta(minutes=10)
    # seconds: see FlowSettings
    grace: float = 2.0
    events: list[Said] = field(default_factory=list)
    # written beside, by a router whose memory nobody sees
    log: Path | None = None
    home: Home = field(init=False)
    journal: Journal = field(init=False)
    _connectors: Mapping[str, Connector] | None = None

    def __post_init__(self) -> None:
        self.home = open_home(self.folder)
        self.journal = Journal.open(Databases.in_folder(self.folder).journal, clock=WallClock())

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """Opened when they are first needed: who only looks into the journal takes nothing in hand."""
        if self._connectors is None:
            self._connectors = open_connectors(self.home.settings, clock=WallClock())
        return self._connectors

    def close(self) -> None:
        for connector in (self._connectors or {}).values():
            connector.close()
        self.journal.close()

    @contextmanager
    def running(self, settings: FlowSettings | None = None) -> Iterator[Flow]:
        """`settings`: other ones than those of tests, which do not like to wait."""
        flow = Flow(self.services(), settings or self._settings())
        flow.start()
        try:
            yield flow
        finally:
            flow.close()

    def services(self) -> Services:
        systems, default = systems_of(self.connectors, self.home.settings)
        playing = self.connectors.items()
        return Services(
            journal=self.journal,
            blobs=BlobStore(self.folder / "blobs"),
            clock=WallClock(),
            fax_services={name: one.fax_service for name, one in playing if one.fax_service is not None},
            fax_senders={name: one.fax_sender for name, one in playing if one.fax_sender is not None},
            systems=systems,
            default=default,
            inspect=_inspect,
            current_router=lambda: RuleRouter(self.home.served),
            patience=self.patience,
            ask_senders_every=self.ask_senders_every,
            look_at_tasks_every=self.look_at_tasks_every,
            observe=self._observe,
            sleep=time.sleep,
            outages=lambda: outages_of(self.connectors),
        )

    def _settings(self) -> FlowSettings:
        return FlowSettings(
            url=Databases.in_folder(self.folder).workflow,
            poll=0.02,
            intake_poll=0.05,
            ask_again=0.2,
            patrol=0.2,
            grace=self.grace,
            patience_at_end=5.0,
        )

    def _observe(self, event: str, /, **keys: object) -> None:
        self.events.append((event, keys))
        if self.log is not None:
            with self.log.open("a") as log:
                log.write(said_as((event, keys)))


def said_as(said: Said) -> str:
    """An event as one line of a log."""
    event, keys = said
    return json.dumps([event, {key: str(value) for key, value in keys.items()}]) + "\n"


def _inspect(path: Path) -> list[Inspected]:
    seen = inspect(path)
    return [Inspected(media_type=seen.media_type, pages=seen.pages, facts=seen.facts, evidence=seen.evidence)]
