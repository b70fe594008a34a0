"""Fakes of every port that a connector fills, in memory: they record each call and fail where they are told to."""

from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector, ConnectorSettings
from faxrouter_connectors.memory.archive import MemoryArchive
from faxrouter_connectors.memory.faults import Call, FaultPlan
from faxrouter_connectors.memory.fax_sender import MEMORY_SECRET, MemoryFaxSender
from faxrouter_connectors.memory.fax_service import MemoryFaxService
from faxrouter_connectors.memory.filing import MemoryFiling
from faxrouter_connectors.memory.outbound_requests import MemoryOutboundRequests
from faxrouter_connectors.memory.records import MemoryRecords
from faxrouter_connectors.memory.tasks import MemoryTasks

__all__ = [
    "MEMORY_SECRET",
    "Call",
    "FaultPlan",
    "MemoryArchive",
    "MemoryFaxSender",
    "MemoryFaxService",
    "MemoryFiling",
    "MemoryOutboundRequests",
    "MemoryRecords",
    "MemoryTasks",
    "open_connector",
]

_ROLES = frozenset({"fax service", "fax sender", "filing", "tasks", "records", "outbound requests"})


def open_connector(settings: ConnectorSettings) -> Connector:
    """Everything is lost when the process ends. It has no options."""
    if settings.options:
        names = ", ".join(f"`{name}`" for name in sorted(settings.options))
        raise Unavailable(f"connector `{settings.name}`: the memory connector has no options, remove {names}")
    faults = FaultPlan(settings.name)
    archive = MemoryArchive()
    roles = settings.roles or _ROLES
    return Connector(
        name=settings.name,
        fax_service=MemoryFaxService(name=settings.name, faults=faults) if "fax service" in roles else None,
        fax_sender=MemoryFaxSender(name=settings.name, faults=faults) if "fax sender" in roles else None,
        filing=MemoryFiling(archive, faults=faults) if "filing" in roles else None,
        tasks=MemoryTasks(faults=faults) if "tasks" in roles else None,
        records=MemoryRecords(archive, faults=faults) if "records" in roles else None,
        outbound_requests=MemoryOutboundRequests(name=settings.name, faults=faults, departments=settings.departments)
        if "outbound requests" in roles
        else None,
    )
