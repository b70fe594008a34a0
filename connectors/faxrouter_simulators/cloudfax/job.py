"""A fax job as it stands: its documents, deliveries and attempts, and how the status call shows it."""

import json
from dataclasses import dataclass
from typing import Any

from faxrouter_simulators.cloudfax.answers import encoded
from faxrouter_simulators.store import Store

# an attempt in any other state has ended
UNDER_WAY = ("Pending", "InProcess")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to reach a destination, in the wire's own words."""

    # Pending, InProcess, Sent, Error; [G] Cancelled, Expired
    state: str
    # [G] 0 as long as nothing has happened
    gamma_code: int
    first_attempt: str | None
    delivery_time: str | None
    delivery_sec: int | None
    pages_delivered: int | None
    baud_rate: int | None
    rcsid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One destination; its last attempt counts."""

    fax: str
    ref: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDocument:
    """One document of a job."""

    name: str
    type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job. After it was purged, only its id and its state are left."""

    job_id: str
    account: str
    # as submitted
    options: dict[str, Any]
    # None: a document cannot be converted
    pages: int | None
    entry_time: str
    job_state: tuple[str, ...]
    documents: tuple[JobDocument, ...]
    deliveries: tuple[Delivery, ...]


def read_job(store: Store, number: int) -> Job:
    (row,) = store.rows("SELECT * FROM jobs WHERE number = ?", number)
    documents = store.rows("SELECT name, type, sha256 FROM job_documents WHERE job = ? ORDER BY position", number)
    deliveries = store.rows("SELECT number, fax, ref FROM deliveries WHERE job = ? ORDER BY number", number)
    return Job(
        job_id=row["job_id"],
        account=row["account"],
        options=json.loads(row["options"]),
        pages=row["pages"],
        entry_time=row["entry_time"],
        job_state=tuple(json.loads(row["job_state"])),
        documents=tuple(JobDocument(**document) for document in documents),
        deliveries=tuple(
            Delivery(fax=one["fax"], ref=one["ref"], attempts=_attempts(store, one["number"])) for one in deliveries
        ),
    )


def _attempts(store: Store, delivery: int) -> tuple[Attempt, ...]:
    rows = store.rows(
        "SELECT state, gamma_code, first_attempt, delivery_time, delivery_sec, pages_delivered, baud_rate, rcsid"
        " FROM attempts WHERE delivery = ? ORDER BY ordinal",
        delivery,
    )
    return tuple(Attempt(**row) for row in rows)


def status_body(job: Job) -> dict[str, object]:
    """What the status call answers, and what a webhook is told. What is empty is left out."""
    texts = {
        "billing_code_base64": job.options.get("billing_code", ""),
        "customer_reference_base64": job.options.get("customer_reference", ""),
    }
    return {
        "job_id": job.job_id,
        "job_state": job.job_state,
        **{name: encoded(text) for name, text in texts.items() if text},
        "entry_time": job.entry_time,
        "deliveries": [_delivery_body(delivery) for delivery in job.deliveries],
    }


def _delivery_body(delivery: Delivery) -> dict[str, object]:
    ref = {"ref_base64": encoded(delivery.ref)} if delivery.ref else {}
    return {
        **ref,
        "fax": delivery.fax,
        "delivery_attempts": [_attempt_body(attempt) for attempt in delivery.attempts],
    }


def _attempt_body(attempt: Attempt) -> dict[str, object]:
    values = {name: getattr(attempt, name) for name in Attempt.__slots__}
    return {name: value for name, value in values.items() if value is not None}
