"""Names as Extended ECM takes them, and the marks by which faxrouter knows its own things again. Knows no call."""

import hashlib
import re
import unicodedata

# facts A0: longer names are refused, as are a colon and blanks at the ends
LONGEST_NAME = 248
_MARK = re.compile(r"\bfaxrouter((?: [0-9a-f]{16})+)")
_ANSWER = re.compile(r"\s*\[faxrouter (\d+): [^\[\]]*\]")
_BRACKETS = str.maketrans("[]", "()")
_LONGEST_WORDS = 200


def mark(key: str) -> str:
    """16 hex digits for an idempotency key: it may hold ids that nobody needs to see."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def node_name(text: str, *, distinct: str = "") -> str:
    """The text as a node's name. One that cannot be a name as it stands is bent and gets a mark, so that two texts
    never become one name; `distinct` adds a mark in any case."""
    shown = "".join(" " if sign.isspace() else sign for sign in text)
    shown = "".join(sign for sign in shown if not unicodedata.category(sign).startswith("C"))
    shown = " ".join(shown.replace(":", "-").split())
    ending = f" ~{distinct}" if distinct else ""
    if shown == text and shown and len(shown) + len(ending) <= LONGEST_NAME:
        return shown + ending
    own = f" ~{mark(text)}{ending}"
    return f"{shown[: LONGEST_NAME - len(own)].rstrip()}{own}".strip()


def described(*marks: str, words: str = "") -> str:
    """A node's description that holds marks, after words for people."""
    return f"{words} faxrouter {' '.join(marks)}".strip()


def marks_in(description: str) -> tuple[str, ...]:
    """The marks of a description, in order; none where faxrouter has not written any."""
    found = _MARK.search(description)
    return tuple(found[1].split()) if found else ()


def marked(description: str, another: str) -> str:
    """The description with one mark more, behind the others; people's words around them stay."""
    found = _MARK.search(description)
    if found is None:
        return f"{description} faxrouter {another}".strip()
    return f"{description[: found.end()]} {another}{description[found.end() :]}"


def answers_in(description: str) -> int:
    """How many answers faxrouter has given on a node of people: its description counts them."""
    return max((int(found[1]) for found in _ANSWER.finditer(description)), default=0)


def answered(description: str, words: str) -> str:
    """The description with one answer more, in place of the one before; people's words around it stay."""
    said = " ".join(words.split())[:_LONGEST_WORDS].translate(_BRACKETS)
    return f"{_ANSWER.sub('', description)} [faxrouter {answers_in(description) + 1}: {said}]".strip()
