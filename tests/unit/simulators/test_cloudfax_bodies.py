"""[G] The shapes in which a fax leaves the queue."""

import base64
from urllib.parse import unquote

import pytest

from cloudfax_world import ONE_PAGE, CloudFaxAtWork
from fax_files import PageToWrite, pdf, tiff

TWO_PAGES = tiff(PageToWrite(), PageToWrite(), order=">")
RECEIVED = {"received_at": "2026-11-20T10:50:51.234+00:00"}
INDEX = '{"patient_id": "MRN-1", "pages": [1, 2]}'
FULL = {"from": "14155550101", "station": "Klinik Süd", "name": "a b.tif", "index": INDEX, **RECEIVED}


def test_the_assumed_body(cloudfax: CloudFaxAtWork) -> None:
    """As in `docs/opentext.md`; the index is the simulator's own."""
    document_id = cloudfax.arrive(TWO_PAGES, to="15550100", **FULL)

    body = cloudfax.fetch().json()

    assert {
        "document_id": document_id,
        "job_id": document_id.replace("doc", "xdds"),
        "fax": {
            "dnis": "15550100",
            "ani": "14155550101",
            "rcsid": "Klinik Süd",
            "pages": 2,
            "received_time": "2026-11-20T10:50:51.234Z",
        },
        "document": {"name": "a b.tif", "type": "tiff", "data": base64.b64encode(TWO_PAGES).decode()},
        "index": {"patient_id": "MRN-1", "pages": [1, 2]},
    } == body


def test_what_is_not_known_is_left_out(cloudfax: CloudFaxAtWork) -> None:
    """A withheld number and a station that says nothing have no key, and no index means no index."""
    cloudfax.arrive(pdf((595, 842)), **RECEIVED)

    body = cloudfax.fetch().json()

    assert {"dnis": "15550100", "pages": 1, "received_time": "2026-11-20T10:50:51.234Z"} == body["fax"]
    assert ("pdf", False) == (body["document"]["type"], "index" in body)


def test_the_renamed_body(cloudfax: CloudFaxAtWork) -> None:
    """The same facts under other names, flat, with texts for numbers and a list of files."""
    document_id = cloudfax.arrive(ONE_PAGE, to="15550100", **FULL)
    cloudfax.choose(inbound_body="renamed")

    body = cloudfax.fetch().json()

    assert {
        "inboundId": document_id,
        "jobId": document_id.replace("doc", "xdds"),
        "calledNumber": "15550100",
        "callerNumber": "14155550101",
        "remoteId": "Klinik Süd",
        "pageCount": "1",
        "receivedAt": "2026-11-20T10:50:51.234Z",
        "files": [{"fileName": "a b.tif", "contentType": "image/tiff", "content": base64.b64encode(ONE_PAGE).decode()}],
        "attributes": {"patient_id": "MRN-1", "pages": [1, 2]},
    } == body


def test_the_body_of_bytes(cloudfax: CloudFaxAtWork) -> None:
    """The document itself; headers say the rest, percent-encoded."""
    document_id = cloudfax.arrive(ONE_PAGE, to="+15550100", **FULL)
    cloudfax.choose(inbound_body="bytes")

    answer = cloudfax.fetch()

    assert ("image/tiff", ONE_PAGE) == (answer.headers["content-type"], answer.content)
    assert {
        "x-mra-document-id": document_id,
        "x-mra-job-id": document_id.replace("doc", "xdds"),
        "x-mra-dnis": "+15550100",
        "x-mra-ani": "14155550101",
        "x-mra-rcsid": "Klinik Süd",
        "x-mra-pages": "1",
        "x-mra-received-time": "2026-11-20T10:50:51.234Z",
        "x-mra-name": "a b.tif",
        "x-mra-index": '{"pages": [1, 2], "patient_id": "MRN-1"}',
    } == {name: unquote(value) for name, value in answer.headers.items() if name.startswith("x-mra-")}


@pytest.mark.parametrize("body", ["assumed", "renamed", "bytes"])
def test_a_fax_with_nothing_known_leaves_in_every_shape(cloudfax: CloudFaxAtWork, body: str) -> None:
    """No number, no station, no pages, no content."""
    cloudfax.arrive(b"")
    cloudfax.choose(inbound_body=body)

    assert 200 == cloudfax.fetch().status_code
