"""What people find when they browse a filing tree, and what a department's client may not touch."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from faxrouter.model.failure import Failed, FailureKind, Unavailable
from faxrouter.ports import Connector, ConnectorSettings, TaskToPut
from faxrouter_connectors.folder import open_connector
from implementations import NURSING, FolderImplementation, SteppedClock, claim, document, filing, stored, tasks


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


TASK = TaskToPut(
    task_key="clinic/MRN-1/referral",
    department="clinic",
    kind="referral",
    queue="referral-desk",
    workflow=None,
    title="Schedule referral",
    due_at="2026-11-24T10:00:00-08:00",
    task_priority="normal",
    escalate_to=None,
    document="one",
    rules=("clinic-referral",),
)


@pytest.fixture
def folder(tmp_path: Path) -> FolderImplementation:
    return FolderImplementation(tmp_path)


def opened(
    home: Path, *, departments: frozenset[str] = frozenset(), options: Mapping[str, object] | None = None
) -> Connector:
    return open_connector(
        ConnectorSettings(
            name="cabinet",
            home=home,
            options=options or {},
            clock=SteppedClock(),
            state=home / "state",
            departments=departments,
        )
    )


def test_a_document_lies_where_its_workspace_says(folder: FolderImplementation, tmp_path: Path) -> None:
    """Departments, paths and names are folders; bytes, versions and metadata lie in the document's own."""
    reference = stored(folder, tmp_path)

    location = Path(filing(folder).location(reference))

    relative = location.relative_to(folder.home / "var/filed/workspaces").parts
    assert ("clinic", "Clinic", "Nursing") == relative[:3]
    assert relative[3].startswith("Fax from Mercy Lab@")
    assert ("v1.tif",) == relative[4:]
    assert {"Sender number": "+14155550123"} == json.loads((location.parent / "document.json").read_text())[
        "attributes"
    ]


def test_a_workspace_that_a_person_made_by_hand_is_found(folder: FolderImplementation) -> None:
    """A patient's folder can be opened with `mkdir`; creating it then answers that it was there."""
    (folder.home / "var/filed/workspaces/claims/Claim=CLM-1").mkdir(parents=True)

    found = filing(folder).find_workspace(claim("CLM-1"))
    created = filing(folder).create_workspace(claim("CLM-1"), idempotency_key="a")

    assert found is not None
    assert (found.reference, False) == (created.reference, False) == ("claims/Claim=CLM-1", created.created)


def test_tasks_lie_in_their_department_and_queue(folder: FolderImplementation) -> None:
    """A clerk opens the queue's folder and reads."""
    tasks(folder).put(TASK, idempotency_key="a")
    tasks(folder).put(replace(TASK, task_key="w", queue=None, workflow={"map": "Intake"}), idempotency_key="b")

    files = {
        path.parent.name: json.loads(path.read_text()) for path in (folder.home / "var/filed/tasks").rglob("*.json")
    }

    assert {"referral-desk", "=workflow"} == files.keys()
    assert ("Schedule referral", "open") == (files["referral-desk"]["title"], files["referral-desk"]["status"])


def test_an_updated_task_has_the_earliest_due_the_highest_priority_and_both_documents(
    folder: FolderImplementation,
) -> None:
    """Times in two zones are compared as moments."""
    tasks(folder).put(TASK, idempotency_key="a")
    later = replace(TASK, due_at="2026-11-24T17:30:00+00:00", task_priority="high", document="two", rules=("x",))

    receipt = tasks(folder).put(later, idempotency_key="b")

    task = json.loads((folder.home / "var/filed" / receipt.reference).read_text())
    assert ("2026-11-24T17:30:00+00:00", "high", ["one", "two"], ["clinic-referral", "x"]) == (
        task["due_at"],
        task["task_priority"],
        task["documents"],
        task["rules"],
    )


def test_a_departments_client_cannot_touch_another_departments_tree(tmp_path: Path) -> None:
    """Workspaces, documents and tasks of others are refused as not ours, whatever the reference says."""
    everybody, clinic = opened(tmp_path), opened(tmp_path, departments=frozenset({"clinic"}))
    assert everybody.filing and clinic.filing and clinic.tasks and clinic.records
    theirs = everybody.filing.create_workspace(claim("CLM-1"), idempotency_key="w")
    their_document = everybody.filing.store_document(theirs, document(tmp_path, b"x"), idempotency_key="d").reference
    ours = clinic.filing.find_workspace(NURSING)
    assert ours is not None
    our_document = clinic.filing.store_document(ours, document(tmp_path, b"y"), idempotency_key="e").reference

    acts = (
        lambda: clinic.filing.find_workspace(claim("CLM-1")),
        lambda: clinic.filing.create_workspace(claim("CLM-2"), idempotency_key="a"),
        lambda: clinic.filing.store_document(theirs, document(tmp_path, b"z"), idempotency_key="b"),
        lambda: clinic.filing.store_version(their_document, document(tmp_path, b"z"), idempotency_key="c"),
        lambda: clinic.filing.move_document(our_document, theirs, idempotency_key="f"),
        lambda: clinic.filing.describe(their_document),
        lambda: clinic.tasks.put(replace(TASK, department="claims"), idempotency_key="g"),
        lambda: clinic.records.place_hold(their_document, "h", rule="r", at="x:1", idempotency_key="h"),
    )
    for act in acts:
        with pytest.raises(Failed) as failed:
            act()
        assert FailureKind.UNAUTHORISED is failed.value.failure.kind


@pytest.mark.parametrize("name", ["document.json", "workspace.json"])
def test_a_file_that_was_spoilt_by_hand_is_a_refusal(folder: FolderImplementation, tmp_path: Path, name: str) -> None:
    """It says what is wrong without quoting it, and nothing is overwritten."""
    reference = stored(folder, tmp_path)
    (path,) = (folder.home / "var/filed").rglob(name)
    path.write_text("{ spoilt")

    with pytest.raises(Failed) as failed:
        filing(folder).describe(reference)
        filing(folder).find_workspace(NURSING)

    assert FailureKind.REJECTED is failed.value.failure.kind
    assert "spoilt by hand" in failed.value.failure.reason
    assert "{ spoilt" == path.read_text()


def test_a_tree_without_room_is_not_healthy(folder: FolderImplementation, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may lie on another disk than the router's state; while nothing can be filed, nobody may say all is well."""
    assert filing(folder).health() is None
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(total=1 << 40, used=(1 << 40) - 5_000, free=5_000))

    assert "only 0 MiB are free" in str(filing(folder).health())


def test_a_full_disk_is_a_failure_for_now(folder: FolderImplementation, tmp_path: Path) -> None:
    """Content that cannot be read or written is tried again later, and the message names no file."""
    nursing = filing(folder).find_workspace(NURSING)
    assert nursing is not None
    gone = replace(document(tmp_path, b"x"), content=tmp_path / "John Doe.tif")

    with pytest.raises(Failed) as failed:
        filing(folder).store_document(nursing, gone, idempotency_key="a")

    assert FailureKind.TRANSIENT is failed.value.failure.kind
    assert "John Doe" not in str(failed.value)


OPTIONS: list[tuple[dict[str, object], str]] = [
    ({"inbax": "x"}, "connector `cabinet`: `inbax`: extra inputs are not permitted"),
    ({"settle": -1}, "connector `cabinet`: `settle`: input should be greater than or equal to 0"),
    ({"settle": "soon"}, "connector `cabinet`: `settle`: input should be a valid number"),
]


@pytest.mark.parametrize(("options", "words"), OPTIONS)
def test_a_wrong_option_is_named(tmp_path: Path, options: dict[str, object], words: str) -> None:
    """The table of `faxrouter.toml` and the option are in the message."""
    with pytest.raises(Unavailable) as unavailable:
        opened(tmp_path, options=options)

    assert words in str(unavailable.value)


def test_workspaces_of_another_system_can_be_there_from_the_start(tmp_path: Path) -> None:
    """What a registry would have made is found, and not made up; starting again changes nothing."""
    for _ in range(2):
        connector = opened(tmp_path, options={"existing": ["claims/Claim=CLM-1"]})
        assert connector.filing is not None
        found = connector.filing.find_workspace(claim("CLM-1", may_create=False))
        assert found is not None
        assert "claims/Claim=CLM-1" == found.reference


@pytest.mark.parametrize("reference", ["../../x/y", "claims", "claims/", "/etc/x"])
def test_a_workspace_outside_the_tree_is_not_made(tmp_path: Path, reference: str) -> None:
    """The message shows what was written."""
    with pytest.raises(Unavailable, match=f"`existing`: `{reference}` is not a department"):
        opened(tmp_path, options={"existing": [reference]})


def test_an_inbox_that_cannot_be_made_is_said_at_the_start(tmp_path: Path) -> None:
    """A file in the way is named with its place."""
    (tmp_path / "var").write_text("in the way")

    with pytest.raises(Unavailable) as unavailable:
        opened(tmp_path)

    assert "var/inbox" in str(unavailable.value)


def test_a_connector_plays_only_the_roles_it_is_given(tmp_path: Path) -> None:
    """A drop folder alone makes no filing tree, and a tree no drop folder."""
    filed = open_connector(
        ConnectorSettings(
            name="x",
            home=tmp_path,
            options={},
            clock=SteppedClock(),
            state=tmp_path / "state",
            roles=frozenset({"filing", "tasks", "records"}),
        )
    )

    assert filed.fax_service is None
    assert filed.filing is not None
    assert not (tmp_path / "var/inbox").exists()
