"""The contents of documents: versions as they are stored. Knows no HTTP."""

from dataclasses import dataclass
from sqlite3 import Row

from faxrouter_simulators.xecm.asked import Caller, Upload
from faxrouter_simulators.xecm.nodes import Node, any_node, change_node
from faxrouter_simulators.xecm.refusals import NO_SUCH_VERSION
from faxrouter_simulators.xecm.server import ContentServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A version that was just stored."""

    number: int
    sha256: str
    size: int


def latest(server: ContentServer, node: int) -> Row | None:
    return server.store.row("SELECT * FROM versions WHERE node = ? ORDER BY number DESC LIMIT 1", node)


def version(server: ContentServer, node: int, number: int) -> Row:
    """Raises Refusal."""
    row = server.store.row("SELECT * FROM versions WHERE node = ? AND number = ?", node, number)
    if row is None:
        raise NO_SUCH_VERSION.refusal(number=number)
    return row


def add_version(
    server: ContentServer,
    caller: Caller,
    found: Node,
    file: Upload,
    *,
    description: str = "",
    major: bool = False,
) -> tuple[Node, Kept]:
    """The node as it is now, and what was stored. Without a trace in the ledger."""
    before = latest(server, found.id)
    number, last_major, last_minor = (
        (0, 0, 0) if before is None else (before["number"], before["major"], before["minor"])
    )
    kept = Kept(number=number + 1, sha256=server.store.keep(file.content), size=len(file.content))
    server.store.insert(
        "versions",
        node=found.id,
        number=kept.number,
        major=last_major + 1 if major else last_major,
        minor=0 if major else last_minor + 1,
        file_name=file.name or found.name,
        mime_type=file.media_type,
        size=kept.size,
        sha256=kept.sha256,
        description=description,
        created_at=server.stamp(),
        created_by=caller.id,
    )
    return change_node(server, caller, found, mime_type=file.media_type, size=kept.size), kept


def copy_latest(server: ContentServer, caller: Caller, source: Node, target: Node) -> Node:
    """The latest version of one document becomes the first of another."""
    row = latest(server, source.id)
    if row is None:
        return target
    content = server.store.content(row["sha256"]).read_bytes()
    file = Upload(name=row["file_name"], media_type=row["mime_type"], content=content)
    return add_version(server, caller, target, file)[0]


def follow_latest(server: ContentServer, caller: Caller, found: Node) -> None:
    """After versions went: the node describes the newest one that is left."""
    row = latest(server, found.id)
    if row is not None:
        change_node(server, caller, found, mime_type=row["mime_type"], size=row["size"])


def target(server: ContentServer, found: Node) -> Node:
    """What a shortcut points to; any other node itself."""
    original = None if found.original is None else any_node(server, found.original)
    return found if original is None else original
