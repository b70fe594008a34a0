"""What the filing and records fakes share: workspaces and documents, kept in memory."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from faxrouter.ports import ClassAssertion, WorkspaceRef


@dataclass(slots=True, kw_only=True)
class ArchivedDocument:
    reference: str
    workspace: str
    names: list[str]
    # content and hash of each version
    contents: list[bytes]
    hashes: list[str]
    category: str | None
    attributes: Mapping[str, str]
    classes: dict[str, ClassAssertion] = field(default_factory=dict)
    # idempotency key to (hold, rule, place)
    holds: dict[str, tuple[str, str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class MemoryArchive:
    """`changes` remembers for each key of a change which version it made, or 0."""

    workspaces: dict[tuple[str, ...], WorkspaceRef] = field(default_factory=dict)
    documents: dict[str, ArchivedDocument] = field(default_factory=dict)
    # idempotency key to reference
    stored: dict[str, str] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
