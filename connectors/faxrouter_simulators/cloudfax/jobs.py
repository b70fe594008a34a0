"""The fax jobs of all accounts: submitted, cancelled, finished, posted, purged. Dials no number."""

import json
from collections.abc import Sequence
from datetime import timedelta
from sqlite3 import Row
from typing import Literal

from faxrouter_simulators.cloudfax.answers import wire_time
from faxrouter_simulators.cloudfax.contents import forget_content
from faxrouter_simulators.cloudfax.job import UNDER_WAY, Job, read_job, status_body
from faxrouter_simulators.cloudfax.outbox import Outbox
from faxrouter_simulators.cloudfax.pagecount import page_count
from faxrouter_simulators.cloudfax.submission import Submission
from faxrouter_simulators.cloudfax.variants import Switches
from faxrouter_simulators.store import Store, as_json
from faxrouter_simulators.world import CloudFax

_FIRST = 1_234_566


class Jobs:
    """Each change of a job goes into the outbox, for the webhook of its account."""

    def __init__(self, store: Store, outbox: Outbox, *, switches: Switches, world: CloudFax) -> None:
        self._store = store
        self._outbox = outbox
        self._switches = switches
        self._pace = timedelta(seconds=world.pace)
        self._keep = timedelta(days=world.purge_after)

    def submit(self, account: str, submission: Submission) -> str:
        """The id of the new job, or of the one that was submitted with the same message id."""
        options = submission.options
        with self._store.changing():
            known = self._submitted_as(account, options.message_id)
            if known is not None:
                return known
            number = self._store.insert(
                "jobs",
                account=account,
                message_id=options.message_id,
                options=options.model_dump_json(by_alias=True, exclude_unset=True),
                pages=_pages(submission),
                entry_time=self._time(),
                end_time=None if options.end_time is None else wire_time(options.end_time),
                job_state=as_json(["Accepted"]),
            )
            job_id = f"xsi-{_FIRST + number}"
            self._store.execute("UPDATE jobs SET job_id = ? WHERE number = ?", job_id, number)
            contents = self._take(number, submission)
            self._store.effect(
                "job submitted",
                job_id,
                actor=account,
                message_id=options.message_id,
                destinations=len(submission.destinations),
                sha256=contents,
            )
            self._tell(number)
        return job_id

    def _submitted_as(self, account: str, message_id: str | None) -> str | None:
        if message_id is None or self._switches.chosen.known_message_id == "new job":
            return None
        row = self._store.row("SELECT job_id FROM jobs WHERE account = ? AND message_id = ?", account, message_id)
        return None if row is None else str(row["job_id"])

    def _take(self, number: int, submission: Submission) -> list[str]:
        """Keep the documents and line up the destinations. The contents' sha256."""
        contents = [self._store.keep(document.data) for document in submission.documents]
        for position, (document, sha256) in enumerate(zip(submission.documents, contents, strict=True), 1):
            self._store.insert(
                "job_documents", job=number, position=position, name=document.name, type=document.type, sha256=sha256
            )
        for one in submission.destinations:
            delivery = self._store.insert(
                "deliveries", job=number, fax=one.fax, ref=one.ref, state="Pending", due=self._time(self._pace)
            )
            self._store.insert("attempts", delivery=delivery, ordinal=1, state="Pending")
        return contents

    def find(self, account: str, job_id: str) -> Job | None:
        """None when the account has no such job, or it is forgotten."""
        row = self._store.row("SELECT number FROM jobs WHERE job_id = ? AND account = ?", job_id, account)
        return None if row is None else read_job(self._store, row["number"])

    def newest(self, count: int) -> list[Job]:
        rows = self._store.rows("SELECT number FROM jobs ORDER BY number DESC LIMIT ?", count)
        return [read_job(self._store, row["number"]) for row in rows]

    def cancel(self, account: str, job_id: str) -> Literal["cancelled", "too late", "unknown"]:
        """What has not begun never will, and shows gamma code 0; a call that goes on may still arrive."""
        with self._store.changing():
            row = self._store.row("SELECT number, due FROM jobs WHERE job_id = ? AND account = ?", job_id, account)
            if row is None:
                return "unknown"
            if row["due"] is not None:
                return "too late"
            number = row["number"]
            waiting = self._store.rows(
                "SELECT number, tries FROM deliveries WHERE job = ? AND state = 'Pending'", number
            )
            for delivery in waiting:
                self._store.execute(
                    "UPDATE deliveries SET state = 'Cancelled', due = NULL WHERE number = ?", delivery["number"]
                )
                self._store.execute(
                    "UPDATE attempts SET state = 'Cancelled', delivery_time = ? WHERE delivery = ? AND ordinal = ?",
                    self._time(),
                    delivery["number"],
                    delivery["tries"],
                )
            self._store.execute("UPDATE jobs SET cancelled = 1 WHERE number = ?", number)
            self._store.effect("job cancelled", job_id, actor=account, never_begun=len(waiting))
            self.review(number)
        return "cancelled"

    def review(self, number: int) -> None:
        """A delivery of this job has moved on: so does the job."""
        (job,) = self._store.rows("SELECT job_id, cancelled FROM jobs WHERE number = ?", number)
        deliveries = self._store.rows("SELECT state, tries FROM deliveries WHERE job = ?", number)
        words = _job_state(deliveries, cancelled=bool(job["cancelled"]), failed=self._switches.chosen.failed_job)
        ended = all(delivery["state"] not in UNDER_WAY for delivery in deliveries)
        self._set(number, words, due=self._time(self._pace) if ended else None)
        if ended:
            self._store.effect("job finished", job["job_id"], job_state=words)
        self._tell(number)

    def step(self) -> int:
        """Post, purge and forget the jobs whose time has come. How many."""
        due = self._store.rows("SELECT number, job_id, job_state FROM jobs WHERE due <= ? ORDER BY due", self._time())
        for job in due:
            with self._store.changing():
                words = json.loads(job["job_state"])
                if words == ["Purged"]:
                    self._store.execute("DELETE FROM jobs WHERE number = ?", job["number"])
                    self._store.effect("job forgotten", job["job_id"])
                elif words[-1] == "Posted":
                    self._purge(job)
                else:
                    self._set(job["number"], [*words, "Posted"], due=self._time(self._keep))
                    self._store.effect("job posted", job["job_id"])
                    self._tell(job["number"])
        return len(due)

    def next_posting(self) -> str | None:
        """When a finished job goes on next. A purge is far away and does not count."""
        (row,) = self._store.rows(
            "SELECT min(due) AS due FROM jobs WHERE job_state NOT GLOB '*Posted*' AND job_state NOT GLOB '*Purged*'"
        )
        due: str | None = row["due"]
        return due

    def _purge(self, job: Row) -> None:
        """Nothing is left but that there was a job, for as long again as it was kept."""
        number = job["number"]
        contents = self._store.rows("SELECT DISTINCT sha256 FROM job_documents WHERE job = ?", number)
        self._store.execute("DELETE FROM job_documents WHERE job = ?", number)
        self._store.execute("DELETE FROM deliveries WHERE job = ?", number)
        self._store.execute("UPDATE jobs SET options = '{}' WHERE number = ?", number)
        self._set(number, ["Purged"], due=self._time(self._keep))
        self._store.effect("job purged", job["job_id"])
        for row in contents:
            forget_content(self._store, row["sha256"])

    def _set(self, number: int, words: Sequence[str], *, due: str | None) -> None:
        self._store.execute("UPDATE jobs SET job_state = ?, due = ? WHERE number = ?", as_json(words), due, number)

    def _tell(self, number: int) -> None:
        job = read_job(self._store, number)
        self._outbox.put(job.account, job.job_id, body=status_body(job))

    def _time(self, later: timedelta = timedelta()) -> str:
        return wire_time(self._store.clock.now() + later)


def _job_state(deliveries: Sequence[Row], *, cancelled: bool, failed: str) -> list[str]:
    """[G] The words while a job goes on, and that a cancelled one never says Complete."""
    states = [delivery["state"] for delivery in deliveries]
    marks = ["Cancelled"] if cancelled else []
    if any(state in UNDER_WAY for state in states):
        begun = any(one["state"] != "Pending" or one["tries"] > 1 for one in deliveries)
        return ["InProcess" if begun else "Accepted", *marks]
    return marks or (["Complete"] if "Sent" in states else [failed])


def _pages(submission: Submission) -> int | None:
    """With the cover sheet; None when a document cannot be converted."""
    cover = submission.options.coversheet
    pages = 1 if cover is not None and cover.enabled else 0
    for document in submission.documents:
        count = page_count(document.data, document.type)
        if count is None:
            return None
        pages += count
    return pages
