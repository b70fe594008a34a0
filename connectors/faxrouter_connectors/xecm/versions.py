"""Versions of documents: read, added, downloaded. Knows no port. Paths as in facts A2."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a document, counted from 1."""

    number: int
    description: str
    # bytes
    size: int | None
    media_type: str


def add(
    client: XecmClient, node: int, *, operation: str, content: Path, file_name: str, media_type: str, description: str
) -> None:
    client.upload(
        f"/v2/nodes/{node}/versions",
        operation=operation,
        fields=[("description", description)],
        content=content,
        file_name=file_name,
        media_type=media_type,
    )


def listed(client: XecmClient, node: int, *, operation: str) -> list[Version]:
    """Oldest first."""
    found = _versions_in(client.pages(f"/v2/nodes/{node}/versions", operation=operation))
    return sorted(found, key=lambda version: version.number)


def read(client: XecmClient, node: int, number: int, *, operation: str) -> Version:
    """Raises Refused(NOT_FOUND) when it is gone."""
    return _the_version(client, client.get(f"/v2/nodes/{node}/versions/{number}", operation=operation), operation)


def latest(client: XecmClient, node: int, *, operation: str) -> Version:
    """By v1: v2 has no word for it (facts A2)."""
    return _the_version(client, client.get(f"/v1/nodes/{node}/versions/latest", operation=operation), operation)


def download(
    client: XecmClient,
    node: int,
    *,
    operation: str,
    write: Callable[[bytes], object],
    version: int | None = None,
) -> int:
    """The content of a version, or of the newest; its length in bytes. By v1: v2 has trouble with contents (facts
    A2)."""
    of_version = "" if version is None else f"/versions/{version}"
    return client.download(f"/v1/nodes/{node}{of_version}/content", operation=operation, write=write)


def _versions_in(results: Iterable[Mapping[str, Any]]) -> list[Version]:
    """v2 wraps them twice, v1 gives them bare (facts A2)."""
    found = []
    for result in results:
        inner = result.get("data", result)
        inner = inner.get("versions", inner) if isinstance(inner, dict) else {}
        if "version_number" in inner:
            size = inner.get("file_size")
            found.append(
                Version(
                    number=int(inner["version_number"]),
                    description=str(inner.get("description") or ""),
                    size=size if isinstance(size, int) else None,
                    media_type=str(inner.get("mime_type") or ""),
                )
            )
    return found


def _the_version(client: XecmClient, said: Any, operation: str) -> Version:
    for found in _versions_in(results_of(said)):
        return found
    raise client.system.failed(FailureKind.TRANSIENT, operation, "the answer names no version")
