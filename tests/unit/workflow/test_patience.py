"""What becomes of a failure: a pause, a later run, or a person."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from faxrouter.journal import faxes, work
from faxrouter.journal.exceptions import open_exceptions
from faxrouter.journal.journal import Journal
from faxrouter.model.failure import Failed, Failure, FailureKind
from faxrouter.ports import InboundFax
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.services import Patience, Services


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=_Clock())
    with opened.write() as writing:
        faxes.record_event(writing, faxes.received("cloud", InboundFax(reference="F", received_at=_Clock().now())))
    yield opened
    opened.close()


def try_it(journal: Journal, *failures: tuple[FailureKind, float | None], run: int = 1) -> tuple[Any, list[float]]:
    """What `attempt` answers when the act fails so and then succeeds, and the pauses that it made."""
    pauses: list[float] = []
    left = list(failures)
    services = SimpleNamespace(journal=journal, patience=Patience(), observe=lambda *_, **__: None, sleep=pauses.append)

    def act(look: bool) -> str:
        if left:
            kind, retry_after = left.pop(0)
            raise Failed(
                Failure(kind=kind, system="ecm", operation="store document", reason="why", retry_after=retry_after)
            )
        return "looked" if look else "done"

    (current,) = work.all_of(journal)
    for _ in range(run - 1):
        with journal.write() as writing:
            work.postpone(writing, current, due_at=journal.now, reason=None)
        (current,) = work.all_of(journal)
    notes = Notes()
    value = attempt(cast(Services, services), current, notes, key="k", act=act)
    with journal.write() as writing:
        # as a run does that came to its end; one that failed has written them itself
        if value is not None:
            notes.write_into(writing)
    return value, pauses


T, H, R, A, U = (
    FailureKind.TRANSIENT,
    FailureKind.THROTTLED,
    FailureKind.REJECTED,
    FailureKind.UNAUTHORISED,
    FailureKind.UNKNOWN,
)


@pytest.mark.parametrize(
    ("failures", "answer", "pauses"),
    [
        ((), "done", []),
        (((T, None),), "looked", [0.2]),
        (((U, None), (T, None)), "looked", [0.2, 0.4]),
        (((H, 1.5),), "looked", [1.5]),
        (((H, 0.0),), "looked", [0.2]),
    ],
)
def test_a_brief_failure_ends_inside_the_step(
    journal: Journal, failures: tuple[tuple[FailureKind, float | None], ...], answer: str, pauses: list[float]
) -> None:
    """After a failure the act is told to look; every try is journalled."""

    assert (answer, pauses) == try_it(journal, *failures)
    assert len(failures) == len(journal.entries("attempt"))
    assert [1] == [one.run for one in work.all_of(journal)]


@pytest.mark.parametrize(
    ("failures", "run", "seconds"),
    [
        (((T, None),) * 3, 1, 5),
        (((T, None),) * 3, 2, 10),
        (((U, None),) * 3, 4, 40),
        (((T, None),) * 3, 12, 900),
        (((H, 60.0),), 1, 60),
        (((H, 2.5),), 1, 5),
    ],
)
def test_a_longer_one_waits_on_the_list_of_work(
    journal: Journal, failures: tuple[tuple[FailureKind, float | None], ...], run: int, seconds: int
) -> None:
    """Twice as long each time, up to the ceiling, and never shorter than was asked for."""

    assert try_it(journal, *failures, run=run)[0] is None
    (waiting,) = work.all_of(journal)
    assert (work.READY, run + 1, timedelta(seconds=seconds)) == (
        waiting.state,
        waiting.run,
        waiting.due_at - journal.now,
    )
    assert waiting.reason is not None
    assert [] == open_exceptions(journal)


@pytest.mark.parametrize("kind", [R, A])
def test_a_refusal_is_for_a_person_at_once(journal: Journal, kind: FailureKind) -> None:
    """Asking again would change nothing."""

    assert (None, []) == try_it(journal, (kind, None))
    (stopped,) = work.all_of(journal)
    (entry,) = open_exceptions(journal)
    assert (work.STOPPED, "refused", "organisation") == (stopped.state, entry.kind, entry.department)
    assert f"ecm: store document: {kind.value}: why" == entry.reason
