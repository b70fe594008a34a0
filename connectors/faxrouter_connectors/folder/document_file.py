"""`document.json`: everything about a stored document but its bytes, as people find it beside them.

Knows no port. It is replaced as a whole, so what it says is what was done, and by which keys.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from faxrouter_connectors.folder.durable_files import write_file

NAME = "document.json"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Version(_Part):
    """One version; `key` is the digest of the idempotency key that stored it."""

    version: int
    file: str
    name: str
    media_type: str
    sha256: str
    key: str


class Assertion(_Part):
    record_class: str
    rsi: str
    rule: str
    at: str
    authority: str
    key: str


class Hold(_Part):
    hold: str
    rule: str
    at: str
    key: str


class DocumentFile(_Part):
    reference: str
    versions: list[Version]
    category: str | None
    attributes: dict[str, str]
    record_classes: list[Assertion] = []
    holds: list[Hold] = []
    # digests of the keys of other changes: once here, they are not made again
    changes: list[str] = []
    # where it is on its way to, while it is being moved
    moving_to: str | None = None

    @property
    def latest(self) -> Version:
        return self.versions[-1]

    def save(self, directory: Path) -> None:
        write_file(directory / NAME, self.model_dump_json(indent=2).encode())


def load(directory: Path) -> DocumentFile | None:
    """The document that stands in the directory; None when none does. Raises ValidationError where it was spoilt."""
    try:
        return DocumentFile.model_validate_json((directory / NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
