"""The fakes record what they were asked and fail where they are told to."""

from pathlib import Path
from typing import cast

import pytest

from faxrouter.model.failure import Failed, FailureKind, Unavailable
from faxrouter_connectors.memory import MemoryFaxService, MemoryFiling, open_connector
from implementations import NOON, NURSING, MemoryImplementation, document, filing, found_by_key, settings_of


@pytest.fixture
def memory(tmp_path: Path) -> MemoryImplementation:
    return MemoryImplementation(tmp_path)


def faked(memory: MemoryImplementation) -> MemoryFiling:
    return cast(MemoryFiling, memory.connector.filing)


def store(memory: MemoryImplementation, directory: Path) -> str:
    nursing = filing(memory).find_workspace(NURSING)
    assert nursing is not None
    return filing(memory).store_document(nursing, document(directory, b"x"), idempotency_key="a").reference


def test_a_fault_before_the_effect_changes_nothing(memory: MemoryImplementation, tmp_path: Path) -> None:
    """Refused is not done."""
    faked(memory).faults.fail("store_document", FailureKind.THROTTLED, retry_after=3)

    with pytest.raises(Failed) as failed:
        store(memory, tmp_path)

    assert (FailureKind.THROTTLED, 3) == (failed.value.failure.kind, failed.value.failure.retry_after)
    assert found_by_key(memory, "a") is None


def test_a_fault_after_the_effect_loses_only_the_answer(memory: MemoryImplementation, tmp_path: Path) -> None:
    """Sent, no answer: looking finds what was done, and repeating does not do it twice."""
    faked(memory).faults.fail("store_document", FailureKind.UNKNOWN, after_effect=True)

    with pytest.raises(Failed) as failed:
        store(memory, tmp_path)
    found = found_by_key(memory, "a")

    assert FailureKind.UNKNOWN is failed.value.failure.kind
    assert found is not None
    assert found == store(memory, tmp_path)


def test_a_fault_strikes_the_call_it_is_meant_for(memory: MemoryImplementation) -> None:
    """The third call from now, and no other."""
    faked(memory).faults.fail("find_workspace", FailureKind.TRANSIENT, call=3)
    outcomes = []
    for _ in range(4):
        try:
            filing(memory).find_workspace(NURSING)
            outcomes.append("found")
        except Failed:
            outcomes.append("failed")

    assert ["found", "found", "failed", "found"] == outcomes


def test_every_call_is_recorded_with_what_was_asked(memory: MemoryImplementation, tmp_path: Path) -> None:
    """A test can count calls and read their arguments."""
    store(memory, tmp_path)

    faults = faked(memory).faults
    assert ["find_workspace", "store_document"] == [call.operation for call in faults.calls]
    assert "a" == faults.calls[1].arguments["idempotency_key"]
    assert 1 == faults.count("store_document")


def test_acknowledged_faxes_can_be_counted(memory: MemoryImplementation) -> None:
    """A lost answer to an acknowledgement still acknowledges."""
    service = cast(MemoryFaxService, memory.connector.fax_service)
    reference = service.drop(b"x", received_at=NOON, facts={"pages": 1})
    service.take(reference)
    service.faults.fail("acknowledge", FailureKind.UNKNOWN, after_effect=True)

    with pytest.raises(Failed):
        service.acknowledge(reference)

    assert (reference,) == service.acknowledged()


def test_the_memory_connector_has_no_options(memory: MemoryImplementation, tmp_path: Path) -> None:
    """A setting that does nothing is a mistake."""
    with pytest.raises(Unavailable, match="remove `inbox`"):
        open_connector(settings_of(tmp_path, memory.clock, {"inbox": "x"}))
