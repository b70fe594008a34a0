"""Versions and contents of documents of the simulated Extended ECM."""

from typing import Any

import pytest

from opentext.at_work import PDF, Session


def add(session: Session, document: int, content: bytes, **more: Any) -> Any:
    return session.post(f"/v2/nodes/{document}/versions", files={"file": ("v.tif", content, "image/tiff")}, **more)


def numbers(session: Session, document: int) -> list[int]:
    entries = session.get(f"/v2/nodes/{document}/versions").json()["results"]
    return [one["data"]["versions"]["version_number"] for one in entries]


def test_a_version_changes_what_the_node_says(xecm_fax: Session) -> None:
    """Size and media type are those of the latest version; earlier ones stay what they were."""
    document = xecm_fax.created("one.pdf")
    answer = add(xecm_fax, document, b"II*\0 tiff", data={"description": "again"}).json()

    version = answer["results"]["data"]["versions"]
    assert (2, 9, "image/tiff", "tif", "v.tif", "again") == tuple(
        version[key] for key in ("version_number", "file_size", "mime_type", "file_type", "file_name", "description")
    )
    node = xecm_fax.get(f"/v2/nodes/{document}").json()["results"]["data"]["properties"]
    assert (9, "image/tiff") == (node["size"], node["mime_type"])
    first = xecm_fax.get(f"/v2/nodes/{document}/versions/1").json()["results"]["data"]["versions"]
    assert (len(PDF), "application/pdf") == (first["file_size"], first["mime_type"])
    assert 2 == xecm_fax.get(f"/v1/nodes/{document}/versions/latest").json()["data"]["version_number"]
    assert 400 == xecm_fax.get(f"/v2/nodes/{document}/versions/latest").status_code


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_contents_come_with_their_length_and_name(generation: str, xecm_fax: Session) -> None:
    """The latest, and each by its number; of a shortcut, what it points to."""
    document = xecm_fax.created("Größe.pdf")
    add(xecm_fax, document, b"second")

    first = xecm_fax.get(f"/{generation}/nodes/{document}/versions/1/content")
    latest = xecm_fax.get(f"/{generation}/nodes/{document}/content")
    assert (PDF, str(len(PDF)), "application/pdf") == (
        first.content,
        first.headers["content-length"],
        first.headers["content-type"],
    )
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf" in first.headers["content-disposition"]
    assert b"second" == latest.content
    shortcut = xecm_fax.post(
        "/v2/nodes", {"type": 1, "parent_id": xecm_fax.inbox, "name": "to it", "original_id": document}
    ).json()["results"]["data"]["properties"]["id"]
    assert b"second" == xecm_fax.get(f"/{generation}/nodes/{shortcut}/content").content


def test_purging_keeps_the_newest(xecm_fax: Session) -> None:
    """`number_to_keep` in a form; numbers are never given again."""
    document = xecm_fax.created("one.pdf")
    for number in range(3):
        add(xecm_fax, document, f"{number}".encode())

    purged = xecm_fax.call("DELETE", f"/v2/nodes/{document}/versions", data={"number_to_keep": "2"})
    assert (200, [3, 4]) == (purged.status_code, numbers(xecm_fax, document))
    assert 200 == xecm_fax.delete(f"/v1/nodes/{document}/versions/4").status_code
    assert b"1" == xecm_fax.get(f"/v1/nodes/{document}/content").content
    assert 400 == xecm_fax.delete(f"/v1/nodes/{document}/versions/3").status_code


def test_a_promoted_version_is_the_next_major_one(xecm_fax: Session) -> None:
    """As a new version with the same content."""
    document = xecm_fax.created("one.pdf")
    answer = xecm_fax.post(f"/v2/nodes/{document}/versions/1/promote", {"description": "final"}).json()

    version = answer["results"]["data"]["versions"]
    assert (2, 1, 0, "1.0") == tuple(version[f"version_number{suffix}"] for suffix in ("", "_major", "_minor", "_name"))
    assert PDF == xecm_fax.get(f"/v1/nodes/{document}/content").content


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        (lambda session, one: session.post(f"/v2/nodes/{one}/versions", data={"description": "x"}), 400, "file"),
        (lambda session, one: add(session, one, b"x", data={"description": "x" * 256}), 400, "255"),
        (lambda session, one: add(session, session.inbox, b"x"), 400, "not a document"),
        (lambda session, one: session.get(f"/v2/nodes/{one}/versions/7"), 404, "does not exist"),
        (lambda session, one: session.get(f"/v1/nodes/{session.inbox}/content"), 400, "not a document"),
        (lambda session, one: session.call("DELETE", f"/v2/nodes/{one}/versions"), 400, "number_to_keep"),
    ],
)
def test_what_is_refused(call: Any, status: int, words: str, xecm_fax: Session) -> None:
    """Nothing was changed then."""
    document = xecm_fax.created("one.pdf")
    answer = call(xecm_fax, document)

    assert (status, True) == (answer.status_code, words in answer.json()["error"])
    assert [1] == numbers(xecm_fax, document)
