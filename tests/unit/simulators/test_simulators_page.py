"""The page: it shows what stands in the simulators, escapes what it shows, and opens documents."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import httpx
import pytest

from cloudfax_world import DOCUMENT, ONE_PAGE, ROUTER, WORLD
from fax_files import pdf
from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import World

NO_FIELDS: Mapping[str, str] = {}
KNOWN = {"received_at": "2026-11-20T09:42:00Z", "station": "VALLEY HEART", "from": "14155550101"}
MARKUP = "<script>alert('&')</script>"


@pytest.fixture
def simulators(tmp_path: Path) -> Iterator[Simulators]:
    opened = Simulators(tmp_path, World(cloudfax=WORLD))
    yield opened
    opened.close()


@pytest.fixture
def client(simulators: Simulators) -> Iterator[httpx.Client]:
    server = simulators.serve()
    address = server.start()
    with httpx.Client(base_url=address, auth=ROUTER, trust_env=False, verify=False) as opened:
        yield opened
    server.close()


def arrive(
    client: httpx.Client, fields: Mapping[str, str] = NO_FIELDS, *, content: bytes = ONE_PAGE, name: str = "fax.tif"
) -> str:
    answer = client.post("/_sim/cloudfax/faxes", files={"file": (name, content)}, data={"to": "15550100", **fields})
    return str(answer.json()["document_id"])


def words(page: str) -> str:
    """The page as it is read: without markup, one blank between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_an_empty_world_is_said_in_words(client: httpx.Client) -> None:
    """Not as empty tables."""
    fax, ecm = (words(client.get(path).text) for path in ("/", "/extended-ecm"))

    assert "The queue has never held a fax." in fax
    assert "No job was ever submitted." in fax
    assert "Nobody has anything to do." in ecm
    assert "There are no reminders." in ecm


def test_the_fax_queue_is_shown(client: httpx.Client) -> None:
    """Waiting, held, deleted: with numbers, station and pages."""
    deleted = arrive(client, {"received_at": "2026-11-20T09:41:00Z"}, name="first.tif")
    arrive(client, KNOWN)
    arrive(client, {"received_at": "2026-11-20T09:43:00Z"})
    client.get("/mra/v1/inbound/documents/next")
    client.delete(f"/mra/v1/inbound/documents/{deleted}")
    client.get("/mra/v1/inbound/documents/next")

    seen = words(client.get("/").text)

    assert re.search(r"2026-11-20 09:43:00 doc-5000003 15550100 withheld 1 fax.tif waiting", seen)
    assert re.search(r"2026-11-20 09:42:00 doc-5000002 15550100 14155550101 VALLEY HEART 1 fax.tif held until", seen)
    assert re.search(r"2026-11-20 09:41:00 doc-5000001 15550100 withheld 1 first.tif deleted \S+ \S+ by router", seen)


def test_outbound_jobs_are_shown_with_their_attempts(client: httpx.Client) -> None:
    """State, reference, documents, and how each attempt at each destination has ended."""
    body = {
        "destinations": [{"fax": "15559901", "ref": "to the court"}],
        "documents": [DOCUMENT],
        "options": {"customer_reference": "node-87221", "billing_code": "BC1"},
    }
    client.post("/mra/v1/outbound/faxes", json=body)
    client.post("/_sim/cloudfax/settle")

    seen = words(client.get("/").text)

    assert "xsi-1234567 router Complete Posted node-87221 billing BC1 letter.tif 1 page 15559901 to the court" in seen
    assert re.search(r"1\. Error gamma 9101 \(busy\) 0 of 1 pages \S+ \S+ 2\. Sent 1 of 1 pages", seen)


def test_markup_in_names_is_text(client: httpx.Client) -> None:
    """A station id or a file name comes from anybody."""
    arrive(client, {"station": MARKUP}, name=MARKUP)
    body = {
        "destinations": [{"fax": MARKUP, "ref": MARKUP}],
        "documents": [{**DOCUMENT, "name": MARKUP}],
        "options": {"customer_reference": MARKUP, "billing_code": MARKUP},
    }
    client.post("/mra/v1/outbound/faxes", json=body)

    page = client.get("/").text

    assert (False, 7) == ("<script" in page, words(page).count(MARKUP))


def test_nothing_can_run_on_the_page(client: httpx.Client) -> None:
    """No script at all, and a policy that would not let one run."""
    answers = [client.get(path) for path in ("/", "/extended-ecm")]

    assert [
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ] * 2 == [answer.headers["content-security-policy"] for answer in answers]
    assert [] == [
        mark
        for mark in ("<script", "<style", " style=", " on", "http:")
        for answer in answers
        if mark in re.sub(r">[^<]*<", "><", answer.text)
    ]
    assert "text/css; charset=utf-8" == client.get("/page.css").headers["content-type"]


@pytest.mark.parametrize(
    ("content", "media_type", "disposition"),
    [
        (pdf((595, 842)), "application/pdf", "inline"),
        (ONE_PAGE, "application/octet-stream", "attachment"),
        (b"<html><script>alert(1)</script>", "application/octet-stream", "attachment"),
    ],
)
def test_a_document_can_be_opened(client: httpx.Client, content: bytes, media_type: str, disposition: str) -> None:
    """A PDF in the browser; everything else, whatever it calls itself, is saved."""
    arrive(client, content=content, name='a "b".html')
    (link,) = re.findall(r'href="(/cloud-fax/contents/[^"]*)"', client.get("/").text)

    answer = client.get(link)

    assert (content, media_type, disposition, "nosniff") == (
        answer.content,
        answer.headers["content-type"],
        answer.headers["content-disposition"].partition(";")[0],
        answer.headers["x-content-type-options"],
    )


def test_a_document_that_is_gone_is_not_found(client: httpx.Client) -> None:
    """Deleted from the queue, or never there."""
    document = arrive(client)
    (link,) = re.findall(r'href="(/cloud-fax/contents/[^"]*)"', client.get("/").text)
    client.get("/mra/v1/inbound/documents/next")
    client.delete(f"/mra/v1/inbound/documents/{document}")

    paths = (link, "/cloud-fax/contents/none", "/extended-ecm/documents/1/1")
    assert [404, 404, 404] == [client.get(path).status_code for path in paths]
    assert "/cloud-fax/contents/" not in client.get("/").text


@pytest.mark.parametrize(
    ("host", "status"), [("127.0.0.1", 200), ("localhost:8330", 200), ("[::1]:8330", 200), ("attacker.example", 400)]
)
def test_only_loopback_names_open_this_door(client: httpx.Client, host: str, status: int) -> None:
    """A web page elsewhere whose name resolves to 127.0.0.1 gets nothing."""
    assert status == client.get("/", headers={"Host": host}).status_code
