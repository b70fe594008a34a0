"""What was done and what was tried: receipts, attempts, filed documents, acknowledged faxes, actions that wait."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from faxrouter.journal import work
from faxrouter.journal.forms import digest
from faxrouter.journal.journal import Entry, Journal, Writing, journalled
from faxrouter.journal.tables import entries, payloads
from faxrouter.model.failure import Failure
from faxrouter.model.plan import AwaitConnector, Receipt

_COUNTS = (
    sa.select(entries.c.kind, sa.func.count())
    .where(entries.c.fax_id == sa.bindparam("fax_id"), entries.c.kind.in_(("document", "filed", "acknowledged")))
    .group_by(entries.c.kind)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An action that is decided and waits for the connector that will perform it."""

    idempotency_key: str
    fax_id: str
    document_id: str
    department: str
    # approval, send, reply, notify
    outcome: str
    # personal: None when erased
    value: Any
    rule: str
    at: str
    since: datetime


def record_receipt(writing: Writing, document: work.Work, receipt: Receipt, *, kind: str, department: str) -> None:
    """Journal that an action was done. The other side's names are payload."""
    writing.add(
        Entry(
            kind="receipt",
            key=receipt.idempotency_key,
            fax_id=document.fax_id,
            document_id=document.document_id,
            department=department,
            body={"action": kind, "fresh": receipt.fresh, "reference_digest": digest(receipt.reference)},
            payload=receipt,
        )
    )


def load_receipt(journal: Journal, idempotency_key: str) -> Receipt | None:
    """None when the action was not done, as far as the journal knows."""
    entry = journal.entry("receipt", idempotency_key)
    receipt: Receipt | None = None if entry is None else entry.payload
    return receipt


def record_attempt(writing: Writing, tried: work.Work, failure: Failure, *, key: str) -> None:
    """Journal that something was tried and how it failed. `key` is the action's, or the step's."""
    writing.add(
        Entry(
            kind="attempt",
            key=f"{key}:{tried.run}:{secrets.token_hex(8)}",
            fax_id=tried.fax_id,
            document_id=tried.document_id,
            department=tried.department,
            body={
                "of": key,
                "run": tried.run,
                "failure": failure.kind.value,
                "system": failure.system,
                "operation": failure.operation,
                "reason": failure.reason,
            },
        )
    )


def record_waiting(writing: Writing, document: work.Work, action: AwaitConnector) -> None:
    """Journal an action that waits for its connector."""
    writing.add(
        Entry(
            kind="waiting",
            key=action.idempotency_key,
            fax_id=document.fax_id,
            document_id=document.document_id,
            department=action.department,
            body={"outcome": action.outcome, "rule": action.rule, "at": action.at},
            payload={"value": action.value},
        )
    )


def waiting_actions(journal: Journal) -> Sequence[Waiting]:
    """Actions without a receipt, oldest first."""
    done = entries.alias("done")
    chosen = (
        sa.select(entries, payloads.c.text.label("payload"))
        .select_from(entries.outerjoin(payloads))
        .where(entries.c.kind == "waiting")
        .where(~sa.exists().where(done.c.kind == "receipt", done.c.key == entries.c.key))
        .order_by(entries.c.number)
    )
    with journal.read() as connection:
        found = [journalled(row) for row in connection.execute(chosen)]
    return [
        Waiting(
            idempotency_key=entry.key,
            fax_id=entry.fax_id or "",
            document_id=entry.document_id or "",
            department=entry.department or "",
            outcome=entry.body["outcome"],
            value=None if entry.erased else entry.payload["value"],
            rule=entry.body["rule"],
            at=entry.body["at"],
            since=entry.at,
        )
        for entry in found
    ]


def record_filed(writing: Writing, document: work.Work) -> work.Work | None:
    """Journal that every action of a document is done. When all documents of its fax are filed, the fax may be
    acknowledged: that is then on the list of work, in the hand of the same workflow, and the answer. None: not yet, or
    somebody else does it."""
    # two documents of one fax may end at once: one of them must see the other
    work.lock(writing, fax_id=document.fax_id)
    writing.add(
        Entry(
            kind="filed",
            key=document.document_id or "",
            fax_id=document.fax_id,
            document_id=document.document_id,
            case_key=document.case_key,
            department=document.department,
        )
    )
    work.finish(writing, document.work_id)
    counts = _counts(writing, document.fax_id)
    if counts.get("filed", 0) < counts.get("document", 0) or counts.get("acknowledged"):
        return None
    return work.put(
        writing,
        work.ACKNOWLEDGE,
        fax_id=document.fax_id,
        department=document.department,
        workflow_id=document.workflow_id,
    )


def record_acknowledged(writing: Writing, fax_id: str) -> None:
    """Journal that the fax service was told; nothing is left to do."""
    writing.add(Entry(kind="acknowledged", key=fax_id, fax_id=fax_id))
    work.finish(writing, work.work_id(work.ACKNOWLEDGE, fax_id))


def _counts(writing: Writing, fax_id: str) -> dict[str, int]:
    """How many entries of the kinds that tell whether a fax is done."""
    rows = writing.connection.execute(_COUNTS, {"fax_id": fax_id})
    return {kind: int(count) for kind, count in rows}
