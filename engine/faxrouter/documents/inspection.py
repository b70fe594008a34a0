"""What can be said of a fax file from its structure alone, before any image is decoded.

Knows no rule and no workflow. Whatever the bytes are, the answer is an `Inspection` in bounded time and memory: a file
that is no fax is an answer too. Nothing here quotes the content of a page.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from faxrouter.documents import fax_tags, pdf, tiff
from faxrouter.model.fact import Evidence

_HEAD = 1_024
# what else people drop into a fax folder: (first bytes, media type, its name in a sentence)
_STRANGERS = (
    (b"\x89PNG\r\n\x1a\n", "image/png", "a PNG image"),
    (b"\xff\xd8\xff", "image/jpeg", "a JPEG image"),
    (b"GIF8", "image/gif", "a GIF image"),
    (b"PK\x03\x04", "application/zip", "a ZIP archive or office document"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage", "an old office document"),
    (b"{\\rtf", "application/rtf", "an RTF document"),
    (b"%!PS", "application/postscript", "PostScript"),
    (b"From ", "message/rfc822", "a mail message"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """The structure of one file, and the facts it states.

    `facts` is the raw `facts` object of `decide`; `evidence` has one entry for each of its names. Beside those of
    `fax_tags`: `pages` (sound pages; uncertain in a damaged file), `completeness` (complete, pages_missing, truncated),
    and of a PDF `encrypted` and `active_content` (scripts, launch actions, embedded files).
    """

    media_type: str
    # sound pages; None where they cannot be counted, or where there are more than the limit
    pages: int | None
    # plain sentences without content; empty when the file is sound
    defects: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    # local time of the machine that wrote the file: TIFF names no zone
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond these a file is delivered with a defect and not looked into any further."""

    of_tiff: tiff.TiffLimits = field(default_factory=tiff.TiffLimits)
    of_pdf: pdf.PdfLimits = field(default_factory=pdf.PdfLimits)


LIMITS = Limits()


def inspect(
    path: Path, *, limits: Limits = LIMITS, call_ids: tuple[fax_tags.CallId, ...] = fax_tags.CALL_IDS
) -> Inspection:
    """Look at the file. Raises only OSError, when it cannot be read at all.

    `call_ids` is the order in which HylaFAX writes caller information: the modem's `CallIDPattern` list.
    """
    size = os.stat(path).st_size
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if size == 0:
        return _unreadable("application/octet-stream", "the file is empty")
    if tiff.is_big_tiff(head):
        return _unreadable("image/tiff", "BigTIFF, which no fax uses and which is not read")
    if tiff.is_tiff(head):
        return _inspect_tiff(path, limits.of_tiff, call_ids)
    if b"%PDF-" in head:
        return _inspect_pdf(path, size, limits.of_pdf)
    return _stranger(head)


def _inspect_tiff(path: Path, limits: tiff.TiffLimits, call_ids: tuple[fax_tags.CallId, ...]) -> Inspection:
    structure = tiff.read_structure(path, tags=fax_tags.TAGS, limits=limits)
    count = len(structure.pages)
    stated = fax_tags.read(structure.pages, call_ids=call_ids)
    over_limit = not structure.whole and count >= limits.pages
    evidence = Evidence(source="page structure", reader="tiff directories", text=str(count))
    facts = {"pages": _page_fact(count, sound=not structure.defects)}
    completeness = _completeness(structure, stated.facts.get("pages_claimed"))
    if completeness is not None:
        facts["completeness"] = completeness
    return Inspection(
        media_type="image/tiff",
        pages=None if over_limit else count,
        defects=structure.defects,
        facts={**stated.facts, **facts},
        evidence={**stated.evidence, **dict.fromkeys(facts, (evidence,))},
        written_at=stated.written_at,
    )


def _inspect_pdf(path: Path, size: int, limits: pdf.PdfLimits) -> Inspection:
    structure = pdf.read_structure(path, size=size, limits=limits)
    if structure.pages is None:
        return _unreadable("application/pdf", *structure.defects)
    evidence = Evidence(source="page structure", reader=structure.reader, text=str(structure.pages))
    facts = {
        "pages": _page_fact(structure.pages, sound=not structure.defects),
        "encrypted": structure.encrypted,
        "active_content": _yes_no_or_unknown(structure.active_content),
    }
    return Inspection(
        media_type="application/pdf",
        pages=None if structure.pages > limits.pages else structure.pages,
        defects=structure.defects,
        facts=facts,
        evidence=dict.fromkeys(facts, (evidence,)),
    )


def _page_fact(count: int, *, sound: bool) -> object:
    """A damaged file shows how many pages it still has; how many were sent is not known."""
    return count if sound else {"state": "uncertain", "values": [count], "confidence": "low"}


def _completeness(structure: tiff.TiffStructure, claimed: object) -> str | None:
    """Whether every page that was announced arrived; None where none was announced."""
    if structure.truncated:
        return "truncated"
    if structure.defects or not isinstance(claimed, dict) or claimed["state"] != "known":
        return None
    return "complete" if claimed["values"][0] <= len(structure.pages) else "pages_missing"


def _yes_no_or_unknown(value: bool | None) -> object:
    return {"state": "not_evaluated"} if value is None else value


def _unreadable(media_type: str, *defects: str) -> Inspection:
    evidence = Evidence(source="page structure", reader="first bytes")
    return Inspection(
        media_type=media_type,
        pages=None,
        defects=defects,
        facts={"pages": {"state": "not_evaluated"}},
        evidence={"pages": (evidence,)},
    )


def _stranger(head: bytes) -> Inspection:
    for magic, media_type, words in _STRANGERS:
        if head.startswith(magic):
            return _unreadable(media_type, f"neither TIFF nor PDF: it begins like {words}")
    if head.lstrip()[:20].lower().startswith(_MARKUP):
        return _unreadable("text/html", "neither TIFF nor PDF: it begins like a web page or XML")
    if not any(byte < 9 or 13 < byte < 32 for byte in head):
        return _unreadable("text/plain", "neither TIFF nor PDF: it begins like text")
    return _unreadable("application/octet-stream", "neither TIFF nor PDF")
