"""The queue of received faxes against the simplest thing that could be one, over histories that nobody thought of."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.cloudfax.queue import Arrival, FaxQueue
from faxrouter_simulators.cloudfax.tables import SCHEMA
from faxrouter_simulators.store import Store

BEGIN = datetime(2026, 11, 20, tzinfo=UTC)
# ("arrive", minutes after the begin), ("fetch", seconds), ("delete", the how-manieth fax), ("wait", seconds)
HISTORIES = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 5)),
        st.tuples(st.just("fetch"), st.sampled_from([100, 300])),
        st.tuples(st.just("delete"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.sampled_from([50, 150])),
    ),
    max_size=40,
)


@dataclass(kw_only=True)
class _Modelled:
    document_id: str
    received: int
    hidden_until: float = 0.0
    deleted: bool = False


@given(HISTORIES)
def test_the_queue_is_what_it_should_be(history: list[tuple[str, int]]) -> None:
    """Oldest first, hidden while it is held, back when it was not deleted in time, never back once it was."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SimulatedClock()
        store = Store(Path(folder), name="queue", schema=SCHEMA, clock=clock)
        queue = FaxQueue(store)
        model: list[_Modelled] = []
        # of the model, whose clock is not the machine's
        now = 0.0
        for action, number in history:
            if action == "arrive":
                received_at = BEGIN + timedelta(minutes=number)
                fax = queue.arrive(Arrival(content=b"", name="a", dnis="1", received_at=received_at, account="router"))
                model.append(_Modelled(document_id=fax.document_id, received=number))
            elif action == "fetch":
                visible = [one for one in model if not one.deleted and one.hidden_until <= now]
                expected = min(visible, key=lambda one: one.received, default=None)
                leased = queue.lease("router", seconds=number)
                assert (expected and expected.document_id) == (leased and leased.document_id)
                if expected is not None:
                    expected.hidden_until = now + number
            elif action == "delete" and number < len(model):
                chosen = model[number]
                held = not chosen.deleted and chosen.hidden_until > now
                assert held == queue.delete("router", chosen.document_id)
                chosen.deleted |= held
            elif action == "wait":
                clock.advance(number)
                now += number
        store.close()
