"""What the tags of a TIFF-F file say about the transmission, as raw facts with their evidence.

Knows no rule set: names are the glossary's, values are as read and typed later; a name that a home does not declare is
dropped by its facts. Everything here is a claim of the machine that wrote the file. The names:

`sender_station`        what the sender's machine calls itself (TSI), at most 20 characters
`their_number`          calling number as the modem was told it; `conflict` where caller id and ANI differ
`our_number`            dialled number as the modem was told it
`caller_name`           name that the network sent with the number
`subaddress`            T.30 SUB, at most 20 characters
`resolution`            standard (98 lines an inch), fine (196), superfine (391), the coarsest page; absent for others
`bad_lines`             damaged scan lines, all pages together
`longest_bad_run`       damaged lines in a row, worst page
`copy_quality`          clean, regenerated or unclean, worst page
`pages_claimed`         total of the PageNumber tags; `conflict` where pages disagree
`receive_seconds`       time on the line, all pages together
`signal_rate`           bit/s of the first page
`error_correction`      whether T.30 error correction was on
`t30_dcs`               the digital command signal in hex: what the two machines agreed on
`tag_time`              local time in the file (`YYYY-MM-DDTHH:MM:SS`); no zone is known

Sources: TIFF 6.0; RFC 2306 and 2301 (326 to 328); libtiff's 34908 to 34911; HylaFAX 6.0.7's ImageDescription and
parameter word, read from faxes that it received.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from faxrouter.documents.tiff import TagValue, TiffPage
from faxrouter.model.fact import Evidence

_IMAGE_DESCRIPTION, _Y_RESOLUTION, _RESOLUTION_UNIT, _PAGE_NUMBER = 270, 283, 296, 297
_SOFTWARE, _DATE_TIME = 305, 306
_BAD_FAX_LINES, _CLEAN_FAX_DATA, _CONSECUTIVE_BAD_FAX_LINES = 326, 327, 328
_FAX_RECV_PARAMS, _FAX_SUB_ADDRESS, _FAX_RECV_TIME, _FAX_DCS = 34908, 34909, 34910, 34911
_TAG_NAMES = {
    _IMAGE_DESCRIPTION: "ImageDescription",
    _Y_RESOLUTION: "YResolution",
    _RESOLUTION_UNIT: "ResolutionUnit",
    _PAGE_NUMBER: "PageNumber",
    _SOFTWARE: "Software",
    _DATE_TIME: "DateTime",
    _BAD_FAX_LINES: "BadFaxLines",
    _CLEAN_FAX_DATA: "CleanFaxData",
    _CONSECUTIVE_BAD_FAX_LINES: "ConsecutiveBadFaxLines",
    _FAX_RECV_PARAMS: "FaxRecvParams",
    _FAX_SUB_ADDRESS: "FaxSubAddress",
    _FAX_RECV_TIME: "FaxRecvTime",
    _FAX_DCS: "FaxDcs",
}
TAGS = frozenset(_TAG_NAMES)

_HYLAFAX = "HylaFAX"
# T.30 gives station ids and subaddresses 20 characters
_STATION_LENGTH = 20
_LINE_LENGTH = 80
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{1,22}[0-9]")
_CENTIMETRE = 3
# (from, below) lines per inch
_RESOLUTIONS = (("standard", 90, 110), ("fine", 180, 215), ("superfine", 370, 430))
_COPY_QUALITY = ("clean", "regenerated", "unclean")
# HylaFAX 6.0.7's parameter word: bits 3 to 8 the rate, from bit 16 error correction, bit 21 set for this layout
_NEW_LAYOUT = 1 << 21


class CallId(StrEnum):
    """What one line of caller information is, in the words of HylaFAX's `CallIDPattern`."""

    CALLER_NUMBER = "NMBR"
    CALLER_NAME = "NAME"
    ANI = "ANID"
    DIALLED = "NDID"


# the order of the iaxmodem configuration that HylaFAX ships
CALL_IDS = (CallId.CALLER_NUMBER, CallId.CALLER_NAME, CallId.ANI, CallId.DIALLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagFacts:
    """Raw facts and where each was read."""

    facts: Mapping[str, object] = field(default_factory=dict)
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    written_at: datetime | None = None


def read(pages: Sequence[TiffPage], *, call_ids: tuple[CallId, ...] = CALL_IDS) -> TagFacts:
    """What the tags of the sound pages say. Silent tags give no fact."""
    found = _Found()
    _read_description(pages, found, call_ids)
    _read_line(pages, found)
    _read_quality(pages, found)
    _read_claimed_pages(pages, found)
    written_at = _read_time(pages, found)
    return TagFacts(facts=found.facts, evidence=found.evidence, written_at=written_at)


class _Found:
    """Facts while they are collected."""

    def __init__(self) -> None:
        self.facts: dict[str, object] = {}
        self.evidence: dict[str, tuple[Evidence, ...]] = {}

    def state(self, name: str, value: object, tag: int, *, text: str = "", page: int | None = None) -> None:
        self.facts[name] = value
        reader = f"{_TAG_NAMES[tag]} ({tag})"
        self.evidence[name] = (Evidence(source="tiff tag", reader=reader, page=page, text=text or str(value)),)


def _read_description(pages: Sequence[TiffPage], found: _Found, call_ids: tuple[CallId, ...]) -> None:
    """HylaFAX writes the station id and the caller information into the ImageDescription, a line each.

    Other programs write any text there, so it is read only in a file that HylaFAX or its fax tags vouch for.
    """
    page = next((page for page in pages if _IMAGE_DESCRIPTION in page.tags), None)
    if page is None:
        return
    if not (_text(page, _SOFTWARE).startswith(_HYLAFAX) or page.tags.keys() & {_FAX_RECV_PARAMS, _FAX_DCS}):
        return
    station, *lines = _lines(page.tags[_IMAGE_DESCRIPTION])
    if station:
        found.state("sender_station", station[:_STATION_LENGTH], _IMAGE_DESCRIPTION, page=page.number)
    # `<NONE>` is HylaFAX's word for a line that the modem did not give
    given = {call_id: "" if line == "<NONE>" else line for call_id, line in zip(call_ids, lines, strict=False)}
    callers = [given[call_id] for call_id in (CallId.CALLER_NUMBER, CallId.ANI) if _is_number(given.get(call_id, ""))]
    if len({_digits(caller) for caller in callers}) > 1:
        value = {"state": "conflict", "values": callers}
        found.state("their_number", value, _IMAGE_DESCRIPTION, text=" / ".join(callers), page=page.number)
    elif callers:
        found.state("their_number", callers[0], _IMAGE_DESCRIPTION, page=page.number)
    if _is_number(given.get(CallId.DIALLED, "")):
        found.state("our_number", given[CallId.DIALLED], _IMAGE_DESCRIPTION, page=page.number)
    if given.get(CallId.CALLER_NAME):
        found.state("caller_name", given[CallId.CALLER_NAME], _IMAGE_DESCRIPTION, page=page.number)


def _read_line(pages: Sequence[TiffPage], found: _Found) -> None:
    """Subaddress, time on the line, and what the two machines agreed on."""
    for page in pages:
        if "subaddress" not in found.facts and (subaddress := _text(page, _FAX_SUB_ADDRESS)):
            found.state("subaddress", subaddress[:_STATION_LENGTH], _FAX_SUB_ADDRESS, page=page.number)
        if "t30_dcs" not in found.facts and (dcs := _text(page, _FAX_DCS)):
            found.state("t30_dcs", dcs, _FAX_DCS, page=page.number)
        params = _number(page, _FAX_RECV_PARAMS) or 0
        if "signal_rate" not in found.facts and params & _NEW_LAYOUT:
            rate, correction = 2_400 * ((params >> 3 & 0x3F) + 1), bool(params >> 16 & 0x7)
            found.state("signal_rate", rate, _FAX_RECV_PARAMS, text=str(params), page=page.number)
            found.state("error_correction", correction, _FAX_RECV_PARAMS, text=str(params), page=page.number)
    _fold(pages, found, "receive_seconds", _FAX_RECV_TIME, sum)


def _read_quality(pages: Sequence[TiffPage], found: _Found) -> None:
    _fold(pages, found, "bad_lines", _BAD_FAX_LINES, sum)
    _fold(pages, found, "longest_bad_run", _CONSECUTIVE_BAD_FAX_LINES, max)
    grades = [grade for page in pages if (grade := _number(page, _CLEAN_FAX_DATA)) in (0, 1, 2)]
    if grades:
        worst = max(grades)
        found.state("copy_quality", _COPY_QUALITY[worst], _CLEAN_FAX_DATA, text=str(worst))
    coarsest = min(((_lines_per_inch(page), page) for page in pages), key=lambda pair: pair[0], default=None)
    if coarsest is not None:
        lines, page = coarsest
        for name, lowest, beyond in _RESOLUTIONS:
            if lowest <= lines < beyond:
                found.state("resolution", name, _Y_RESOLUTION, text=f"{lines:g} lines an inch", page=page.number)


def _read_claimed_pages(pages: Sequence[TiffPage], found: _Found) -> None:
    """PageNumber is (page from 0, total); a total of 0 means that it was not known."""
    totals = {
        total: page
        for page in reversed(pages)
        for number, total in [_pair(page, _PAGE_NUMBER)]
        if total > number and total > 0
    }
    if len(totals) == 1:
        ((total, page),) = totals.items()
        value = {"state": "known", "values": [total], "confidence": "medium"}
        found.state("pages_claimed", value, _PAGE_NUMBER, text=str(total), page=page.number)
    elif totals:
        readings = sorted(totals)[:10]
        value = {"state": "conflict", "values": readings}
        found.state("pages_claimed", value, _PAGE_NUMBER, text=" / ".join(map(str, readings)))


def _read_time(pages: Sequence[TiffPage], found: _Found) -> datetime | None:
    """The time of the first page that has one."""
    for page in pages:
        text = _text(page, _DATE_TIME)
        try:
            written_at = datetime.fromisoformat(text.replace(":", "-", 2))
        except ValueError:
            continue
        found.state("tag_time", written_at.isoformat(), _DATE_TIME, text=text, page=page.number)
        return written_at
    return None


def _fold(pages: Sequence[TiffPage], found: _Found, name: str, tag: int, fold: Callable[[Sequence[int]], int]) -> None:
    numbers = [number for page in pages if (number := _number(page, tag)) is not None]
    if numbers:
        found.state(name, fold(numbers), tag)


def _lines_per_inch(page: TiffPage) -> float:
    value = page.tags.get(_Y_RESOLUTION)
    lines = float(value[0]) if isinstance(value, tuple) and value else 0.0
    return lines * 2.54 if _number(page, _RESOLUTION_UNIT) == _CENTIMETRE else lines


def _number(page: TiffPage, tag: int) -> int | None:
    value = page.tags.get(tag)
    return value[0] if isinstance(value, tuple) and value and isinstance(value[0], int) else None


def _pair(page: TiffPage, tag: int) -> tuple[int, int]:
    value = page.tags.get(tag)
    if isinstance(value, tuple) and len(value) == 2:
        return int(value[0]), int(value[1])
    return 0, 0


def _text(page: TiffPage, tag: int) -> str:
    return next(iter(_lines(page.tags.get(tag, b""))), "")


def _lines(value: TagValue) -> list[str]:
    if not isinstance(value, bytes):
        return [""]
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return [_printable(line)[:_LINE_LENGTH] for line in text.split("\n")]


def _printable(line: str) -> str:
    """Without control, format and surrogate characters, so that no tag can play tricks on a terminal."""
    return "".join(_printed(line)).strip()


def _printed(line: str) -> Iterator[str]:
    return (character for character in line if not unicodedata.category(character).startswith("C"))


def _is_number(line: str) -> bool:
    return _NUMBER.fullmatch(line) is not None


def _digits(line: str) -> str:
    return "".join(character for character in line if character.isdigit())
