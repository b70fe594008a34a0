"""Names for folders and files, made from any text: readable, safe on every file system, never shared by two texts."""

import hashlib
import re
import unicodedata

_LONGEST = 80  # bytes
_DIGEST = 16
# `~`, `@` and `=` are left out: a digest, a document's key and a workspace's key stand behind them
_PLAIN = re.compile(r"[\w(][\w ().,+&-]*")
_UNSAFE = re.compile(r"[^\w ().,+&-]+")


def digest(text: str) -> str:
    """32 hex digits that stand for the text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_digest(text: str) -> bool:
    return re.fullmatch("[0-9a-f]{32}", text) is not None


def folder_name(text: str) -> str:
    """The text itself where it can be a folder's name, otherwise what can be read of it and `~` with a digest."""
    if _is_plain(text):
        return text
    return f"{readable(text)}~{digest(text)[:_DIGEST]}"


def readable(text: str) -> str:
    """What can be shown of the text in a name; not unique, possibly empty."""
    shown = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).lstrip(" .,+&-")
    while len(shown.encode()) > _LONGEST:
        shown = shown[:-1]
    return shown.rstrip(" .")


def _is_plain(text: str) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and len(text.encode()) <= _LONGEST
        and not text.endswith((" ", "."))
        and unicodedata.is_normalized("NFC", text)
    )
