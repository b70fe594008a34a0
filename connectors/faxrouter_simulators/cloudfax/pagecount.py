"""How many pages a document has. Looks at nothing else in it."""

import io
import struct
from contextlib import suppress

import pikepdf

# a text document is printed so
LINES_PER_PAGE = 60


def page_count(content: bytes, media: str) -> int | None:
    """`media` is tiff, pdf or text. None when it is not such a document."""
    if media == "tiff":
        return _directories(content)
    if media == "pdf":
        try:
            with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
                return len(pdf.pages) or None
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError):
            return None
    return max(1, -(-content.count(b"\n") // LINES_PER_PAGE))


def media_of(content: bytes) -> str:
    """A fax arrives as a PDF or, otherwise, as a TIFF."""
    return "pdf" if content.startswith(b"%PDF") else "tiff"


def _directories(content: bytes) -> int | None:
    """The length of a TIFF's chain of image directories, which ends where it is damaged or bites its tail."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(content[:4])
    if order is None:
        return None
    seen: set[int] = set()
    with suppress(struct.error):
        (at,) = struct.unpack_from(f"{order}I", content, 4)
        while at and at not in seen:
            (entries,) = struct.unpack_from(f"{order}H", content, at)
            seen.add(at)
            (at,) = struct.unpack_from(f"{order}I", content, at + 2 + 12 * entries)
    return len(seen) or None
