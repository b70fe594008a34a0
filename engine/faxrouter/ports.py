"""What faxrouter asks of the world: Protocols that connectors and stores implement. No implementation lives here.

Every method may raise `Failed` (model/failure.py) with one of five kinds; nothing else crosses a port. A method that
changes the other side takes an `idempotency_key`: called twice with one key it changes the world once and answers
the same reference. A connector may re-authenticate and replay once; every other repeat belongs to the workflow,
which looks up before it repeats. Each Protocol has a contract suite in `tests/contract/` that every implementation
passes, the shipped fakes among them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from faxrouter.model.plan import Receipt, WorkspaceTarget
from faxrouter.model.task import TaskState
from faxrouter.model.transmission import Transmission


class Clock(Protocol):
    """Time comes in as an argument, so that tests and replays own it."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFax:
    """A fax that a service offers: enough to take it, read it and acknowledge it."""

    # the service's own reference; stable over redelivery
    reference: str
    # aware UTC
    received_at: datetime
    # what the carrier or a sidecar says, as the raw `facts` object of `decide` (names to JSON values)
    stated_facts: Mapping[str, object] = field(default_factory=dict)
    # where the stated facts came from: "carrier" or "sidecar NAME.json"
    stated_by: str = "carrier"
    # the name it came with, unchecked
    name: str = ""
    # what is already known to be wrong with it, in words without content
    defects: tuple[str, ...] = ()


class FaxService(Protocol):
    """Delivers inbound faxes."""

    name: str

    def offered(self, *, limit: int) -> Sequence[InboundFax]:
        """Up to `limit` faxes that wait to be taken, oldest first. Takes nothing; an offered fax may be offered
        again."""
        ...

    def take(self, reference: str) -> None:
        """Lease the fax to this router. Idempotent. Raises Failed(REJECTED) when it is gone or was acknowledged."""
        ...

    def open(self, reference: str) -> AbstractContextManager[BinaryIO]:
        """The bytes of a taken fax."""
        ...

    def acknowledge(self, reference: str) -> None:
        """The fax is filed and journalled: the service need not keep it. Idempotent."""
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxToSend:
    """An outbound fax, complete: readable files, in order; a cover page of ours is the first of them."""

    # ours: the service repeats it with every report
    our_reference: str
    # E.164
    to_number: str
    documents: tuple[Path, ...]
    # image/tiff or application/pdf, one a document
    media_types: tuple[str, ...]
    fine: bool = True
    # a cover sheet that the service makes; None: none
    cover: Mapping[str, str] | None = None
    billing_code: str = ""
    # aware UTC; after it the service must not begin any more
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call that came in from outside, as it came."""

    # the part of the address that only the service knows
    secret: str
    # of the caller, as the connection says
    remote_address: str
    # names in small letters
    headers: Mapping[str, str]
    body: bytes


class FaxSender(Protocol):
    """Transmits outbound faxes."""

    name: str
    # whether a repeated submit with one key is one fax for this service; otherwise only a person may repeat it
    knows_repeats: bool

    def submit(self, fax: FaxToSend, *, idempotency_key: str) -> str:
        """Hand the fax over; the service's reference. Raises Failed(UNKNOWN) when the answer is lost."""
        ...

    def transmission(self, reference: str) -> Transmission:
        """What became of it so far. A fax that the service does not know, or forgot, has the state UNKNOWN."""
        ...

    def cancel(self, reference: str) -> None:
        """Ask that no further attempt is made. It may be delivered all the same: `transmission` tells."""
        ...

    def references_in(self, call: WebhookCall) -> Sequence[str]:
        """The faxes that a webhook call is about. What it says of them is not believed: ask `transmission`.

        Raises Failed(UNAUTHORISED) for a caller who is not the service, and Failed(REJECTED) for a body without sense.
        """
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRef:
    """A workspace that exists. `reference` is the records system's own id."""

    reference: str
    name: str
    created: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentToFile:
    """A document on its way into a workspace. `content` is a readable file, never held in memory whole."""

    content: Path
    sha256: str
    media_type: str
    name: str
    category: str | None
    attributes: Mapping[str, str]


class Filing(Protocol):
    """The records system as a tree of workspaces with documents and versions."""

    def find_workspace(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        """The workspace of the target, ignoring its `otherwise`; None when there is none."""
        ...

    def create_workspace(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        """Create it; two callers at once get the same workspace."""
        ...

    def find_document(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        """The reference of the document stored under this key; None when there is none. `workspace` and `name` say
        where and how it was to be stored, for systems that must begin to look somewhere; what was moved since is
        found too."""
        ...

    def store_document(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        """Store content and metadata as one act: a reader sees both or neither. Verifies the hash it stored."""
        ...

    def store_version(self, document: str, content: DocumentToFile, *, idempotency_key: str) -> Receipt:
        """A new version of a stored document; its details hold `version` counted from 1."""
        ...

    def move_document(self, document: str, workspace: WorkspaceRef, *, idempotency_key: str) -> Receipt:
        """Move a stored document; holds, classes and versions go with it."""
        ...

    def set_metadata(
        self, document: str, *, category: str, attributes: Mapping[str, str], idempotency_key: str
    ) -> Receipt:
        """Replace the attributes of one category."""
        ...

    def describe(self, document: str) -> "StoredDocument":
        """What stands in the records system now. Raises Failed(REJECTED) when there is no such document."""
        ...

    def location(self, document: str) -> str:
        """Where a person can look at a stored document: a path or an address."""
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document as the records system holds it."""

    reference: str
    workspace: str
    name: str
    version: int
    sha256: str
    category: str | None
    attributes: Mapping[str, str]
    record_classes: tuple[str, ...]
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskToPut:
    """A task as a queue or a workflow shall show it. Times are ISO 8601, aware."""

    task_key: str
    department: str
    kind: str
    queue: str | None
    # `map` names a workflow map, every other key an attribute of it
    workflow: Mapping[str, object] | None
    title: str
    due_at: str | None
    task_priority: str | None
    escalate_to: str | None
    # the stored document it is about
    document: str
    rules: tuple[str, ...]
    # people or groups who get it, where no workflow is started for it
    assignees: tuple[str, ...] = ()


class Tasks(Protocol):
    """Work for people."""

    def put(self, task: TaskToPut, *, idempotency_key: str) -> Receipt:
        """Create the task, or update the open one of the same `task_key`: earliest due, highest task priority, the new
        document attached. A closed task is never reopened: a new one is created. Details: `action` = created |
        updated."""
        ...

    def state(self, task: str) -> TaskState:
        """Whether the task of a receipt is still to be done; one that nobody knows any more is closed."""
        ...

    def escalate(self, task: str, to: str, *, words: str, idempotency_key: str) -> Receipt:
        """Put an overdue task before those it escalates to. `words` say why, without content."""
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassAssertion:
    """Why one record class applies to one document."""

    record_class: str
    rsi: str
    rule: str
    at: str
    authority: str


class Records(Protocol):
    """Record classes and holds of stored documents."""

    def assert_class(self, document: str, assertion: ClassAssertion, *, idempotency_key: str) -> Receipt:
        """Add one assertion; earlier ones stay."""
        ...

    def place_hold(self, document: str, hold: str, *, rule: str, at: str, idempotency_key: str) -> Receipt:
        """Add one named hold; earlier ones stay."""
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


class MarkKind(StrEnum):
    """How somebody marked a document for faxing."""

    CATEGORY = "category"
    WORKFLOW = "workflow"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDocument:
    """A document that somebody marked for faxing, and what he wrote beside it."""

    # of the mark: stable over polls, and another one when the same document is marked anew
    reference: str
    kind: MarkKind
    # aware UTC
    marked_at: datetime
    # the login name of whoever marked it; empty where the system does not say
    marked_by: str
    # whose workspace it stands in
    department: str
    # empty where there is none, or where nobody could say which one is meant: then `open` refuses it
    document: str
    # counted from 1: the newest one when the mark was read. This one is to be sent, and no later one: whoever knows the
    # reference already keeps the version that he was told first
    version: int
    name: str
    media_type: str
    # what was written beside it, as the raw `facts` object of `decide` (names to JSON values); unchecked
    stated_facts: Mapping[str, object] = field(default_factory=dict)


class MarkOutcome(StrEnum):
    """What a person who marked a document is told."""

    SENT = "sent"
    REFUSED = "refused"


class OutboundRequests(Protocol):
    """Documents that people marked for faxing in the records system."""

    name: str

    def marked(self, *, limit: int) -> Sequence[MarkedDocument]:
        """Up to `limit` marks that are not answered, oldest first. Changes nothing; a mark may be told again."""
        ...

    def open(self, marked: MarkedDocument) -> AbstractContextManager[BinaryIO]:
        """The bytes of the marked version, whatever came later. Raises Failed(REJECTED) when it is gone."""
        ...

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, *, words: str, idempotency_key: str) -> Receipt:
        """Tell whoever marked it what became of it; then the mark is not told again. `words` hold no content. A mark is
        answered once: a second answer, under whatever key, changes nothing and is not fresh."""
        ...

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Blob:
    """Bytes in the blob store, known by their hash."""

    sha256: str
    # bytes
    size: int


class Blobs(Protocol):
    """Bytes by hash. What was put is durable when `put` returns."""

    def put(self, source: BinaryIO) -> Blob:
        """Store a stream; the same bytes twice are stored once."""
        ...

    def path(self, sha256: str) -> Path:
        """A readable file with these bytes. Raises Unavailable when they are not there."""
        ...

    def erase(self, sha256: str) -> None:
        """Remove the bytes; idempotent."""
        ...

    def __iter__(self) -> Iterator[str]:
        """Every stored hash."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """What one entry of `faxrouter.toml` opened. A connector fills the roles it can play."""

    name: str
    fax_service: FaxService | None = None
    fax_sender: FaxSender | None = None
    filing: Filing | None = None
    tasks: Tasks | None = None
    records: Records | None = None
    outbound_requests: OutboundRequests | None = None
    # where each department works with an identity of its own: its ports, by department
    by_department: Mapping[str, "Connector"] = field(default_factory=dict)
    # ends connections; called once, when the router ends
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSettings:
    """One `[connectors.NAME]` table of `faxrouter.toml`, handed to the connector's `open_connector`."""

    name: str
    # the home directory; relative paths in options start there
    home: Path
    options: Mapping[str, object]
    clock: Clock
    # a folder of its own for what it must remember; made when it is first needed
    state: Path
    # which of `fax service`, `fax sender`, `filing`, `tasks`, `records` and `outbound requests` it shall play; empty:
    # every one that it can
    roles: frozenset[str] = frozenset()
    # the departments that it serves; empty: all
    departments: frozenset[str] = frozenset()


class OpenConnector(Protocol):
    """The object behind an entry point of the group `faxrouter.connectors`."""

    def __call__(self, settings: ConnectorSettings) -> Connector: ...
