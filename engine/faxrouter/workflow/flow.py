"""A running flow: fax services are asked, work is handed to durable workflows, and what got lost is started again.

The list of work in the journal says what is to do; the durable engine only carries it out, step by step. So nothing
hangs on the engine's memory: lose its database, and the list starts everything again.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from dbos import DBOS, error

from faxrouter.journal import work
from faxrouter.model.failure import Failed, FaxrouterError, Unavailable
from faxrouter.ports import FaxService
from faxrouter.workflow import durable, patrol
from faxrouter.workflow.carrying import Carrier
from faxrouter.workflow.faults import described
from faxrouter.workflow.intake import Intake
from faxrouter.workflow.services import Services
from faxrouter.workflow.slots import Slot, hold_slot
from faxrouter.workflow.task_watch import TaskWatch
from faxrouter.workflow.transmission_watch import TransmissionWatch

# what is done in no time
_SHORT = (work.RECEIVE, work.ACKNOWLEDGE)
# seconds
_BREATH, _SOON = 0.01, 0.1

# DBOS is one a process
_one_flow = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSettings:
    """How a flow runs. Times in seconds."""

    # the durable engine's database: `sqlite:///FILE` or `postgresql://…`
    url: str
    # unique among the routers of one database, the same over restarts
    slot: str = "router-1"
    # how often the list of work is looked at when nothing happens
    poll: float = 0.1
    # how often fax services are asked
    intake_poll: float = 1.0
    intake_limit: int = 50
    # a fax that is offered again is not looked into before
    ask_again: float = 10.0
    # no more faxes are taken in while so much work waits
    most_waiting: int = 5_000
    receivers: int = 8
    filers: int = 8
    patrol: float = 5.0
    # work is not suspected to be lost before
    grace: float = 5.0
    # the engine's rows of finished workflows
    keep_finished: timedelta = timedelta(days=7)
    # how long a clean stop waits for steps under way
    patience_at_end: float = 10.0


class Flow:
    """Starts with `start`, ends with `close`; between them it works in threads of its own."""

    def __init__(self, services: Services, settings: FlowSettings, *, held: Slot | None = None) -> None:
        """`held`: the slot, where the caller took it already; whoever took it releases it."""
        self._services = services
        self._held = held
        self._settings = settings
        self._transmissions = TransmissionWatch(services, again_after=services.ask_senders_every)
        self._ending = threading.Event()
        self._wake = threading.Event()
        self._called = threading.Event()
        self._carrier = Carrier(
            services,
            receivers=settings.receivers,
            filers=settings.filers,
            grace=settings.grace,
            ending=self._ending,
            wake=self._wake.set,
        )
        # fax services that could not be asked, and why
        self._unasked: dict[str, str] = {}
        self._threads: list[threading.Thread] = []
        self._slot: Slot | None = None
        self._database: sa.Engine | None = None

    def start(self) -> None:
        """Takes up what the last run left. Raises Unavailable: the slot is held, the database cannot be used."""
        durable.refuse_foreign_settings(durable.environment())
        if not _one_flow.acquire(blocking=False):
            raise Unavailable("a flow is running in this process already")
        try:
            self._slot = self._held or hold_slot(self._settings.url, self._settings.slot)
            self._launch(self._slot)
        except BaseException as err:
            self._let_go()
            if isinstance(err, (sa.exc.SQLAlchemyError, error.DBOSException)):
                raise Unavailable(durable.why_not(err)) from err
            raise
        watch = patrol.Patrol(
            self._services,
            self._slot,
            running=self._carrier.at_work,
            grace=timedelta(seconds=self._settings.grace),
        )
        self._begin("dispatch", self._dispatch, every=self._settings.poll, wake=self._wake)
        self._begin("patrol", watch.walk, every=self._settings.patrol)
        self._begin("retention", self._forget, every=3_600.0)
        looking = TaskWatch(self._services, again_after=self._services.look_at_tasks_every)
        self._begin("tasks", partial(looking.look, self._ending.is_set), every=self._settings.patrol)
        asking_senders = partial(self._transmissions.look, self._ending.is_set)
        self._begin("transmissions", asking_senders, every=self._settings.patrol, wake=self._called)
        recovery = patrol.Recovery(self._services)
        self._begin("recovery", partial(recovery.look, self._wake.set), every=self._settings.patrol)
        for service in self._services.fax_services.values():
            asking = Intake(self._services, service, again_after=timedelta(seconds=self._settings.ask_again))
            self._begin(f"intake {service.name}", partial(self._ask, service, asking), every=self._settings.intake_poll)

    def close(self) -> None:
        """Ends cleanly: nothing new is begun, steps under way may finish. What is left goes on at the next start."""
        self._ending.set()
        self._wake.set()
        self._called.set()
        end = time.monotonic() + self._settings.patience_at_end
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        while not self._carrier.is_idle() and time.monotonic() < end:
            time.sleep(0.02)
        self._let_go()

    def wake(self) -> None:
        """There is work: look at once."""
        self._wake.set()

    def called_by(self, service: str, references: Sequence[str]) -> int:
        """A fax service says that something happened to these; how many are ours. Raises Unavailable."""
        ours = self._transmissions.noticed(service, references)
        if ours:
            self._called.set()
        return ours

    def problems(self) -> Mapping[str, str]:
        """What operations should know: fax services that cannot be asked, workflows of another version."""
        found = dict(self._unasked)
        stranded = patrol.stranded()
        if stranded:
            found["durable engine"] = f"{len(stranded)} workflows belong to another version of the flow"
        return found

    def _launch(self, slot: Slot) -> None:
        self._database = durable.open_engine(self._settings.url)
        config = durable.configuration(self._settings.url, self._database, slot=slot.name, poll=self._settings.poll)
        DBOS(config=config)
        self._carrier.register()
        DBOS.launch()

    def _let_go(self) -> None:
        DBOS.destroy(destroy_registry=True)
        if self._database is not None:
            self._database.dispose()
        if self._slot is not None and self._slot is not self._held:
            self._slot.release()
        _one_flow.release()

    def _dispatch(self) -> None:
        """Hand out what is due, as far as there are places for it."""
        free = self._carrier.free_places()
        due: list[work.Work] = []
        for kinds, places in (((work.FILE,), free[work.FILE]), (_SHORT, free[work.RECEIVE])):
            if places > 0:
                due += work.due(self._services.journal, *kinds, limit=places)
        if not due:
            return
        # marked before it is handed out: a crash in between leaves a mark without a workflow, which the patrol finds
        with self._services.journal.write() as writing:
            taken = work.hand_over(writing, due)
        for one in taken:
            self._carrier.hand_out(one)

    def _ask(self, service: FaxService, asking: Intake) -> None:
        """Until there is nothing new: a service that has one fax may have many."""
        try:
            while not self._ending.is_set():
                if work.count_ready(self._services.journal) >= self._settings.most_waiting:
                    self._unasked[service.name] = "too much work waits; no more faxes are taken in"
                    return
                new = asking.take_in(limit=self._settings.intake_limit)
                self._unasked.pop(service.name, None)
                if not new:
                    return
                self._wake.set()
                self._ending.wait(min(_SOON, self._settings.intake_poll))
        except Failed as err:
            self._unasked[service.name] = str(err)
            self._services.observe("intake failed", service=service.name, kind=err.failure.kind.value)

    def _forget(self) -> None:
        patrol.forget_finished(before=self._services.clock.now() - self._settings.keep_finished)

    def _begin(
        self, name: str, act: Callable[[], object], *, every: float, wake: threading.Event | None = None
    ) -> None:
        def loop() -> None:
            while not self._ending.is_set():
                try:
                    act()
                except FaxrouterError as err:
                    self._services.observe("waiting", of=name, reason=str(err))
                except Exception as err:  # noqa: BLE001  # a rim: a loop must not die of one bad turn
                    self._services.observe("fault", of=name, error=described(err))
                (wake or self._ending).wait(every)
                if wake is not None:
                    # what is finished together is looked for together
                    self._ending.wait(_BREATH)
                    wake.clear()

        thread = threading.Thread(target=loop, name=f"faxrouter {name}", daemon=True)
        self._threads.append(thread)
        thread.start()
