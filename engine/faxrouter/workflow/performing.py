"""One action of a plan, done through its port: looked up before it is repeated, and receipted. Knows no engine."""

from typing import assert_never

from faxrouter.journal import deeds, exceptions, tasks
from faxrouter.journal.forms import kind_of
from faxrouter.journal.journal import Writing
from faxrouter.model.plan import (
    Action,
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    PutTask,
    RaiseException,
    Receipt,
    StoreDocument,
)
from faxrouter.ports import ClassAssertion, TaskToPut
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.desk import INSTEAD_OF, WITHOUT_METADATA, WORKSPACE, Desk
from faxrouter.workflow.storing import open_workspace, store


def perform(desk: Desk, action: Action) -> bool:
    """Do one action and note its receipt. False when it failed and the work was postponed or stopped."""
    services = desk.services
    match action:
        case PutTask() | AwaitConnector() if desk.is_parked:
            return True
        case AwaitConnector():
            desk.notes.add(lambda writing: deeds.record_waiting(writing, desk.work, action))
            return True
        case RaiseException():
            desk.notes.add(lambda writing: _record_exception(writing, desk, action))
            return True
        case OpenWorkspace() | StoreDocument() | ClassifyRecord() | PlaceHold() | PutTask():
            if desk.look and desk.receipt(action.idempotency_key) is not None:
                return True

            def record(writing: Writing, receipt: Receipt) -> None:
                kind = kind_of(action)
                deeds.record_receipt(writing, desk.work, receipt, kind=kind, department=action.department)
                if INSTEAD_OF in receipt.details:
                    _record_detour(writing, desk, action, receipt)
                if WITHOUT_METADATA in receipt.details:
                    _record_refused_metadata(writing, desk, action, receipt)
                if isinstance(action, PutTask):
                    look_at = writing.now + services.look_at_tasks_every
                    tasks.record_open(writing, desk.work, action, receipt.reference, look_at=look_at)

            done = attempt(
                services,
                desk.work,
                desk.notes,
                key=action.idempotency_key,
                act=lambda look: _act(desk, action, look=look),
                record=record,
                look=desk.look,
            )
            if done is not None:
                desk.receipts[action.idempotency_key] = done
            return done is not None
    assert_never(action)


def _act(
    desk: Desk, action: OpenWorkspace | StoreDocument | ClassifyRecord | PlaceHold | PutTask, *, look: bool
) -> Receipt:
    systems = desk.services.systems_of(desk.keeper(action))
    match action:
        case OpenWorkspace():
            return open_workspace(systems.filing, action)
        case StoreDocument():
            return store(desk, systems.filing, action, look=look)
        case ClassifyRecord():
            assertion = ClassAssertion(
                record_class=action.record_class,
                rsi=action.rsi,
                rule=action.rule,
                at=action.at,
                authority=action.authority,
            )
            return systems.records.assert_class(desk.document, assertion, idempotency_key=action.idempotency_key)
        case PlaceHold():
            return systems.records.place_hold(
                desk.document,
                action.hold,
                rule=action.rule,
                at=action.at,
                idempotency_key=action.idempotency_key,
            )
        case PutTask():
            task = TaskToPut(
                task_key=action.task_key,
                department=action.department,
                kind=action.kind,
                queue=action.queue,
                workflow=action.workflow,
                title=action.title,
                due_at=action.due_at,
                task_priority=action.task_priority,
                escalate_to=action.escalate_to,
                document=desk.document,
                rules=action.rules,
                assignees=action.assignees,
            )
            return systems.tasks.put(task, idempotency_key=action.idempotency_key)
    assert_never(action)


def _record_exception(writing: Writing, desk: Desk, action: RaiseException) -> None:
    exceptions.record_exception(
        writing,
        action.idempotency_key,
        kind=action.kind,
        reason=action.reason,
        fax_id=desk.work.fax_id,
        document_id=desk.work.document_id,
        department=action.department,
        facts=action.facts,
    )


def _record_refused_metadata(writing: Writing, desk: Desk, action: Action, receipt: Receipt) -> None:
    exceptions.record_exception(
        writing,
        f"{action.idempotency_key}:metadata",
        kind="metadata",
        reason=f"{receipt.details[WITHOUT_METADATA]}; filed in {receipt.details[WORKSPACE]} without metadata",
        fax_id=desk.work.fax_id,
        document_id=desk.work.document_id,
        department=desk.work.department,
    )


def _record_detour(writing: Writing, desk: Desk, action: Action, receipt: Receipt) -> None:
    exceptions.record_exception(
        writing,
        f"{action.idempotency_key}:not-found",
        kind="not-found",
        reason=f"filed in {receipt.details[WORKSPACE]} instead of {receipt.details[INSTEAD_OF]}",
        fax_id=desk.work.fax_id,
        document_id=desk.work.document_id,
        department=action.department,
    )
