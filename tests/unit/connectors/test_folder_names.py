"""Folder names: readable, safe, and never shared by two texts."""

from hypothesis import given
from hypothesis import strategies as st

from faxrouter_connectors.folder.names import folder_name, readable

TEXTS = st.text(alphabet=st.characters(), max_size=120) | st.sampled_from(
    ["..", ".", "", "a/b", "a_b", "a\\b", "a~b", "a@b", "a=b", " a", "a ", "a.", "é", "e\u0301", "x" * 300]
)


def test_a_plain_text_is_its_own_name() -> None:
    """People find what they named."""
    for text in ("Nursing", "Clinic exceptions", "MRN-3105525", "26-CV-01234", "Überweisungen", "A+B (2)"):
        assert text == folder_name(text)


@given(TEXTS, TEXTS)
def test_two_texts_never_have_one_name(one: str, other: str) -> None:
    """However alike they look."""
    assert (one == other) == (folder_name(one) == folder_name(other))


@given(TEXTS)
def test_a_name_is_one_safe_step_of_a_path(text: str) -> None:
    """No separator, no way up, not hidden, short enough, and nothing that a key or a document stands behind."""
    name = folder_name(text)

    assert 0 < len(name.encode()) <= 110
    assert not name.startswith((".", "-"))
    assert not set(name) & set("/\\\0@=\n")
    assert not set(readable(text)) & set("/\\\0@=~\n")
