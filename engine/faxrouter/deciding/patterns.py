"""`matches`: RE2 patterns searched in normalised text. RE2 runs in time linear in the text, whatever the pattern."""

from faxrouter.language.patterns import compile_pattern


def is_found(pattern: str, normalised: str) -> bool:
    """Unanchored, ignoring case. The pattern was checked when the rule set was compiled, by the same compilation."""
    return compile_pattern(pattern).search(normalised) is not None
