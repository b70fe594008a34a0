"""What a TIFF file's structure says, and how little a hostile one can do."""

import random
import struct
from pathlib import Path

import pytest

from fax_files import (
    HEIGHT,
    LONG,
    NEW_SUBFILE_TYPE,
    STRIP_BYTE_COUNTS,
    STRIP_OFFSETS,
    WIDTH,
    PageToWrite,
    looping_tiff,
    tiff,
    tiff_of_directories,
)
from faxrouter.documents import Inspection, inspect


def inspected(tmp_path: Path, content: bytes) -> Inspection:
    path = tmp_path / "fax"
    path.write_bytes(content)
    return inspect(path)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_sound_fax_has_its_pages_and_no_defects(tmp_path: Path, order: str) -> None:
    """Both byte orders are read."""

    inspection = inspected(tmp_path, tiff(PageToWrite(), PageToWrite(), order=order))

    assert ("image/tiff", 2, ()) == (inspection.media_type, inspection.pages, inspection.defects)
    assert inspection.facts["pages"] == 2


WIDE = PageToWrite(width=65_000, height=65_000, data=b"\xff")
UNCERTAIN = {"state": "uncertain", "confidence": "low"}
HOSTILE = {
    "loop": (looping_tiff(), 2, "the page directories form a loop after page 2"),
    "200,000 directories": (tiff_of_directories(200_000), None, "more than 500 pages, which is the limit"),
    "501 pages": (tiff_of_directories(501), None, "more than 500 pages, which is the limit"),
    "huge dimensions": (tiff(WIDE), 0, "page 1 has more than 40 megapixels"),
    "huge second page": (tiff(PageToWrite(), WIDE), 1, "page 2 has more than 40 megapixels"),
    "2^31 wide": (
        tiff(PageToWrite(tags={WIDTH: (LONG, [2**31]), HEIGHT: (LONG, [2**31])})),
        0,
        "page 1 has more than 40 megapixels",
    ),
    "no width": (tiff(PageToWrite(tags={WIDTH: (LONG, [0])})), 0, "page 1 has no width or height"),
    "many sound pixels": (
        tiff(*[PageToWrite(width=6_000, height=6_000, data=b"\xff")] * 12),
        12,
        "more than 400 megapixels altogether",
    ),
    "no image data": (tiff(PageToWrite(tags={STRIP_BYTE_COUNTS: (LONG, [0])})), 0, "page 1 has no image data"),
    "fewer counts than strips": (
        tiff(PageToWrite(tags={STRIP_OFFSETS: (LONG, [8, 8]), STRIP_BYTE_COUNTS: (LONG, [8])})),
        0,
        "page 1 has no image data",
    ),
    "data beyond the end": (
        tiff(PageToWrite(tags={STRIP_OFFSETS: (LONG, [1_000_000])})),
        0,
        "truncated before the first page is complete",
    ),
    "header only": (b"II*\0", 0, "truncated before the first page is complete"),
    "zero pages": (b"II*\0" + bytes(4), 0, "no pages"),
    "directory beyond the end": (b"II*\0" + struct.pack("<I", 99), 0, "truncated before the first page is complete"),
    "60,000 entries": (b"II*\0\x08\0\0\0" + struct.pack("<H", 60_000), 0, "a page directory claims 60000 entries"),
    "100,000 strips": (
        tiff(PageToWrite(tags={STRIP_OFFSETS: (LONG, [8] * 100_000)})),
        0,
        "a page is cut into more than 32768 strips",
    ),
    "BigTIFF": (b"II+\0\x08\0\0\0", None, "BigTIFF, which no fax uses and which is not read"),
    "thumbnails only": (tiff(PageToWrite(tags={NEW_SUBFILE_TYPE: (LONG, [1])})), 0, "no pages"),
}


@pytest.mark.parametrize(("content", "pages", "defect"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_has_a_defect_in_plain_words(
    tmp_path: Path, content: bytes, pages: int | None, defect: str
) -> None:
    """Whatever a file claims, the answer is an inspection; its sound pages are kept."""

    inspection = inspected(tmp_path, content)

    assert (pages, (defect,)) == (inspection.pages, inspection.defects)


def test_a_fax_that_is_cut_off_keeps_its_complete_pages(tmp_path: Path) -> None:
    """Truncation is said with the last complete page, and the number of pages is uncertain."""
    whole = tiff(PageToWrite(), PageToWrite(), PageToWrite())
    one = len(tiff(PageToWrite()))

    inspection = inspected(tmp_path, whole[: 2 * one])

    assert ("truncated after page 2",) == inspection.defects
    assert 2 == inspection.pages
    assert {"state": "uncertain", "values": [2], "confidence": "low"} == inspection.facts["pages"]
    assert "truncated" == inspection.facts["completeness"]


def test_a_fax_cut_at_any_byte_is_never_called_sound(tmp_path: Path) -> None:
    """There is no length at which half a fax looks like a whole one, except where it lacks only padding."""
    whole = tiff(PageToWrite(), PageToWrite())

    for length in range(0, len(whole) - 4, 7):
        inspection = inspected(tmp_path, whole[:length])
        assert inspection.defects, length
        assert (inspection.pages or 0) < 2, length


def test_a_tiff_with_random_bytes_changed_gives_an_inspection(tmp_path: Path) -> None:
    """No damage makes the walker raise."""
    chance = random.Random(20261123)
    whole = tiff(PageToWrite(), PageToWrite(), PageToWrite())

    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        assert isinstance(inspected(tmp_path, bytes(damaged)), Inspection)


def test_many_defects_are_told_in_few_words(tmp_path: Path) -> None:
    """The list of defects is bounded."""

    inspection = inspected(tmp_path, tiff(*[PageToWrite(tags={WIDTH: (LONG, [0])})] * 30))

    assert 11 == len(inspection.defects)
    assert "and 20 more defects" == inspection.defects[-1]


STRANGERS = {
    "empty": (b"", "application/octet-stream", "the file is empty"),
    "a PNG": (b"\x89PNG\r\n\x1a\n....", "image/png", "neither TIFF nor PDF: it begins like a PNG image"),
    "HTML": (b"\n<!DOCTYPE html><p>", "text/html", "neither TIFF nor PDF: it begins like a web page or XML"),
    "text": (b"hello\r\nthere", "text/plain", "neither TIFF nor PDF: it begins like text"),
    "random": (bytes(range(256)), "application/octet-stream", "neither TIFF nor PDF"),
}


@pytest.mark.parametrize(("content", "media_type", "defect"), STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_no_fax_is_named_for_what_it_looks_like(
    tmp_path: Path, content: bytes, media_type: str, defect: str
) -> None:
    """A file that is no fax has no pages, and its page fact says that nobody could look."""

    inspection = inspected(tmp_path, content)

    assert (media_type, None, (defect,)) == (inspection.media_type, inspection.pages, inspection.defects)
    assert {"state": "not_evaluated"} == inspection.facts["pages"]


def test_a_file_of_200_megabytes_is_not_read_whole(tmp_path: Path) -> None:
    """A sparse giant whose only directory stands at its end costs a few seeks."""
    path = tmp_path / "giant"
    with path.open("wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 200_000_000))
        file.seek(200_000_000)
        file.write(struct.pack("<H", 0) + bytes(4))

    assert ("page 1 has no width or height",) == inspect(path).defects
