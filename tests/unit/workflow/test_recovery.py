"""A system that is up again: what waits for it is tried at once, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from faxrouter.journal import work
from faxrouter.workflow.patrol import Recovery


@pytest.fixture
def waiting(standing: Any) -> Any:
    """One piece of work waits an hour for `records`, one for `cloudfax`."""
    for fax, reason in (("F-1", "records: store document: transient: no connection"), ("F-2", "cloudfax: down")):
        with standing.journal.write() as writing:
            work.put(writing, work.RECEIVE, fax_id=fax, department="claims")
        current = work.load(standing.journal, f"receive:{fax}")
        assert current is not None
        with standing.journal.write() as writing:
            work.postpone(writing, current, due_at=writing.now + timedelta(hours=1), reason=reason)
    return standing


def due(standing: Any) -> list[str]:
    return [one.fax_id for one in work.due(standing.journal, limit=10)]


def test_work_that_waits_for_a_system_is_due_when_it_is_up_again(waiting: Any) -> None:
    """And the flow is woken, once."""
    woken: list[bool] = []
    recovery = Recovery(waiting.services())
    waiting.outages["records"] = "it does not answer"
    recovery.look(lambda: woken.append(True))
    assert ([], []) == (due(waiting), woken)

    waiting.outages.clear()
    for _ in range(2):
        recovery.look(lambda: woken.append(True))

    assert (["F-1"], [True]) == (due(waiting), woken)
    assert [("recovered", {"system": "records", "waited": 1})] == waiting.events


def test_as_long_as_it_is_down_its_work_waits(waiting: Any) -> None:
    """Each look changes nothing."""
    recovery = Recovery(waiting.services())
    waiting.outages["records"] = "it does not answer"

    for _ in range(3):
        recovery.look(lambda: None)

    assert ([], []) == (due(waiting), waiting.events)
