"""A tiny router with real plans: what it is told by the stated facts is what it plans."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.rule_sets import RuleSetTexts
from faxrouter.model.decision import Contribution, Decided, Decision, NamedWorkspace, Policy
from faxrouter.model.fact import Facts, known
from faxrouter.model.fax import Fax
from faxrouter.model.plan import (
    Action,
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    Plan,
    PutTask,
    RaiseException,
    StoreDocument,
    WorkspaceTarget,
)
from faxrouter.model.problem import Place
from faxrouter.workflow.services import Inspected

EXCEPTIONS = WorkspaceTarget(name="Unsorted faxes", department="organisation", path=("Unsorted",), may_create=True)


def claim(number: str, *, may_create: bool = True, otherwise: WorkspaceTarget | None = EXCEPTIONS) -> WorkspaceTarget:
    return WorkspaceTarget(
        name=f"Claim {number}",
        department="claims",
        type_name="Claim",
        key=number,
        find_by={"name": f"Claim {number}"},
        may_create=may_create,
        otherwise=otherwise,
    )


@dataclass(frozen=True, kw_only=True)
class WorldRouter:
    """Files every document under the claim that the sidecar names; a document with defects is parked."""

    rule_set: RuleSetTexts = field(
        default_factory=lambda: RuleSetTexts(digest="digest-1", files={"rules/claims.rules.yaml": b"language: 1\n"})
    )
    target: WorkspaceTarget | None = None

    def route(self, event: Event, fax: Fax, *, read: ReadDocument) -> DecidedDocument:
        number = str(event.stated_facts.get("claim", "C-1"))
        parked = bool(read.document.defects)
        target = EXCEPTIONS if parked else self.target or claim(number)
        place = Place(file="rules/claims.rules.yaml", line=14)
        workspace = Contribution(value=NamedWorkspace(name=target.name), rule="to-claim", at=place)
        decision = Decision(
            rule_set=self.rule_set.digest,
            department="claims",
            scope_known=True,
            outcomes={"workspace": Decided(outcome="workspace", policy=Policy.FIRST, contributions=(workspace,))},
        )
        plan = Plan(
            fax_id=fax.fax_id,
            document_id=read.document.document_id,
            department="organisation" if parked else "claims",
            rule_set=self.rule_set.digest,
            case=fax.fax_id if parked else f"claim {number}",
            actions=_actions(fax, read, target, defects=read.document.defects),
            outcomes={"workspace": {"value": target.name}},
            parked=parked,
        )
        facts = Facts({"claim": known(number)})
        return DecidedDocument(document_id=read.document.document_id, facts=facts, decision=decision, plan=plan)


def _actions(fax: Fax, read: ReadDocument, target: WorkspaceTarget, *, defects: Sequence[str]) -> tuple[Action, ...]:
    document, department = read.document, target.department
    key = document.document_id
    filing: tuple[Action, ...] = (
        OpenWorkspace(idempotency_key=f"{key}:workspace", department=department, target=target),
        StoreDocument(
            idempotency_key=f"{key}:document",
            department=department,
            document_id=document.document_id,
            sha256=document.sha256,
            media_type=document.media_type,
            name=f"Fax {document.document_id}",
            category=None,
        ),
    )
    if defects:
        reason = "; ".join(defects)
        parked = RaiseException(idempotency_key=f"{key}:parked", department=department, kind="defects", reason=reason)
        return (*filing, parked)
    if not key.endswith("-1"):
        return filing
    return (
        *filing,
        ClassifyRecord(
            idempotency_key=f"{key}:class:years_10",
            department=department,
            record_class="years_10",
            rsi="FAX-10Y",
            rule="keep",
            at="rules/claims.rules.yaml:20",
            authority="schedule 4.2",
        ),
        PlaceHold(
            idempotency_key=f"{key}:hold:storm",
            department=department,
            hold="storm",
            rule="storm",
            at="rules/claims.rules.yaml:30",
        ),
        PutTask(
            idempotency_key=f"{key}:task:review",
            department=department,
            task_key=f"claims/{target.key}/review",
            kind="review",
            queue="claims-desk",
            workflow=None,
            title="Review the claim",
            due_at=None,
            task_priority=None,
            escalate_to=None,
            rules=("to-claim",),
        ),
        AwaitConnector(
            idempotency_key=f"{key}:notify:lead",
            department=department,
            outcome="notify",
            value={"to": "claims-lead"},
            rule="to-claim",
            at="rules/claims.rules.yaml:14",
        ),
        RaiseException(
            idempotency_key=f"{key}:possible",
            department=department,
            kind="possible-member",
            reason="a second task might be due",
            facts=("document_type",),
        ),
    )


def one_document(path: Path) -> Sequence[Inspected]:
    return [Inspected(media_type="image/tiff", pages=1, facts={"pages": 1})]


def documents_apart(path: Path) -> Sequence[Inspected]:
    """Splits the bytes at `|`: each part is a document. Bytes that begin with `?` cannot be read."""
    content = path.read_bytes()
    if content.startswith(b"?"):
        return [Inspected(media_type="application/octet-stream", pages=None, defects=("not a fax",))]
    parts = content.split(b"|")
    if len(parts) == 1:
        return one_document(path)
    found: list[Inspected] = []
    apart = Path(tempfile.mkdtemp())
    for number, part in enumerate(parts):
        file = apart / str(number)
        file.write_bytes(part)
        found.append(Inspected(media_type="image/tiff", pages=1, facts={}, content=file))
    return found


def rule_sets(*digests: str) -> Mapping[str, WorldRouter]:
    """One router for each digest, with a text that differs."""
    return {
        digest: WorldRouter(rule_set=RuleSetTexts(digest=digest, files={"rules/a.rules.yaml": digest.encode()}))
        for digest in digests
    }
