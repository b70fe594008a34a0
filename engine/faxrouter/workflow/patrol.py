"""The patrol: work whose workflow is lost is started again as a new run. Also what became of old workflows.

Lost is a workflow that ended without finishing its work (our database was full when it wanted to), that the engine no
longer knows, or whose router is gone. A new run looks before it repeats, so starting once too often does no harm.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from dbos import DBOS, WorkflowStatus

from faxrouter.journal import work
from faxrouter.journal.forms import moment_text
from faxrouter.workflow.durable import APPLICATION_VERSION
from faxrouter.workflow.services import Services
from faxrouter.workflow.slots import Slot

_WAITING = ("ENQUEUED", "DELAYED")
_UNFINISHED = ("PENDING", *_WAITING)
_FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_BATCH = 200


class Patrol:
    """Remembers what looked lost on the last walk: a workflow of this router is believed lost on the second look."""

    def __init__(
        self, services: Services, slot: Slot, *, running: Callable[[], frozenset[str]], grace: timedelta
    ) -> None:
        self._services = services
        self._slot = slot
        self._running = running
        self._grace = grace
        self._suspects: frozenset[str] = frozenset()

    def walk(self) -> int:
        """How much was started again. Raises Unavailable."""
        journal = self._services.journal
        taken = work.in_hand(journal, since_before=journal.now - self._grace)
        known = {status.workflow_id: status for status in _statuses([one.workflow_id or "" for one in taken])}
        suspects: set[str] = set()
        lost = [one for one in taken if self._is_lost(one.workflow_id or "", known, suspects)]
        self._suspects = frozenset(suspects)
        for one in lost:
            self._start_again(one, known.get(one.workflow_id or ""))
        return len(lost)

    def _is_lost(self, workflow_id: str, known: dict[str, WorkflowStatus], suspects: set[str]) -> bool:
        status = known.get(workflow_id)
        if status is None or status.status not in _UNFINISHED:
            return True
        if status.status in _WAITING:
            # another version never runs it; on a shared database its own routers still may
            return status.app_version not in (None, APPLICATION_VERSION) and self._slot.alone
        if status.executor_id != self._slot.name:
            return not self._slot.is_held(status.executor_id or "")
        if workflow_id in self._running():
            return False
        suspects.add(workflow_id)
        return workflow_id in self._suspects

    def _start_again(self, lost: work.Work, status: WorkflowStatus | None) -> None:
        if status is not None and status.status in _UNFINISHED:
            DBOS.cancel_workflow(status.workflow_id)
        with self._services.journal.write() as writing:
            moved = work.start_again(writing, lost, reason=lost.reason or "its workflow was lost")
        if moved:
            self._services.observe("started again", fax=lost.fax_id, work=lost.kind, run=lost.run + 1)


class Recovery:
    """Systems that were down and are up again: what waits for them is tried at once, not when its pause is over."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._down: frozenset[str] = frozenset()

    def look(self, wake: Callable[[], None]) -> None:
        """Raises Unavailable; then nothing is forgotten."""
        down = frozenset(self._services.outages())
        for system in sorted(self._down - down):
            with self._services.journal.write() as writing:
                hastened = work.hasten(writing, system=system)
            self._services.observe("recovered", system=system, waited=hastened)
            wake()
        self._down = down


def stranded() -> Sequence[str]:
    """Workflows of another version of the flow, which nobody here will run; the oldest, if there are very many."""
    unfinished = DBOS.list_workflows(status=list(_UNFINISHED), limit=1_000, load_input=False, load_output=False)
    return [one.workflow_id for one in unfinished if one.app_version not in (None, APPLICATION_VERSION)]


def forget_finished(*, before: datetime) -> int:
    """Delete the engine's rows of workflows that ended before that moment; the journal keeps what they did."""
    forgotten = 0
    while True:
        ended = DBOS.list_workflows(
            status=list(_FINISHED),
            completed_before=moment_text(before),
            limit=_BATCH,
            load_input=False,
            load_output=False,
        )
        if not ended:
            return forgotten
        DBOS.delete_workflows([one.workflow_id for one in ended])
        forgotten += len(ended)


def _statuses(workflow_ids: Sequence[str]) -> list[WorkflowStatus]:
    found: list[WorkflowStatus] = []
    for start in range(0, len(workflow_ids), _BATCH):
        batch = list(workflow_ids[start : start + _BATCH])
        found += DBOS.list_workflows(workflow_ids=batch, load_input=False, load_output=False)
    return found
