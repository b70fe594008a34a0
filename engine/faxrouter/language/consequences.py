"""Problems that only follow from another one, and would hide it: left out. Reads no file."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from faxrouter.language.files import APPROVALS, CALENDARS, CATEGORIES, RETENTION, WORKSPACES
from faxrouter.language.shapes import entries_of
from faxrouter.language.source import MapNode
from faxrouter.model.problem import Problem

# A file that cannot be read → the problems that would only repeat this elsewhere.
_OF_FILES: Mapping[str, frozenset[str]] = {
    WORKSPACES: frozenset({"R107", "R304", "R305", "R341"}),
    RETENTION: frozenset({"R107", "R303"}),
    APPROVALS: frozenset({"R107", "R303"}),
    CALENDARS: frozenset({"R107", "R210"}),
    # without it nothing is said of templates
    CATEGORIES: frozenset(),
    "rules/shared/": frozenset({"R201", "R207", "R209", "R403"}),
    "templates/metadata/": frozenset({"R107", "R303"}),
    # any other rules file; texts of templates may print what its lookups give
    "rules/": frozenset({"R341", "R362", "R403"}),
}
# What is said of a word that is declared nowhere; the word is the first that the message quotes.
_OF_WORDS = frozenset({"R107", "R201", "R207", "R209", "R210", "R301", "R303", "R304", "R309", "R403", "R410"})
_WORD = re.compile(r"`\$?([^`.]*)")


def without_consequences(
    problems: Iterable[Problem], *, unread: Iterable[str], words: Collection[str]
) -> list[Problem]:
    """Each problem once, and none that only follows from an unread file or from a word whose declaration is broken.

    `words` are declared, but with a mistake that is a problem of its own.
    """
    silenced: set[str] = set()
    for path in unread:
        start = next(start for start in (path, path.rpartition("/")[0] + "/") if start in _OF_FILES)
        silenced |= _OF_FILES[start]
    return [
        problem
        for problem in dict.fromkeys(problems)
        if problem.code not in silenced and not (problem.code in _OF_WORDS and _first_word(problem) in words)
    ]


def _first_word(problem: Problem) -> str | None:
    found = _WORD.search(problem.message)
    return found[1] if found else None


def broken_words(root: MapNode | None, section: str, *, read: Collection[str]) -> Iterator[str]:
    """The keys of a section that were written, but could not be read."""
    node = root.get(section) if root is not None else None
    for key, _ in entries_of(node if isinstance(node, MapNode) else None):
        if key.text not in read:
            yield key.text
