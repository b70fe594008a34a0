"""Regular expressions of `matches`: RE2 only, so that none can take more than linear time. Knows no fact."""

from functools import lru_cache
from typing import Any

import re2

from faxrouter.language.refusal import Refusal

# longer ones belong into `contains any` with a list
LONGEST_PATTERN = 1000
# bytes that the compiled program may take
_MOST_MEMORY = 1 << 19
_NOT_IN_RE2 = (
    (
        "invalid perl operator",
        "looks ahead or behind, or names a group, which `matches` cannot do; write it without `(?…`",
    ),
    ("invalid escape sequence", "holds a back-reference or an escape that `matches` does not know"),
    ("bad repetition operator", "repeats a repetition, or repeats more than 1000 times"),
    ("invalid repetition size", "repeats more than 1000 times"),
    ("pattern too large", "is too large; write it shorter"),
    ("no argument for repetition operator", "begins with `*`, `+` or `?`; put `\\` before a literal one"),
    ("missing )", "has a `(` that is never closed; put `\\` before a literal one"),
    ("unexpected )", "has a `)` that was never opened; put `\\` before a literal one"),
    ("missing ]", "has a `[` that is never closed; put `\\` before a literal one"),
    ("trailing \\", "ends with `\\`, which escapes nothing"),
)


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return options


# as many as a large home has: deciding asks here for every fax
@lru_cache(maxsize=10_000)
def compile_pattern(pattern: str) -> Any:
    """The compiled pattern (`.search(text)`), ignoring case, or a Refusal. It shall search normalised text."""
    if len(pattern) > LONGEST_PATTERN:
        return Refusal(f"is longer than {LONGEST_PATTERN} characters; write words with `contains any`")
    try:
        return re2.compile(pattern, options=_options())
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return Refusal(
            next((words for start, words in _NOT_IN_RE2 if said.startswith(start)), f"is not readable: {said}")
        )


def check_pattern(pattern: str) -> Refusal | None:
    """Why a pattern is refused; None when it is fine. One that finds everything is refused as well."""
    compiled = compile_pattern(pattern)
    if isinstance(compiled, Refusal):
        return compiled
    if compiled.search("") and compiled.search("\u2603"):
        return Refusal("finds every text, even an empty one")
    return None
