"""Faxes that were fetched and not yet acknowledged, on disk: their content, what the service said, how long they are
ours.

Cloud Fax hands a fax out whole when it is leased, so the content must stand somewhere from then on. Nothing is lost
with the spool: what is missing from it comes again when its lease ends. A content that a power failure spoiled is
noticed by its hash when the router begins anew, and dropped.
"""

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

_CONTENT, _ABOUT, _DONE = "content", "about.json", "acknowledged"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpooledFax:
    """One fax in our hands. Times are aware UTC."""

    document_id: str
    received_at: datetime
    # when the service will hand it out again
    leased_until: datetime
    # somebody began to work on it
    taken: bool
    sha256: str
    name: str
    facts: Mapping[str, object]
    defects: tuple[str, ...] = field(default=())


class Spool:
    """A folder with one folder a fax. Safe for many threads of one process."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError when the folder cannot be made."""
        self._folder = folder
        self._lock = threading.RLock()
        (folder / _DONE).mkdir(parents=True, exist_ok=True)
        self._faxes = {fax.document_id: fax for fax in self._read()}

    def put(self, fax: SpooledFax, content: bytes) -> None:
        """Whole or not at all. One that is there gets the new lease, and keeps everything else."""
        with self._lock:
            known = self._faxes.get(fax.document_id)
            if known is not None:
                self._write(replace(known, leased_until=fax.leased_until))
                return
            place = self._place(fax.document_id)
            making = place.with_suffix(".part")
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            (making / _CONTENT).write_bytes(content)
            (making / _ABOUT).write_text(_as_text(fax), encoding="utf-8")
            shutil.rmtree(place, ignore_errors=True)
            making.replace(place)
            self._faxes[fax.document_id] = fax

    def get(self, document_id: str) -> SpooledFax | None:
        with self._lock:
            return self._faxes.get(document_id)

    def all(self) -> list[SpooledFax]:
        """In the order of their reception."""
        with self._lock:
            return sorted(self._faxes.values(), key=lambda fax: (fax.received_at, fax.document_id))

    def take(self, document_id: str) -> None:
        with self._lock:
            fax = self._faxes[document_id]
            if not fax.taken:
                self._write(replace(fax, taken=True))

    def content(self, document_id: str) -> Path:
        return self._place(document_id) / _CONTENT

    def drop(self, document_id: str) -> None:
        """It is not whole: it will be fetched once more."""
        with self._lock:
            self._faxes.pop(document_id, None)
            shutil.rmtree(self._place(document_id), ignore_errors=True)

    def acknowledge(self, document_id: str, *, now: datetime) -> None:
        """Forget its content, and remember that it is done with: it may come once more."""
        with self._lock:
            (self._folder / _DONE / _name(document_id)).write_text(now.isoformat(), encoding="utf-8")
            self.drop(document_id)

    def is_acknowledged(self, document_id: str) -> bool:
        return (self._folder / _DONE / _name(document_id)).exists()

    def forget_acknowledged(self, *, before: datetime) -> None:
        """Those that surely come no more."""
        for mark in (self._folder / _DONE).iterdir():
            if mark.read_text(encoding="utf-8") < before.isoformat():
                mark.unlink(missing_ok=True)

    def _write(self, fax: SpooledFax) -> None:
        about = self._place(fax.document_id) / _ABOUT
        writing = about.with_suffix(".part")
        writing.write_text(_as_text(fax), encoding="utf-8")
        writing.replace(about)
        self._faxes[fax.document_id] = fax

    def _read(self) -> Iterator[SpooledFax]:
        for place in self._folder.iterdir():
            if place.name == _DONE:
                continue
            fax = _read_fax(place)
            if fax is None:
                shutil.rmtree(place, ignore_errors=True)
            else:
                yield fax

    def _place(self, document_id: str) -> Path:
        return self._folder / _name(document_id)


def _name(document_id: str) -> str:
    """An id is whatever the service says; a name of a file is not."""
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read_fax(place: Path) -> SpooledFax | None:
    try:
        about: dict[str, Any] = json.loads((place / _ABOUT).read_bytes())
        fax = SpooledFax(
            document_id=about["document_id"],
            received_at=datetime.fromisoformat(about["received_at"]),
            leased_until=datetime.fromisoformat(about["leased_until"]),
            taken=about["taken"],
            sha256=about["sha256"],
            name=about["name"],
            facts=about["facts"],
            defects=tuple(about["defects"]),
        )
        with (place / _CONTENT).open("rb") as content:
            is_whole = hashlib.file_digest(content, "sha256").hexdigest() == fax.sha256
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return fax if is_whole and place.name == _name(fax.document_id) else None


def _as_text(fax: SpooledFax) -> str:
    return json.dumps(
        {
            "document_id": fax.document_id,
            "received_at": fax.received_at.isoformat(),
            "leased_until": fax.leased_until.isoformat(),
            "taken": fax.taken,
            "sha256": fax.sha256,
            "name": fax.name,
            "facts": dict(fax.facts),
            "defects": list(fax.defects),
        }
    )
