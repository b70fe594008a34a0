"""The page structure of a TIFF file, read by seeking: directories, dimensions, where the image data lies, a few tags.

Knows nothing of faxes and decodes no pixel. Every count, length and offset in the file is a claim of a stranger: it is
bounded before it is believed, so time and memory stay small whatever the file says (TIFF 6.0, Adobe 1992, section 2).
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

TagValue = bytes | tuple[int, ...] | tuple[float, ...]

NEW_SUBFILE_TYPE, WIDTH, HEIGHT = 254, 256, 257
STRIP_OFFSETS, STRIP_BYTE_COUNTS = 273, 279
TILE_OFFSETS, TILE_BYTE_COUNTS = 324, 325

_STRUCTURE_TAGS = {
    NEW_SUBFILE_TYPE,
    WIDTH,
    HEIGHT,
    STRIP_OFFSETS,
    STRIP_BYTE_COUNTS,
    TILE_OFFSETS,
    TILE_BYTE_COUNTS,
}
_ASCII, _RATIONAL = 2, 5
# field type: (bytes of one value, struct code); the types that the tags above and the fax tags use
_FIELD_TYPES = {1: (1, "B"), _ASCII: (1, "s"), 3: (2, "H"), 4: (4, "I"), _RATIONAL: (8, "II"), 13: (4, "I")}
_REDUCED_IMAGE = 1
_MOST_ENTRIES = 1_000
_MOST_STRIPS = 32_768
_LONGEST_TEXT = 2_048
_MOST_DEFECTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffLimits:
    """How much of a file is believed. A superfine letter page is 7.4 megapixels."""

    pages: int = 500
    page_pixels: int = 40_000_000
    fax_pixels: int = 400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffPage:
    """One page whose dimensions are sane and whose image data lies wholly inside the file."""

    # counts from 1, in the order of the directories
    number: int
    width: int
    height: int
    # the tags that were asked for, text as bytes without its closing zero
    tags: Mapping[int, TagValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class TiffStructure:
    """The sound pages and everything that is wrong with the others."""

    pages: tuple[TiffPage, ...]
    defects: tuple[str, ...]
    # False when the file holds more pages than were looked at, or may have held more before it was damaged
    whole: bool
    # the file ends before its last page does
    truncated: bool


class _Damaged(Exception):
    """The directory under the reader cannot be followed; the message is a defect."""


def is_tiff(head: bytes) -> bool:
    return head[:4] in (b"II*\0", b"MM\0*") or is_big_tiff(head)


def is_big_tiff(head: bytes) -> bool:
    return head[:4] in (b"II+\0", b"MM\0+")


def read_structure(path: Path, *, tags: frozenset[int], limits: TiffLimits) -> TiffStructure:
    """Walk the directories of a classic TIFF file; `tags` names what to keep of each page. Raises only OSError."""
    with path.open("rb") as file:
        return _Walk(file, tags, limits).walk()


class _Walk:
    """One pass over one file."""

    def __init__(self, file: BinaryIO, tags: frozenset[int], limits: TiffLimits) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._order = "<" if file.read(2) == b"II" else ">"
        self._tags = tags
        self._limits = limits
        self._defects: list[str] = []
        self._pages: list[TiffPage] = []
        self._cut_page: int | None = None
        self._whole = True

    def walk(self) -> TiffStructure:
        number, seen = 0, set[int]()
        try:
            offset = self._unpack("I", 4)[0]
            while offset:
                if offset in seen:
                    raise _Damaged(f"the page directories form a loop after page {number}")
                if number >= self._limits.pages:
                    raise _Damaged(f"more than {self._limits.pages} pages, which is the limit")
                seen.add(offset)
                values, offset = self._directory(offset)
                subfile_type = _first_int(values.get(NEW_SUBFILE_TYPE)) or 0
                if not subfile_type & _REDUCED_IMAGE:
                    number += 1
                    self._judge(number, values)
        except _Damaged as damage:
            self._whole = False
            self._defects.append(str(damage))
        except EOFError:
            self._cut_page = self._cut_page or number + 1
        if self._cut_page is not None:
            self._whole = False
            self._defects.insert(0, _truncated(self._cut_page - 1))
        if not self._pages and not self._defects:
            self._defects.append("no pages")
        if sum(page.width * page.height for page in self._pages) > self._limits.fax_pixels:
            self._defects.append(f"more than {self._limits.fax_pixels // 1_000_000} megapixels altogether")
        return TiffStructure(
            pages=tuple(self._pages),
            defects=_bounded(self._defects),
            whole=self._whole,
            truncated=self._cut_page is not None,
        )

    def _judge(self, number: int, values: Mapping[int, TagValue]) -> None:
        """Keep the page, or say what is wrong with it."""
        width, height = _first_int(values.get(WIDTH)) or 0, _first_int(values.get(HEIGHT)) or 0
        if width == 0 or height == 0:
            self._defects.append(f"page {number} has no width or height")
        elif width * height > self._limits.page_pixels:
            self._defects.append(f"page {number} has more than {self._limits.page_pixels // 1_000_000} megapixels")
        elif (reach := _reach(values)) is None:
            self._defects.append(f"page {number} has no image data")
        elif reach > self._size:
            self._cut_page = self._cut_page or number
        else:
            kept = {tag: value for tag, value in values.items() if tag in self._tags}
            self._pages.append(TiffPage(number=number, width=width, height=height, tags=kept))

    def _directory(self, offset: int) -> tuple[dict[int, TagValue], int]:
        """The wanted values of the directory at `offset`, and the offset of the next one."""
        count = self._unpack("H", offset)[0]
        if count > _MOST_ENTRIES:
            raise _Damaged(f"a page directory claims {count} entries")
        end = offset + 2 + 12 * count
        entries = self._bytes(offset + 2, 12 * count)
        values: dict[int, TagValue] = {}
        for index in range(count):
            tag, field_type, length = struct.unpack_from(self._order + "HHI", entries, 12 * index)
            if field_type in _FIELD_TYPES and tag not in values and tag in self._tags | _STRUCTURE_TAGS:
                values[tag] = self._value(field_type, length, offset + 2 + 12 * index + 8)
        # a file may end right behind its last entry: the missing pointer then means "no more pages"
        return values, 0 if end == self._size else self._unpack("I", end)[0]

    def _value(self, field_type: int, length: int, at: int) -> TagValue:
        size, code = _FIELD_TYPES[field_type]
        if size * length > 4:
            at = self._unpack("I", at)[0]
        if field_type == _ASCII:
            return self._bytes(at, min(length, _LONGEST_TEXT)).split(b"\0", 1)[0]
        if length > _MOST_STRIPS:
            raise _Damaged(f"a page is cut into more than {_MOST_STRIPS} strips")
        numbers: tuple[int, ...] = struct.unpack(self._order + code * length, self._bytes(at, size * length))
        if field_type == _RATIONAL:
            return tuple(a / b if b else 0.0 for a, b in zip(numbers[::2], numbers[1::2], strict=True))
        return numbers

    def _unpack(self, code: str, at: int) -> tuple[int, ...]:
        return struct.unpack(self._order + code, self._bytes(at, struct.calcsize("<" + code)))

    def _bytes(self, at: int, length: int) -> bytes:
        """Exactly `length` bytes; EOFError where the file is shorter."""
        self._file.seek(at)
        found = self._file.read(length)
        if len(found) < length:
            raise EOFError
        return found


def _reach(values: Mapping[int, TagValue]) -> int | None:
    """How far into the file the image data of a page reaches; None when it has none."""
    for offsets_tag, counts_tag in ((STRIP_OFFSETS, STRIP_BYTE_COUNTS), (TILE_OFFSETS, TILE_BYTE_COUNTS)):
        offsets = _ints(values.get(offsets_tag))
        if offsets:
            # old writers leave the byte counts out; then only the beginnings can be checked
            counts = _ints(values.get(counts_tag)) or (1,) * len(offsets)
            if len(counts) < len(offsets) or not any(counts):
                return None
            return max(offset + count for offset, count in zip(offsets, counts, strict=False))
    return None


def _ints(value: TagValue | None) -> tuple[int, ...]:
    return tuple(number for number in value if isinstance(number, int)) if isinstance(value, tuple) else ()


def _first_int(value: TagValue | None) -> int | None:
    return next(iter(_ints(value)), None)


def _truncated(complete: int) -> str:
    return f"truncated after page {complete}" if complete else "truncated before the first page is complete"


def _bounded(defects: list[str]) -> tuple[str, ...]:
    more = len(defects) - _MOST_DEFECTS
    return (*defects[:_MOST_DEFECTS], *([f"and {more} more defects"] if more > 0 else []))
