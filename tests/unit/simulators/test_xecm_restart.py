"""What a simulated Extended ECM still knows when it is opened again, and what a world adds to it."""

from pathlib import Path

import pytest

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.world import ExtendedEcm, Folder, User, Workspace
from faxrouter_simulators.xecm import open_simulator
from opentext.at_work import API, PDF, Session, XecmAtWork, xecm_at_work
from opentext.clinic import CLINIC


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    """Nodes, contents, values, rights, processes, records, holds, the ledger, and what the index has yet to learn."""
    with xecm_at_work(tmp_path) as before:
        session = before.as_user("svc_fax")
        fax = session.category("Fax")
        document = session.created("xylophone.pdf", roles={"categories": {f"{fax}_2": "1"}})
        medical = session.node_at(550, "Medical records")
        session.post(f"/v1/nodes/{document}/rmclassifications", {"class_id": medical})
        session.post(f"/v1/nodes/{document}/holds", {"hold_id": 1})
        workflow = {"workflow_id": session.node_at(141, "Workflow maps", "Approval"), "doc_ids": str(document)}
        process = session.post("/v2/draftprocesses/startwf", workflow).json()["results"]["process_id"]
        effects = before.effects()
        clock = before.clock

    with xecm_at_work(tmp_path, clock=clock) as after:
        again = Session(after, session.headers)
        assert effects == after.effects()
        assert PDF == again.get(f"/v1/nodes/{document}/content").content
        assert "1" == again.values(document, fax)["2"]
        details = again.get(f"/v1/nodes/{document}/rmclassifications").json()
        assert medical == details["data"][0]["rmclassification_id"]
        assert "hold" in again.delete(f"/v2/nodes/{document}").json()["error"]
        status = again.get(f"/v2/workflows/status/processes/{process}").json()["results"]
        assert ["Approve"] == [step["task_name"] for step in status["step_list"]["current"]]
        clock.advance(5)
        found = again.post("/v2/search", data={"where": "OTName: xylophone"}).json()["results"]
        assert [document] == [one["data"]["properties"]["id"] for one in found]
        assert 404 == after.as_user("otto").get(f"/v2/nodes/{document}").status_code


def test_a_world_applied_again_changes_nothing(tmp_path: Path) -> None:
    """Neither the ledger nor any table grows; what users changed stays."""
    with xecm_at_work(tmp_path) as before:
        admin = before.as_user("Admin")
        inbox = admin.inbox
        admin.put(f"/v2/nodes/{inbox}", {"description": "mine"})
        counts = _counts(before)
        effects = before.effects()

    with xecm_at_work(tmp_path) as after:
        assert counts == _counts(after)
        assert effects == after.effects()
        described = after.as_user("Admin").get(f"/v2/nodes/{inbox}").json()["results"]["data"]["properties"]
        assert "mine" == described["description"]


def _counts(at_work: XecmAtWork) -> dict[str, int]:
    """Rows by table."""
    store = at_work.simulator.store
    names = [row["name"] for row in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: len(store.rows(f'SELECT 1 FROM "{name}"')) for name in names}


def test_a_larger_world_adds_what_is_missing(tmp_path: Path) -> None:
    """A new user, a folder, a workspace, and a group that gets rights to what was there."""
    with xecm_at_work(tmp_path):
        pass
    larger = CLINIC.model_copy(
        update={
            "users": (*CLINIC.users, User(name="zoe", password="zoe-pw", groups=("Mailroom",))),
            "folders": (Folder(path=("Faxes", "Inbox"), groups=("Mailroom",)), Folder(path=("Faxes", "New"))),
            "workspaces": (*CLINIC.workspaces, Workspace(type="Patient", name="Bea", object_id="4712")),
        }
    )

    with xecm_at_work(tmp_path, larger) as after:
        zoe, admin, nora = (after.as_user(name) for name in ("zoe", "Admin", "nora"))
        assert 200 == zoe.get(f"/v2/nodes/{admin.inbox}").status_code
        assert 200 == nora.get(f"/v2/nodes/{admin.inbox}").status_code
        assert 404 == zoe.get(f"/v2/nodes/{admin.node_at(141, 'Faxes', 'New')}").status_code
        assert admin.node_at(141, "Patients", "Bea")


@pytest.mark.parametrize(
    "wrong",
    [
        {"users": (User(name="x", password="x", groups=("Nobody",)),)},
        {"folders": (Folder(path=("x",), groups=("Nobody",)),)},
        {"workspaces": (Workspace(type="Nothing", name="x"),)},
    ],
)
def test_a_world_that_names_what_it_does_not_hold_is_refused(wrong: dict[str, object], tmp_path: Path) -> None:
    """As a whole: nothing of it is made."""
    with pytest.raises(ValueError, match="there is no"):
        open_simulator(tmp_path, ExtendedEcm.model_validate(wrong), clock=SimulatedClock())

    with xecm_at_work(tmp_path, ExtendedEcm()) as after:
        assert [] == after.effects()


def test_the_base_path_is_a_setting(tmp_path: Path) -> None:
    """Windows servers have another one."""
    simulator = open_simulator(tmp_path, CLINIC, clock=SimulatedClock(), base_path="/otcs/cs.exe/")

    assert {"/otcs/cs.exe/api", "/otdsws"} <= {getattr(route, "path", "") for route in simulator.routes}
    assert not any(getattr(route, "path", "").startswith(API) for route in simulator.routes)
    simulator.close()
