"""OpenText Extended ECM as records system: filing, tasks, records, documents marked for faxing; by its REST interface,
one identity a department."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace

from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector, ConnectorSettings
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System, open_client
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.opening import read_options
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import Definitions
from faxrouter_connectors.xecm.filing import XecmFiling
from faxrouter_connectors.xecm.options import Identity, XecmOptions
from faxrouter_connectors.xecm.outbound import XecmOutboundRequests
from faxrouter_connectors.xecm.outbound_options import Territory, territories
from faxrouter_connectors.xecm.outbound_ways import ways_of
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.recorded import Recorded
from faxrouter_connectors.xecm.records import XecmRecords
from faxrouter_connectors.xecm.session import Session
from faxrouter_connectors.xecm.starting import Starter
from faxrouter_connectors.xecm.task_folders import TaskFolders
from faxrouter_connectors.xecm.tasks import XecmTasks

_OUTBOUND = "outbound requests"
_ROLES = frozenset({"filing", "tasks", "records", _OUTBOUND})


def open_connector(settings: ConnectorSettings) -> Connector:
    """Raises Unavailable when an option is wrong. Asks the system for nothing: it may be down at the start."""
    options = read_options(XecmOptions, settings)
    if bool(options.identity) == bool(options.identities):
        raise Unavailable(
            f"connector `{settings.name}`: say who works in Extended ECM: `identity` for everybody, "
            "or `[…identities.DEPARTMENT]` for each department"
        )
    asked = _territories(settings, options)
    system = System(
        settings.name,
        clock=settings.clock,
        throttle=Throttle(per_second=options.calls_per_second, burst=options.burst),
        breaker=Breaker(),
    )
    connections = ExitStack()
    if options.identity is not None:
        single = _as(options.identity, settings, options, system, settings.departments or None, connections, asked)
        return replace(single, close=connections.close)
    by_department = {
        department: _as(identity, settings, options, system, frozenset({department}), connections, asked)
        for department, identity in options.identities.items()
    }
    return Connector(name=settings.name, by_department=by_department, close=connections.close)


def _as(
    identity: Identity,
    settings: ConnectorSettings,
    options: XecmOptions,
    system: System,
    departments: frozenset[str] | None,
    connections: ExitStack,
    asked: Mapping[frozenset[str] | None, Territory],
) -> Connector:
    """The ports of one identity. Its client is closed with `connections`. `asked`: by which documents it is asked to
    fax something, if by any."""
    authorities = settings.home / options.authorities if options.authorities is not None else None
    http = open_client(base_url=options.url, timeout=options.timeout, authorities=authorities, proxy=options.proxy)
    connections.callback(http.close)
    api = f"{options.base_path.rstrip('/')}/api"
    session = Session(system, http, identity, api=api, directory=options.directory or options.url)
    client = XecmClient(system, http, session, api=api, guesses=options.guesses)
    definitions = Definitions(client)
    places = Places(client, root=options.root, create_folders=options.create_folders)
    recorded = Recorded(client, definitions, clock=settings.clock, create_holds=options.create_holds)
    roles = settings.roles or _ROLES
    address = f"{options.url.rstrip('/')}{options.base_path.rstrip('/')}{options.guesses.node_address}"
    return Connector(
        name=settings.name,
        filing=XecmFiling(client, places, definitions, recorded, departments=departments, address=address)
        if "filing" in roles
        else None,
        tasks=XecmTasks(
            client,
            TaskFolders(client, places, path=options.tasks_in),
            Starter(client, default=options.task_map, attributes=options.task_attributes),
            clock=settings.clock,
            departments=departments,
            reminder_type=options.reminder_type,
        )
        if "tasks" in roles
        else None,
        records=XecmRecords(client, recorded) if "records" in roles else None,
        outbound_requests=XecmOutboundRequests(
            client,
            ways_of(
                client,
                places,
                definitions,
                recorded,
                options=options.outbound,
                territory=asked[departments],
                clock=settings.clock,
            ),
            departments=departments,
            folder=settings.state,
        )
        if options.outbound is not None and departments in asked
        else None,
    )


def _territories(settings: ConnectorSettings, options: XecmOptions) -> Mapping[frozenset[str] | None, Territory]:
    """Empty where documents marked for faxing are not asked for."""
    if options.outbound is None:
        if _OUTBOUND in settings.roles:
            raise Unavailable(
                f"connector `{settings.name}`: for the role `{_OUTBOUND}`, say in "
                f"`[connectors.{settings.name}.outbound]` how documents are marked"
            )
        return {}
    if settings.roles and _OUTBOUND not in settings.roles:
        return {}
    own = [frozenset({department}) for department in options.identities]
    return territories(settings.name, options.outbound, own or [settings.departments or None])
