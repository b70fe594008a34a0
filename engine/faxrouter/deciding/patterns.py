"""`matches`: RE2 patterns searched in normalised text. RE2 runs in time linear in the text, whatever the pattern."""

from functools import lru_cache
from typing import Protocol

import re2


class _Pattern(Protocol):
    def search(self, text: str) -> object | None: ...


@lru_cache(maxsize=10_000)
def _compiled(pattern: str) -> _Pattern:
    options = re2.Options()
    options.case_sensitive = False
    compiled: _Pattern = re2.compile(pattern, options)
    return compiled


def is_found(pattern: str, normalised: str) -> bool:
    """Unanchored, ignoring case. The pattern was compiled once when the rule set was, so it is sound."""
    return _compiled(pattern).search(normalised) is not None
