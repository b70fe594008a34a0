"""What a job's status means. Sent is sent, whatever else stands there; everything that nobody explained has failed."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faxrouter.model.failure import Unavailable
from faxrouter.model.transmission import Obstacle, TransmissionState
from faxrouter_connectors.cloudfax.gamma_codes import GammaCode, read_gamma_codes
from faxrouter_connectors.cloudfax.jobs import statuses_in, transmission_of

CODES = {
    0: GammaCode(obstacle=None, words="sent"),
    11: GammaCode(obstacle=Obstacle.BUSY, words="the line is busy"),
    5000: GammaCode(obstacle=Obstacle.CANCELLED, words="cancelled"),
}


def status(states: Any, *attempts: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    deliveries = [{"fax": "15551234567", "delivery_attempts": list(attempts)}]
    return {"job_id": "xsi-1", "job_state": states, "deliveries": deliveries, **more}


def attempt(state: str, code: int | None = 0, **more: Any) -> dict[str, Any]:
    return {"state": state, "gamma_code": code, **more}


S = TransmissionState


@pytest.mark.parametrize(
    ("job", "state", "obstacle"),
    [
        (status([]), S.ACCEPTED, None),
        (status(["Accepted"]), S.ACCEPTED, None),
        (status([], attempt("Pending", None)), S.SENDING, None),
        (status(["InProcess"], attempt("InProcess", None)), S.SENDING, None),
        (status(["InProcess"], attempt("Error", 11)), S.SENDING, None),
        (status(["Complete", "Posted"], attempt("Sent")), S.DELIVERED, None),
        (status(["Complete"], attempt("Error", 11), attempt("Sent")), S.DELIVERED, None),
        (status(["Complete", "Posted"], attempt("Error", 11)), S.FAILED, Obstacle.BUSY),
        (status(["Complete"], attempt("Error", 777)), S.FAILED, Obstacle.UNEXPLAINED),
        (status(["Complete"], attempt("Error", None)), S.FAILED, Obstacle.UNEXPLAINED),
        (status(["Complete"], attempt("Error", 0)), S.FAILED, Obstacle.UNEXPLAINED),
        (status(["Complete"], attempt("Sideways", 0)), S.FAILED, Obstacle.UNEXPLAINED),
        (status(["Complete"]), S.FAILED, None),
        (status(["Error"]), S.FAILED, None),
        (status(["Cancelled"], attempt("Cancelled", 0)), S.CANCELLED, Obstacle.CANCELLED),
        (status(["Cancelled"]), S.CANCELLED, None),
        (status(["Cancelled", "Complete"], attempt("Sent")), S.DELIVERED, None),
        (status(["Complete"], attempt("Expired", None)), S.EXPIRED, Obstacle.UNEXPLAINED),
        (status(["Expired"]), S.EXPIRED, None),
        (status(["Purged"]), S.UNKNOWN, None),
        (status("Complete", attempt("Sent")), S.DELIVERED, None),
    ],
)
def test_a_status_becomes_a_state(job: Mapping[str, Any], state: TransmissionState, obstacle: Obstacle | None) -> None:
    """The last attempt counts; a list of states, or one; a cancel that came too late is a delivery."""
    found = transmission_of(job, CODES, pages=None)

    assert (state, obstacle) == (found.state, found.obstacle)


def test_fewer_pages_than_were_sent_are_a_partial_delivery() -> None:
    """The service says sent; three pages did not arrive."""
    found = transmission_of(status(["Complete"], attempt("Sent", pages_delivered=2)), CODES, pages=5)

    assert (S.PARTIALLY_DELIVERED, Obstacle.PARTIAL, 2) == (found.state, found.obstacle, found.attempts[-1].pages)


def test_our_own_texts_come_back_in_base64() -> None:
    """And what is no base64 is no reference of ours."""
    ours = base64.b64encode(b"node-87221").decode()

    found = [
        transmission_of(status([], customer_reference_base64=text), CODES, pages=None).our_reference
        for text in (ours, "%%%", None, 7)
    ]

    assert ["node-87221", "", "", ""] == found


def test_an_attempt_keeps_what_the_line_said() -> None:
    """Times, seconds, speed and the other machine's name, in words where the code is known."""
    raw = attempt(
        "Error",
        11,
        first_attempt="2026-11-20T10:51:00.000Z",
        delivery_time="2026-11-20T10:56:29.000Z",
        delivery_sec="28",
        baud_rate=9600,
        rcsid="123-123-1234",
    )

    (found,) = transmission_of(status(["Complete"], raw), CODES, pages=None).attempts

    assert (
        datetime(2026, 11, 20, 10, 51, tzinfo=UTC),
        datetime(2026, 11, 20, 10, 56, 29, tzinfo=UTC),
        28,
        9600,
        "123-123-1234",
        "the line is busy",
    ) == (found.started_at, found.ended_at, found.seconds, found.rate, found.remote_station, found.words)


@pytest.mark.parametrize(
    ("said", "jobs"),
    [
        ({"job_id": "a"}, ["a"]),
        ([{"job_id": "a"}, {"job_id": "b"}], ["a", "b"]),
        ({"jobs": [{"job_id": "a"}]}, ["a"]),
        ({}, []),
        ([], []),
        ([{"job_id": 7}, {"job_id": None}, "x"], []),
        (None, []),
        ("x", []),
    ],
)
def test_a_body_names_its_jobs(said: Any, jobs: list[str]) -> None:
    """One, several, or none: a webhook may hold anything."""
    assert jobs == [job["job_id"] for job in statuses_in(said)]


def test_the_shipped_table_of_codes_holds_what_is_public() -> None:
    """Sent, a number that cannot be dialled, cancelled."""
    codes = read_gamma_codes(None)

    assert {0: None, 2004: Obstacle.INVALID_NUMBER, 5000: Obstacle.CANCELLED} == {
        code: one.obstacle for code, one in codes.items()
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "codes.csv:1 its columns must be code, obstacle, words"),
        ("code,obstacle,words\nx,busy,y\n", "codes.csv:2 `x` is no code; a code is a whole number"),
        ("code,obstacle,words\n1,bussy,y\n", "codes.csv:2 unknown obstacle `bussy`"),
        ("code,obstacle,words\n1,busy,y\n1,busy,z\n", "codes.csv:3 the code 1 stands twice"),
    ],
)
def test_a_table_with_a_mistake_is_refused_at_its_line(tmp_path: Path, text: str, said: str) -> None:
    """The official list comes as a spreadsheet and is saved by hand."""
    (tmp_path / "codes.csv").write_text(text)

    with pytest.raises(Unavailable) as refused:
        read_gamma_codes(tmp_path / "codes.csv")

    assert str(refused.value).startswith(said)
