"""Webhooks: where an account wants to be told that a job has changed, and the notices that are still to be sent.

[G] How a webhook for faxes is registered, proves itself and is repeated is not published: this copies the resource of
the WhatsApp channel, carries no signature and repeats after growing pauses. It calls loopback addresses only: what is
simulated here must not leave the machine.
"""

import asyncio
import ssl
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import ip_address
from sqlite3 import Row

import httpx

from faxrouter_simulators.cloudfax.answers import wire_time
from faxrouter_simulators.faults import Call, Fault, FaultKind, FaultPlan
from faxrouter_simulators.store import Store, as_json

# seconds until it is tried again; after the last one it is given up
PAUSES = (10, 60, 300, 1800, 7200)
# seconds that a receiver may take
_PATIENCE = 10.0


class Outbox:
    """The registered webhooks and the notices for them. A plan's faults for `webhook` happen here."""

    def __init__(self, store: Store, plan: FaultPlan) -> None:
        self._store = store
        self._plan = plan
        self._sending = asyncio.Lock()
        # made once: it reads every certificate of the machine
        self._tls = ssl.create_default_context()

    def register(self, account: str, url: str) -> bool:
        """In the place of another one. False when it is no http(s) address on loopback."""
        if not _is_loopback(url):
            return False
        with self._store.changing():
            self._store.execute("INSERT OR REPLACE INTO webhooks (account, url) VALUES (?, ?)", account, url)
            self._store.effect("webhook registered", account, actor=account)
        return True

    def registered(self, account: str) -> str | None:
        row = self._store.row("SELECT url FROM webhooks WHERE account = ?", account)
        return None if row is None else str(row["url"])

    def remove(self, account: str) -> bool:
        """With what it had still to be told. False when there was none."""
        with self._store.changing():
            removed = self._store.execute("DELETE FROM webhooks WHERE account = ?", account).rowcount > 0
            if removed:
                self._store.execute("DELETE FROM notices WHERE account = ?", account)
                self._store.effect("webhook removed", account, actor=account)
        return removed

    def put(self, account: str, job_id: str, *, body: Mapping[str, object]) -> None:
        """A notice for the account's webhook, when it has one: part of the transaction that changed the job."""
        url = self.registered(account)
        if url is not None:
            self._store.insert("notices", account=account, job_id=job_id, url=url, body=as_json(body), due=self._time())

    async def step(self) -> int:
        """Send every notice whose time has come. How many were looked at."""
        looked_at = 0
        async with self._sending:
            while due := self._store.rows("SELECT * FROM notices WHERE due <= ? ORDER BY due, number", self._time()):
                async with httpx.AsyncClient(verify=self._tls, trust_env=False, timeout=_PATIENCE) as client:
                    for notice in due:
                        await self._deal_with(notice, client)
                looked_at += len(due)
        return looked_at

    def next_due(self) -> str | None:
        """When a notice goes out next."""
        (row,) = self._store.rows("SELECT min(due) AS due FROM notices")
        due: str | None = row["due"]
        return due

    async def _deal_with(self, notice: Row, client: httpx.AsyncClient) -> None:
        url = httpx.URL(notice["url"])
        call = Call(system="webhook", method="POST", path=url.path, query=url.query.decode("ascii"))
        fault = None if notice["delayed"] else self._plan.strike(call, notice["body"].encode())
        match fault:
            case Fault(kind=FaultKind.LATENCY, seconds=seconds):
                self._delay(notice, due=self._time(seconds))
                return
            case Fault(kind=FaultKind.REORDER):
                self._delay(notice, due=None)
                return
        self._plan.note(call, fault)
        match fault:
            case Fault(kind=FaultKind.LOST):
                self._close(notice, "webhook lost")
                return
            case Fault(kind=FaultKind.CUT):
                call.status = None
            case Fault(kind=FaultKind.STATUS, status=status):
                call.status = status
            case Fault(kind=FaultKind.LOST_STATUS, status=status):
                await self._post(notice, client)
                call.status = status
            case Fault(kind=FaultKind.DUPLICATE):
                await self._post(notice, client)
                call.status = await self._post(notice, client)
            case _:
                call.status = await self._post(notice, client)
        if call.status is not None and 200 <= call.status < 300:
            self._close(notice, "webhook sent", status=call.status)
        else:
            self._repeat_later(notice, status=call.status)

    async def _post(self, notice: Row, client: httpx.AsyncClient) -> int | None:
        """The receiver's status; None when there is no answer."""
        try:
            answer = await client.post(
                notice["url"], content=notice["body"], headers={"Content-Type": "application/json"}
            )
        except httpx.HTTPError:
            return None
        return answer.status_code

    def _delay(self, notice: Row, *, due: str | None) -> None:
        with self._store.changing():
            self._store.execute("UPDATE notices SET delayed = 1, due = ? WHERE number = ?", due, notice["number"])
            self._store.effect("webhook delayed", notice["job_id"], notice=notice["number"], until=due)

    def _close(self, notice: Row, effect: str, *, status: int | None = None) -> None:
        """It is out of the way, and one that was held back behind it follows."""
        with self._store.changing():
            self._store.execute("DELETE FROM notices WHERE number = ?", notice["number"])
            self._store.execute("UPDATE notices SET due = ? WHERE due IS NULL", self._time())
            self._store.effect(
                effect, notice["job_id"], notice=notice["number"], tries=notice["tries"] + 1, status=status
            )

    def _repeat_later(self, notice: Row, *, status: int | None) -> None:
        tries = notice["tries"]
        if tries == len(PAUSES):
            self._close(notice, "webhook given up", status=status)
            return
        due = self._time(PAUSES[tries])
        with self._store.changing():
            self._store.execute("UPDATE notices SET tries = tries + 1, due = ? WHERE number = ?", due, notice["number"])
            self._store.effect(
                "webhook failed", notice["job_id"], notice=notice["number"], tries=tries + 1, status=status, until=due
            )

    def _time(self, later: float = 0.0) -> str:
        return wire_time(self._store.clock.now() + timedelta(seconds=later))


def _is_loopback(text: str) -> bool:
    try:
        url = httpx.URL(text)
        return url.scheme in ("http", "https") and (url.host == "localhost" or ip_address(url.host).is_loopback)
    except (httpx.InvalidURL, ValueError):
        return False
