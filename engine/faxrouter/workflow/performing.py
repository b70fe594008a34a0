"""One action of a plan, done through its port: looked up before it is repeated, and receipted. Knows no durable engine.

A connector may lie or be late: what `find` did not see, `create` may say exists. Then it is looked for once more, and
only if it still cannot be found is the refusal believed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar, assert_never

from faxrouter.journal import deeds, exceptions, tasks
from faxrouter.journal.forms import kind_of
from faxrouter.journal.journal import Writing
from faxrouter.journal.work import Work
from faxrouter.model.failure import Failed, Failure, FailureKind, FailureSubject
from faxrouter.model.plan import (
    Action,
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    Plan,
    PutTask,
    RaiseException,
    Receipt,
    StoreDocument,
    WorkspaceTarget,
)
from faxrouter.ports import ClassAssertion, DocumentToFile, Filing, TaskToPut, WorkspaceRef
from faxrouter.workflow.attempting import attempt
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.services import Services

T = TypeVar("T")

# details of a receipt
_WORKSPACE, _CREATED, _INSTEAD_OF = "workspace", "created", "instead of"
# of a document that was filed without the metadata that the records system refused: why, and who keeps it
_WITHOUT_METADATA, _KEEPER = "without metadata", "keeper"
# behind the key of a workspace that was there, was gone, and was found or made once more
_ANEW = ":anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One document on its way through its plan."""

    services: Services
    work: Work
    plan: Plan
    # an earlier run may have done some of it
    look: bool
    notes: Notes
    # of the actions done so far in this run, by key
    receipts: dict[str, Receipt] = field(default_factory=dict)


def perform(desk: Desk, action: Action) -> bool:
    """Do one action and note its receipt. False when it failed and the work was postponed or stopped."""
    services = desk.services
    match action:
        case PutTask() | AwaitConnector() if _is_parked(desk):
            return True
        case AwaitConnector():
            desk.notes.add(lambda writing: deeds.record_waiting(writing, desk.work, action))
            return True
        case RaiseException():
            desk.notes.add(lambda writing: _record_exception(writing, desk, action))
            return True
        case OpenWorkspace() | StoreDocument() | ClassifyRecord() | PlaceHold() | PutTask():
            if desk.look and _receipt(desk, action.idempotency_key) is not None:
                return True

            def record(writing: Writing, receipt: Receipt) -> None:
                kind = kind_of(action)
                deeds.record_receipt(writing, desk.work, receipt, kind=kind, department=action.department)
                if _INSTEAD_OF in receipt.details:
                    _record_detour(writing, desk, action, receipt)
                if _WITHOUT_METADATA in receipt.details:
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
    systems = desk.services.systems_of(_keeper(desk, action))
    match action:
        case OpenWorkspace():
            return _open_workspace(systems.filing, action)
        case StoreDocument():
            return _store(desk, systems.filing, action, look=look)
        case ClassifyRecord():
            assertion = ClassAssertion(
                record_class=action.record_class,
                rsi=action.rsi,
                rule=action.rule,
                at=action.at,
                authority=action.authority,
            )
            return systems.records.assert_class(
                _stored_document(desk), assertion, idempotency_key=action.idempotency_key
            )
        case PlaceHold():
            return systems.records.place_hold(
                _stored_document(desk),
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
                document=_stored_document(desk),
                rules=action.rules,
                assignees=action.assignees,
            )
            return systems.tasks.put(task, idempotency_key=action.idempotency_key)
    assert_never(action)


def _open_workspace(filing: Filing, action: OpenWorkspace) -> Receipt:
    workspace, instead_of = _find_or_create(filing, action.target, action.idempotency_key)
    details = {_WORKSPACE: workspace.name, _CREATED: "yes" if workspace.created else "no"}
    if instead_of is not None:
        details[_INSTEAD_OF] = instead_of
    return Receipt(
        idempotency_key=action.idempotency_key,
        reference=workspace.reference,
        fresh=workspace.created,
        details=details,
    )


def _find_or_create(filing: Filing, target: WorkspaceTarget, key: str) -> tuple[WorkspaceRef, str | None]:
    """The workspace, and why it is not the one that was asked for: None when it is."""
    try:
        found = filing.find_workspace(target)
        if found is None and target.may_create:
            found = _surely(
                lambda: filing.create_workspace(target, idempotency_key=key),
                look=lambda: filing.find_workspace(target),
            )
        why = "there is no such workspace, and it may not be created"
        why += f": {target.why_not_created}" if target.why_not_created else ""
    except Failed as err:
        if err.failure.kind is not FailureKind.REJECTED or target.otherwise is None:
            raise
        found, why = None, f"the records system refused it: {err.failure.reason}"
    if found is not None:
        return found, None
    if target.otherwise is None:
        # a failure is logged, and the name of a typed workspace may name a person
        which = f"of type `{target.type_name}`" if target.type_name else f"`{target.name}`"
        reason = f"the workspace {which}: {why}"
        raise Failed(Failure(kind=FailureKind.REJECTED, system="filing", operation="find workspace", reason=reason))
    return _find_or_create(filing, target.otherwise, key)[0], f"{target.name}: {why}"


def _store(desk: Desk, filing: Filing, action: StoreDocument, *, look: bool) -> Receipt:
    key = action.idempotency_key

    def stored() -> Receipt | None:
        reference = filing.find_document(_workspace(desk), action.name, idempotency_key=key)
        if reference is None:
            return None
        if filing.describe(reference).sha256 != action.sha256:
            reason = "a document with other bytes stands under the key of this one"
            raise Failed(Failure(kind=FailureKind.REJECTED, system="filing", operation="store document", reason=reason))
        return Receipt(idempotency_key=key, reference=reference, fresh=False)

    already = stored() if look else None
    if already is not None:
        return already
    document = DocumentToFile(
        content=desk.services.blobs.path(action.sha256),
        sha256=action.sha256,
        media_type=action.media_type,
        name=action.name,
        category=action.category,
        attributes=action.attributes,
    )

    def store() -> Receipt:
        return _surely(
            lambda: filing.store_document(_workspace(desk), document, idempotency_key=key),
            look=stored,
        )

    try:
        return store()
    except Failed as err:
        match err.failure.about:
            case FailureSubject.WORKSPACE:
                _open_anew(desk, filing)
                return store()
            case FailureSubject.METADATA if action.refuge is not None:
                return _store_without_metadata(desk, action.refuge, document, key, why=err.failure.reason)
        raise


def _open_anew(desk: Desk, filing: Filing) -> None:
    """The workspace was there when it was opened and is gone now: somebody deleted or moved it in between."""
    action = next(one for one in desk.plan.actions if isinstance(one, OpenWorkspace))
    receipt = _open_workspace(filing, replace(action, idempotency_key=action.idempotency_key + _ANEW))
    kind = kind_of(action)
    desk.notes.add(
        lambda writing: deeds.record_receipt(writing, desk.work, receipt, kind=kind, department=action.department)
    )
    desk.receipts[receipt.idempotency_key] = receipt


def _store_without_metadata(
    desk: Desk, refuge: WorkspaceTarget, document: DocumentToFile, key: str, *, why: str
) -> Receipt:
    """Parking is filing: into the exception workspace, with the reason beside it."""
    filing = desk.services.systems_of(refuge.department).filing
    workspace, _ = _find_or_create(filing, refuge, key + _ANEW)
    bare = replace(document, category=None, attributes={})
    stored = filing.store_document(workspace, bare, idempotency_key=key)
    details = {**stored.details, _WORKSPACE: workspace.name, _WITHOUT_METADATA: why, _KEEPER: refuge.department}
    return replace(stored, details=details)


def _surely(create: Callable[[], T], *, look: Callable[[], T | None]) -> T:
    """Create it; when the answer is lost or says that it cannot be, look whether it stands there after all."""
    try:
        return create()
    except Failed as err:
        if err.failure.kind not in (FailureKind.UNKNOWN, FailureKind.REJECTED):
            raise
        there = look()
        if there is None:
            raise
        return there


def _workspace(desk: Desk) -> WorkspaceRef:
    receipt = _receipt_of(desk, OpenWorkspace)
    receipt = _receipt(desk, receipt.idempotency_key + _ANEW) or receipt
    return WorkspaceRef(reference=receipt.reference, name=receipt.details[_WORKSPACE])


def _stored_document(desk: Desk) -> str:
    return _receipt_of(desk, StoreDocument).reference


def _receipt_of(desk: Desk, kind: type[Action]) -> Receipt:
    """The receipt of an earlier action of this plan. A plan that files nothing before it acts is a bug of planning."""
    key = next((action.idempotency_key for action in desk.plan.actions if isinstance(action, kind)), "")
    receipt = _receipt(desk, key)
    if receipt is None:
        raise LookupError(f"the plan of {desk.plan.document_id} acts before {kind.__name__}")
    return receipt


def _is_parked(desk: Desk) -> bool:
    """Whether the document was filed without its metadata: then a person goes on with it, and nothing else acts."""
    stored = _stored(desk)
    return stored is not None and _WITHOUT_METADATA in stored.details


def _keeper(desk: Desk, action: Action) -> str:
    """Whose identity performs: that of whoever keeps the document, if it was filed elsewhere than planned."""
    stored = _stored(desk) if isinstance(action, (ClassifyRecord, PlaceHold)) else None
    return action.department if stored is None else stored.details.get(_KEEPER, action.department)


def _stored(desk: Desk) -> Receipt | None:
    """None before the document is stored, or where the plan stores none."""
    key = next((one.idempotency_key for one in desk.plan.actions if isinstance(one, StoreDocument)), None)
    return None if key is None else _receipt(desk, key)


def _receipt(desk: Desk, key: str) -> Receipt | None:
    """Those of an earlier run stand in the journal."""
    known = desk.receipts.get(key)
    return known if known is not None or not desk.look else deeds.load_receipt(desk.services.journal, key)


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
        reason=f"{receipt.details[_WITHOUT_METADATA]}; filed in {receipt.details[_WORKSPACE]} without metadata",
        fax_id=desk.work.fax_id,
        document_id=desk.work.document_id,
        department=desk.work.department,
    )


def _record_detour(writing: Writing, desk: Desk, action: Action, receipt: Receipt) -> None:
    exceptions.record_exception(
        writing,
        f"{action.idempotency_key}:not-found",
        kind="not-found",
        reason=f"filed in {receipt.details[_WORKSPACE]} instead of {receipt.details[_INSTEAD_OF]}",
        fax_id=desk.work.fax_id,
        document_id=desk.work.document_id,
        department=action.department,
    )
