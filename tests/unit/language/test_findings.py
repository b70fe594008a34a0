"""Problems while files are read: bounded in number and length, with close words where there are any."""

import pytest

from faxrouter.language.findings import LONGEST_MESSAGE, MOST_PROBLEMS, Findings, TooManyProblems, did_you_mean
from faxrouter.model.problem import Place

HERE = Place(file="rules/facts.yaml")


def test_a_message_that_quotes_megabytes_is_cut() -> None:
    """Nobody reads it, and it would fill logs and pages."""
    findings = Findings()
    findings.add("R106", HERE, f"unknown word `{'w' * 8_000_000}`")

    assert len(findings.problems[0].message) == LONGEST_MESSAGE + 1


def test_after_a_thousand_problems_reading_stops() -> None:
    """Most often one mistake causes them all."""
    findings = Findings()
    for _ in range(MOST_PROBLEMS):
        findings.add("R106", HERE, "unknown word")

    with pytest.raises(TooManyProblems):
        findings.add("R106", HERE, "unknown word")


WORDS = [
    ("recieved", '; did you mean "received"?'),
    ("RECEIVED", '; did you mean "received"?'),
    ("received" + "x" * 1_000_000, ""),
    ("banana", ""),
    ("", ""),
]


@pytest.mark.parametrize(("word", "expected"), WORDS, ids=range(len(WORDS)))
def test_a_close_word_is_suggested(word: str, expected: str) -> None:
    """Whatever its case; nothing where none is close."""
    assert did_you_mean(word, ["received", "corrected"]) == expected
