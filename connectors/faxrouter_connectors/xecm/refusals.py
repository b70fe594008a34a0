"""What Extended ECM means when it refuses: its status and text become one word, and that a kind of failure.

Content Server answers 500 for many mistakes of the caller, so the text decides (facts A8; the words of the table are
those that OpenText's own client looks for, and marked [G] where only practitioners report them). The text itself goes
nowhere: it may quote names.
"""

from collections.abc import Sequence
from enum import StrEnum

from faxrouter.model.failure import Failed, FailureKind
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.system import System


class Word(StrEnum):
    """What a refusal says."""

    SESSION = "the session is not valid"
    ALREADY_THERE = "there is one already"
    NOT_FOUND = "it does not exist, or this identity does not see it"
    NOT_PERMITTED = "this identity may not do that"
    HELD = "a legal hold forbids it"
    TOO_LARGE = "it is larger than the server takes"
    NOT_VALID = "the server does not accept these values"
    FAULT = "the server met an error of its own"


# in this order: "either it does not exist, or you do not have permission" is both
_TEXTS: Sequence[tuple[Word, tuple[str, ...]]] = (
    (Word.ALREADY_THERE, ("already exist", "duplicate", "already in use", "already assigned", "already applied")),
    (Word.NOT_FOUND, ("does not exist", "cannot find", "could not find", "not found", "no longer exists")),
    (Word.NOT_PERMITTED, ("permission", "not authorized", "not authorised", "access denied", "insufficient")),
    (Word.HELD, (" hold",)),
    (
        Word.NOT_VALID,
        ("invalid", "not valid", "mandatory", "required", "too long", "exceeds", "must be", "missing", "bad request"),
    ),
)
_KINDS = {
    Word.SESSION: FailureKind.TRANSIENT,
    Word.NOT_PERMITTED: FailureKind.UNAUTHORISED,
}


class Refused(Failed):
    """Extended ECM refused a call, and said why."""

    def __init__(self, failed: Failed, word: Word) -> None:
        super().__init__(failed.failure)
        self.word = word


def refusal(
    system: System, operation: str, answer: Answer, *, changes: bool, duplicate_statuses: Sequence[int]
) -> Refused:
    """What an answer without success means. A fault of the server leaves a change in doubt."""
    word = _word(answer, duplicate_statuses)
    kind = _KINDS.get(word, FailureKind.REJECTED)
    if word is Word.FAULT:
        kind = FailureKind.UNKNOWN if changes else FailureKind.TRANSIENT
    return Refused(system.failed(kind, operation, f"{word.value} ({answer.status})"), word)


def _word(answer: Answer, duplicate_statuses: Sequence[int]) -> Word:
    text = _text(answer)
    if answer.status == 401:
        return Word.SESSION
    if answer.status == 413:
        return Word.TOO_LARGE
    for word, signs in _TEXTS:
        if word is Word.ALREADY_THERE and answer.status not in duplicate_statuses:
            continue
        if any(sign in text for sign in signs):
            return word
    match answer.status:
        case 403:
            return Word.NOT_PERMITTED
        case 404:
            return Word.NOT_FOUND
        case status if status >= 500 or 300 <= status < 400:
            return Word.FAULT
        case _:
            return Word.NOT_VALID


def _text(answer: Answer) -> str:
    """The error text in small letters; nothing for a page: a page speaks of the web server, not of the call."""
    said = answer.json()
    if not isinstance(said, dict):
        return ""
    parts = (said.get(key) for key in ("error", "errorDetail", "error_description", "errorDetails"))
    return " ".join(str(part) for part in parts if part).lower()
