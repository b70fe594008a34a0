"""Connectors by the names in `faxrouter.toml`: only what an entry point offers may be named there."""

from collections.abc import Mapping
from importlib.metadata import entry_points

from faxrouter.app.yaml_options import with_yaml
from faxrouter.model.failure import Unavailable
from faxrouter.ports import Clock, Connector, ConnectorSettings, OpenConnector
from faxrouter.settings import Settings
from faxrouter.workflow.services import Systems

ENTRY_POINTS = "faxrouter.connectors"


def open_connectors(settings: Settings, *, clock: Clock) -> Mapping[str, Connector]:
    """Every connector of the settings, by name. Raises Unavailable, naming the table, when one cannot be opened."""
    offered = {point.name: point for point in entry_points(group=ENTRY_POINTS)}
    opened: dict[str, Connector] = {}
    for entry in settings.connectors:
        point = offered.get(entry.use)
        if point is None:
            known = ", ".join(sorted(offered)) or "none"
            raise Unavailable(
                f"[connectors.{entry.name}] uses `{entry.use}`, which is not installed; installed: {known}"
            )
        open_connector: OpenConnector = point.load()
        opened[entry.name] = open_connector(
            ConnectorSettings(
                name=entry.name,
                home=settings.home,
                options=with_yaml(entry.options, home=settings.home),
                clock=clock,
                state=settings.state / "connectors" / entry.name,
                roles=entry.roles,
                departments=entry.departments,
            )
        )
    return opened


def systems_of(connectors: Mapping[str, Connector], settings: Settings) -> tuple[Mapping[str, Systems], Systems | None]:
    """Who files for which department, and who files for every other one: nobody, where each has its own identity.

    Raises Unavailable when a department, or everybody, has no filing, tasks or records.
    """
    named = {department for entry in settings.connectors for department in entry.departments}
    named |= {department for connector in connectors.values() for department in connector.by_department}
    by_department = {department: _systems(connectors, settings, department) for department in sorted(named)}
    each_has_its_own = any(connector.by_department for connector in connectors.values())
    return by_department, None if each_has_its_own else _systems(connectors, settings, None)


def outages_of(connectors: Mapping[str, Connector]) -> Mapping[str, str]:
    """System → why it cannot be used now; one that cannot be used by one department's identity counts."""
    found: dict[str, str] = {}
    for name, connector in connectors.items():
        for each in (connector, *connector.by_department.values()):
            ports = (each.fax_service, each.fax_sender, each.filing, each.tasks, each.records, each.outbound_requests)
            for part in ports:
                why = part.health() if part is not None else None
                if why is not None:
                    found[name] = why
    return found


def _systems(connectors: Mapping[str, Connector], settings: Settings, department: str | None) -> Systems:
    """The department's own connectors first, then those that name no department."""
    own: list[Connector] = []
    shared: list[Connector] = []
    for entry in settings.connectors:
        connector = connectors[entry.name]
        if department is not None and department in connector.by_department:
            own.append(connector.by_department[department])
        elif department in entry.departments:
            own.append(connector)
        elif not entry.departments:
            shared.append(connector)
    filing = next((c.filing for c in (*own, *shared) if c.filing is not None), None)
    tasks = next((c.tasks for c in (*own, *shared) if c.tasks is not None), None)
    records = next((c.records for c in (*own, *shared) if c.records is not None), None)
    if filing is None or tasks is None or records is None:
        missing = "filing" if filing is None else "tasks" if tasks is None else "records"
        whose = f"department `{department}`" if department else "departments that no connector names"
        raise Unavailable(f"no connector in faxrouter.toml plays the role {missing} for {whose}")
    return Systems(filing=filing, tasks=tasks, records=records)
