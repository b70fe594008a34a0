"""The world outside, as a flow sees it: fax services, records systems and task queues that outlive a killed process.

Harsher than the ports ask for: a document stored twice is there twice, a workspace created twice is there twice. Only
who looks before repeating passes. Every call is logged, so that a test can count.
"""

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from faxrouter.model.failure import Failed, Failure, FailureKind
from faxrouter.model.plan import Receipt, WorkspaceTarget
from faxrouter.model.task import TaskState
from faxrouter.ports import (
    ClassAssertion,
    DocumentToFile,
    InboundFax,
    StoredDocument,
    TaskToPut,
    WorkspaceRef,
)

RECEIVED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

_TABLES = """
CREATE TABLE IF NOT EXISTS faxes (
    reference TEXT PRIMARY KEY, received_at TEXT, content BLOB, facts TEXT, defects TEXT, state TEXT);
CREATE TABLE IF NOT EXISTS things (
    number INTEGER PRIMARY KEY, kind TEXT, key TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS calls (
    number INTEGER PRIMARY KEY, operation TEXT, key TEXT);
CREATE TABLE IF NOT EXISTS violations (what TEXT);
"""


def untroubled(_operation: str) -> None:
    """Nothing goes wrong."""


@dataclass(kw_only=True)
class World:
    """One SQLite file, shared by whoever opens it. `before` and `after` surround every call and may fail or kill."""

    path: Path
    before: Callable[[str], None] = untroubled
    after: Callable[[str], None] = untroubled
    # asked when a fax is acknowledged: why that is too early, or None
    too_early: Callable[[str], str | None] = field(default=lambda _reference: None)
    # offered again although they were taken, as a service does whose leases ran out
    leases_run_out: bool = False

    def __post_init__(self) -> None:
        with self._file() as file:
            file.executescript(_TABLES)

    def drop(
        self,
        reference: str,
        content: bytes = b"a fax",
        *,
        facts: Mapping[str, object] | None = None,
        received_at: datetime = RECEIVED_AT,
        defects: Sequence[str] = (),
    ) -> None:
        """A fax arrives at the service."""
        row = (reference, received_at.isoformat(), content, json.dumps(facts or {}), json.dumps(list(defects)))
        with self._file() as file:
            file.execute("INSERT OR REPLACE INTO faxes VALUES (?, ?, ?, ?, ?, 'waiting')", row)

    def state(self, reference: str) -> str:
        """waiting, taken or acknowledged."""
        return str(self.rows("SELECT state FROM faxes WHERE reference = ?", reference)[0][0])

    def things(self, kind: str) -> list[dict[str, Any]]:
        """Everything of one kind that stands in the world, in the order in which it came there."""
        return [
            json.loads(body) for (body,) in self.rows("SELECT body FROM things WHERE kind = ? ORDER BY number", kind)
        ]

    def calls(self, operation: str) -> int:
        return int(self.rows("SELECT count(*) FROM calls WHERE operation = ?", operation)[0][0])

    def violations(self) -> list[str]:
        return [what for (what,) in self.rows("SELECT what FROM violations")]

    def rows(self, query: str, *values: object) -> list[Any]:
        with self._file() as file:
            return file.execute(query, values).fetchall()

    def change(self, statement: str) -> None:
        """Somebody else meddles with the world."""
        with self._file() as file:
            file.execute(statement)

    @contextmanager
    def call(self, operation: str, key: str = "") -> Iterator[sqlite3.Connection]:
        """One call over the wire: what it changes is changed when the block ends; `after` may still lose the answer."""
        with self._file() as file:
            file.execute("INSERT INTO calls (operation, key) VALUES (?, ?)", (operation, key))
        self.before(operation)
        with self._file() as file:
            yield file
        self.after(operation)

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        file = sqlite3.connect(self.path, timeout=30)
        try:
            with file:
                yield file
        finally:
            file.close()


def refused(operation: str, reason: str) -> Failed:
    return Failed(Failure(kind=FailureKind.REJECTED, system="world", operation=operation, reason=reason))


class WorldFaxService:
    """A fax service of the world."""

    def __init__(self, world: World, name: str = "cloud") -> None:
        self.name = name
        self._world = world

    def offered(self, *, limit: int) -> Sequence[InboundFax]:
        states = "('waiting', 'taken')" if self._world.leases_run_out else "('waiting')"
        with self._world.call("offered") as file:
            rows = file.execute(
                "SELECT reference, received_at, facts, defects FROM faxes "
                f"WHERE state IN {states} ORDER BY received_at, reference LIMIT ?",
                (limit,),
            ).fetchall()
        return [
            InboundFax(
                reference=reference,
                received_at=datetime.fromisoformat(received_at),
                stated_facts=json.loads(facts),
                stated_by=f"sidecar {reference}.json",
                name=f"{reference}.tif",
                defects=tuple(json.loads(defects)),
            )
            for reference, received_at, facts, defects in rows
        ]

    def take(self, reference: str) -> None:
        with self._world.call("take", reference) as file:
            taken = file.execute(
                "UPDATE faxes SET state = 'taken' WHERE reference = ? AND state <> 'acknowledged'", (reference,)
            )
            if not taken.rowcount:
                raise refused("take fax", "it is gone")

    @contextmanager
    def open(self, reference: str) -> Iterator[BinaryIO]:
        with self._world.call("open", reference) as file:
            row = file.execute("SELECT content FROM faxes WHERE reference = ?", (reference,)).fetchone()
        yield io.BytesIO(row[0])

    def acknowledge(self, reference: str) -> None:
        with self._world.call("acknowledge", reference) as file:
            early = self._world.too_early(reference)
            if early is not None:
                file.execute("INSERT INTO violations VALUES (?)", (early,))
            file.execute("UPDATE faxes SET state = 'acknowledged' WHERE reference = ?", (reference,))

    def health(self) -> str | None:
        return None


class WorldFiling:
    """A records system that makes a second one of whatever it is told to make twice."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find_workspace(self, target: WorkspaceTarget) -> WorkspaceRef | None:
        with self._world.call("find workspace", target.name) as file:
            found = file.execute(
                "SELECT number FROM things WHERE kind = 'workspace' AND key = ?", (_workspace_key(target),)
            ).fetchone()
        return None if found is None else WorkspaceRef(reference=f"W{found[0]}", name=target.name)

    def create_workspace(self, target: WorkspaceTarget, *, idempotency_key: str) -> WorkspaceRef:
        with self._world.call("create workspace", idempotency_key) as file:
            number = _add(file, "workspace", _workspace_key(target), {"name": target.name})
        return WorkspaceRef(reference=f"W{number}", name=target.name, created=True)

    def find_document(self, workspace: WorkspaceRef, name: str, *, idempotency_key: str) -> str | None:
        with self._world.call("find document", idempotency_key) as file:
            found = file.execute(
                "SELECT number FROM things WHERE kind = 'document' AND key = ?", (idempotency_key,)
            ).fetchone()
        return None if found is None else f"D{found[0]}"

    def store_document(self, workspace: WorkspaceRef, document: DocumentToFile, *, idempotency_key: str) -> Receipt:
        stored = hashlib.sha256(document.content.read_bytes()).hexdigest()
        if stored != document.sha256:
            raise refused("store document", "the bytes do not have their hash")
        with self._world.call("store document", idempotency_key) as file:
            body = {"workspace": workspace.reference, "in": workspace.name, "name": document.name, "sha256": stored}
            number = _add(file, "document", idempotency_key, body)
        return Receipt(idempotency_key=idempotency_key, reference=f"D{number}")

    def store_version(self, document: str, content: DocumentToFile, *, idempotency_key: str) -> Receipt:
        raise refused("store version", "this world has no versions")

    def move_document(self, document: str, workspace: WorkspaceRef, *, idempotency_key: str) -> Receipt:
        raise refused("move document", "this world does not move")

    def set_metadata(
        self, document: str, *, category: str, attributes: Mapping[str, str], idempotency_key: str
    ) -> Receipt:
        raise refused("set metadata", "this world has no metadata")

    def describe(self, document: str) -> StoredDocument:
        with self._world.call("describe", document) as file:
            row = file.execute("SELECT body FROM things WHERE number = ?", (int(document[1:]),)).fetchone()
        body = json.loads(row[0])
        return StoredDocument(
            reference=document,
            workspace=body["workspace"],
            name=body["name"],
            version=1,
            sha256=body["sha256"],
            category=None,
            attributes={},
            record_classes=(),
            holds=(),
        )

    def location(self, document: str) -> str:
        return document

    def health(self) -> str | None:
        return None


class WorldTasks:
    """A task queue; `put` is idempotent by its key, as its port demands."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put(self, task: TaskToPut, *, idempotency_key: str) -> Receipt:
        with self._world.call("put task", idempotency_key) as file:
            body = {"task_key": task.task_key, "title": task.title, "document": task.document}
            return _once(file, "task", idempotency_key, body)

    def state(self, task: str) -> TaskState:
        with self._world.call("task state", task) as file:
            closed = file.execute("SELECT 1 FROM things WHERE kind = 'closed' AND key = ?", (task,)).fetchone()
            return TaskState.OPEN if closed is None else TaskState.CLOSED

    def escalate(self, task: str, to: str, *, words: str, idempotency_key: str) -> Receipt:
        with self._world.call("escalate task", idempotency_key) as file:
            return _once(file, "escalation", idempotency_key, {"task": task, "to": to, "words": words})

    def close(self, task: str) -> None:
        """A person is done with it."""
        with self._world.call("close task", task) as file:
            _once(file, "closed", task, {})

    def health(self) -> str | None:
        return None


class WorldRecords:
    """Record classes and holds, idempotent by their key, as their port demands."""

    def __init__(self, world: World) -> None:
        self._world = world

    def assert_class(self, document: str, assertion: ClassAssertion, *, idempotency_key: str) -> Receipt:
        with self._world.call("assert class", idempotency_key) as file:
            return _once(file, "class", idempotency_key, {"document": document, "class": assertion.record_class})

    def place_hold(self, document: str, hold: str, *, rule: str, at: str, idempotency_key: str) -> Receipt:
        with self._world.call("place hold", idempotency_key) as file:
            return _once(file, "hold", idempotency_key, {"document": document, "hold": hold})

    def health(self) -> str | None:
        return None


def _workspace_key(target: WorkspaceTarget) -> str:
    return f"{target.department}/{target.type_name}/{target.key}/{'/'.join(target.path)}"


def _add(file: sqlite3.Connection, kind: str, key: str, body: Mapping[str, object]) -> int:
    added = file.execute(
        "INSERT INTO things (kind, key, body) VALUES (?, ?, ?)", (kind, key, json.dumps({"key": key, **body}))
    )
    return int(added.lastrowid or 0)


def _once(file: sqlite3.Connection, kind: str, key: str, body: Mapping[str, object]) -> Receipt:
    there = file.execute("SELECT number FROM things WHERE kind = ? AND key = ?", (kind, key)).fetchone()
    number = there[0] if there else _add(file, kind, key, body)
    return Receipt(idempotency_key=key, reference=f"{kind}-{number}", fresh=there is None)
