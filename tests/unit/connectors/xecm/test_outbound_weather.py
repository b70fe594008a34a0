"""An answer in bad weather: whichever of its calls fails in whichever way, repeating it answers the mark, and once."""

from collections.abc import Mapping
from typing import Any

import pytest

from faxrouter.model.failure import Failed
from faxrouter.ports import MarkOutcome
from faxrouter_simulators.faults import FaultKind
from outbound_implementations import outbound_requests
from outbound_xecm import Opening, XecmByCategory, XecmByFolder, XecmByWorkflow

# every document is marked by its category and stands in the folder
BOTH = {"by_folder": {"folders": [["claims", "Letters"]]}}
WAYS = [(XecmByCategory, {}), (XecmByCategory, BOTH), (XecmByWorkflow, {}), (XecmByFolder, {})]


def answered(at_work: XecmByCategory | XecmByWorkflow | XecmByFolder, fault: Mapping[str, Any] | None) -> list[str]:
    """Marks a document and answers it, by another process, until that is done; the reference under which it was told
    before each try."""
    at_work.mark(b"a")
    mark = outbound_requests(at_work).marked(limit=1)[0]
    told = [mark.reference]
    at_work.restart()
    port, plan = outbound_requests(at_work), at_work.simulated.simulators.plan
    plan.order([] if fault is None else [dict(fault)])
    for _ in range(3):
        try:
            port.answer(mark, MarkOutcome.SENT, words="at 10:04", idempotency_key="k")
        except Failed:
            told += [one.reference for one in port.marked(limit=10)]
        else:
            plan.order([])
            assert [] == port.marked(limit=10)
            return told
    raise AssertionError(f"{fault}: three tries were not enough")


@pytest.mark.parametrize(("way", "more"), WAYS, ids=["category", "category in a folder", "workflow", "folder"])
@pytest.mark.parametrize("kind", [FaultKind.CUT, FaultKind.LOST, FaultKind.LOST_STATUS], ids=lambda kind: kind.value)
def test_every_call_of_an_answer_may_fail(
    opening: Opening,
    way: type[XecmByCategory | XecmByWorkflow | XecmByFolder],
    more: Mapping[str, Any],
    kind: FaultKind,
) -> None:
    """Before it was done, or after; a mark that is told in between is the same mark."""
    at_work = opening(way, more=more)
    answered(at_work, None)
    plan = at_work.simulated.simulators.plan
    changes, number, was_struck = at_work.changes(), 0, True

    while was_struck:
        before, changes = len(plan.calls), changes + 1
        told = answered(at_work, {"kind": kind.value, "system": "xecm", "after": number})
        was_struck, number = any(call.fault for call in plan.calls[before:]), number + 1
        assert (1, changes) == (len(set(told)), at_work.changes())

    assert number >= 4
