"""The one door for CSV: bytes become cells with places, and every cell stays text. Knows no meaning of any column.

RFC 4180: commas, double quotes doubled inside quotes, line breaks allowed inside quotes. Spaces around a cell do not
count.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.source import ScalarNode, decode
from faxrouter.model.problem import Place

# Enough for a lookup of 100,000 patients in five columns; more belongs into a database.
MAX_CELLS = 500_000
# After so many problems of one file the rest is only counted.
MAX_PROBLEMS = 50

# possessive: nothing is kept for going back, so a cell of 8 MiB costs no more than its text
_QUOTED = re.compile(r'[ \t]*+"((?:[^"]++|"")*+)"[ \t]*+')
_PLAIN = re.compile(r'[^",\r\n]*')
_LINE_END = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell as the author wrote it, without the quotes and without spaces around an unquoted one."""

    text: str
    quoted: bool
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvTable:
    """A header of distinct names and the rows below it, each as long as the header. Empty lines are left out."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_csv(file: str, content: bytes, *, findings: Findings) -> CsvTable | None:
    """The cells of one CSV file, or None when it could not be read to its end or has no usable header.

    `file` is the home-relative path that places will carry; the header stands on line 1. A row of another length than
    the header is noted (R013) and left out.
    """
    text = decode(file, content, findings=findings)
    if text is None:
        return None
    control = _CONTROL.search(text)
    if control:
        place = _place_at(file, text, control.start())
        findings.add("R012", place, f"control character U+{ord(control.group()):04X}; remove it")
        return None
    lines = _split(file, text, findings)
    if lines is None:
        return None
    if not lines:
        findings.add("R014", Place(file=file), "the file has no header; name the columns on its first line")
        return None
    header, *rows = lines
    if not _header_is_usable(header, findings):
        return None
    return CsvTable(header=header, rows=_rows_of_length(len(header), rows, findings))


def _place_at(file: str, text: str, index: int) -> Place:
    before = text[:index]
    line = len(_LINE_END.findall(before)) + 1
    start = max(before.rfind("\n"), before.rfind("\r")) + 1
    return Place(file=file, line=line, column=index - start + 1)


def _split(file: str, text: str, findings: Findings) -> list[tuple[Cell, ...]] | None:
    """Every line that holds something, as cells; None when a quote is out of place."""
    lines: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    position, line, line_start, cells = 0, 1, 0, 0
    while position < len(text):
        place = Place(file=file, line=line, column=position - line_start + 1)
        quoted = _QUOTED.match(text, position)
        if quoted:
            cell = Cell(text=quoted.group(1).replace('""', '"'), quoted=True, place=place)
            position = quoted.end()
            for inner in _LINE_END.finditer(text, quoted.start(), quoted.end()):
                line, line_start = line + 1, inner.end()
        else:
            plain = _PLAIN.match(text, position)
            written = plain.group() if plain else ""
            cell = Cell(text=written.strip(), quoted=False, place=_after_spaces(place, written))
            position += len(written)
        row.append(cell)
        cells += 1
        if cells > MAX_CELLS:
            findings.add("R003", place, f"the file has more than {MAX_CELLS:,} cells; split it")
            return None
        if text.startswith(",", position):
            position += 1
            if position == len(text):
                row.append(
                    Cell(text="", quoted=False, place=Place(file=file, line=line, column=position - line_start + 1))
                )
            continue
        end = _LINE_END.match(text, position)
        if not end and position < len(text):
            _note_stray(Place(file=file, line=line, column=position - line_start + 1), cell, text, position, findings)
            return None
        if end:
            position, line, line_start = end.end(), line + 1, end.end()
            _keep(row, lines)
            row = []
    _keep(row, lines)
    return lines


def _after_spaces(place: Place, written: str) -> Place:
    spaces = len(written) - len(written.lstrip())
    if spaces == 0 or spaces == len(written):
        return place
    return Place(file=place.file, line=place.line, column=place.column + spaces)


def _keep(row: list[Cell], lines: list[tuple[Cell, ...]]) -> None:
    if any(cell.text or cell.quoted for cell in row):
        lines.append(tuple(row))


def _note_stray(place: Place, cell: Cell, text: str, position: int, findings: Findings) -> None:
    """A quote stands inside a plain cell, is never closed, or is followed by more text."""
    if cell.quoted:
        findings.add("R012", place, "text follows a closing quote; put the whole cell in quotes, inner quotes doubled")
    elif cell.text:
        findings.add("R012", place, f"a quote inside `{cell.text[:40]}…`; put the cell in quotes, inner quotes doubled")
    elif text.count('"', position) % 2:
        findings.add("R012", place, "this quote is never closed; close it, or write the cell without it")
    else:
        findings.add("R012", place, "a quote out of place; put the whole cell in quotes, inner quotes doubled")


def _header_is_usable(header: tuple[Cell, ...], findings: Findings) -> bool:
    if len(header) == 1 and re.search(r"[;\t|]", header[0].text):
        findings.add("R012", header[0].place, "cells are separated by commas; save the file as comma-separated CSV")
        return False
    seen: dict[str, Cell] = {}
    usable = True
    for cell in header:
        if not cell.text:
            findings.add("R014", cell.place, "a column has no name; name it, or remove the column")
            usable = False
        elif cell.text in seen:
            message = f"the column `{cell.text}` stands twice; keep one"
            findings.add("R014", cell.place, message, others=(seen[cell.text].place,))
            usable = False
        seen.setdefault(cell.text, cell)
    return usable


def _rows_of_length(length: int, rows: list[tuple[Cell, ...]], findings: Findings) -> tuple[tuple[Cell, ...], ...]:
    wrong = [row for row in rows if len(row) != length]
    for row in wrong[:MAX_PROBLEMS]:
        hint = "a value with a comma needs quotes" if len(row) > length else "an empty cell still needs its comma"
        findings.add("R013", row[0].place, f"this row has {len(row)} cells, the header has {length}; {hint}")
    if len(wrong) > MAX_PROBLEMS:
        more = len(wrong) - MAX_PROBLEMS
        findings.add("R013", wrong[MAX_PROBLEMS][0].place, f"{more} more rows have a wrong number of cells")
    return tuple(row for row in rows if len(row) == length)


def find_csv(written: ScalarNode, files: Collection[str], *, findings: Findings) -> str | None:
    """The home-relative path of a `from file:`, which is relative to `rules/`; None with R015 if there is none."""
    path = "rules/" + written.text
    if path in files and path.endswith(".csv"):
        return path
    known = [
        name.removeprefix("rules/") for name in sorted(files) if name.startswith("rules/") and name.endswith(".csv")
    ]
    hint = did_you_mean(written.text, known) or "; name a CSV file under `rules/`, such as `desks.csv`"
    findings.add("R015", written.place, f"there is no CSV file `{written.text}`{hint}")
    return None
