"""The gamma codes of Cloud Fax: the service's own numbers for what became of an attempt, as a table that can be
replaced.

Only three codes stand in public material (facts B1); the official list is handed out by OpenText. Save it as a CSV
file with these columns and name it as `gamma_codes`. A code that the table does not hold is a failure that nobody
explained: it is never repeated without a person.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from faxrouter.model.failure import Unavailable
from faxrouter.model.transmission import Obstacle

_COLUMNS = ("code", "obstacle", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class GammaCode:
    """What one code means. No obstacle: it was sent."""

    obstacle: Obstacle | None
    words: str


def read_gamma_codes(path: Path | None) -> Mapping[int, GammaCode]:
    """The table of this file, or the shipped one. Raises Unavailable, with the line that is wrong."""
    name = path.name if path is not None else "gamma-codes.csv"
    try:
        text = (path or files(__package__) / "gamma-codes.csv").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise Unavailable(f"the table of gamma codes `{name}` cannot be read") from err
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise Unavailable(f"{name}:1 its columns must be {', '.join(_COLUMNS)}")
    table: dict[int, GammaCode] = {}
    for row in reader:
        where = f"{name}:{reader.line_num}"
        number, obstacle = (row["code"] or "").strip(), (row["obstacle"] or "").strip()
        if not number.isdigit():
            raise Unavailable(f"{where} `{number}` is no code; a code is a whole number")
        if obstacle and obstacle not in list(Obstacle):
            raise Unavailable(f"{where} unknown obstacle `{obstacle}`; use one of {', '.join(Obstacle)}")
        if int(number) in table:
            raise Unavailable(f"{where} the code {number} stands twice")
        words = (row["words"] or "").strip()
        table[int(number)] = GammaCode(obstacle=Obstacle(obstacle) if obstacle else None, words=words)
    return table
