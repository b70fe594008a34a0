"""A crash between any two steps on the disk: everything is done afterwards, once, and nothing is half there."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from faxrouter.ports import ClassAssertion, TaskToPut
from implementations import (
    NOON,
    NURSING,
    FolderImplementation,
    claim,
    document,
    fax_service,
    filing,
    found_by_key,
    records,
    tasks,
)
from implementations import stored as store


class Crash(BaseException):
    """Like a kill: nothing in the code under test may catch it."""


@contextmanager
def crash_at(number: int) -> Iterator[None]:
    """Dies before the `number`-th step on the disk, counted from 0."""
    with pytest.MonkeyPatch.context() as patch:
        count = 0

        def dying(act: Callable[..., object]) -> Callable[..., object]:
            def step(*arguments: object, **named: object) -> object:
                nonlocal count
                if count >= number:
                    raise Crash
                count += 1
                return act(*arguments, **named)

            return step

        for name in ("rename", "fsync", "mkdir", "unlink"):
            patch.setattr(os, name, dying(getattr(os, name)))
        yield


def crashing_everywhere(act: Callable[[], object], check: Callable[[], None]) -> int:
    """Crash the act at every step in turn, looking after each crash, until it comes through; how often it crashed."""
    for number in range(200):
        try:
            with crash_at(number):
                act()
        except Crash:
            check()
            continue
        return number
    raise AssertionError("it never came through")


def whole_documents(folder: FolderImplementation) -> list[Path]:
    """Every document that a reader can see, each with the bytes that it says it has."""
    found = list((folder.home / "var/filed/workspaces").rglob("document.json"))
    for path in found:
        for version in json.loads(path.read_text())["versions"]:
            content = (path.parent / version["file"]).read_bytes()
            assert version["sha256"] == hashlib.sha256(content).hexdigest()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> FolderImplementation:
    return FolderImplementation(tmp_path)


def test_storing_a_document_survives_every_crash(folder: FolderImplementation, tmp_path: Path) -> None:
    """A reader sees the whole document or none, and it is found by its key exactly when it is there."""
    given = document(tmp_path, b"content")

    def act() -> None:
        folder.restart()
        nursing = filing(folder).find_workspace(NURSING)
        assert nursing is not None
        filing(folder).store_document(nursing, given, idempotency_key="key")

    def check() -> None:
        there = whole_documents(folder)
        assert len(there) <= 1
        assert bool(there) == (found_by_key(folder, "key") is not None)

    assert crashing_everywhere(act, check) > 10
    assert 1 == len(whole_documents(folder))


def test_each_crash_on_its_own_loses_nothing(tmp_path: Path) -> None:
    """One crash, then the whole step again, from a fresh tree each time."""
    number = 0
    while True:
        folder = FolderImplementation(tmp_path / str(number))
        (tmp_path / str(number)).mkdir(exist_ok=True)
        try:
            with crash_at(number):
                store(folder, tmp_path)
        except Crash:
            store(folder, tmp_path)
            assert 1 == len(whole_documents(folder))
            number += 1
            continue
        break
    assert number > 20


def test_a_version_survives_every_crash(folder: FolderImplementation, tmp_path: Path) -> None:
    """There is one second version, and the first stays whole."""
    reference = store(folder, tmp_path)
    second = document(tmp_path, b"second")

    def check() -> None:
        assert 1 == len(whole_documents(folder))

    crashing_everywhere(lambda: filing(folder).store_version(reference, second, idempotency_key="v2"), check)

    assert (2, second.sha256) == (filing(folder).describe(reference).version, filing(folder).describe(reference).sha256)


def test_a_move_survives_every_crash(folder: FolderImplementation, tmp_path: Path) -> None:
    """The document is in one workspace at any moment, and its key finds it there."""
    reference = store(folder, tmp_path)
    target = filing(folder).create_workspace(claim("CLM-1"), idempotency_key="w")

    def check() -> None:
        assert 1 == len(whole_documents(folder))
        assert reference == found_by_key(folder, "fax-1/store")

    crashing_everywhere(lambda: filing(folder).move_document(reference, target, idempotency_key="m"), check)

    assert target.reference == filing(folder).describe(reference).workspace
    assert 1 == len(whole_documents(folder))


def test_creating_a_workspace_survives_every_crash(folder: FolderImplementation) -> None:
    """The one that is there afterwards was created by this key."""
    crashing_everywhere(lambda: filing(folder).create_workspace(claim("CLM-1"), idempotency_key="w"), lambda: None)

    assert filing(folder).create_workspace(claim("CLM-1"), idempotency_key="w").created


def test_a_hold_and_a_class_survive_every_crash(folder: FolderImplementation, tmp_path: Path) -> None:
    """They stand once."""
    reference = store(folder, tmp_path)
    assertion = ClassAssertion(record_class="years_10", rsi="R", rule="r", at="x:1", authority="a")

    crashing_everywhere(
        lambda: records(folder).place_hold(reference, "Audit", rule="r", at="x:1", idempotency_key="h"), lambda: None
    )
    crashing_everywhere(lambda: records(folder).assert_class(reference, assertion, idempotency_key="c"), lambda: None)

    (path,) = whole_documents(folder)
    kept = json.loads(path.read_text())
    assert (1, 1) == (len(kept["holds"]), len(kept["record_classes"]))


def test_a_task_survives_every_crash(folder: FolderImplementation) -> None:
    """One task file, made once and updated once."""
    task = TaskToPut(
        task_key="k", department="clinic", kind="referral", queue="desk", workflow=None, title="t", due_at=None,
        task_priority=None, escalate_to=None, document="d", rules=(),
    )  # fmt: skip
    for key in ("a", "b"):
        crashing_everywhere(partial(tasks(folder).put, task, idempotency_key=key), lambda: None)

    (path,) = (folder.home / "var/filed/tasks").rglob("*.json")
    assert 2 == len(json.loads(path.read_text())["keys"])


def test_taking_and_acknowledging_survive_every_crash(folder: FolderImplementation) -> None:
    """The fax and its sidecar are always somewhere, and end in `done` together."""
    inbox = folder.home / "var/inbox"
    (inbox / "fax.json").write_text('{"pages": 1}')
    folder.drop(b"the fax", name="fax.tif", received_at=NOON)
    (fax,) = fax_service(folder).offered(limit=1)

    def check() -> None:
        assert 1 == len(list(inbox.rglob("fax.tif")))
        assert 1 == len(list(inbox.rglob("fax.json")))
        folder.restart()
        assert fax in fax_service(folder).offered(limit=10) or (inbox / "done" / fax.reference).is_dir()

    crashing_everywhere(lambda: fax_service(folder).take(fax.reference), check)
    crashing_everywhere(lambda: fax_service(folder).acknowledge(fax.reference), check)

    done = inbox / "done" / fax.reference
    assert {"fax.tif", "fax.json"} == {path.name for path in done.iterdir() if not path.name.startswith(".")}


def test_a_grown_fax_is_not_lost_by_any_crash(folder: FolderImplementation) -> None:
    """However acknowledging ends, the whole fax waits in the inbox afterwards."""
    inbox = folder.home / "var/inbox"
    (inbox / "fax.json").write_text('{"pages": 1}')
    folder.drop(b"half", name="fax.tif", received_at=NOON)
    (half,) = fax_service(folder).offered(limit=1)
    fax_service(folder).take(half.reference)
    (inbox / "taken" / half.reference / "fax.tif").write_bytes(b"half and the rest")

    crashing_everywhere(lambda: fax_service(folder).acknowledge(half.reference), lambda: None)

    (whole,) = fax_service(folder).offered(limit=10)
    assert {"pages": 1} == whole.stated_facts
    fax_service(folder).take(whole.reference)
    with fax_service(folder).open(whole.reference) as file:
        assert b"half and the rest" == file.read()
