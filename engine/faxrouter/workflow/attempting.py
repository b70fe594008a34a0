"""Trying a thing that may fail: briefly again at once, then later on the list of work, or before a person.

Knows the kinds of failure and what each asks for; knows no port.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from faxrouter.journal import deeds, exceptions, work
from faxrouter.journal.faxes import ORGANISATION
from faxrouter.journal.journal import Writing
from faxrouter.model.failure import Failed, Failure, FailureKind, FailureSubject
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.services import Services

T = TypeVar("T")


def attempt(
    services: Services,
    current: work.Work,
    notes: Notes,
    *,
    key: str,
    act: Callable[[bool], T],
    record: Callable[[Writing, T], None] | None = None,
    look: bool = False,
) -> T | None:
    """Do it and note that it was done. None when it failed: then everything noted so far is journalled, and the work as
    postponed or stopped.

    `act` is told whether it may have been done before, so that it looks before it repeats. Raises Unavailable when our
    own stores cannot be used: then nothing is journalled and the work stays in hand until it is started again.
    """
    failures: list[Failure] = []
    while True:
        try:
            value = act(look or bool(failures))
            break
        except Failed as err:
            failures.append(err.failure)
            services.observe(
                "step failed",
                fax=current.fax_id,
                system=err.failure.system,
                operation=err.failure.operation,
                kind=err.failure.kind.value,
                reason=err.failure.reason,
            )
            pause = _pause(services, failures)
            if pause is None:
                notes.add(lambda writing: _record_failures(writing, current, failures, key))
                _give_up(services, current, notes, failures)
                return None
            services.sleep(pause.total_seconds())
    if failures or record is not None:

        def write(writing: Writing) -> None:
            _record_failures(writing, current, failures, key)
            if record is not None:
                record(writing, value)

        notes.add(write)
    return value


def stop(services: Services, current: work.Work, notes: Notes, *, kind: str, reason: str) -> None:
    """Put the work before a person. The fax stays unacknowledged until `retry` brings it to its end."""
    with services.journal.write() as writing:
        notes.write_into(writing)
        if work.stop(writing, current, reason=reason):
            exceptions.record_exception(
                writing,
                stop_exception_id(work_id=current.work_id, run=current.run),
                kind=kind,
                reason=reason,
                fax_id=current.fax_id,
                document_id=current.document_id,
                department=current.department or ORGANISATION,
            )
    services.observe("stopped", fax=current.fax_id, work=current.kind, kind=kind)


def stop_exception_id(*, work_id: str, run: int) -> str:
    """One entry of the queue for each run that ended before a person."""
    return f"stopped:{work_id}:{run}"


def _pause(services: Services, failures: list[Failure]) -> timedelta | None:
    """How long to wait before the next try in this run; None to end the run."""
    failure, patience = failures[-1], services.patience
    if _is_hopeless(failure) or failure.about is FailureSubject.IDENTITY or len(failures) >= patience.tries:
        return None
    asked = timedelta(seconds=failure.retry_after) if failure.retry_after is not None else timedelta()
    pause = max(asked, patience.pause_after(len(failures)))
    return pause if pause <= patience.longest_pause else None


def _is_hopeless(failure: Failure) -> bool:
    """Whether a person must look at this one fax. A login that is refused stops every fax of its department: that is
    mended in one place, and they wait for it."""
    if failure.kind is FailureKind.UNAUTHORISED:
        return failure.about is not FailureSubject.IDENTITY
    return failure.kind is FailureKind.REJECTED


def _give_up(services: Services, current: work.Work, notes: Notes, failures: list[Failure]) -> None:
    last = failures[-1]
    reason = f"{last.system}: {last.operation}: {last.kind.value}: {last.reason}"
    if _is_hopeless(last):
        stop(services, current, notes, kind="refused", reason=reason)
        return
    wait = services.patience.later_after(current.run)
    if last.retry_after is not None:
        wait = max(wait, timedelta(seconds=last.retry_after))
    with services.journal.write() as writing:
        notes.write_into(writing)
        work.postpone(writing, current, due_at=writing.now + wait, reason=reason)
    services.observe("postponed", fax=current.fax_id, work=current.kind, seconds=wait.total_seconds())


def _record_failures(writing: Writing, current: work.Work, failures: list[Failure], key: str) -> None:
    for failure in failures:
        deeds.record_attempt(writing, current, failure, key=key)
