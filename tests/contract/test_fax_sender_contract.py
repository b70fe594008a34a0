"""What every fax sender does: take a fax once, tell what became of it, believe no caller."""

from pathlib import Path

import pytest

from fax_files import PageToWrite, tiff
from faxrouter.model.failure import Failed, FailureKind
from faxrouter.model.transmission import TransmissionState
from faxrouter.ports import FaxToSend
from implementations import FaxSenderUnderTest, fax_sender

PORT = "fax sender"


def fax(directory: Path, number: str, *, reference: str = "out-1") -> FaxToSend:
    page = directory / "page.tif"
    page.write_bytes(tiff(PageToWrite()))
    return FaxToSend(our_reference=reference, to_number=number, documents=(page,), media_types=("image/tiff",))


def test_a_submitted_fax_is_on_its_way(implementation: FaxSenderUnderTest, tmp_path: Path) -> None:
    """Known under the service's reference, and not at its end yet."""
    sender, number = fax_sender(implementation), implementation.number_that(TransmissionState.DELIVERED)

    reference = sender.submit(fax(tmp_path, number), idempotency_key="a")
    found = sender.transmission(reference)

    assert (reference, "out-1", False) == (found.reference, found.our_reference, found.state.is_final)


def test_one_key_is_one_fax_where_the_service_knows_repeats(implementation: FaxSenderUnderTest, tmp_path: Path) -> None:
    """A lost answer is asked for again; nobody gets the fax twice."""
    sender, number = fax_sender(implementation), implementation.number_that(TransmissionState.DELIVERED)

    references = {sender.submit(fax(tmp_path, number), idempotency_key="a") for _ in range(3)}
    other = sender.submit(fax(tmp_path, number, reference="out-2"), idempotency_key="b")

    assert sender.knows_repeats
    assert (1, True) == (len(references), other not in references)


@pytest.mark.parametrize("state", [TransmissionState.DELIVERED, TransmissionState.FAILED])
def test_the_end_of_a_fax_is_told(implementation: FaxSenderUnderTest, tmp_path: Path, state: TransmissionState) -> None:
    """With its attempts; a failure names its obstacle."""
    sender = fax_sender(implementation)
    reference = sender.submit(fax(tmp_path, implementation.number_that(state)), idempotency_key="a")

    implementation.let_it_transmit(reference, state)
    found = sender.transmission(reference)

    assert (state, state is TransmissionState.FAILED) == (found.state, found.obstacle is not None)
    assert found.attempts


@pytest.mark.parametrize("reference", ["no such fax", "../../etc", "", "xsi-0000000"])
def test_a_fax_that_the_service_does_not_know_is_unknown(implementation: FaxSenderUnderTest, reference: str) -> None:
    """Not failed: nobody may send it again because of that. And cancelling it does no harm."""
    sender = fax_sender(implementation)

    sender.cancel(reference)

    assert TransmissionState.UNKNOWN is sender.transmission(reference).state


def test_a_fax_can_be_cancelled_as_long_as_it_waits(implementation: FaxSenderUnderTest, tmp_path: Path) -> None:
    """Twice is like once."""
    sender, number = fax_sender(implementation), implementation.number_that(TransmissionState.DELIVERED)
    reference = sender.submit(fax(tmp_path, number), idempotency_key="a")

    sender.cancel(reference)
    sender.cancel(reference)

    assert TransmissionState.CANCELLED is sender.transmission(reference).state


def test_a_cancel_that_comes_too_late_changes_nothing(implementation: FaxSenderUnderTest, tmp_path: Path) -> None:
    """Delivered is delivered."""
    sender, number = fax_sender(implementation), implementation.number_that(TransmissionState.DELIVERED)
    reference = sender.submit(fax(tmp_path, number), idempotency_key="a")
    implementation.let_it_transmit(reference, TransmissionState.DELIVERED)

    sender.cancel(reference)

    assert TransmissionState.DELIVERED is sender.transmission(reference).state


def test_a_webhook_of_the_service_names_its_faxes(implementation: FaxSenderUnderTest) -> None:
    """And nothing that it says about them is believed here."""
    sender = fax_sender(implementation)

    assert ["xsi-1234567"] == list(sender.references_in(implementation.webhook("xsi-1234567")))


@pytest.mark.parametrize("secret", ["", "wrong", "MEMORY"])
def test_a_caller_without_the_secret_is_refused(implementation: FaxSenderUnderTest, secret: str) -> None:
    """Whatever the call says."""
    with pytest.raises(Failed) as failed:
        fax_sender(implementation).references_in(implementation.webhook("xsi-1234567", secret=secret))

    assert FailureKind.UNAUTHORISED is failed.value.failure.kind


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"job_id": 7}', b"[" * 10_000])
def test_a_call_without_sense_is_refused(implementation: FaxSenderUnderTest, body: bytes) -> None:
    """It wakes nobody."""
    with pytest.raises(Failed) as failed:
        fax_sender(implementation).references_in(implementation.webhook("", body=body))

    assert FailureKind.REJECTED is failed.value.failure.kind


def test_a_sender_that_works_is_healthy(implementation: FaxSenderUnderTest) -> None:
    """None means that it can be used."""

    assert fax_sender(implementation).health() is None
