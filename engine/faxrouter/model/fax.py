"""A fax and the documents in it. Bytes never live inside: a document is known by its hash."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a fax. The bytes stand in the blob store under `sha256`."""

    document_id: str
    sha256: str
    media_type: str
    # bytes
    size: int
    # as its own file structure says; None where that cannot be read
    pages: int | None
    # what is wrong with the bytes, in words without content ("truncated after page 2"); empty when sound
    defects: tuple[str, ...] = ()
    # the name it came with, made safe for showing; never used as a path
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fax:
    """One transmission. It holds one document or, when separator sheets split it, several."""

    fax_id: str
    direction: Direction
    # the fax service that delivered it, by its name in `faxrouter.toml`
    service: str
    # the service's own reference, needed to acknowledge
    reference: str
    # aware UTC; when the fax service received it
    received_at: datetime
    documents: tuple[Document, ...]
    # set once a decision was made; None before
    department: str | None = None
