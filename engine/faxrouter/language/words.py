"""Text as rules compare it: normalised once, split into words. Knows no fact and no rule.

The order of steps is fixed by rule-language section 11: NFKC, casefold, NFD, drop marks (category M), NFKC, join
hyphens at line ends, collapse spaces.
"""

import re
import unicodedata

_HYPHEN_AT_LINE_END = re.compile("[-\u2010\u00ad][^\\S\\n]*\\r?\\n\\s*")
_SPACES = re.compile(r"\s+")
# a word is a run of letters and digits (Unicode categories L and N)
_WORD = re.compile(r"[^\W_]+")


def normalise(text: str) -> str:
    """The form in which text facts and the words of conditions are compared."""
    if text.isascii():
        folded = text.lower()
    else:
        decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
        bare = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
        folded = unicodedata.normalize("NFKC", bare)
    return _SPACES.sub(" ", _HYPHEN_AT_LINE_END.sub("", folded)).strip()


def words(normalised: str) -> tuple[str, ...]:
    """The words of a normalised text, in order; whatever stands between them is not looked at."""
    return tuple(_WORD.findall(normalised))
