"""Everything opened, in order, and closed in the opposite order: journal, rules, connectors, flow, console, watcher."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from faxrouter.app.archive import JournalArchive
from faxrouter.app.connectors import open_connectors, systems_of
from faxrouter.app.routing import RuleRouter
from faxrouter.console.server import ConsoleServer, console
from faxrouter.console.view import RouterView
from faxrouter.documents import inspect
from faxrouter.home.directory import PARTS, read_home
from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.model.failure import Unavailable
from faxrouter.ports import Clock, Connector
from faxrouter.reload.live import LiveRules
from faxrouter.reload.reloader import Reloader
from faxrouter.reload.watch import Watcher
from faxrouter.settings import Settings
from faxrouter.workflow.flow import Flow, FlowSettings
from faxrouter.workflow.services import Inspected, Services

log = structlog.get_logger("faxrouter")


class SystemClock:
    """The wall clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningRouter:
    """A router at work, as the command line sees it."""

    settings: Settings
    view: RouterView
    live: LiveRules
    reloader: Reloader
    connectors: Mapping[str, Connector]
    journal: Journal
    services: Services
    # where the console listens: "http://127.0.0.1:8321"
    address: str

    def location_of(self, department: str, document: str) -> str:
        """Where a person finds a stored document. Raises Failed."""
        return self.services.systems_of(department).filing.describe(document).location


def open_journal(settings: Settings, *, clock: Clock) -> Journal:
    """Raises Unavailable when the database cannot be used."""
    settings.state.mkdir(parents=True, exist_ok=True)
    return Journal.open(database_url(settings, file="journal.db"), clock=clock)


def database_url(settings: Settings, *, file: str) -> str:
    """The site's database, or the SQLite file of that name in the state folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.state / file}"


@contextmanager
def running_router(settings: Settings) -> Iterator[RunningRouter]:
    """A router at work until the block ends. Raises Unavailable when it cannot start; nothing is left running then."""
    clock = SystemClock()
    stopping = threading.Event()
    with ExitStack() as stack:
        journal = open_journal(settings, clock=clock)
        stack.callback(journal.close)
        reloader = Reloader(
            read=lambda: read_home(settings.home),
            archive=JournalArchive(journal),
            clock=clock,
            quiet=settings.quiet_seconds,
            stopping=stopping,
        )
        live = reloader.start()
        connectors = open_connectors(settings, clock=clock)
        systems, default = systems_of(connectors, settings)
        services = Services(
            journal=journal,
            blobs=BlobStore(settings.state / "blobs"),
            clock=clock,
            fax_services={
                name: opened.fax_service for name, opened in connectors.items() if opened.fax_service is not None
            },
            systems=systems,
            default=default,
            inspect=_inspect,
            current_router=lambda: RuleRouter(live.current),
            observe=_observe,
            sleep=time.sleep,
        )
        flow = Flow(services, FlowSettings(url=database_url(settings, file="workflow.db")))
        flow.start()
        stack.callback(flow.close)
        view = RouterView(journal=journal, clock=clock, live=live, problems=flow.problems)
        server = ConsoleServer(
            console(view, home=settings.home, ready=_readiness(connectors, flow, journal), changed=flow.wake),
            host=settings.console_host,
            port=settings.console_port,
        )
        server.start()
        stack.callback(server.close)
        if settings.watch != "no":
            watcher = Watcher(
                settings.home,
                watched=PARTS,
                changed=reloader.attempt,
                polling=settings.poll_seconds if settings.watch == "polling" else None,
                stopping=stopping,
            )
            watcher.start()
            stack.callback(watcher.close)
        stack.callback(stopping.set)
        log.info("router running", rule_set=live.current.rule_set.digest, console=server.address)
        yield RunningRouter(
            settings=settings,
            view=view,
            live=live,
            reloader=reloader,
            connectors=connectors,
            journal=journal,
            services=services,
            address=server.address,
        )
        log.info("router stopping")


def _inspect(path: Path) -> list[Inspected]:
    """One document a fax, until separator sheets are read."""
    seen = inspect(path)
    return [
        Inspected(
            media_type=seen.media_type,
            pages=seen.pages,
            defects=seen.defects,
            facts=seen.facts,
            evidence=seen.evidence,
        )
    ]


def _observe(event: str, /, **keys: object) -> None:
    log.info(event, **keys)


def _readiness(connectors: Mapping[str, Connector], flow: Flow, journal: Journal) -> Callable[[], Mapping[str, str]]:
    """What keeps the router from working, asked anew each time: system → why."""

    def problems() -> Mapping[str, str]:
        found = dict(flow.problems())
        for name, connector in connectors.items():
            for part in (connector.fax_service, connector.filing, connector.tasks, connector.records):
                why = part.health() if part is not None else None
                if why is not None:
                    found[name] = why
        try:
            with journal.read():
                pass
        except Unavailable as err:
            found["journal"] = str(err)
        return found

    return problems
