"""Every number that ends in its own way when it is dialled."""

import base64
import re

import pytest

from cloudfax_world import PACE, CloudFaxAtWork
from fax_files import PageToWrite, tiff
from faxrouter_simulators.cloudfax import numbers
from faxrouter_simulators.cloudfax.numbers import OUTCOMES, outcome_of

FIVE_PAGES = {"name": "a.tif", "type": "tiff", "data": base64.b64encode(tiff(*[PageToWrite()] * 5)).decode()}
BUSY, SENT = ("Error", 9101, 0), ("Sent", 0, 5)
# number, (state, gamma code, pages) of each attempt, job state
ENDS = [
    ("15550100", [SENT], "Complete"),
    ("+15550100", [SENT], "Complete"),
    ("15559901", [BUSY, SENT], "Complete"),
    ("15559902", [BUSY, BUSY, BUSY], "Error"),
    ("15559903", [("Error", 9102, 0)] * 3, "Error"),
    ("15559904", [("Error", 9103, 2)], "Error"),
    ("15559905", [("Error", 9104, 0)], "Error"),
    ("15559906", [("Error", 9105, 0)], "Error"),
    ("15559907", [("Error", 9999, 0)], "Error"),
    ("15559908", [SENT], "Complete"),
    ("15559909", [("Error", 9106, 5)], "Error"),
    ("15559910", [("Error", 2004, 0)], "Error"),
    ("15559911", [("Error", 5000, 0)], "Error"),
    ("+1 555 0100", [("Error", 9104, 0)], "Error"),
    ("1555FAX", [("Error", 9104, 0)], "Error"),
    ("1" * 19, [("Error", 9104, 0)], "Error"),
]


@pytest.mark.parametrize(("number", "attempts", "state"), ENDS)
def test_what_happens_when_it_is_dialled(
    cloudfax: CloudFaxAtWork, number: str, attempts: list[tuple[str, int, int]], state: str
) -> None:
    """Five pages: how each attempt ends, how many pages arrived, and what becomes of the job."""
    body = {"destinations": [{"fax": number}], "documents": [FIVE_PAGES]}
    job_id = str(cloudfax.submit(body).json()["job_id"])
    cloudfax.settle()

    status = cloudfax.status(job_id)

    made = status["deliveries"][0]["delivery_attempts"]
    assert attempts == [(one["state"], one["gamma_code"], one["pages_delivered"]) for one in made]
    assert [state, "Posted"] == status["job_state"]


def test_the_table_in_the_docstring_is_the_table() -> None:
    """Every ending that has a meaning is documented, and tested here."""
    documented = re.findall(r"^\| (\d{4}) \|", numbers.__doc__ or "", re.MULTILINE)

    assert sorted(OUTCOMES) == documented
    assert set(OUTCOMES) <= {number[-4:] for number, _, _ in ENDS}


def test_a_slow_number_is_long_in_process(cloudfax: CloudFaxAtWork) -> None:
    """Twenty paces."""
    job_id = cloudfax.submitted("15559908")
    cloudfax.step(paces=1)

    cloudfax.step(paces=19)
    assert [("InProcess", 0)] == cloudfax.attempts(job_id)
    cloudfax.step(paces=1)
    assert [("Sent", 0)] == cloudfax.attempts(job_id)


def test_the_next_attempt_waits(cloudfax: CloudFaxAtWork) -> None:
    """A busy number is pending again for three paces, and the job is in process all the while."""
    job_id = cloudfax.submitted("15559901")
    cloudfax.step(paces=1)
    cloudfax.step(paces=1)

    cloudfax.step(paces=2.5)
    assert [("Error", 9101), ("Pending", 0)] == cloudfax.attempts(job_id)
    assert ["InProcess"] == cloudfax.status(job_id)["job_state"]
    cloudfax.step(paces=0.5)
    assert [("Error", 9101), ("InProcess", 0)] == cloudfax.attempts(job_id)


def test_one_step_is_one_move(cloudfax: CloudFaxAtWork) -> None:
    """However long nobody has looked."""
    job_id = cloudfax.submitted("15550100")

    cloudfax.clock.advance(100 * PACE)
    cloudfax.step()

    assert [("InProcess", 0)] == cloudfax.attempts(job_id)


def test_the_attempt_decides(cloudfax: CloudFaxAtWork) -> None:
    """The first is busy, the second and any later one is sent."""
    assert [False, True, True] == [outcome_of("15559901", attempt=number).sent for number in (1, 2, 3)]
