"""What the tags of a TIFF-F file say about the transmission."""

from pathlib import Path

import pytest

from fax_files import (
    ASCII,
    BAD_FAX_LINES,
    CLEAN_FAX_DATA,
    CONSECUTIVE_BAD_FAX_LINES,
    DATE_TIME,
    FAX_SUB_ADDRESS,
    IMAGE_DESCRIPTION,
    LONG,
    PAGE_NUMBER,
    RATIONAL,
    RESOLUTION_UNIT,
    SHORT,
    SOFTWARE,
    Y_RESOLUTION,
    Field,
    PageToWrite,
    hylafax_tiff,
    tiff,
)
from faxrouter.documents import Inspection, inspect
from faxrouter.documents.fax_tags import CallId


def inspected(tmp_path: Path, content: bytes) -> Inspection:
    path = tmp_path / "fax.tif"
    path.write_bytes(content)
    return inspect(path)


def test_hylafax_tells_station_caller_and_dialled_number(tmp_path: Path) -> None:
    """The ImageDescription holds the station id, then caller number, name, ANI and dialled number; NONE is nothing."""

    facts = inspected(
        tmp_path, hylafax_tiff("MERCY LAB", "4155550123", "MERCY HOSPITAL", "<NONE>", "4155550101", subaddress="4711")
    ).facts

    assert {
        "sender_station": "MERCY LAB",
        "their_number": "4155550123",
        "caller_name": "MERCY HOSPITAL",
        "our_number": "4155550101",
        "subaddress": "4711",
        "t30_dcs": "00 46 1F 22",
        "signal_rate": 14400,
        "error_correction": True,
        "receive_seconds": 11,
        "resolution": "fine",
        "tag_time": "2026-11-23T09:41:08",
        "pages": 1,
    } == facts


def test_every_fact_has_its_evidence(tmp_path: Path) -> None:
    """Who reads a decision later sees which tag said what."""

    inspection = inspected(tmp_path, hylafax_tiff("MERCY LAB", "4155550123", "X", "<NONE>", "4155550101"))

    assert inspection.facts.keys() == inspection.evidence.keys()
    (evidence,) = inspection.evidence["our_number"]
    assert ("tiff tag", "ImageDescription (270)", 1, "4155550101") == (
        evidence.source,
        evidence.reader,
        evidence.page,
        evidence.text,
    )


DESCRIPTIONS: dict[str, tuple[list[str], dict[str, object]]] = {
    "no station": (["", "4155550123"], {"their_number": "4155550123"}),
    "only the station": (["MERCY LAB"], {"sender_station": "MERCY LAB"}),
    "withheld": (["", "<NONE>", "<NONE>", "<NONE>", "5550077"], {"our_number": "5550077"}),
    "ANI where caller id is missing": (
        ["", "PRIVATE", "X", "+1 415 555 0123", "1"],
        {"their_number": "+1 415 555 0123"},
    ),
    "ANI and caller id agree": (["", "4155550123", "", "415 555-0123"], {"their_number": "4155550123"}),
    "ANI and caller id differ": (
        ["", "4155550123", "", "4155550199"],
        {"their_number": {"state": "conflict", "values": ["4155550123", "4155550199"]}},
    ),
    "a long station": (["A" * 60], {"sender_station": "A" * 20}),
    "control characters": (["\x1b[31mRED\x07\u202e"], {"sender_station": "[31mRED"}),
    "words instead of numbers": (["", "not a number", "", "", "1 OR 1=1"], {}),
}


@pytest.mark.parametrize(("lines", "expected"), DESCRIPTIONS.values(), ids=DESCRIPTIONS.keys())
def test_caller_information_is_believed_only_where_it_has_the_right_form(
    tmp_path: Path, lines: list[str], expected: dict[str, object]
) -> None:
    """Numbers must look like numbers, texts lose what could play tricks, two readings that differ are a conflict."""

    facts = inspected(tmp_path, hylafax_tiff(*lines)).facts

    shown = {name: facts[name] for name in ("sender_station", "their_number", "our_number") if name in facts}
    assert expected == shown


def test_another_programs_description_is_no_caller_information(tmp_path: Path) -> None:
    """A scanner driver's ImageDescription is not taken for a station id."""
    tags: dict[int, Field] = {
        IMAGE_DESCRIPTION: (ASCII, b"Scanner Filter - version 3.75."),
        SOFTWARE: (ASCII, b"Other"),
    }

    assert "sender_station" not in inspected(tmp_path, tiff(PageToWrite(tags=tags))).facts


def test_the_order_of_caller_information_is_the_modems(tmp_path: Path) -> None:
    """A modem that reports the dialled number first is read so."""
    path = tmp_path / "fax.tif"
    path.write_bytes(hylafax_tiff("", "4155550101", "4155550123"))

    facts = inspect(path, call_ids=(CallId.DIALLED, CallId.CALLER_NUMBER)).facts

    assert ("4155550101", "4155550123") == (facts["our_number"], facts["their_number"])


QUALITY: dict[str, tuple[dict[int, Field], dict[str, object]]] = {
    "clean": ({BAD_FAX_LINES: (LONG, [0]), CLEAN_FAX_DATA: (SHORT, [0])}, {"bad_lines": 0, "copy_quality": "clean"}),
    "unclean": (
        {BAD_FAX_LINES: (LONG, [7]), CLEAN_FAX_DATA: (SHORT, [2]), CONSECUTIVE_BAD_FAX_LINES: (SHORT, [5])},
        {"bad_lines": 14, "copy_quality": "unclean", "longest_bad_run": 5},
    ),
    "an unheard-of grade": ({CLEAN_FAX_DATA: (SHORT, [9])}, {}),
}


@pytest.mark.parametrize(("tags", "expected"), QUALITY.values(), ids=QUALITY.keys())
def test_quality_is_summed_over_the_pages(tmp_path: Path, tags: dict[int, Field], expected: dict[str, object]) -> None:
    """Bad lines add up, the worst page gives the grade."""

    facts = inspected(tmp_path, tiff(PageToWrite(tags=tags), PageToWrite(tags=tags))).facts

    shown = {name: facts[name] for name in ("bad_lines", "copy_quality", "longest_bad_run") if name in facts}
    assert expected == shown


CLAIMS: dict[str, tuple[list[list[int]], object, object]] = {
    "all arrived": ([[0, 2], [1, 2]], {"state": "known", "values": [2], "confidence": "medium"}, "complete"),
    "one is missing": ([[0, 3], [1, 3]], {"state": "known", "values": [3], "confidence": "medium"}, "pages_missing"),
    "not announced": ([[0, 0], [1, 0]], None, None),
    "the pages disagree": ([[0, 2], [1, 3]], {"state": "conflict", "values": [2, 3]}, None),
    "fewer than this page's number": ([[5, 2], [6, 2]], None, None),
}


@pytest.mark.parametrize(("numbers", "claimed", "completeness"), CLAIMS.values(), ids=CLAIMS.keys())
def test_page_numbers_say_whether_every_page_arrived(
    tmp_path: Path, numbers: list[list[int]], claimed: object, completeness: object
) -> None:
    """A total of zero means that the sender did not say."""
    pages = [PageToWrite(tags={PAGE_NUMBER: (SHORT, number)}) for number in numbers]

    facts = inspected(tmp_path, tiff(*pages)).facts

    assert (claimed, completeness) == (facts.get("pages_claimed"), facts.get("completeness"))


RESOLUTIONS: dict[str, tuple[dict[int, Field], object]] = {
    "standard": ({Y_RESOLUTION: (RATIONAL, [98, 1])}, "standard"),
    "fine": ({Y_RESOLUTION: (RATIONAL, [196, 1])}, "fine"),
    "superfine": ({Y_RESOLUTION: (RATIONAL, [391, 1])}, "superfine"),
    "in centimetres": ({Y_RESOLUTION: (RATIONAL, [77, 1]), RESOLUTION_UNIT: (SHORT, [3])}, "fine"),
    "a scanner's": ({Y_RESOLUTION: (RATIONAL, [300, 1])}, None),
    "nothing over nothing": ({Y_RESOLUTION: (RATIONAL, [0, 0])}, None),
}


@pytest.mark.parametrize(("tags", "expected"), RESOLUTIONS.values(), ids=RESOLUTIONS.keys())
def test_resolution_is_one_of_fax_s_three(tmp_path: Path, tags: dict[int, Field], expected: object) -> None:
    """Lines an inch are named in fax's own words; another resolution is no fact."""

    assert expected == inspected(tmp_path, tiff(PageToWrite(tags=tags))).facts.get("resolution")


def test_the_coarsest_page_gives_the_resolution(tmp_path: Path) -> None:
    """What can be read of a fax depends on its worst page."""

    facts = inspected(tmp_path, tiff(PageToWrite(), PageToWrite(lines_per_inch=98))).facts

    assert "standard" == facts["resolution"]


def test_a_broken_time_is_no_time(tmp_path: Path) -> None:
    """Programs write blanks or zeros where they have no clock."""
    tags: dict[int, Field] = {DATE_TIME: (ASCII, b"0000:00:00 00:00:00"), FAX_SUB_ADDRESS: (ASCII, b"")}

    inspection = inspected(tmp_path, tiff(PageToWrite(tags=tags)))

    assert inspection.written_at is None
    assert "tag_time" not in inspection.facts
