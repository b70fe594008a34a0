"""Facts as JSON lines: `{"fax_id"?, "facts": {…}}`, one object a line, read as they come. Knows no fact by name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

# bytes of a line, or of a file that is one object
MOST_BYTES = 16_000_000
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFacts:
    """One line: what somebody states about one event."""

    facts: dict[str, Any] = field(default_factory=dict)
    fax_id: str | int | float | bool | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """Why a line cannot be used."""

    reason: str


class _Twice(ValueError):
    """A name stands twice in one object."""


def read_fact_lines(source: BinaryIO) -> Iterator[tuple[int, StatedFacts | BadLine]]:
    """Every line that holds something, by its number from 1. One object over several lines is one line, the first."""
    number = 0
    while line := source.readline(MOST_BYTES + 1):
        number += 1
        line = line.removeprefix(_BOM) if number == 1 else line
        if len(line) > MOST_BYTES:
            yield number, BadLine(f"longer than {MOST_BYTES // 1_000_000} MB")
            while line and not line.endswith(b"\n"):
                line = source.readline(MOST_BYTES)
        elif number == 1 and _goes_on(line):
            yield from _as_one(line, source)
            return
        elif line.strip():
            yield number, read_line(line)


def read_line(line: bytes) -> StatedFacts | BadLine:
    """The statement of one line."""
    try:
        stated = json.loads(line.decode(), object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except UnicodeDecodeError:
        return BadLine("not UTF-8")
    except _Twice as error:
        return BadLine(str(error))
    except (ValueError, RecursionError) as error:
        return BadLine(f"not JSON: {error}")
    if not isinstance(stated, dict) or not isinstance(stated.get("facts"), dict):
        return BadLine('a line must be an object with `facts`: {"facts": {"our_number": "+1…"}}')
    unknown = sorted(set(stated) - {"fax_id", "facts"})
    if unknown:
        return BadLine(f"unknown key `{unknown[0]}`; a line has `fax_id` and `facts`")
    if isinstance(stated.get("fax_id"), list | dict):
        return BadLine("`fax_id` must be a text or a number")
    return StatedFacts(facts=stated["facts"], fax_id=stated.get("fax_id"))


def _as_one(first: bytes, source: BinaryIO) -> Iterator[tuple[int, StatedFacts | BadLine]]:
    """The rest of a file whose first line ends inside an object: one object, or lines after a bad first one."""
    whole = first + source.read(MOST_BYTES)
    try:
        json.loads(whole)
    except (ValueError, RecursionError):
        rest = whole.split(b"\n")
        yield from ((number, read_line(line)) for number, line in enumerate(rest, start=1) if line.strip())
    else:
        yield 1, read_line(whole)


def _goes_on(line: bytes) -> bool:
    """Whether the line is JSON as far as it goes, and ends too early."""
    try:
        json.loads(line)
    except json.JSONDecodeError as error:
        return error.pos >= len(error.doc.rstrip())
    except (ValueError, RecursionError):
        return False
    return False


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(f"`{next(name for name in names if names.count(name) > 1)}` stands twice in one object")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")
