"""The list of work: what is still to do, who has it in hand, and when it is due. Proves nothing; done work leaves it.

Every row survives the durable engine: lose the engine's database and the list still says what to start again.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from faxrouter.journal.forms import moment_from, moment_text
from faxrouter.journal.journal import Journal, Writing
from faxrouter.journal.tables import work

RECEIVE = "receive"
FILE = "file"
ACKNOWLEDGE = "acknowledge"

READY = "ready"
# a person has to look; `retry` makes it ready again
STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One thing to do. `run` counts its starts from 1; a workflow of an older run finds itself out of date and ends."""

    work_id: str
    kind: str
    fax_id: str
    document_id: str | None
    department: str
    case_key: str
    # place in the line of its case, from 1; 0 where order does not matter
    position: int
    state: str
    run: int
    # aware UTC
    due_at: datetime
    since: datetime
    workflow_id: str | None
    reason: str | None

    @property
    def next_workflow_id(self) -> str:
        return f"{self.work_id}:{self.run}"


def work_id(kind: str, subject: str) -> str:
    """`file:F-0123-1`; the subject is a fax or a document."""
    return f"{kind}:{subject}"


def put(
    writing: Writing,
    kind: str,
    *,
    fax_id: str,
    department: str,
    case_key: str = "",
    document_id: str | None = None,
    position: int = 0,
    workflow_id: str | None = None,
) -> Work | None:
    """Add it, due now; with `workflow_id`, in that workflow's hand. None when it was there: twice is once."""
    added = Work(
        work_id=work_id(kind, document_id or fax_id),
        kind=kind,
        fax_id=fax_id,
        document_id=document_id,
        department=department,
        case_key=case_key or fax_id,
        position=position,
        state=READY,
        run=1,
        due_at=writing.now,
        since=writing.now,
        workflow_id=workflow_id,
        reason=None,
    )
    now = moment_text(writing.now)
    row = {**asdict(added), "due_at": now, "since": now, "dispatched_at": now if workflow_id else None}
    return added if writing.insert_once(work, row) else None


def load(journal: Journal, wanted: str) -> Work | None:
    """None when it is done."""
    with journal.look() as connection:
        row = connection.execute(_ONE, {"work_id": wanted}).first()
    return None if row is None else _work(row)


def held_by(journal: Journal, workflow_id: str) -> Sequence[Work]:
    """Everything that this workflow has in hand, in the order in which it took it."""
    chosen = sa.select(work).where(work.c.workflow_id == workflow_id).order_by(work.c.dispatched_at, work.c.position)
    with journal.look() as connection:
        return [_work(row) for row in connection.execute(chosen)]


def all_of(journal: Journal, *, fax_id: str | None = None, state: str | None = None) -> Sequence[Work]:
    """Everything that is not done, oldest first."""
    chosen = sa.select(work).order_by(work.c.since, work.c.work_id)
    if fax_id is not None:
        chosen = chosen.where(work.c.fax_id == fax_id)
    if state is not None:
        chosen = chosen.where(work.c.state == state)
    with journal.read() as connection:
        return [_work(row) for row in connection.execute(chosen)]


def count_ready(journal: Journal) -> int:
    """How much is not done and not stopped."""
    with journal.read() as connection:
        chosen = sa.select(sa.func.count()).select_from(work).where(work.c.state == READY)
        return int(connection.execute(chosen).scalar_one())


def due(journal: Journal, *kinds: str, limit: int) -> Sequence[Work]:
    """What of these kinds (none named: of any) may start now: due, in nobody's hand, and of its case nothing earlier
    is still to be filed and nothing in hand."""
    wanted = kinds or (RECEIVE, FILE, ACKNOWLEDGE)
    with journal.look() as connection:
        rows = connection.execute(_DUE, {"now": moment_text(journal.now), "kinds": wanted, "most": limit})
        return [_work(row) for row in rows]


def is_first_in_line(writing: Writing, case_key: str) -> bool:
    """Whether nothing of the case is to be filed: what is added now would be the first."""
    return writing.lists.execute(_IN_LINE, {"case_key": case_key}).first() is None


def in_hand(journal: Journal, *, since_before: datetime) -> Sequence[Work]:
    """What a workflow took in hand before that moment and has not finished."""
    chosen = (
        sa.select(work)
        .where(work.c.workflow_id.is_not(None), work.c.dispatched_at < moment_text(since_before))
        .order_by(work.c.dispatched_at)
    )
    with journal.read() as connection:
        return [_work(row) for row in connection.execute(chosen)]


def hand_over(writing: Writing, wanted: Sequence[Work]) -> Sequence[Work]:
    """Mark them as in the hand of the workflow of their run. Those for which nobody was faster."""
    now = moment_text(writing.now)
    rows = writing.lists.execute(_HAND_OVER, {"now": now, "work_ids": [one.work_id for one in wanted]})
    taken = {row.work_id: row.run for row in rows}
    return [replace(one, workflow_id=one.next_workflow_id) for one in wanted if taken.get(one.work_id) == one.run]


def postpone(writing: Writing, postponed: Work, *, due_at: datetime, reason: str | None) -> bool:
    """Out of hand, due again later as a new run. False when the row has moved on."""
    return _change(
        writing,
        postponed,
        run=postponed.run + 1,
        workflow_id=None,
        dispatched_at=None,
        due_at=moment_text(due_at),
        reason=reason,
        begun=0,
    )


def start_again(writing: Writing, lost: Work, *, reason: str) -> bool:
    """Its workflow is lost: ready now, as a new run. False when the row has moved on."""
    return _change(
        writing,
        lost,
        run=lost.run + 1,
        workflow_id=None,
        dispatched_at=None,
        due_at=moment_text(writing.now),
        reason=reason,
    )


def begin_again(writing: Writing, begun: Work) -> int:
    """Count that it is begun again; how often that was since it last came to any end."""
    counted = sa.update(work).where(work.c.work_id == begun.work_id).values(begun=work.c.begun + 1)
    return int(writing.lists.execute(counted.returning(work.c.begun)).scalar_one_or_none() or 0)


def stop(writing: Writing, stopped: Work, *, reason: str) -> bool:
    """Out of hand until a person says `retry`."""
    return _change(
        writing,
        stopped,
        run=stopped.run + 1,
        workflow_id=None,
        dispatched_at=None,
        state=STOPPED,
        reason=reason,
        begun=0,
    )


def resume(writing: Writing, stopped: Work) -> bool:
    """Ready now, as a new run."""
    return _change(
        writing,
        stopped,
        run=stopped.run + 1,
        workflow_id=None,
        dispatched_at=None,
        state=READY,
        due_at=moment_text(writing.now),
    )


def hasten(writing: Writing, *, system: str) -> int:
    """What waits for another try because this system failed is due now; how much that is."""
    changed = writing.lists.execute(
        sa.update(work)
        .where(work.c.state == READY, work.c.workflow_id.is_(None), work.c.due_at > moment_text(writing.now))
        .where(work.c.reason.startswith(f"{system}: ", autoescape=True))
        .values(due_at=moment_text(writing.now))
    )
    return changed.rowcount


def finish(writing: Writing, done: str) -> None:
    """It is done and leaves the list."""
    writing.lists.execute(_FINISH, {"done": done})


def lock(writing: Writing, *, fax_id: str) -> None:
    """Whoever else would change the work of this fax waits until the transaction ends, as SQLite has all writers do."""
    if writing.lists.dialect.name != "sqlite":
        writing.lists.execute(_OF_FAX_LOCKED, {"fax_id": fax_id}).all()


_ahead, _held = work.alias("ahead"), work.alias("held")
# built once: building costs more than running
_ONE = sa.select(work).where(work.c.work_id == sa.bindparam("work_id"))
_FINISH = sa.delete(work).where(work.c.work_id == sa.bindparam("done"))
_OF_FAX_LOCKED = (
    sa.select(work.c.work_id).where(work.c.fax_id == sa.bindparam("fax_id")).order_by(work.c.work_id).with_for_update()
)
_IN_LINE = (
    sa.select(work.c.work_id)
    .where(work.c.case_key == sa.bindparam("case_key"), work.c.kind == FILE, work.c.state == READY)
    .limit(1)
)
_DUE = (
    sa.select(work)
    .where(work.c.state == READY, work.c.workflow_id.is_(None), work.c.due_at <= sa.bindparam("now"))
    .where(work.c.kind.in_(sa.bindparam("kinds", expanding=True)))
    .where(
        sa.or_(
            work.c.kind != FILE,
            sa.and_(
                ~sa.exists().where(
                    _ahead.c.case_key == work.c.case_key,
                    _ahead.c.position < work.c.position,
                    _ahead.c.kind == FILE,
                    _ahead.c.state == READY,
                ),
                ~sa.exists().where(
                    _held.c.case_key == work.c.case_key, _held.c.kind == FILE, _held.c.workflow_id.is_not(None)
                ),
            ),
        )
    )
    .order_by(work.c.due_at, work.c.position, work.c.work_id)
    .limit(sa.bindparam("most"))
)
_HAND_OVER = (
    sa.update(work)
    .where(work.c.work_id.in_(sa.bindparam("work_ids", expanding=True)))
    .where(work.c.state == READY, work.c.workflow_id.is_(None))
    .values(workflow_id=work.c.work_id + ":" + sa.cast(work.c.run, sa.Text), dispatched_at=sa.bindparam("now"))
    .returning(work.c.work_id, work.c.run)
)


def _change(writing: Writing, current: Work, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    changed = writing.lists.execute(
        sa.update(work)
        .where(work.c.work_id == current.work_id, work.c.run == current.run, work.c.state == current.state)
        .where(*conditions)
        .values(**values)
    )
    return bool(changed.rowcount)


def _work(row: sa.Row[Any]) -> Work:
    return Work(
        work_id=row.work_id,
        kind=row.kind,
        fax_id=row.fax_id,
        document_id=row.document_id,
        department=row.department,
        case_key=row.case_key,
        position=row.position,
        state=row.state,
        run=row.run,
        due_at=moment_from(row.due_at),
        since=moment_from(row.since),
        workflow_id=row.workflow_id,
        reason=row.reason,
    )
