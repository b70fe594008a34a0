"""What is wrong with a file an analyst wrote: where, what, and how to mend it. A value, never raised."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters; the value is the word that people read."""

    ERROR = "error"  # the rule set may not go live
    WARNING = "warning"  # it may go live, but it probably does not say what was meant
    NOTE = "note"  # worth knowing; nothing needs to change


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """Where something stands. `file` is relative to the home (`rules/claims.rules.yaml`); `line` and `column` count
    from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def line_reference(self) -> str:
        """`file:line`, the form that decisions carry."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding of `check`. `code` is a key of the problem catalogue (`language/catalogue.py`)."""

    code: str
    severity: Severity
    place: Place
    # lower case, in the author's own words, with the way to mend it
    message: str
    # the places this one is about as well: the first of two duplicates, the rule that ties
    others: tuple[Place, ...] = ()
    # a concrete fax that shows it, as the `facts` object of `decide`
    example: str | None = None

    def __str__(self) -> str:
        return f"{self.place} {self.code} {self.message}"
