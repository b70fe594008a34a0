"""The telephone side of fax jobs: attempts begin, end, and are made again, step by step on the simulated clock."""

from datetime import timedelta
from sqlite3 import Row

from faxrouter_simulators.cloudfax.answers import wire_time
from faxrouter_simulators.cloudfax.jobs import Jobs
from faxrouter_simulators.cloudfax.numbers import CANNOT_CONVERT, TRIES, Gamma, Outcome, outcome_of
from faxrouter_simulators.store import Store

# [G] paces between two attempts
_PAUSE = 3
# seconds of a call, and for each page of it
_CALL_SECONDS, _PAGE_SECONDS = 10, 9
_BAUD_RATE = 14_400


class Deliveries:
    """The deliveries of all jobs."""

    def __init__(self, store: Store, jobs: Jobs, *, pace: timedelta) -> None:
        """`pace`: between two steps of one delivery."""
        self._store = store
        self._jobs = jobs
        self._pace = pace

    def step(self) -> int:
        """Each delivery whose time has come moves on by one step. How many did."""
        now = wire_time(self._store.clock.now())
        due = self._store.rows(
            "SELECT deliveries.*, job_id, pages, end_time, cancelled FROM deliveries"
            " JOIN jobs ON jobs.number = deliveries.job WHERE deliveries.due <= ?"
            " ORDER BY deliveries.due, deliveries.number",
            now,
        )
        for delivery in due:
            with self._store.changing():
                if delivery["state"] == "InProcess":
                    self._end(delivery)
                elif delivery["end_time"] is not None and delivery["end_time"] <= now:
                    self._expire(delivery)
                else:
                    self._begin(delivery)
                self._jobs.review(delivery["job"])
        return len(due)

    def next_due(self) -> str | None:
        """When a delivery moves on next."""
        (row,) = self._store.rows("SELECT min(due) AS due FROM deliveries")
        due: str | None = row["due"]
        return due

    def _begin(self, delivery: Row) -> None:
        self._attempt(delivery, state="InProcess", first_attempt=wire_time(self._store.clock.now()))
        self._move(delivery, "InProcess", paces=_outcome(delivery).paces)
        self._store.effect("attempt begun", delivery["job_id"], delivery=delivery["number"], attempt=delivery["tries"])

    def _end(self, delivery: Row) -> None:
        outcome, attempt = _outcome(delivery), delivery["tries"]
        state = "Sent" if outcome.sent else "Error"
        pages = int((delivery["pages"] or 0) * outcome.share)
        # nothing is known of a machine that has not answered
        answered = outcome.share > 0
        self._attempt(
            delivery,
            state=state,
            gamma_code=int(outcome.gamma),
            delivery_time=wire_time(self._store.clock.now()),
            delivery_sec=_CALL_SECONDS + _PAGE_SECONDS * pages,
            pages_delivered=pages,
            baud_rate=_BAUD_RATE if answered else None,
            rcsid=delivery["fax"][-20:] if answered else None,
        )
        self._store.effect(
            "attempt made",
            delivery["job_id"],
            delivery=delivery["number"],
            attempt=attempt,
            state=state,
            gamma_code=int(outcome.gamma),
            pages=pages,
        )
        if outcome.again and attempt < TRIES and not delivery["cancelled"]:
            self._store.insert("attempts", delivery=delivery["number"], ordinal=attempt + 1, state="Pending")
            self._store.execute("UPDATE deliveries SET tries = tries + 1 WHERE number = ?", delivery["number"])
            self._move(delivery, "Pending", paces=_PAUSE)
        else:
            self._move(delivery, state)

    def _expire(self, delivery: Row) -> None:
        """[G] An attempt that has not begun at `end_time` never does."""
        now = wire_time(self._store.clock.now())
        self._attempt(delivery, state="Expired", gamma_code=int(Gamma.EXPIRED), delivery_time=now)
        self._move(delivery, "Expired")
        self._store.effect("delivery expired", delivery["job_id"], delivery=delivery["number"])

    def _attempt(self, delivery: Row, **values: object) -> None:
        """Write into the last attempt."""
        columns = ", ".join(f"{column} = ?" for column in values)
        self._store.execute(
            f"UPDATE attempts SET {columns} WHERE delivery = ? AND ordinal = ?",
            *values.values(),
            delivery["number"],
            delivery["tries"],
        )

    def _move(self, delivery: Row, state: str, *, paces: int | None = None) -> None:
        """Without `paces` it has ended."""
        due = None if paces is None else wire_time(self._store.clock.now() + paces * self._pace)
        self._store.execute("UPDATE deliveries SET state = ?, due = ? WHERE number = ?", state, due, delivery["number"])


def _outcome(delivery: Row) -> Outcome:
    if delivery["pages"] is None:
        return CANNOT_CONVERT
    return outcome_of(delivery["fax"], attempt=delivery["tries"])
