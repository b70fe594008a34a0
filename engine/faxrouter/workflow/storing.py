"""A document comes into its workspace: found or made, stored, and put right where somebody changed things under way.

A connector may lie or be late: what `find` did not see, `create` may say exists. Then it is looked for once more, and
only if it still cannot be found is the refusal believed.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from faxrouter.journal import deeds
from faxrouter.journal.forms import kind_of
from faxrouter.model.failure import Failed, Failure, FailureKind, FailureSubject
from faxrouter.model.plan import OpenWorkspace, Receipt, StoreDocument, WorkspaceTarget
from faxrouter.ports import DocumentToFile, Filing, WorkspaceRef
from faxrouter.workflow.desk import ANEW, CREATED, INSTEAD_OF, KEEPER, WITHOUT_METADATA, WORKSPACE, Desk

T = TypeVar("T")


def open_workspace(filing: Filing, action: OpenWorkspace) -> Receipt:
    """The receipt tells the workspace, whether it was made, and why it is another than was asked for. Raises Failed."""
    workspace, instead_of = _find_or_create(filing, action.target, action.idempotency_key)
    details = {WORKSPACE: workspace.name, CREATED: "yes" if workspace.created else "no"}
    if instead_of is not None:
        details[INSTEAD_OF] = instead_of
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


def store(desk: Desk, filing: Filing, action: StoreDocument, *, look: bool) -> Receipt:
    """Into the workspace of the desk, or without its metadata into the refuge. `look`: it may have been stored before.
    Raises Failed."""
    key = action.idempotency_key

    def stored() -> Receipt | None:
        reference = filing.find_document(desk.workspace, action.name, idempotency_key=key)
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

    def try_it() -> Receipt:
        return _surely(
            lambda: filing.store_document(desk.workspace, document, idempotency_key=key),
            look=stored,
        )

    try:
        return try_it()
    except Failed as err:
        match err.failure.about:
            case FailureSubject.WORKSPACE:
                _open_anew(desk, filing)
                return try_it()
            case FailureSubject.METADATA if action.refuge is not None:
                return _store_without_metadata(desk, action.refuge, document, key, why=err.failure.reason)
        raise


def _open_anew(desk: Desk, filing: Filing) -> None:
    """The workspace was there when it was opened and is gone now: somebody deleted or moved it in between."""
    action = next(one for one in desk.plan.actions if isinstance(one, OpenWorkspace))
    receipt = open_workspace(filing, replace(action, idempotency_key=action.idempotency_key + ANEW))
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
    workspace, _ = _find_or_create(filing, refuge, key + ANEW)
    bare = replace(document, category=None, attributes={})
    stored = filing.store_document(workspace, bare, idempotency_key=key)
    details = {**stored.details, WORKSPACE: workspace.name, WITHOUT_METADATA: why, KEEPER: refuge.department}
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
