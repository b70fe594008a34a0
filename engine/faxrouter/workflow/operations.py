"""What operations asks of a flow: status, queue, history, retry. Plain functions over the journal.

They work beside a running router and without one: a router that runs finds the changed list of work by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from faxrouter.journal import deeds, exceptions, history, rule_sets, tasks, transmissions, work
from faxrouter.journal.deeds import Waiting
from faxrouter.journal.exceptions import QueuedException
from faxrouter.journal.journal import Journal, Journalled
from faxrouter.journal.rule_sets import Reload
from faxrouter.model.failure import Unavailable
from faxrouter.workflow.attempting import stop_exception_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The router in numbers."""

    received: int
    decided: int
    filed: int
    acknowledged: int
    open_exceptions: int
    waiting_actions: int
    # tasks that nobody was seen to close, and those of them that are past their due time
    open_tasks: int
    overdue_tasks: int
    # outbound faxes whose end is not known
    transmissions: int
    # ("file", "stopped") → 2; the states are ready and stopped
    work: Mapping[tuple[str, str], int]
    # aware UTC; of the work that is ready
    oldest_work: datetime | None
    oldest_exception: datetime | None
    last_reload: Reload | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """Work that failed for now and will be tried again by itself."""

    fax_id: str
    document_id: str | None
    # receive, file, acknowledge
    kind: str
    department: str
    reason: str
    runs: int
    # aware UTC
    due_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Everything that waits for somebody or something, oldest first."""

    exceptions: Sequence[QueuedException]
    waiting: Sequence[Waiting]
    retrying: Sequence[Retrying]


def status(journal: Journal) -> Status:
    sums = history.sums(journal)
    queued = exceptions.open_exceptions(journal)
    last = rule_sets.reloads(journal, limit=1)
    standing = tasks.sums(journal)
    return Status(
        received=sums.entries.get("event", 0),
        decided=sums.entries.get("decision", 0),
        filed=sums.entries.get("filed", 0),
        acknowledged=sums.entries.get("acknowledged", 0),
        open_exceptions=len(queued),
        waiting_actions=len(deeds.waiting_actions(journal)),
        open_tasks=standing.open,
        overdue_tasks=standing.overdue,
        transmissions=transmissions.count(journal),
        work=sums.work,
        oldest_work=sums.oldest_work,
        oldest_exception=min((one.since for one in queued), default=None),
        last_reload=last[0] if last else None,
    )


def queue(journal: Journal) -> Queue:
    retrying = [
        Retrying(
            fax_id=one.fax_id,
            document_id=one.document_id,
            kind=one.kind,
            department=one.department,
            reason=one.reason,
            runs=one.run - 1,
            due_at=one.due_at,
            since=one.since,
        )
        for one in work.all_of(journal, state=work.READY)
        if one.reason is not None
    ]
    return Queue(
        exceptions=exceptions.open_exceptions(journal), waiting=deeds.waiting_actions(journal), retrying=retrying
    )


def fax_history(journal: Journal, fax_id: str) -> Sequence[Journalled]:
    """Every entry of one fax, in order."""
    return history.fax_history(journal, fax_id)


def retry(journal: Journal, fax_id: str, *, by: str) -> Sequence[str]:
    """Start again, now, whatever of the fax is stopped or waits for a later try. The answer names the work; empty when
    there was nothing to do. Exceptions that stopped it are settled; others stay with their owner."""
    resumed: list[str] = []
    for one in work.all_of(journal, fax_id=fax_id):
        if one.state != work.STOPPED and one.reason is None:
            continue
        with journal.write() as writing:
            if work.resume(writing, one):
                resumed.append(one.work_id)
            if one.state == work.STOPPED:
                exceptions.settle(writing, _stopped_by(one), by=by, how="retried")
    return resumed


def claim(journal: Journal, exception_id: str, *, by: str) -> None:
    """A person works on an entry of the queue."""
    with journal.write() as writing:
        exceptions.claim(writing, exception_id, by=by)


def settle(journal: Journal, exception_id: str, *, by: str, how: str) -> bool:
    """A person has dealt with an entry of the queue. Raises Unavailable for one that holds up a fax: say `retry`."""
    if any(_stopped_by(one) == exception_id for one in work.all_of(journal, state=work.STOPPED)):
        raise Unavailable("this entry holds up a fax that is not filed; mend its cause and say `retry`")
    with journal.write() as writing:
        return exceptions.settle(writing, exception_id, by=by, how=how)


def _stopped_by(stopped: work.Work) -> str:
    """The entry of the queue that a stop made: stopping counted the run up."""
    return stop_exception_id(work_id=stopped.work_id, run=stopped.run - 1)
