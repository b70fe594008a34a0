"""What simulated systems begin with is what the home's own rules and settings name, and the simulators take it."""

from pathlib import Path
from typing import Any

import pytest

from command_line import settings_of, write_home
from faxrouter.app.simulated_world import world_of
from faxrouter.app.simulators import make_secrets
from faxrouter.home.directory import read_home
from faxrouter.model.failure import Unavailable
from faxrouter.reload.gates import examine
from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import World
from small_home import home

REPOSITORY = Path(__file__).parents[3]
SETTINGS = """\
[connectors.fax]
use = "cloudfax"
url = "http://127.0.0.1:8330"
login = {user = "office", password = {file = "var/simulated/secrets/office"}}
[connectors.real]
use = "xecm"
url = "https://ecm.example"
identity = {user = "nobody", password = {file = "var/simulated/secrets/nobody"}}
[connectors.records]
use = "xecm"
url = "http://127.0.0.1:8330/"
[connectors.records.identities]
clinic = {user = "fax-clinic", password = {file = "var/simulated/secrets/fax-clinic"}}
organisation = {user = "fax-organisation", password = {file = "var/simulated/secrets/fax-organisation"}}
[simulators]
existing = ["clinic/Patient=MRN-1"]
"""
RULES = """\
rules:
  - id: lab
    when: {document_type: lab_result}
    then:
      workspace: Nursing
      task: {kind: call, workflow: {map: Critical result, Step: call}, title: t, escalate to: charge-nurse}
otherwise: {workspace: Nursing, retention: years_10}
"""


def made(where: Path, settings: str = SETTINGS) -> dict[str, Any]:
    write_home(where, home(RULES), settings=settings)
    make_secrets(where)
    examined = examine(read_home(where))
    assert examined.rule_set is not None, examined.problems
    return world_of(examined.rule_set, settings_of(where), administrator="secret")


def names(parts: list[dict[str, Any]]) -> list[str]:
    return [part["name"] for part in parts]


def test_everything_that_rules_and_settings_name_is_there(tmp_path: Path) -> None:
    """Users, groups, folders, types, maps with the attributes that a rule fills in, record classes, workspaces."""
    world = made(tmp_path)

    ecm = world["xecm"]
    assert ["admin", "fax-clinic", "fax-organisation"] == names(ecm["users"])
    assert ["office"] == names(world["cloudfax"]["accounts"])
    assert {"clinic", "organisation", "charge-nurse"} <= set(ecm["groups"])
    assert ["Patient"] == names(ecm["workspace_types"])
    assert [("EHR", "PATIENT", "MRN-1")] == [
        (one["external_system"], one["object_type"], one["object_id"]) for one in ecm["workspaces"]
    ]
    (critical,) = [one for one in ecm["workflow_maps"] if one["name"] == "Critical result"]
    assert "Step" in names(critical["attributes"])
    assert "FAX-10Y" in names(ecm["record_classifications"])


def test_folders_are_seen_by_their_departments_only(tmp_path: Path) -> None:
    """Tasks apart for each; nobody else's group stands on a department's folder."""
    seen = {tuple(folder["path"]): folder["groups"] for folder in made(tmp_path)["xecm"]["folders"]}

    assert ["clinic"] == seen["Clinic", "Nursing"] == seen["Fax tasks", "clinic"]
    assert ["organisation"] == seen["Unsorted",]
    assert ["clinic", "organisation"] == seen["Fax tasks",]


def test_the_simulators_take_it(tmp_path: Path) -> None:
    """Also the world of the starter home, with all that it declares."""
    world = World.model_validate(made(tmp_path / "home"))

    Simulators(tmp_path / "simulated", world).close()


@pytest.mark.parametrize("existing", ["Patient=1", "clinic/Patient", "clinic/Nobody=1", ""])
def test_a_workspace_of_no_declared_type_is_said(tmp_path: Path, existing: str) -> None:
    """With what was written."""
    with pytest.raises(Unavailable, match="must be DEPARTMENT/TYPE=KEY"):
        made(tmp_path, SETTINGS.replace("clinic/Patient=MRN-1", existing))


def test_a_home_without_simulators_is_told_where_to_look(tmp_path: Path) -> None:
    """The starter shows one."""
    with pytest.raises(Unavailable, match=r"no table `\[simulators\]`"):
        made(tmp_path, "")
