"""Which connector serves which department, and which systems cannot be used."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from faxrouter.app.connectors import open_connectors, outages_of, systems_of
from faxrouter.app.state import SystemClock
from faxrouter.model.failure import Failed, Unavailable
from faxrouter.ports import Connector
from faxrouter.settings import ConnectorEntry, Settings, read_settings
from faxrouter.workflow.services import Services
from faxrouter_connectors.memory import FaultPlan, MemoryArchive, MemoryFiling, MemoryRecords, MemoryTasks


def settings(home: Path, *entries: ConnectorEntry) -> Settings:
    found, problems = read_settings(home, environment={})
    assert found is not None, problems
    return replace(found, connectors=entries)


def entry(name: str, *departments: str) -> ConnectorEntry:
    return ConnectorEntry(name=name, use="memory", roles=frozenset(), departments=frozenset(departments), options={})


def records(name: str, **by_department: Connector) -> Connector:
    """Everything that files, for everybody or for each department."""
    if by_department:
        return Connector(name=name, by_department=by_department)
    archive, faults = MemoryArchive(), FaultPlan(name)
    return Connector(
        name=name,
        filing=MemoryFiling(archive, faults=faults),
        tasks=MemoryTasks(faults=faults),
        records=MemoryRecords(archive, faults=faults),
    )


def services(found: tuple[Mapping[str, Any], Any]) -> Any:
    """As far as it says who files."""
    return type("", (), {"systems": found[0], "default": found[1], "systems_of": Services.systems_of})()


def test_each_department_is_served_by_its_own_identity(tmp_path: Path) -> None:
    """One connector, several identities."""
    clinic, claims = records("clinic"), records("claims")
    ecm = records("ecm", clinic=clinic, claims=claims)

    found = services(systems_of({"ecm": ecm}, settings(tmp_path, entry("ecm"))))

    assert (clinic.filing, claims.tasks) == (found.systems_of("clinic").filing, found.systems_of("claims").tasks)


def test_no_department_is_served_by_another_ones_identity(tmp_path: Path) -> None:
    """One without an identity waits for a person, though the system is there."""
    found = services(systems_of({"ecm": records("ecm", clinic=records("clinic"))}, settings(tmp_path, entry("ecm"))))

    with pytest.raises(Failed, match="gives `claims` no identity"):
        found.systems_of("claims")


def test_a_connector_for_everybody_serves_who_is_not_named(tmp_path: Path) -> None:
    """And one that names a department comes first for it."""
    own, shared = records("own"), records("shared")
    found = services(
        systems_of({"own": own, "shared": shared}, settings(tmp_path, entry("own", "clinic"), entry("shared")))
    )

    assert own.filing is found.systems_of("clinic").filing
    assert shared.filing is found.systems_of("claims").filing


def test_a_department_without_records_is_said_at_the_start(tmp_path: Path) -> None:
    """Not at its first fax."""
    half = replace(records("half"), records=None)

    with pytest.raises(Unavailable, match="plays the role records for department `clinic`"):
        systems_of({"half": half}, settings(tmp_path, entry("half", "clinic")))


def test_a_connector_that_is_not_installed_is_said(tmp_path: Path) -> None:
    """With those that are."""
    unknown = replace(entry("ecm"), use="sharepoint")

    with pytest.raises(Unavailable, match="uses `sharepoint`, which is not installed; installed: cloudfax, folder"):
        open_connectors(settings(tmp_path, unknown), clock=SystemClock())


def test_a_system_that_one_identity_cannot_use_is_an_outage() -> None:
    """By the name of the connector."""

    class Refused(MemoryTasks):
        def health(self) -> str | None:
            return "the login of this identity is refused"

    clinic = replace(records("clinic"), tasks=Refused(faults=FaultPlan("x")))

    assert {"ecm": "the login of this identity is refused"} == outages_of(
        {"ecm": records("ecm", clinic=clinic, claims=records("claims")), "other": records("other")}
    )
