"""Outbound faxes are asked about until their end is known; what was journalled goes forward only."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from faxrouter.journal import transmissions
from faxrouter.model.failure import FailureKind
from faxrouter.model.transmission import Obstacle, TransmissionAttempt, TransmissionState
from faxrouter.ports import FaxToSend
from faxrouter.workflow.transmission_watch import TransmissionWatch

AGAIN = timedelta(minutes=2)
DELIVERED = TransmissionAttempt(state=TransmissionState.DELIVERED, pages=2, code=0)
BUSY = TransmissionAttempt(state=TransmissionState.FAILED, code=9101, obstacle=Obstacle.BUSY)


@dataclass
class Followed:
    """Faxes on their way, and the watch over them."""

    standing: Any

    def __post_init__(self) -> None:
        self.watch = TransmissionWatch(self.standing.services(), again_after=AGAIN)

    def submit(self, name: str = "F-1", *, service: str = "cloudfax") -> str:
        fax = FaxToSend(
            our_reference=name, to_number="+12095550107", documents=(Path("x"),), media_types=("image/tiff",)
        )
        reference = self.standing.sender.submit(fax, idempotency_key=name)
        with self.standing.journal.write() as writing:
            transmissions.record_submitted(
                writing,
                service=service,
                reference=reference,
                fax_id=name,
                department="claims",
                ask_at=writing.now + AGAIN,
            )
        return str(reference)

    def pass_by(self, time: timedelta) -> int:
        """Later, the watch looks; about how many it asked."""
        self.standing.clock.pass_by(time.total_seconds())
        return self.watch.look()

    @property
    def states(self) -> list[object]:
        return [body["state"] for body in self.standing.kinds("transmission")]


@pytest.fixture
def followed(standing: Any) -> Followed:
    return Followed(standing)


def test_a_fax_on_its_way_is_asked_about_from_time_to_time(followed: Followed) -> None:
    """What is no news is not journalled."""
    followed.submit()

    assert [0, 1, 0, 1] == [followed.pass_by(AGAIN * part) for part in (0.5, 0.5, 0.5, 0.5)]
    assert ["accepted"] == followed.states


@pytest.mark.parametrize(("attempt", "state"), [(DELIVERED, "delivered"), (BUSY, "failed")])
def test_an_end_is_journalled_and_nothing_is_asked_after_it(
    followed: Followed, attempt: TransmissionAttempt, state: str
) -> None:
    """With pages, code and obstacle."""
    reference = followed.submit()
    followed.standing.sender.end(reference, attempt)

    assert [1, 0] == [followed.pass_by(AGAIN), followed.pass_by(AGAIN)]
    assert ["accepted", state] == followed.states
    last = followed.standing.kinds("transmission")[-1]
    assert (attempt.pages, attempt.code, attempt.obstacle) == (last["pages"], last["code"], last["obstacle"])


def test_a_call_brings_the_question_forward(followed: Followed) -> None:
    """Durably: it is the journal that remembers it."""
    reference = followed.submit()
    followed.standing.sender.end(reference, DELIVERED)

    assert 1 == followed.watch.noticed("cloudfax", [reference, reference])
    assert 1 == TransmissionWatch(followed.standing.services(), again_after=AGAIN).look()
    assert ["accepted", "delivered"] == followed.states


def test_calls_about_what_is_not_ours_or_over_change_nothing(followed: Followed) -> None:
    """Another account's fax, another service's, and one whose end is known."""
    reference = followed.submit()
    followed.standing.sender.end(reference, DELIVERED)
    followed.pass_by(AGAIN)

    assert [0, 0, 0] == [
        followed.watch.noticed("cloudfax", ["somebody else's"]),
        followed.watch.noticed("other", [reference]),
        followed.watch.noticed("cloudfax", [reference]),
    ]
    assert (0, ["accepted", "delivered"]) == (followed.watch.look(), followed.states)


def test_a_call_that_comes_while_the_service_is_asked_is_not_forgotten(followed: Followed) -> None:
    """It may be about something later than the answer that is under way."""
    reference = followed.submit()
    followed.standing.clock.pass_by(AGAIN.total_seconds())
    (asked,) = transmissions.to_ask(followed.standing.journal, limit=1)
    told = followed.standing.sender.transmission(reference)
    followed.standing.clock.pass_by(1)
    followed.watch.noticed("cloudfax", [reference])
    with followed.standing.journal.write() as writing:
        transmissions.record_told(writing, asked, told, ask_at=writing.now + AGAIN)
        transmissions.put_off(writing, asked, ask_at=writing.now + AGAIN)

    assert 1 == followed.watch.look()


def test_a_service_that_cannot_be_asked_is_asked_again(followed: Followed) -> None:
    """Its silence is no end."""
    reference = followed.submit()
    followed.standing.sender.end(reference, DELIVERED)
    followed.standing.faults.fail("transmission", FailureKind.TRANSIENT)

    assert [1, 0, 1] == [followed.pass_by(AGAIN * part) for part in (1, 0.5, 0.5)]
    assert ["accepted", "delivered"] == followed.states


def test_a_fax_that_its_service_forgot_stays_followed(followed: Followed) -> None:
    """Services keep their reports for days only; nobody may take that for delivered or failed."""
    reference = followed.submit()
    followed.standing.sender.forget(reference)

    assert [1, 1] == [followed.pass_by(AGAIN), followed.pass_by(AGAIN)]
    assert ["accepted", "unknown"] == followed.states


def test_a_service_that_the_settings_no_longer_name_ends_nothing(followed: Followed) -> None:
    """For a person to mend; it is asked when it is back."""
    followed.submit(service="gone")

    assert [1, 1] == [followed.pass_by(AGAIN), followed.pass_by(AGAIN)]
    assert ["accepted"] == followed.states


def test_submitted_twice_is_followed_once(followed: Followed) -> None:
    """A lost answer, and the same fax once more."""
    followed.submit()
    followed.submit()

    assert (["accepted"], 1) == (followed.states, followed.pass_by(AGAIN))
