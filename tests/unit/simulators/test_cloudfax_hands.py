"""The hands of tests on the simulated Cloud Fax: faxes put into the queue, lists, variants, time."""

import pytest

from cloudfax_world import ONE_PAGE, CloudFaxAtWork
from fax_files import looping_tiff, pdf, tiff_of_directories
from faxrouter_simulators.cloudfax.pagecount import page_count


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "`file` and `to` are needed"),
        ({"to": ""}, "`file` and `to` are needed"),
        ({"to": "1", "account": "nobody"}, "there is no account `nobody`"),
        ({"to": "1", "index": "[]"}, "`index` must be a JSON object"),
        ({"to": "1", "index": "{"}, "Expecting property name"),
        ({"to": "1", "received_at": "2026-11-20T10:00:00"}, "`received_at` needs its offset from UTC"),
        ({"to": "1", "received_at": "yesterday"}, "Invalid isoformat string"),
        ({"to": "1", "pages": "many"}, "invalid literal for int()"),
    ],
)
def test_a_fax_that_cannot_be_put_into_the_queue(
    cloudfax: CloudFaxAtWork, fields: dict[str, str], message: str
) -> None:
    """400 that says why; nothing arrives."""
    answer = cloudfax.client.post("/_sim/cloudfax/faxes", files={"file": ("a.tif", ONE_PAGE)}, data=fields)

    assert (400, message) == (answer.status_code, answer.json()["error"][: len(message)])
    assert [] == cloudfax.effects()


def test_a_fax_needs_its_file(cloudfax: CloudFaxAtWork) -> None:
    """A form without a file is refused like any other mistake."""
    assert 400 == cloudfax.client.post("/_sim/cloudfax/faxes", data={"to": "1", "file": "text"}).status_code


def test_the_queue_as_a_list(cloudfax: CloudFaxAtWork) -> None:
    """The newest first, deleted ones among them."""
    documents = [cloudfax.arrive(received_at=f"2026-11-20T10:00:0{second}Z") for second in range(3)]
    cloudfax.fetch()
    cloudfax.delete(documents[0])
    cloudfax.fetch()

    found = cloudfax.client.get("/_sim/cloudfax/faxes").json()

    assert [(documents[2], "waiting", 0), (documents[1], "leased", 1), (documents[0], "deleted", 1)] == [
        (fax["document_id"], fax["state"], fax["leases"]) for fax in found
    ]


def test_the_jobs_as_a_list(cloudfax: CloudFaxAtWork) -> None:
    """With all that was asked for, and where its documents are."""
    cloudfax.submitted("15550100", customer_reference="node-1")

    (found,) = cloudfax.client.get("/_sim/cloudfax/jobs").json()

    (document,) = found["documents"]
    assert ({"customer_reference": "node-1"}, "router") == (found["options"], found["account"])
    assert ONE_PAGE == cloudfax.client.get(f"/_sim/cloudfax/contents/{document['sha256']}").content


@pytest.mark.parametrize("name", ["0" * 64, "..", "cloudfax.db", "..%2Fcloudfax.db", "x" * 64])
def test_only_contents_can_be_asked_for(cloudfax: CloudFaxAtWork, name: str) -> None:
    """No other file of the folder."""
    assert 404 == cloudfax.client.get(f"/_sim/cloudfax/contents/{name}").status_code


def test_variants_are_chosen_whole(cloudfax: CloudFaxAtWork) -> None:
    """What is not named falls back to its default; a word that is not known changes nothing."""
    cloudfax.choose(inbound_body="bytes", delete_status=200)
    cloudfax.choose(failed_job="Complete")

    refused = [
        cloudfax.client.put("/_sim/cloudfax/variants", content=body).status_code
        for body in ('{"inbound_body": "xml"}', '{"other": 1}', "no json")
    ]

    assert [400, 400, 400] == refused
    assert {
        "inbound_body": "assumed",
        "delete_status": 204,
        "known_message_id": "same job",
        "failed_job": "Complete",
    } == cloudfax.client.get("/_sim/cloudfax/variants").json()


@pytest.mark.parametrize(
    ("content", "media", "pages"),
    [
        (ONE_PAGE, "tiff", 1),
        (tiff_of_directories(300), "tiff", 300),
        (looping_tiff(), "tiff", 2),
        (ONE_PAGE[:-6], "tiff", 1),
        (b"II*\0", "tiff", None),
        (b"no tiff at all", "tiff", None),
        (b"", "tiff", None),
        (pdf((595, 842), (595, 842)), "pdf", 2),
        (b"%PDF-1.7 broken", "pdf", None),
        (b"", "text", 1),
        (b"line\n" * 60, "text", 1),
        (b"line\n" * 61, "text", 2),
    ],
)
def test_how_many_pages_a_document_has(content: bytes, media: str, pages: int | None) -> None:
    """A damaged TIFF has the pages before the damage; what cannot be read has none."""
    assert pages == page_count(content, media)


def test_the_one_who_puts_it_in_may_say_how_many_pages(cloudfax: CloudFaxAtWork) -> None:
    """Also when they are wrong: a network may lie."""
    cloudfax.arrive(pages="7")

    assert 7 == cloudfax.fetch().json()["fax"]["pages"]
