"""Fax files made byte by byte for tests: sound, damaged and hostile TIFFs and PDFs. Knows no reader of them.

A page is white: in G4 an all-white line is one bit, so a page needs no encoder.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ASCII, SHORT, LONG, RATIONAL = 2, 3, 4, 5

NEW_SUBFILE_TYPE, WIDTH, HEIGHT, BITS_PER_SAMPLE, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
IMAGE_DESCRIPTION, STRIP_OFFSETS, ROWS_PER_STRIP, STRIP_BYTE_COUNTS = 270, 273, 278, 279
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, PAGE_NUMBER = 282, 283, 296, 297
SOFTWARE, DATE_TIME = 305, 306
BAD_FAX_LINES, CLEAN_FAX_DATA, CONSECUTIVE_BAD_FAX_LINES = 326, 327, 328
FAX_RECV_PARAMS, FAX_SUB_ADDRESS, FAX_RECV_TIME, FAX_DCS = 34908, 34909, 34910, 34911

# one field: its type and its numbers, or its text
Field = tuple[int, Sequence[int] | bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToWrite:
    """One TIFF page. `tags` adds fields or replaces the usual ones."""

    width: int = 1728
    height: int = 2292
    lines_per_inch: int = 196
    data: bytes | None = None
    tags: Mapping[int, Field] = field(default_factory=dict)


def white_page(height: int) -> bytes:
    """An all-white G4 image of `height` lines: a one bit each, then the end of the block."""
    bits = "1" * height + "000000000001" * 2
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def tiff(*pages: PageToWrite, order: str = "<", last_points_to: int = 0) -> bytes:
    """A TIFF of these pages; the last directory points to page `last_points_to` (0: to none)."""
    out = bytearray((b"II*\0" if order == "<" else b"MM\0*") + bytes(4))
    pointers, directories = [4], []
    for page in pages:
        data = white_page(page.height) if page.data is None else page.data
        at = len(out)
        out += data + bytes(len(data) % 2)
        fields: dict[int, Field] = {
            NEW_SUBFILE_TYPE: (LONG, [2]),
            WIDTH: (LONG, [page.width]),
            HEIGHT: (LONG, [page.height]),
            BITS_PER_SAMPLE: (SHORT, [1]),
            COMPRESSION: (SHORT, [4]),
            PHOTOMETRIC: (SHORT, [0]),
            STRIP_OFFSETS: (LONG, [at]),
            ROWS_PER_STRIP: (LONG, [page.height]),
            STRIP_BYTE_COUNTS: (LONG, [len(data)]),
            X_RESOLUTION: (RATIONAL, [204, 1]),
            Y_RESOLUTION: (RATIONAL, [page.lines_per_inch, 1]),
            RESOLUTION_UNIT: (SHORT, [2]),
            **page.tags,
        }
        entries = bytearray()
        for tag, (field_type, value) in sorted(fields.items()):
            raw, count = _encoded(field_type, value, order)
            if len(raw) > 4:
                at = len(out)
                out += raw + bytes(len(raw) % 2)
                raw = struct.pack(order + "I", at)
            entries += struct.pack(order + "HHI", tag, field_type, count) + raw.ljust(4, b"\0")
        directories.append(len(out))
        struct.pack_into(order + "I", out, pointers[-1], len(out))
        out += struct.pack(order + "H", len(fields)) + entries
        pointers.append(len(out))
        out += bytes(4)
    if last_points_to:
        struct.pack_into(order + "I", out, pointers[-1], directories[last_points_to - 1])
    return bytes(out)


def hylafax_tiff(*lines: str, subaddress: str = "", pages: int = 1) -> bytes:
    """A fax as HylaFAX 6.0.7 writes it: `lines` are the station id and the caller information."""
    fields: dict[int, Field] = {
        IMAGE_DESCRIPTION: (ASCII, "\n".join(lines).encode()),
        SOFTWARE: (ASCII, b"HylaFAX (tm) Version 6.0.7"),
        DATE_TIME: (ASCII, b"2026:11:23 09:41:08"),
        FAX_RECV_PARAMS: (LONG, [2220073]),
        FAX_RECV_TIME: (LONG, [11]),
        FAX_DCS: (ASCII, b"00 46 1F 22"),
    }
    if subaddress:
        fields[FAX_SUB_ADDRESS] = (ASCII, subaddress.encode())
    return tiff(*[PageToWrite(tags=fields)] * pages)


def looping_tiff() -> bytes:
    """Two pages whose directories point at each other."""
    return tiff(PageToWrite(), PageToWrite(), last_points_to=1)


def tiff_of_directories(count: int) -> bytes:
    """`count` directories of a 1 × 1 page each, all upon the same byte of data, 66 bytes a page."""
    size = 2 + 12 * 5 + 4
    out = bytearray(b"II*\0" + struct.pack("<I", 10) + b"\x80\x00")
    for number in range(1, count + 1):
        out += struct.pack("<H", 5)
        for tag, value in ((WIDTH, 1), (HEIGHT, 1), (COMPRESSION, 4), (STRIP_OFFSETS, 8), (STRIP_BYTE_COUNTS, 1)):
            out += struct.pack("<HHII", tag, LONG, 1, value)
        out += struct.pack("<I", 10 + number * size if number < count else 0)
    return bytes(out)


def pdf(*page_sizes: tuple[float, float], extra: Sequence[str] = (), catalogue: str = "") -> bytes:
    """A PDF of empty pages of these sizes in points. `extra` are further objects, from number 3 + pages on."""
    kids = " ".join(f"{3 + index} 0 R" for index in range(len(page_sizes)))
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(page_sizes)} >>",
        *(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>" for width, height in page_sizes),
        *extra,
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


LETTER = (612.0, 792.0)


def _encoded(field_type: int, value: Sequence[int] | bytes, order: str) -> tuple[bytes, int]:
    """The bytes of a field and how many values they are."""
    if isinstance(value, bytes):
        return value + b"\0", len(value) + 1
    code = "H" if field_type == SHORT else "I"
    count = len(value) // 2 if field_type == RATIONAL else len(value)
    return struct.pack(order + code * len(value), *value), count
