"""The fake of outbound requests: told what is marked, it records its calls and fails where it is told to."""

from pathlib import Path
from typing import cast

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import MarkKind, MarkOutcome
from faxrouter_connectors.memory import MemoryOutboundRequests, open_connector
from implementations import NOON, SteppedClock, settings_of


@pytest.fixture
def memory(tmp_path: Path) -> MemoryOutboundRequests:
    connector = open_connector(settings_of(tmp_path, SteppedClock(), {}))
    return cast(MemoryOutboundRequests, connector.outbound_requests)


def marked(memory: MemoryOutboundRequests, department: str = "claims", kind: MarkKind = MarkKind.CATEGORY) -> str:
    return memory.mark(b"a", name="letter.pdf", department=department, marked_at=NOON, kind=kind)


def test_it_is_told_what_is_marked_by_which_way(memory: MemoryOutboundRequests) -> None:
    """Without departments of its own it serves all."""
    marked(memory, "claims", MarkKind.FOLDER)
    marked(memory, "clinic", MarkKind.WORKFLOW)

    found = memory.marked(limit=10)

    assert [("claims", MarkKind.FOLDER), ("clinic", MarkKind.WORKFLOW)] == [
        (mark.department, mark.kind) for mark in found
    ]


def test_every_call_is_recorded(memory: MemoryOutboundRequests) -> None:
    """With what it was asked."""
    document = marked(memory)
    mark = memory.marked(limit=1)[0]

    with memory.open(mark):
        memory.answer(mark, MarkOutcome.REFUSED, words="no number", idempotency_key="k")

    assert ["marked", "open", "answer"] == [call.operation for call in memory.faults.calls]
    assert "k" == memory.faults.calls[-1].arguments["idempotency_key"]
    assert ((MarkOutcome.REFUSED, "no number"),) == memory.answers(document)


@pytest.mark.parametrize("operation", ["marked", "open", "answer"])
def test_it_fails_where_it_is_told_to(memory: MemoryOutboundRequests, operation: str) -> None:
    """In whatever kind, and before anything is done."""
    document = marked(memory)
    mark = memory.marked(limit=1)[0]
    memory.faults.fail(operation, FailureKind.THROTTLED, retry_after=3)

    with pytest.raises(Failed) as failed:
        memory.marked(limit=1)
        with memory.open(mark):
            memory.answer(mark, MarkOutcome.SENT, words="", idempotency_key="k")

    assert (FailureKind.THROTTLED, operation) == (failed.value.failure.kind, failed.value.failure.operation)
    assert () == memory.answers(document)
