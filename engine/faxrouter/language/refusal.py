"""Why a written value is refused, and the close word that was probably meant. Knows no fact and no file.

A refusal never repeats the value itself: the same words serve the message about a rule file, which quotes it, and the
reason of a fact in state `error`, which must not carry fax content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

# a longer list is named by its number of entries
_LISTED = 8


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that its type refuses."""

    # continues the quoted value: "is not a whole number", lower case, with the way to mend it where that is short
    reason: str
    # what to write instead, where it is known
    suggestion: str | None = None

    def message(self, written: str) -> str:
        """The whole sentence about what the author wrote."""
        shown = written if len(written) <= 60 else written[:57] + "..."
        hint = f"; did you mean `{self.suggestion}`?" if self.suggestion is not None else ""
        return f"`{shown}` {self.reason}{hint}"


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be: other case, `-` for `_`, or a typing mistake."""
    candidates = list(known)
    folded: dict[str, str] = {}
    for candidate in candidates:
        folded.setdefault(_fold(candidate), candidate)
    wanted = _fold(word[:80])
    if wanted in folded:
        return folded[wanted]
    close = get_close_matches(wanted, list(folded), n=1, cutoff=0.7)
    return folded[close[0]] if close else None


def listing(known: Iterable[str]) -> str:
    """The permitted words for a message: all of a short list, the first few of a long one."""
    names = list(known)
    if len(names) <= _LISTED:
        return ", ".join(names)
    return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"


def _fold(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
