"""What every records system does with classes and holds: they add up, and nothing here takes one away."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import ClassAssertion
from implementations import Implementation, claim, filing, records, stored

PORT = "records"


def assertion(record_class: str, *, rule: str = "clinic-referral") -> ClassAssertion:
    return ClassAssertion(
        record_class=record_class,
        rsi=record_class,
        rule=rule,
        at="rules/clinic.rules.yaml:14",
        authority="schedule 4.2",
    )


def test_classes_add_up(implementation: Implementation, tmp_path: Path) -> None:
    """A later assertion leaves the earlier ones."""
    document = stored(implementation, tmp_path)

    receipts = [
        records(implementation).assert_class(document, assertion(name), idempotency_key=name)
        for name in ("years_10", "case_7")
    ]

    assert ("years_10", "case_7") == filing(implementation).describe(document).record_classes
    assert [True, True] == [receipt.fresh for receipt in receipts]
    assert 2 == len({receipt.reference for receipt in receipts})


def test_holds_add_up(implementation: Implementation, tmp_path: Path) -> None:
    """A record may carry several; the same name from two rules is one hold on the record."""
    document = stored(implementation, tmp_path)

    for key, hold in (("a", "Doe v. County"), ("b", "Audit 2026"), ("c", "Doe v. County")):
        records(implementation).place_hold(document, hold, rule=key, at="rules/x.yaml:1", idempotency_key=key)

    assert ("Doe v. County", "Audit 2026") == filing(implementation).describe(document).holds


def test_one_key_places_once(implementation: Implementation, tmp_path: Path) -> None:
    """The repeated answer is the same, and not fresh."""
    document, port = stored(implementation, tmp_path), records(implementation)

    holds = [port.place_hold(document, "Audit", rule="r", at="x:1", idempotency_key="h") for _ in range(2)]
    classes = [port.assert_class(document, assertion("years_10"), idempotency_key="c") for _ in range(2)]

    assert [True, False] == [receipt.fresh for receipt in holds] == [receipt.fresh for receipt in classes]
    assert 1 == len({receipt.reference for receipt in holds})
    assert 1 == len({receipt.reference for receipt in classes})


def test_classes_and_holds_move_with_the_document(implementation: Implementation, tmp_path: Path) -> None:
    """A document that was filed wrongly takes its holds along."""
    document = stored(implementation, tmp_path)
    records(implementation).place_hold(document, "Audit", rule="r", at="x:1", idempotency_key="h")
    records(implementation).assert_class(document, assertion("years_10"), idempotency_key="c")
    target = filing(implementation).create_workspace(claim("CLM-1"), idempotency_key="w")

    filing(implementation).move_document(document, target, idempotency_key="m")

    description = filing(implementation).describe(document)
    assert (("Audit",), ("years_10",)) == (description.holds, description.record_classes)


def test_threads_that_place_holds_lose_none(implementation: Implementation, tmp_path: Path) -> None:
    """Every hold placed at the same moment stands afterwards."""
    document = stored(implementation, tmp_path)
    names = [f"hold {number}" for number in range(16)]

    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda name: records(implementation).place_hold(
                    document, name, rule="r", at="x:1", idempotency_key=name
                ),
                names,
            )
        )

    assert set(names) == set(filing(implementation).describe(document).holds)


def test_a_document_that_is_not_there_is_refused(implementation: Implementation) -> None:
    """A hold on nothing must not look placed."""
    places: list[Callable[[], object]] = [
        lambda: records(implementation).place_hold("nothing", "Audit", rule="r", at="x:1", idempotency_key="h"),
        lambda: records(implementation).assert_class("nothing", assertion("years_10"), idempotency_key="c"),
    ]
    for place in places:
        with pytest.raises(Failed) as failed:
            place()
        assert FailureKind.REJECTED is failed.value.failure.kind


def test_records_that_work_are_healthy(implementation: Implementation) -> None:
    """None means that it can be used."""

    assert records(implementation).health() is None
