"""The problems found so far, while files are read. Severity comes from the catalogue, never from the caller."""

import difflib
from collections.abc import Iterable

from faxrouter.language.catalogue import CATALOGUE
from faxrouter.model.problem import Place, Problem, Severity

# Nobody reads more at once, and looking for close words takes time.
MOST_PROBLEMS = 1000
# A message quotes what the author wrote, and that may be a value of megabytes.
LONGEST_MESSAGE = 1000
_LONGEST_WORD = 80

# An author's word may be a megabyte long, by accident.
LONGEST_MESSAGE = 600


class TooManyProblems(Exception):
    """So much is wrong with one file that reading on helps nobody."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"more than {MOST_PROBLEMS} problems up to {place}")
        self.place = place


class Findings:
    """Collects problems of one compilation; every part adds to it and goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._added = 0

    def add(
        self, code: str, place: Place, message: str, *, others: tuple[Place, ...] = (), example: str | None = None
    ) -> None:
        """`message` is lower case, quotes the author's own words in backticks and says how to mend it.

        Raises TooManyProblems after MOST_PROBLEMS of them.
        """
        if self._added >= MOST_PROBLEMS:
            raise TooManyProblems(place)
        self._added += 1
        self.problems.append(problem(code, place, message, others=others, example=example))

    @property
    def has_errors(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def sorted(self) -> list[Problem]:
        """By place, so that an author walks through a file once."""
        return sorted(self.problems, key=lambda problem: (problem.place, problem.code, problem.message))


def problem(
    code: str, place: Place, message: str, *, others: tuple[Place, ...] = (), example: str | None = None
) -> Problem:
    """A problem with the severity that the catalogue gives its code."""
    severity = CATALOGUE[code].severity
    shown = message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}…"
    return Problem(code=code, severity=severity, place=place, message=shown, others=others, example=example)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean "invoice"?`, or nothing where no candidate is close."""
    close = difflib.get_close_matches(word[:_LONGEST_WORD].lower(), {c.lower(): c for c in candidates}, n=1, cutoff=0.6)
    if not close:
        return ""
    best = next(c for c in candidates if c.lower() == close[0])
    return f'; did you mean "{best}"?'
