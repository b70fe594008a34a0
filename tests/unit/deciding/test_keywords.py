"""Phrases found in one pass, by whole words in succession."""

import pytest

from faxrouter.deciding.keywords import Keywords, WordAtom
from faxrouter.language.conditions import Quantity, WordsTest
from faxrouter.language.words import normalise, words


def atom(*phrases: str, box: int, slot: int = 0, quantity: Quantity = Quantity.ANY, wanted: bool = True) -> WordAtom:
    test = WordsTest(quantity, tuple(words(normalise(phrase)) for phrase in phrases))
    boxes = 1 << box
    return WordAtom(test=test, wanted={slot: boxes} if wanted else {}, unwanted=0 if wanted else boxes)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("STAT lab result", True),
        ("result: (stat)", True),
        ("stat-lab", True),
        ("statistics", False),
        ("thermostat", False),
        ("s t a t", False),
        ("", False),
    ],
)
def test_a_word_is_found_whole_whatever_punctuation_stands_around_it(text: str, found: bool) -> None:
    """Rule-language 11: a word is a run of letters and digits."""
    keywords = Keywords([atom("stat", box=0)])

    assert (1 if found else 0) == keywords.narrow(1, normalise(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a critical value", True),
        ("CRITICAL/VALUE", True),
        ("critical, and of value", False),
        ("critical-\nvalue", False),
        ("noncritical value", False),
    ],
)
def test_a_phrase_is_its_words_in_succession(text: str, found: bool) -> None:
    """A hyphen at a line end joins two words into one, which is another word."""
    keywords = Keywords([atom("critical value", box=0)])

    assert (1 if found else 0) == keywords.narrow(1, normalise(text))


def test_phrases_that_share_words_are_all_found() -> None:
    """One is the end, the beginning or the middle of another."""
    keywords = Keywords([atom(phrase, box=n) for n, phrase in enumerate(("a b", "b c", "b", "a b c", "c d"))])

    assert 0b01111 == keywords.narrow(0b11111, "a b c")


def test_every_slot_of_a_box_must_be_met() -> None:
    """A box that wants two tests of one text is left only where both hold."""
    both = [atom("urgent", box=0, slot=0), atom("stat", box=0, slot=1)]
    keywords = Keywords(both)

    assert [0, 0, 1] == [keywords.narrow(1, text) for text in ("urgent", "stat", "stat urgent")]


def test_all_wants_every_phrase_and_an_unwanted_atom_none() -> None:
    """`contains all` and `contains none` beside a box that does not look at the text."""
    keywords = Keywords([atom("a", "b", box=0, quantity=Quantity.ALL), atom("c", box=1, wanted=False)])

    assert [0b110, 0b111, 0b100] == [keywords.narrow(0b111, text) for text in ("a", "a b", "c")]


def test_members_of_a_set_are_matched_exactly() -> None:
    """For a set of ids a phrase is one member."""
    keywords = Keywords([WordAtom(test=WordsTest(Quantity.ANY, (("A-77",),)), wanted={0: 1}, unwanted=0)])

    assert [1, 0, 0] == [
        keywords.narrow(1, members) for members in (frozenset({"A-77", "B"}), frozenset({"a-77"}), frozenset[str]())
    ]
