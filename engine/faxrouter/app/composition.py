"""Everything opened, in order, and closed in the opposite order: journal, rules, connectors, flow, console, watcher."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from faxrouter.app.archive import JournalArchive
from faxrouter.app.connectors import open_connectors, outages_of, systems_of
from faxrouter.app.observing import Observer
from faxrouter.app.readiness import Readiness
from faxrouter.app.routing import RuleRouter
from faxrouter.app.state import WORKFLOW, SystemClock, database_url, open_journal
from faxrouter.console.server import ConsoleServer, console
from faxrouter.console.view import RouterView
from faxrouter.console.webhooks import webhooks
from faxrouter.documents import inspect
from faxrouter.home.directory import PARTS, read_home
from faxrouter.journal.blobs import BlobStore
from faxrouter.journal.journal import Journal
from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector
from faxrouter.reload.live import LiveRules
from faxrouter.reload.reloader import Reloader
from faxrouter.reload.watch import Watcher
from faxrouter.settings import Settings, WebhookSettings
from faxrouter.workflow.faults import described
from faxrouter.workflow.flow import Flow, FlowSettings
from faxrouter.workflow.services import Inspected, Services
from faxrouter.workflow.slots import hold_slot

log = structlog.get_logger("faxrouter")


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
        """Where a person finds a stored document: a path inside the home starts there. Raises Failed."""
        location = self.services.systems_of(department).filing.location(document)
        inside = Path(location).is_absolute() and Path(location).is_relative_to(self.settings.home)
        return str(Path(location).relative_to(self.settings.home)) if inside else location


@contextmanager
def running_router(settings: Settings) -> Iterator[RunningRouter]:
    """A router at work until the block ends. Raises Unavailable when it cannot start; nothing is left running then."""
    clock = SystemClock()
    stopping = threading.Event()
    with ExitStack() as stack:
        journal = open_journal(settings)
        stack.callback(journal.close)
        # before anything is journalled: a second router of one home must leave no trace in the first one's journal
        slot = hold_slot(database_url(settings, file=WORKFLOW), settings.name)
        stack.callback(slot.release)
        connectors = open_connectors(settings, clock=clock)
        for connector in connectors.values():
            stack.callback(connector.close)
        systems, default = systems_of(connectors, settings)
        reloader = Reloader(
            read=lambda: read_home(settings.home),
            archive=JournalArchive(journal),
            clock=clock,
            quiet=settings.quiet_seconds,
            stopping=stopping,
        )
        live = reloader.start()
        observer = Observer(serving=lambda: live.current.rule_set.digest)
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
            observe=observer,
            sleep=time.sleep,
            outages=lambda: outages_of(connectors),
            fax_senders={
                name: opened.fax_sender for name, opened in connectors.items() if opened.fax_sender is not None
            },
        )
        flow = Flow(services, FlowSettings(url=database_url(settings, file=WORKFLOW), slot=settings.name), held=slot)
        readiness = Readiness(
            journal=journal,
            connectors=connectors,
            flow=flow,
            observer=observer,
            state=settings.state,
            stopping=stopping,
        )
        view = RouterView(journal=journal, clock=clock, live=live, problems=readiness.problems)
        server = ConsoleServer(
            console(view, home=settings.home, changed=flow.wake),
            host=settings.console_host,
            port=settings.console_port,
        )
        # before anything is taken: a port that is in use must not be found out after the first fax
        server.start()
        stack.callback(server.close)
        if settings.webhooks is not None:
            stack.enter_context(_called_at(settings.webhooks, services, flow))
        flow.start()
        stack.callback(flow.close)
        if settings.watch != "no":
            stack.enter_context(_watched(settings, reloader, observer=observer, stopping=stopping))
        stack.callback(stopping.set)
        readiness.begun()
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


@contextmanager
def _called_at(webhooks_at: WebhookSettings, services: Services, flow: Flow) -> Iterator[None]:
    """The door for fax services that call, until the block ends. Raises Unavailable when the address cannot be used."""
    app = webhooks(services.fax_senders, called=flow.called_by, proxies=webhooks_at.proxies)
    server = ConsoleServer(app, host=webhooks_at.host, port=webhooks_at.port, table="webhooks")
    server.start()
    try:
        log.info("webhooks", listening=server.address)
        yield
    finally:
        server.close()


@contextmanager
def _watched(
    settings: Settings, reloader: Reloader, *, observer: Observer, stopping: threading.Event
) -> Iterator[None]:
    """The home's rules are watched until the block ends; `stopping` is set before."""

    def attempt() -> None:
        try:
            reloader.attempt()
        except Exception as err:  # noqa: BLE001  # a rim: a fault in one reload must not end every later one
            observer("fault", of="reload", error=described(err))

    watcher = Watcher(
        settings.home,
        watched=PARTS,
        changed=attempt,
        polling=settings.poll_seconds if settings.watch == "polling" else None,
        stopping=stopping,
    )
    try:
        watcher.start()
    except OSError as err:
        raise Unavailable(
            f'the rules cannot be watched: {err.strerror}; write `watch = "polling"` under `[reload]` in faxrouter.toml'
        ) from err
    try:
        yield
    finally:
        watcher.close()


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
