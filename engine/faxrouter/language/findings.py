"""The problems found so far, while files are read. Severity comes from the catalogue, never from the caller."""

import difflib
from collections import Counter
from collections.abc import Iterable

from faxrouter.language.catalogue import CATALOGUE
from faxrouter.model.problem import Place, Problem, Severity

# Nobody reads more at once, and looking for close words takes time.
MOST_PROBLEMS = 1000
# A message quotes what the author wrote, and that may be a value of megabytes, by accident.
LONGEST_MESSAGE = 600
_LONGEST_WORD = 80


class TooManyProblems(Exception):
    """So much is wrong that reading on helps nobody."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"more than {MOST_PROBLEMS} problems up to {place}")
        self.place = place


class Findings:
    """Collects problems of one compilation; every part adds to it and goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._added: Counter[Severity] = Counter()

    def add(
        self, code: str, place: Place, message: str, *, others: tuple[Place, ...] = (), example: str | None = None
    ) -> None:
        """`message` is lower case, quotes the author's own words in backticks and says how to mend it.

        Raises TooManyProblems after MOST_PROBLEMS errors; warnings and notes beyond as many are left out, since they
        refuse nothing.
        """
        found = problem(code, place, message, others=others, example=example)
        self._added[found.severity] += 1
        if self._added[found.severity] <= MOST_PROBLEMS:
            self.problems.append(found)
        elif found.severity is Severity.ERROR:
            raise TooManyProblems(place)

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
    if not shown.isprintable():
        shown = "".join(map(_visible, shown))
    return Problem(code=code, severity=severity, place=place, message=shown, others=others, example=example)


def _visible(character: str) -> str:
    """A line break, a tab or a space of another kind in a quoted value must neither break the line nor stay unseen."""
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def too_many(stop: TooManyProblems) -> Problem:
    """The last problem of a list that had to end."""
    message = f"there are more than {MOST_PROBLEMS} problems; mend the first ones and check again"
    return problem("R016", stop.place, message)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`; did you mean "invoice"?`, or nothing where no candidate is close."""
    close = difflib.get_close_matches(word[:_LONGEST_WORD].lower(), {c.lower(): c for c in candidates}, n=1, cutoff=0.6)
    if not close:
        return ""
    best = next(c for c in candidates if c.lower() == close[0])
    return f'; did you mean "{best}"?'
