"""Work is carried out by durable workflows of the engine: each takes one row of the list of work, and goes on with what
becomes of it. Knows which piece is done by whom, and no port.

A workflow that was begun and not ended is begun again by the engine at the next start. It then has in hand whatever the
journal says.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from dbos import DBOS, PortableWorkflowError, SetWorkflowID, error

from faxrouter.journal import work
from faxrouter.model.failure import Unavailable
from faxrouter.workflow import filing, receiving
from faxrouter.workflow.attempting import stop
from faxrouter.workflow.faults import described
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.piece import Piece
from faxrouter.workflow.services import Services

# stored names: never changed, only added to
_WORKFLOWS = {work.RECEIVE: "receive.v1", work.FILE: "file.v1", work.ACKNOWLEDGE: "acknowledge.v1"}
# a fax that brings the router down again and again must not keep the others waiting
_MOST_DEATHS = 5


class Carrier:
    """Hands pieces to the engine, a few at a time, and is what the engine runs."""

    def __init__(
        self,
        services: Services,
        *,
        receivers: int,
        filers: int,
        grace: float,
        ending: threading.Event,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when something ended: its place is free, and what waited for it may be due. What was handed
        out and is not begun after `grace` seconds never will be: the engine knew a workflow of that name already."""
        self._services = services
        # acknowledging is short, like receiving
        self._places = {work.RECEIVE: receivers, work.FILE: filers}
        self._grace = grace
        self._ending = ending
        self._wake = wake
        self._lock = threading.Lock()
        # workflow → the kind of what it is at
        self._at_work: dict[str, str] = {}
        # workflows that this process handed out and that nobody has begun: surely nothing of them was tried; since when
        self._handed: dict[str, tuple[str, float]] = {}
        self._engine_calls: Mapping[str, Callable[[str, int], str]] = {}

    def register(self) -> None:
        """Before the engine is launched: it begins old workflows again at once."""
        self._engine_calls = {kind: self._durable(name) for kind, name in _WORKFLOWS.items()}

    def at_work(self) -> frozenset[str]:
        """The workflows that this process has in hand."""
        with self._lock:
            return frozenset((*self._at_work, *self._handed))

    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        with self._lock:
            return not self._at_work

    def free_places(self) -> Mapping[str, int]:
        """How many pieces may be handed out now, by kind; RECEIVE counts for everything but filing."""
        with self._lock:
            return self._free_places()

    def hand_out(self, taken: work.Work) -> None:
        """It is marked in the journal as in the hand of its workflow."""
        workflow_id = taken.next_workflow_id
        with self._lock:
            self._handed[workflow_id] = (_place(taken.kind), time.monotonic())
        with SetWorkflowID(workflow_id):
            DBOS.start_workflow(self._engine_calls[taken.kind], taken.work_id, taken.run)

    def _durable(self, name: str) -> Callable[[str, int], str]:
        # a function of its own for each name
        def run(work_id: str, run: int) -> str:
            return self._run(work_id, run)

        return DBOS.workflow(name=name, max_recovery_attempts=None)(run)

    def _free_places(self) -> Mapping[str, int]:
        now = time.monotonic()
        waiting = [place for place, since in self._handed.values() if now - since < self._grace]
        busy = [*self._at_work.values(), *waiting]
        return {place: most - busy.count(place) for place, most in self._places.items()}

    def _run(self, work_id: str, run: int) -> str:
        """The body of every workflow."""
        if self._ending.is_set():
            return "not begun"
        workflow_id = f"{work_id}:{run}"
        with self._lock:
            untried = self._handed.pop(workflow_id, None) is not None
            self._at_work[workflow_id] = _place(work_id.partition(":")[0])
        try:
            pieces = deque(self._pieces(workflow_id, untried=untried and run == 1))
            while pieces:
                pieces.extendleft(reversed(self._carry_out(pieces.popleft(), workflow_id)))
        except Unavailable as err:
            self._services.observe("interrupted", work=work_id, reason=str(err))
        finally:
            with self._lock:
                self._at_work.pop(workflow_id, None)
            self._wake()
        return "ended"

    def _pieces(self, workflow_id: str, *, untried: bool) -> Sequence[Piece]:
        """What the workflow has in hand: the row that it was made for, or what an earlier life went on with."""
        return [Piece(work=one, untried=untried) for one in work.held_by(self._services.journal, workflow_id)]

    def _carry_out(self, piece: Piece, workflow_id: str) -> Sequence[Piece]:
        """The rim around every piece: whatever goes wrong, the work stays on its list."""
        services, notes = self._services, Notes()
        try:
            if not piece.untried and self._is_deadly(piece.work):
                return ()
            match piece.work.kind:
                case work.RECEIVE:
                    return receiving.receive(
                        services, piece, notes, goes_on=lambda: self._takes_place_of_filing(workflow_id)
                    )
                case work.FILE:
                    return filing.file(services, piece, notes)
                case _:
                    return filing.acknowledge(services, piece, notes)
        except (Unavailable, PortableWorkflowError, sa.exc.SQLAlchemyError, error.DBOSException) as err:
            # our own databases, or an error remembered from before a crash: the next run will see
            reason = str(err) if isinstance(err, Unavailable) else type(err).__name__
            services.observe("interrupted", work=piece.work.work_id, reason=reason)
            self._postpone(piece.work, reason=reason)
        except Exception as err:  # noqa: BLE001  # a rim: a bug must stop one fax, visibly, and not the router
            services.observe("fault", work=piece.work.work_id, error=described(err))
            stop(services, piece.work, notes, kind="fault", reason=f"a fault of the router: {described(err)}")
        return ()

    def _takes_place_of_filing(self, workflow_id: str) -> bool:
        """Whether there is one for a workflow that received; the dispatcher hands its documents out later otherwise."""
        with self._lock:
            if self._ending.is_set() or self._free_places()[work.FILE] < 1:
                return False
            self._at_work[workflow_id] = work.FILE
            return True

    def _is_deadly(self, current: work.Work) -> bool:
        """Whether the router ended too often in the middle of this work; then it is before a person now."""
        with self._services.journal.write() as writing:
            begun = work.begin_again(writing, current)
        if begun > _MOST_DEATHS:
            reason = f"the router ended {begun} times while it worked on this"
            stop(self._services, current, Notes(), kind="fault", reason=reason)
        return begun > _MOST_DEATHS

    def _postpone(self, current: work.Work, *, reason: str) -> None:
        wait = self._services.patience.later_after(current.run)
        try:
            with self._services.journal.write() as writing:
                work.postpone(writing, current, due_at=writing.now + wait, reason=reason)
        except Unavailable:
            # the patrol starts it again once the journal can be written
            return


def _place(kind: str) -> str:
    return work.FILE if kind == work.FILE else work.RECEIVE
