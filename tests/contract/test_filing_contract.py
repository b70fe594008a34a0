"""What every records system does with workspaces, documents and versions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import WorkspaceRef
from implementations import (
    NURSING,
    REFERRALS,
    Implementation,
    claim,
    document,
    filing,
    found_by_key,
    nursing_of,
    stored,
)

PORT = "filing"


def test_a_named_workspace_always_exists(implementation: Implementation) -> None:
    """It is the same one each time, and other names are other workspaces."""

    first, second = nursing_of(implementation), nursing_of(implementation)
    other = filing(implementation).find_workspace(REFERRALS)

    assert first.reference == second.reference
    assert other is not None
    assert first.reference != other.reference


def test_a_typed_workspace_is_found_only_after_it_was_created(implementation: Implementation) -> None:
    """Nothing is made up by looking."""
    port = filing(implementation)

    before = port.find_workspace(claim("CLM-1"))
    created = port.create_workspace(claim("CLM-1"), idempotency_key="a")
    after = port.find_workspace(claim("CLM-1"))

    assert before is None
    assert created.created
    assert after is not None
    assert (created.reference, False) == (after.reference, after.created)


def test_creating_with_one_key_twice_answers_the_same(implementation: Implementation) -> None:
    """A repeated step learns what the first attempt did."""
    port = filing(implementation)

    assert port.create_workspace(claim("CLM-1"), idempotency_key="a") == port.create_workspace(
        claim("CLM-1"), idempotency_key="a"
    )


def test_creating_what_another_created_answers_theirs(implementation: Implementation) -> None:
    """Two faxes for one new claim end in one workspace, and one of them made it."""
    port = filing(implementation)

    first = port.create_workspace(claim("CLM-1"), idempotency_key="a")
    second = port.create_workspace(claim("CLM-1"), idempotency_key="b")

    assert first.reference == second.reference
    assert (True, False) == (first.created, second.created)


def test_threads_that_create_at_once_get_the_same_workspace(implementation: Implementation) -> None:
    """Find or create is safe against itself."""
    port = filing(implementation)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: port.create_workspace(claim("CLM-1"), idempotency_key=f"key-{n}"), range(16)))

    assert 1 == len({workspace.reference for workspace in made})
    assert 1 == sum(workspace.created for workspace in made)


def test_a_type_that_may_not_be_created_is_refused(implementation: Implementation) -> None:
    """No ghost patients."""
    with pytest.raises(Failed) as failed:
        filing(implementation).create_workspace(claim("CLM-1", may_create=False), idempotency_key="a")

    assert FailureKind.REJECTED is failed.value.failure.kind


KEYS = [
    "C/1",
    "C_1",
    "C 1",
    "c 1",
    "C~1",
    "../C 1",
    "C\x001",
    "",
    ".",
    "\u00fc",
    "u\u0308",
    "C@1",
    "C=1",
    "x" * 300,
    "x" * 301,
]


def test_two_keys_never_share_a_workspace(implementation: Implementation) -> None:
    """However odd the keys, each has its own, and is found again."""
    port = filing(implementation)

    made = {key: port.create_workspace(claim(key), idempotency_key=key).reference for key in KEYS}

    assert len(KEYS) == len(set(made.values()))
    for key, reference in made.items():
        again = port.find_workspace(claim(key))
        assert again is not None
        assert reference == again.reference


def test_a_type_and_a_path_of_the_same_words_are_two_workspaces(implementation: Implementation) -> None:
    """A key cannot reach a named workspace, nor another department's."""
    port = filing(implementation)

    references = {
        port.create_workspace(claim("Nursing"), idempotency_key="a").reference,
        port.create_workspace(claim("Nursing", department="legal"), idempotency_key="b").reference,
        port.create_workspace(
            replace(NURSING, department="claims", path=("Claim", "Nursing")), idempotency_key="c"
        ).reference,
        port.create_workspace(
            replace(NURSING, department="claims", path=("Claim=Nursing",)), idempotency_key="d"
        ).reference,
    }

    assert 4 == len(references)


def test_a_document_is_stored_with_its_metadata(implementation: Implementation, tmp_path: Path) -> None:
    """What is described is what was given."""
    given = document(tmp_path, b"content")
    nursing = nursing_of(implementation)

    receipt = filing(implementation).store_document(nursing, given, idempotency_key="fax-1/store")
    description = filing(implementation).describe(receipt.reference)

    assert receipt.fresh
    assert (receipt.reference, nursing.reference, given.name, 1, given.sha256, "Fax", dict(given.attributes)) == (
        description.reference,
        description.workspace,
        description.name,
        description.version,
        description.sha256,
        description.category,
        dict(description.attributes),
    )


def test_storing_with_one_key_twice_stores_once(implementation: Implementation, tmp_path: Path) -> None:
    """The second answer names the same document and says that it is not fresh."""
    port, nursing, given = filing(implementation), nursing_of(implementation), document(tmp_path, b"content")

    first = port.store_document(nursing, given, idempotency_key="a")
    second = port.store_document(nursing, given, idempotency_key="a")

    assert first.reference == second.reference
    assert (True, False) == (first.fresh, second.fresh)


def test_a_stored_document_is_found_by_its_key_after_a_restart(implementation: Implementation, tmp_path: Path) -> None:
    """ "Sent, no answer" is answered by looking."""
    before = found_by_key(implementation, "fax-1/store")
    reference = stored(implementation, tmp_path)

    implementation.restart()

    assert before is None
    assert reference == found_by_key(implementation, "fax-1/store")


def test_one_key_for_two_contents_is_refused(implementation: Implementation, tmp_path: Path) -> None:
    """A document is not lost behind a key that was used before."""
    port, nursing = filing(implementation), nursing_of(implementation)
    port.store_document(nursing, document(tmp_path, b"one"), idempotency_key="a")

    with pytest.raises(Failed) as failed:
        port.store_document(nursing, document(tmp_path, b"two"), idempotency_key="a")

    assert FailureKind.REJECTED is failed.value.failure.kind


def test_content_that_is_not_what_its_hash_says_is_not_stored(implementation: Implementation, tmp_path: Path) -> None:
    """Neither as a document nor as a version is anything left behind."""
    wrong = replace(document(tmp_path, b"content"), sha256="0" * 64)
    reference = stored(implementation, tmp_path)
    nursing = nursing_of(implementation)

    stores: list[Callable[[], object]] = [
        lambda: filing(implementation).store_document(nursing, wrong, idempotency_key="a"),
        lambda: filing(implementation).store_version(reference, wrong, idempotency_key="b"),
    ]
    for store in stores:
        with pytest.raises(Failed) as failed:
            store()
        assert FailureKind.REJECTED is failed.value.failure.kind
    assert found_by_key(implementation, "a") is None
    assert 1 == filing(implementation).describe(reference).version


def test_two_documents_of_one_name_stand_side_by_side(implementation: Implementation, tmp_path: Path) -> None:
    """A name that is taken is no reason to refuse."""
    port, nursing = filing(implementation), nursing_of(implementation)

    first = port.store_document(nursing, document(tmp_path, b"one"), idempotency_key="a")
    second = port.store_document(nursing, document(tmp_path, b"two"), idempotency_key="b")

    assert first.reference != second.reference


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "\x00\x1b[31m", "n" * 300, "", ".", "Überweisung 検査"])
def test_any_name_can_be_stored_and_is_kept(implementation: Implementation, tmp_path: Path, name: str) -> None:
    """A name is for people to read and never a place. One that a records system cannot hold is shown in another form,
    and found by its own."""
    given = document(tmp_path, b"content", name=name)

    receipt = filing(implementation).store_document(nursing_of(implementation), given, idempotency_key="a")
    shown = filing(implementation).describe(receipt.reference).name

    assert name == shown or (shown and not can_be_held(name, longest=implementation.longest_name))
    assert receipt.reference == found_by_key(implementation, "a", name=name)


def can_be_held(name: str, *, longest: int | None) -> bool:
    """None: any name at all."""
    return longest is None or (0 < len(name) <= longest and name.isprintable() and name == name.strip())


def test_versions_are_counted_and_the_latest_is_described(implementation: Implementation, tmp_path: Path) -> None:
    """A key adds its version once."""
    port, reference = filing(implementation), stored(implementation, tmp_path)
    second, third = document(tmp_path, b"second"), document(tmp_path, b"third")

    numbers = [
        port.store_version(reference, second, idempotency_key="b").details["version"],
        port.store_version(reference, third, idempotency_key="c").details["version"],
        port.store_version(reference, second, idempotency_key="b").details["version"],
    ]

    assert ["2", "3", "2"] == numbers
    assert (3, third.sha256) == (port.describe(reference).version, port.describe(reference).sha256)


def test_a_document_moves_with_everything_it_has(implementation: Implementation, tmp_path: Path) -> None:
    """Versions and metadata go with it, and it is found by the same key and reference."""
    port, reference = filing(implementation), stored(implementation, tmp_path)
    port.store_version(reference, document(tmp_path, b"second"), idempotency_key="b")
    target = port.create_workspace(claim("CLM-1"), idempotency_key="c")

    receipt = port.move_document(reference, target, idempotency_key="d")
    description = port.describe(reference)

    assert (reference, True) == (receipt.reference, receipt.fresh)
    assert (target.reference, 2, "Fax") == (description.workspace, description.version, description.category)
    assert reference == found_by_key(implementation, "fax-1/store")


def test_an_old_move_that_is_repeated_does_not_move_back(implementation: Implementation, tmp_path: Path) -> None:
    """A key moves once, whatever happened since."""
    port, reference = filing(implementation), stored(implementation, tmp_path)
    first = port.create_workspace(claim("CLM-1"), idempotency_key="c")
    second = port.create_workspace(claim("CLM-2"), idempotency_key="d")
    port.move_document(reference, first, idempotency_key="move-1")
    port.move_document(reference, second, idempotency_key="move-2")

    repeated = port.move_document(reference, first, idempotency_key="move-1")

    assert not repeated.fresh
    assert second.reference == port.describe(reference).workspace


def test_a_document_can_come_back_to_where_it_was(implementation: Implementation, tmp_path: Path) -> None:
    """A correction may be corrected."""
    port, reference, nursing = filing(implementation), stored(implementation, tmp_path), nursing_of(implementation)
    target = port.create_workspace(claim("CLM-1"), idempotency_key="c")

    port.move_document(reference, target, idempotency_key="there")
    port.move_document(reference, nursing, idempotency_key="back")

    assert nursing.reference == port.describe(reference).workspace
    assert reference == found_by_key(implementation, "fax-1/store")


def test_metadata_is_replaced_as_a_whole_and_once_a_key(implementation: Implementation, tmp_path: Path) -> None:
    """An old change that is repeated does not undo a newer one."""
    port, reference = filing(implementation), stored(implementation, tmp_path)
    port.set_metadata(reference, category="Fax", attributes={"Patient": "1"}, idempotency_key="a")
    port.set_metadata(reference, category="Fax", attributes={"Case": "2"}, idempotency_key="b")

    port.set_metadata(reference, category="Fax", attributes={"Patient": "1"}, idempotency_key="a")

    assert {"Case": "2"} == dict(port.describe(reference).attributes)


@pytest.mark.parametrize("reference", ["no such thing", "../..", "", "clinic/../../x", "clinic"])
def test_what_is_not_there_is_refused(implementation: Implementation, tmp_path: Path, reference: str) -> None:
    """Documents and workspaces that nobody stored are refusals, and nothing is written."""
    port = filing(implementation)
    nowhere = WorkspaceRef(reference=reference, name="")

    for operation in (
        lambda: port.describe(reference),
        lambda: port.store_version(reference, document(tmp_path, b"x"), idempotency_key="a"),
        lambda: port.set_metadata(reference, category="Fax", attributes={}, idempotency_key="b"),
        lambda: port.store_document(nowhere, document(tmp_path, b"x"), idempotency_key="c"),
    ):
        with pytest.raises(Failed) as failed:
            operation()
        assert FailureKind.REJECTED is failed.value.failure.kind


def test_a_target_without_path_and_key_is_refused(implementation: Implementation) -> None:
    """Half a target finds nothing by accident."""
    for target in (replace(NURSING, path=()), replace(claim("x"), key=None)):
        with pytest.raises(Failed) as failed:
            filing(implementation).find_workspace(target)
        assert FailureKind.REJECTED is failed.value.failure.kind


def test_threads_that_store_with_one_key_store_once(implementation: Implementation, tmp_path: Path) -> None:
    """Two workers with the same step do not file a fax twice."""
    port, nursing, given = filing(implementation), nursing_of(implementation), document(tmp_path, b"content")

    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda _: port.store_document(nursing, given, idempotency_key="a"), range(16)))

    assert 1 == len({receipt.reference for receipt in receipts})
    assert 1 == sum(receipt.fresh for receipt in receipts)


def test_a_filing_that_works_is_healthy(implementation: Implementation) -> None:
    """None means that it can be used."""

    assert filing(implementation).health() is None
