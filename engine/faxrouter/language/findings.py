"""The problems found so far, while files are read. Severity comes from the catalogue, never from the caller."""

import difflib
from collections.abc import Iterable

from faxrouter.language.catalogue import CATALOGUE
from faxrouter.model.problem import Place, Problem, Severity


class Findings:
    """Collects problems of one compilation; every part adds to it and goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(
        self, code: str, place: Place, message: str, *, others: tuple[Place, ...] = (), example: str | None = None
    ) -> None:
        """`message` is lower case, quotes the author's own words in backticks and says how to mend it."""
        severity = CATALOGUE[code].severity
        self.problems.append(
            Problem(code=code, severity=severity, place=place, message=message, others=others, example=example)
        )

    @property
    def has_errors(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def sorted(self) -> list[Problem]:
        """By place, so that an author walks through a file once."""
        return sorted(self.problems, key=lambda problem: (problem.place, problem.code, problem.message))


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean "invoice"?`, or nothing where no candidate is close."""
    close = difflib.get_close_matches(word.lower(), {c.lower(): c for c in candidates}, n=1, cutoff=0.6)
    if not close:
        return ""
    best = next(c for c in candidates if c.lower() == close[0])
    return f'; did you mean "{best}"?'
