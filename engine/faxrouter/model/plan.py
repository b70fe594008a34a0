"""What will be done about a decision: ordered, frozen actions, each with its idempotency key.

An action's `department` names the identity that performs it: for a document, the department whose workspace it enters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from faxrouter.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceTarget:
    """Which workspace to file into, and how the records system can find it. Everything the Filing port needs to know.

    A named workspace has `path` and no type. A typed one has `type_name` and `key`, and `find_by` says how:
    `{"external system": …, "object type": …}` or `{"name": rendered name}`.
    """

    name: str
    department: str
    path: tuple[str, ...] = ()
    type_name: str | None = None
    key: str | None = None
    find_by: Mapping[str, str] = field(default_factory=dict)
    # may it be created when it is not found: the type says so and the key came from a source that it trusts
    may_create: bool = False
    # why it may not, in words without the key; no part of the target itself
    why_not_created: str = field(default="", compare=False)
    template: str | None = None
    # the named workspace to file into when this one is neither found nor creatable
    otherwise: "WorkspaceTarget | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWorkspace:
    """Find the workspace, or create it where the target allows."""

    idempotency_key: str
    department: str
    target: WorkspaceTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDocument:
    """Put the document, with its metadata, into the workspace that OpenWorkspace found."""

    idempotency_key: str
    department: str
    document_id: str
    sha256: str
    media_type: str
    # the name to show in the workspace; unique by the fax id in it
    name: str
    category: str | None
    attributes: Mapping[str, str] = field(default_factory=dict)
    # with a category: where it is filed without one, should the records system refuse the metadata
    refuge: WorkspaceTarget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifyRecord:
    """Assert one record class on the stored document. Assertions add up; none is ever withdrawn here."""

    idempotency_key: str
    department: str
    record_class: str
    rsi: str
    rule: str
    at: str
    authority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHold:
    """Place one named legal hold on the stored document."""

    idempotency_key: str
    department: str
    hold: str
    rule: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutTask:
    """Create the task, or update the open one with the same `task_key`; a closed one is never reopened."""

    idempotency_key: str
    department: str
    # (department, workspace key or fax, kind) as one text
    task_key: str
    kind: str
    queue: str | None
    # `map` names the workflow map that is started, every other key an attribute of it
    workflow: Mapping[str, Any] | None
    title: str
    # ISO 8601 with the offset of the rules file's zone; None when no due time was asked for
    due_at: str | None
    task_priority: str | None
    escalate_to: str | None
    rules: tuple[str, ...]
    # people or groups who get it, where no workflow is started for it
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitConnector:
    """Decided, journalled, and waiting for the room that performs it: approval, send, reply, notify."""

    idempotency_key: str
    department: str
    outcome: str
    value: Any
    rule: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseException:
    """Put the document before a person: an entry of the exception queue, with its reason and owner."""

    idempotency_key: str
    department: str
    # parked, metadata, key-not-usable, possible-member, unsure, template, defects
    kind: str
    reason: str
    facts: tuple[str, ...] = ()


Action = OpenWorkspace | StoreDocument | ClassifyRecord | PlaceHold | PutTask | AwaitConnector | RaiseException


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that will be done for one document of one fax, in order."""

    fax_id: str
    document_id: str
    # the owning department, or "organisation"
    department: str
    rule_set: str
    # filing order is kept per case: the workspace key when known, otherwise the fax
    case: str
    actions: tuple[Action, ...]
    # outcomes as `decide` prints them, texts rendered
    outcomes: Mapping[str, Any] = field(default_factory=dict)
    parked: bool = False
    # mistakes in templates that showed only now
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that one action was done."""

    idempotency_key: str
    # the other system's reference: a node id, a task id, a hold entry
    reference: str
    # False when the other side already had it under this key
    fresh: bool = True
    # what else is worth keeping, without content: {"workspace": "Claim C-1042", "created": "yes"}
    details: Mapping[str, str] = field(default_factory=dict)
