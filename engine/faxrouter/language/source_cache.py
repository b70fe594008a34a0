"""What was read last time, so that a reload reads only what changed. Serves one compilation at a time."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from faxrouter.language.findings import Findings, TooManyProblems
from faxrouter.model.problem import Problem

_Read = TypeVar("_Read")


class SourceCache:
    """Keeps what the last compilation made of each file, with its problems; everything older is forgotten."""

    def __init__(self) -> None:
        self._last: Mapping[tuple[str, str], tuple[str, Any, tuple[Problem, ...]]] = {}
        self._now: dict[tuple[str, str], tuple[str, Any, tuple[Problem, ...]]] = {}

    def begin(self) -> None:
        """A new compilation starts: what it does not ask for is forgotten when the next one starts."""
        self._last, self._now = self._now, {}

    def remembered(
        self, kind: str, path: str, content: str, *, make: Callable[[Findings], _Read], findings: Findings
    ) -> _Read:
        """What `make` makes of the file; made again only when `content`, a hash of all it depends on, has changed.

        Raises TooManyProblems as `make` does, with the problems so far in `findings`.
        """
        index = (kind, path)
        entry = self._last.get(index)
        if entry is None or entry[0] != content:
            own = Findings()
            try:
                made = make(own)
            except TooManyProblems:
                findings.problems.extend(own.problems)
                raise
            entry = (content, made, tuple(own.problems))
        self._now[index] = entry
        findings.problems.extend(entry[2])
        read: _Read = entry[1]
        return read
