"""Trying a thing that may fail: briefly again inside a step, then later on the list of work, or before a person.

Knows the kinds of failure and what each asks for; knows no port.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from faxrouter.journal import deeds, exceptions, work
from faxrouter.journal.faxes import ORGANISATION
from faxrouter.journal.journal import Writing
from faxrouter.model.failure import Failed, Failure, FailureKind
from faxrouter.workflow.services import Services

T = TypeVar("T")

_HOPELESS = (FailureKind.REJECTED, FailureKind.UNAUTHORISED)


def attempt(
    services: Services,
    current: work.Work,
    *,
    key: str,
    act: Callable[[bool], T],
    record: Callable[[Writing, T], None] | None = None,
    look: bool = False,
) -> T | None:
    """Do it and journal that it was done. None when it failed: then the work is journalled as postponed or stopped.

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
                _give_up(services, current, key=key, failures=failures)
                return None
            services.sleep(pause.total_seconds())
    if failures or record is not None:
        with services.journal.write() as writing:
            for failure in failures:
                deeds.record_attempt(writing, current, failure, key=key)
            if record is not None:
                record(writing, value)
    return value


def stop(
    services: Services,
    current: work.Work,
    *,
    kind: str,
    reason: str,
    failures: tuple[Failure, ...] = (),
    key: str = "",
) -> None:
    """Put the work before a person. The fax stays unacknowledged until `retry` brings it to its end."""
    with services.journal.write() as writing:
        for failure in failures:
            deeds.record_attempt(writing, current, failure, key=key)
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
    """How long to wait before the next try in this step; None to end the step."""
    failure, patience = failures[-1], services.patience
    if failure.kind in _HOPELESS or len(failures) >= patience.tries:
        return None
    asked = timedelta(seconds=failure.retry_after) if failure.retry_after is not None else timedelta()
    pause = max(asked, patience.pause_after(len(failures)))
    return pause if pause <= patience.longest_pause else None


def _give_up(services: Services, current: work.Work, *, key: str, failures: list[Failure]) -> None:
    last = failures[-1]
    reason = f"{last.system}: {last.operation}: {last.kind.value}: {last.reason}"
    if last.kind in _HOPELESS:
        stop(services, current, kind="refused", reason=reason, failures=tuple(failures), key=key)
        return
    wait = services.patience.later_after(current.run)
    if last.retry_after is not None:
        wait = max(wait, timedelta(seconds=last.retry_after))
    with services.journal.write() as writing:
        for failure in failures:
            deeds.record_attempt(writing, current, failure, key=key)
        work.postpone(writing, current, due_at=writing.now + wait, reason=reason)
    services.observe("postponed", fax=current.fax_id, work=current.kind, seconds=wait.total_seconds())
