"""Names that Extended ECM takes, and marks by which a thing is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter_connectors.xecm.names import (
    LONGEST_NAME,
    answered,
    answers_in,
    described,
    mark,
    marked,
    marks_in,
    node_name,
)


@pytest.mark.parametrize("name", ["Fax 2026-03-01 09.30 F-17-1.tif", "Überweisung 検査", "x" * 248, "a/b"])
def test_a_name_that_can_be_one_stays(name: str) -> None:
    """People find what they wrote."""
    assert name == node_name(name)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Claim: 7", "Claim- 7 ~"),
        (" Claim 7 ", "Claim 7 ~"),
        ("Claim\n7", "Claim 7 ~"),
        ("Cl\x00aim", "Claim ~"),
        ("x" * 300, "x" * 200),
        ("", "~"),
        ("\u202e", "~"),
    ],
)
def test_a_name_that_cannot_be_one_is_bent_and_marked(text: str, begins: str) -> None:
    """So that it is never taken for the name of another thing."""
    assert node_name(text).startswith(begins)


@given(st.text(max_size=400), st.sampled_from(["", "0123456789abcdef"]))
def test_every_name_is_one_that_the_server_takes(text: str, distinct: str) -> None:
    """Not empty, not too long, no colon, no blanks at its ends, nothing that cannot be seen."""
    name = node_name(text, distinct=distinct)

    assert name and len(name) <= LONGEST_NAME and ":" not in name and name == name.strip() and name.isprintable()


@given(st.text(max_size=300), st.text(max_size=300))
def test_two_texts_never_become_one_name(one: str, other: str) -> None:
    """Two cases would share a workspace."""
    assert (one == other) == (node_name(one) == node_name(other))


def test_marks_stand_behind_words_and_are_read_back() -> None:
    """In the order in which they were added."""
    first, second = mark("a"), mark("b")

    description = marked(described(first, words="Referral of Mercy Lab"), second)

    assert (first, second) == marks_in(description)
    assert description.startswith("Referral of Mercy Lab faxrouter ")


@pytest.mark.parametrize("description", ["", "a description", "faxrouter", "faxrouter is fine", "faxrouter 0123"])
def test_a_description_without_marks_has_none(description: str) -> None:
    """People may write what they like, and a mark is added behind it."""
    assert () == marks_in(description)
    assert (mark("a"),) == marks_in(marked(description, mark("a")))


def test_what_people_write_around_marks_stays() -> None:
    """A mark more does not cost their words."""
    one, other = mark("a"), mark("b")

    assert f"seen faxrouter {one} {other}, ok" == marked(f"seen faxrouter {one}, ok", other)


@given(
    st.text(max_size=300) | st.sampled_from(["a [faxrouter 7: b]", "[faxrouter 1: ", "[faxrouter 3: a] b"]), st.text()
)
def test_an_answer_is_counted_whatever_people_wrote(description: str, words: str) -> None:
    """One more each time: that is how an answered mark is told from a new one."""
    before = answers_in(description)

    once = answered(description, words)

    assert (before + 1, before + 2) == (answers_in(once), answers_in(answered(once, words)))


def test_an_answer_takes_the_place_of_the_one_before() -> None:
    """The description does not grow; words around it stay."""
    first = answered("For Mercy Lab", "refused: no number")

    second = answered(f"{first}, urgent", "sent")

    assert "For Mercy Lab [faxrouter 1: refused: no number]" == first
    assert "For Mercy Lab, urgent [faxrouter 2: sent]" == second


def test_marks_and_answers_leave_each_other_alone() -> None:
    """A document that faxrouter has filed may be faxed on."""
    filed = described(mark("a"), words="Referral")

    answer = marked(answered(filed, "sent"), mark("b"))

    assert ((mark("a"), mark("b")), 1) == (marks_in(answer), answers_in(answer))
