"""Bad weather on order, seen from the other end of a real connection."""

import time
from collections.abc import Mapping

import httpx
import pytest

from cloudfax_world import CloudFaxAtWork, job
from faxrouter_simulators.faults import system_of

NEXT = "/mra/v1/inbound/documents/next"


def statuses(cloudfax: CloudFaxAtWork, count: int) -> list[int]:
    """Of so many questions for the next fax, where there is none."""
    return [cloudfax.fetch().status_code for _ in range(count)]


@pytest.mark.parametrize(("kind", "done"), [("cut", 0), ("lost", 1)])
def test_a_connection_that_ends_without_a_byte(cloudfax: CloudFaxAtWork, kind: str, done: int) -> None:
    """The caller cannot tell whether anything was done; the ledger can."""
    cloudfax.faults({"kind": kind})

    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        cloudfax.submit(job("15550100"))

    assert done == len(cloudfax.ledger("job submitted"))
    assert 200 == cloudfax.submit(job("15550100")).status_code
    assert [(kind, None), ("", 200)] == [(call.fault, call.status) for call in cloudfax.plan.calls]


@pytest.mark.parametrize(("kind", "done"), [("status", 0), ("lost-status", 1)])
def test_a_refusal_that_may_be_a_lie(cloudfax: CloudFaxAtWork, kind: str, done: int) -> None:
    """Before anything is done, or after everything was."""
    cloudfax.faults({"kind": kind, "status": 504, "text": "gateway timeout"})

    answer = cloudfax.submit(job("15550100"))

    assert (504, {"error": "gateway timeout"}) == (answer.status_code, answer.json())
    assert done == len(cloudfax.ledger("job submitted"))


def test_a_refusal_as_a_page_with_a_time_to_come_back(cloudfax: CloudFaxAtWork) -> None:
    """HTML instead of JSON, and `Retry-After`."""
    cloudfax.faults({"kind": "status", "status": 429, "html": True, "retry_after": 7})

    answer = cloudfax.fetch()

    assert (429, "text/html", "7") == (
        answer.status_code,
        answer.headers["content-type"],
        answer.headers["retry-after"],
    )
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize("kind", ["latency", "late-answer"])
def test_a_late_answer(cloudfax: CloudFaxAtWork, kind: str) -> None:
    """As ever, only later."""
    cloudfax.faults({"kind": kind, "seconds": 0.05})

    began = time.monotonic()
    assert 200 == cloudfax.submit(job("15550100")).status_code
    assert time.monotonic() - began >= 0.05


def test_a_caller_who_does_not_wait_for_a_late_answer(cloudfax: CloudFaxAtWork) -> None:
    """It was served all the same, at once."""
    cloudfax.faults({"kind": "late-answer", "seconds": 1.0})

    with pytest.raises(httpx.ReadTimeout):
        cloudfax.client.post("/mra/v1/outbound/faxes", json=job("15550100"), timeout=0.2)

    assert 1 == len(cloudfax.ledger("job submitted"))


@pytest.mark.parametrize(
    ("fault", "struck"),
    [
        ({}, [503, 204, 204, 204]),
        ({"times": 2}, [503, 503, 204, 204]),
        ({"times": None}, [503, 503, 503, 503]),
        ({"after": 1}, [204, 503, 204, 204]),
        ({"after": 2, "times": None}, [204, 204, 503, 503]),
        ({"probability": 0.0, "times": None}, [204, 204, 204, 204]),
        ({"system": "cloudfax"}, [503, 204, 204, 204]),
        ({"system": "xecm"}, [204, 204, 204, 204]),
        ({"system": "webhook"}, [204, 204, 204, 204]),
        ({"method": "GET"}, [503, 204, 204, 204]),
        ({"method": "DELETE"}, [204, 204, 204, 204]),
        ({"path": "documents/next$"}, [503, 204, 204, 204]),
        ({"path": "^/documents"}, [204, 204, 204, 204]),
        ({"holding": "documents"}, [503, 204, 204, 204]),
        ({"holding": "nothing like it"}, [204, 204, 204, 204]),
    ],
)
def test_which_calls_a_fault_strikes(cloudfax: CloudFaxAtWork, fault: Mapping[str, object], struck: list[int]) -> None:
    """Four questions for the next fax."""
    cloudfax.faults({"kind": "status", **fault})

    assert struck == statuses(cloudfax, 4)


def test_a_fault_that_asks_for_a_word_in_the_body(cloudfax: CloudFaxAtWork) -> None:
    """The other bodies reach the service whole."""
    cloudfax.faults({"kind": "status", "holding": "15550101", "times": None})

    assert [200, 503, 200] == [cloudfax.submit(job(f"1555010{digit}")).status_code for digit in (0, 1, 2)]


def test_faults_strike_in_the_order_of_the_plan(cloudfax: CloudFaxAtWork) -> None:
    """One for each call; the next one has its turn when the first is used up."""
    cloudfax.faults({"kind": "status", "status": 500}, {"kind": "status", "status": 502, "times": 2})

    assert [500, 502, 502, 204] == statuses(cloudfax, 4)


@pytest.mark.parametrize("plan", [b"[{}]", b'[{"kind": "storm"}]', b'[{"kind": "cut", "wind": 1}]', b"no json", b"{}1"])
def test_a_plan_that_cannot_be_understood_is_refused(cloudfax: CloudFaxAtWork, plan: bytes) -> None:
    """400, and the weather stays as it was."""
    cloudfax.faults({"kind": "status"})

    assert 400 == cloudfax.client.put("/_sim/faults", content=plan).status_code
    assert [503] == statuses(cloudfax, 1)


def test_good_weather_again(cloudfax: CloudFaxAtWork) -> None:
    """A deleted plan strikes nothing."""
    cloudfax.faults({"kind": "status", "times": None})

    assert [] == cloudfax.client.delete("/_sim/faults").json()
    assert [204] == statuses(cloudfax, 1)


def test_the_hands_of_tests_are_never_struck(cloudfax: CloudFaxAtWork) -> None:
    """However bad the weather."""
    cloudfax.faults({"kind": "cut", "times": None})

    assert [200, 200] == [cloudfax.client.get(path).status_code for path in ("/_sim/faults", "/_sim/calls")]


@pytest.mark.parametrize(
    ("path", "system"),
    [
        ("/mra/v1/inbound/documents/next", "cloudfax"),
        ("/tenants/t1/oauth2/token", "cloudfax"),
        ("/cs/cs/api/v2/nodes", "xecm"),
        ("/otcs/cs.exe/api/v1/auth", "xecm"),
        ("/otdsws/rest/authentication/credentials", "otds"),
        ("/_sim/cloudfax/faxes", ""),
        ("/_sim/api/", ""),
        ("/", ""),
    ],
)
def test_which_system_a_path_belongs_to(path: str, system: str) -> None:
    """The page and the hands of the tests belong to none."""
    assert system == system_of(path)
