"""What Extended ECM means when it refuses: the text decides, since it answers 500 for everything."""

import json

import pytest

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.system import System
from faxrouter_connectors.http.throttle import Throttle
from faxrouter_connectors.xecm.refusals import Refused, Word, refusal
from implementations import SteppedClock

SYSTEM = System("records", clock=SteppedClock(), throttle=Throttle(per_second=1, burst=1), breaker=Breaker())
NEITHER = "Sorry, either it does not exist, or you do not have permission to access it."


def refused(status: int, text: str | None, *, changes: bool = True) -> Refused:
    body = f"<html><body>{text}</body></html>" if text is None or text.startswith("<") else json.dumps({"error": text})
    answer = Answer(status=status, headers={}, body=body.encode())
    return refusal(SYSTEM, "store document", answer, changes=changes, duplicate_statuses=(400, 409, 500))


@pytest.mark.parametrize(
    ("status", "text", "word", "kind"),
    [
        (401, "anything", Word.SESSION, FailureKind.TRANSIENT),
        (500, "An item with the name 'Jane' already exists.", Word.ALREADY_THERE, FailureKind.REJECTED),
        (400, "An item with the name 'Jane' already exists.", Word.ALREADY_THERE, FailureKind.REJECTED),
        (404, NEITHER, Word.NOT_FOUND, FailureKind.REJECTED),
        (500, NEITHER, Word.NOT_FOUND, FailureKind.REJECTED),
        (404, "", Word.NOT_FOUND, FailureKind.REJECTED),
        (403, "", Word.NOT_PERMITTED, FailureKind.UNAUTHORISED),
        (500, "Insufficient permission", Word.NOT_PERMITTED, FailureKind.UNAUTHORISED),
        (500, "Cannot delete: the item is on hold", Word.HELD, FailureKind.REJECTED),
        (413, "", Word.TOO_LARGE, FailureKind.REJECTED),
        (400, "", Word.NOT_VALID, FailureKind.REJECTED),
        (500, "Invalid value for attribute", Word.NOT_VALID, FailureKind.REJECTED),
        (500, "Something went wrong", Word.FAULT, FailureKind.UNKNOWN),
        (500, "<already exists>", Word.FAULT, FailureKind.UNKNOWN),
        (302, "<login>", Word.FAULT, FailureKind.UNKNOWN),
    ],
)
def test_status_and_text_become_one_word(status: int, text: str, word: Word, kind: FailureKind) -> None:
    """A page speaks of the web server, never of the call."""
    found = refused(status, text)

    assert (word, kind) == (found.word, found.failure.kind)


def test_a_fault_of_a_question_is_only_asked_again() -> None:
    """Nothing was changed by it."""
    assert FailureKind.TRANSIENT is refused(500, "Something went wrong", changes=False).failure.kind


@pytest.mark.parametrize("text", ["An item with the name 'Jane Doe' already exists.", "Jane Doe", "<Jane Doe>"])
def test_the_text_of_the_server_is_never_repeated(text: str) -> None:
    """It quotes names, and reasons are logged."""
    assert "Jane" not in str(refused(500, text))
