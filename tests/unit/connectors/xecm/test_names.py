"""Names that Extended ECM takes, and marks by which a thing is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter_connectors.xecm.names import LONGEST_NAME, described, mark, marked, marks_in, node_name


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
