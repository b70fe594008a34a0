"""Names of documents, and keys of actions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.text_filters import one_line
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.planning.naming import LONGEST_NAME, action_key, document_name, is_workspace_name

AT = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def a_fax(fax_id: str, document_id: str, media_type: str = "image/tiff") -> tuple[Fax, Document]:
    document = Document(document_id=document_id, sha256="0", media_type=media_type, size=0, pages=None)
    fax = Fax(
        fax_id=fax_id, direction=Direction.INBOUND, service="s", reference="r", received_at=AT, documents=(document,)
    )
    return fax, document


@pytest.mark.parametrize(
    ("fax_id", "document_id", "media_type", "name"),
    [
        ("F1", "F1-1", "image/tiff", "Fax 2026-03-02 09.30 F1-1.tif"),
        ("F1", "1", "application/pdf", "Fax 2026-03-02 09.30 F1 1.pdf"),
        ("F1", "F1-1", "application/octet-stream", "Fax 2026-03-02 09.30 F1-1"),
    ],
)
def test_a_name_tells_when_and_which(fax_id: str, document_id: str, media_type: str, name: str) -> None:
    """Unique by the fax id in it, and readable in a list."""

    assert name == document_name(*a_fax(fax_id, document_id, media_type), zone="America/Los_Angeles")


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=20))
def test_any_id_makes_a_name_that_a_records_system_and_a_folder_can_hold(fax_id: str, document_id: str) -> None:
    """No path, no colon, no control character, not too long."""

    name = document_name(*a_fax(fax_id, document_id), zone="UTC")

    assert len(name) <= LONGEST_NAME
    assert not set(name) & set(':/\\<>"|?*\x00\n')
    assert name == one_line(name)


def test_ids_that_were_made_safe_stay_apart() -> None:
    """`a:b` and `a/b` both lose a sign, and are still two documents."""

    names = {
        document_name(*a_fax(fax_id, f"{fax_id}-1"), zone="UTC")
        for fax_id in ("a:b", "a/b", "a-b", "a" * 200, "a" * 201)
    }

    assert 5 == len(names)


def test_members_that_are_no_plain_words_are_hashed_apart() -> None:
    """Keys show no rule text, and two members never share one."""

    keys = {action_key(*a_fax("F", "D"), "hold", member) for member in ("a", "a b", "a  b", "A", "x" * 65, "é")}

    assert 6 == len(keys)
    assert all(key.isascii() and " " not in key for key in keys)


@pytest.mark.parametrize(
    ("name", "usable"),
    [
        ("Claim C-1", True),
        ("", False),
        ("a:b", False),
        (" a", False),
        ("a\tb", False),
        ("a  b", False),
        ("x" * 249, False),
    ],
)
def test_a_workspace_name_is_used_as_it_stands_or_not_at_all(name: str, usable: bool) -> None:
    """At most 248 characters, no colon, no blanks at the ends."""

    assert usable is is_workspace_name(name)
