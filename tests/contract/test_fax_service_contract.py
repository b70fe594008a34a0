"""What every fax service does: offer, lease, hand over, forget only when told."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from faxrouter.model.failure import Failed, FailureKind
from implementations import NOON, FaxServiceUnderTest, fax_service

PORT = "fax service"


def test_a_fax_that_arrived_is_offered_until_it_is_taken(implementation: FaxServiceUnderTest) -> None:
    """Looking takes nothing; taking ends the offers."""
    service = fax_service(implementation)
    implementation.drop(b"one", name="one.tif", received_at=NOON)

    (first,) = service.offered(limit=10)
    (second,) = service.offered(limit=10)
    service.take(first.reference)

    assert first == second
    assert "one.tif" == first.name
    assert [] == list(service.offered(limit=10))


def test_faxes_are_offered_oldest_first_and_no_more_than_asked_for(implementation: FaxServiceUnderTest) -> None:
    """The order is that of receiving, not of names."""
    for minutes, name in ((3, "a.tif"), (1, "b.tif"), (2, "c.tif")):
        implementation.drop(name.encode(), name=name, received_at=NOON - timedelta(minutes=minutes))

    offered = fax_service(implementation).offered(limit=2)

    assert ["a.tif", "c.tif"] == [fax.name for fax in offered]
    assert [NOON - timedelta(minutes=3), NOON - timedelta(minutes=2)] == [fax.received_at for fax in offered]


def test_nothing_is_offered_to_who_asks_for_nothing(implementation: FaxServiceUnderTest) -> None:
    """A limit of zero is a limit."""
    implementation.drop(b"one", name="one.tif", received_at=NOON)

    assert [] == list(fax_service(implementation).offered(limit=0))


def test_a_taken_fax_can_be_read_more_than_once(implementation: FaxServiceUnderTest) -> None:
    """The bytes are those that arrived."""
    service = fax_service(implementation)
    implementation.drop(b"the bytes", name="one.tif", received_at=NOON)
    (fax,) = service.offered(limit=1)
    service.take(fax.reference)

    for _ in range(2):
        with service.open(fax.reference) as file:
            assert b"the bytes" == file.read()


def test_taking_and_acknowledging_twice_is_like_once(implementation: FaxServiceUnderTest) -> None:
    """A step that is repeated after a crash changes nothing."""
    service = fax_service(implementation)
    implementation.drop(b"one", name="one.tif", received_at=NOON)
    (fax,) = service.offered(limit=1)

    service.take(fax.reference)
    service.take(fax.reference)
    service.acknowledge(fax.reference)
    service.acknowledge(fax.reference)

    assert [] == list(service.offered(limit=10))


def test_a_fax_that_was_taken_and_not_acknowledged_is_offered_again_after_a_restart(
    implementation: FaxServiceUnderTest,
) -> None:
    """A router that died with a fax in its hands finds it again, as it was and under the same reference."""
    implementation.drop(b"one", name="one.tif", received_at=NOON)
    (before,) = fax_service(implementation).offered(limit=1)
    fax_service(implementation).take(before.reference)

    implementation.restart()
    (after,) = fax_service(implementation).offered(limit=1)
    fax_service(implementation).take(after.reference)

    assert before == after
    with fax_service(implementation).open(after.reference) as file:
        assert b"one" == file.read()


def test_an_acknowledged_fax_is_not_offered_after_a_restart(implementation: FaxServiceUnderTest) -> None:
    """Acknowledged is for ever."""
    implementation.drop(b"one", name="one.tif", received_at=NOON)
    (fax,) = fax_service(implementation).offered(limit=1)
    fax_service(implementation).take(fax.reference)
    fax_service(implementation).acknowledge(fax.reference)

    implementation.restart()

    assert [] == list(fax_service(implementation).offered(limit=10))
    with pytest.raises(Failed) as failed:
        fax_service(implementation).take(fax.reference)
    assert FailureKind.REJECTED is failed.value.failure.kind


def test_the_same_name_and_content_dropped_twice_are_two_faxes(implementation: FaxServiceUnderTest) -> None:
    """A sender who sends the same thing again has sent two faxes."""
    service = fax_service(implementation)
    references = set()
    for minutes in (0, 1):
        implementation.drop(b"same", name="same.tif", received_at=NOON + timedelta(minutes=minutes))
        (fax,) = service.offered(limit=10)
        service.take(fax.reference)
        service.acknowledge(fax.reference)
        references.add(fax.reference)

    assert 2 == len(references)


STRANGERS = ["no such fax", "../../etc", "", "20261123T120000Z-0123456789abcdef"]


@pytest.mark.parametrize("reference", STRANGERS)
def test_a_reference_that_nobody_gave_is_refused(implementation: FaxServiceUnderTest, reference: str) -> None:
    """Taking and reading what is not there are refusals, not accidents; at the latest when it would have come back."""
    service = fax_service(implementation)
    operations: list[Callable[[str], object]] = [service.take, lambda ref: service.open(ref).__enter__()]

    for operation in operations:
        with pytest.raises(Failed):
            operation(reference)
    implementation.leases_end()
    for operation in operations:
        with pytest.raises(Failed) as failed:
            operation(reference)
        assert FailureKind.REJECTED is failed.value.failure.kind


@pytest.mark.parametrize("reference", STRANGERS)
def test_acknowledging_a_stranger_is_never_taken_for_done_too_early(
    implementation: FaxServiceUnderTest, reference: str
) -> None:
    """It is refused; a service that forgets what was acknowledged may say that it is gone, once it would have come
    back."""
    service = fax_service(implementation)

    with pytest.raises(Failed):
        service.acknowledge(reference)
    implementation.leases_end()
    if implementation.knows_strangers:
        with pytest.raises(Failed) as failed:
            service.acknowledge(reference)
        assert FailureKind.REJECTED is failed.value.failure.kind
    else:
        service.acknowledge(reference)


def test_a_fax_whose_lease_ended_comes_again_as_the_same_and_can_be_acknowledged(
    implementation: FaxServiceUnderTest,
) -> None:
    """Somebody works on it for longer than it was leased: it is not another fax, and it is not lost."""
    service = fax_service(implementation)
    implementation.drop(b"one", name="one.tif", received_at=NOON)
    (fax,) = service.offered(limit=1)
    service.take(fax.reference)

    implementation.leases_end()
    offered_again = [one.reference for one in service.offered(limit=10)]
    service.acknowledge(fax.reference)

    assert {*offered_again} <= {fax.reference}
    assert [] == list(service.offered(limit=10))
    implementation.leases_end()
    assert [] == list(service.offered(limit=10))


def test_a_fax_must_be_taken_before_it_is_read_or_acknowledged(implementation: FaxServiceUnderTest) -> None:
    """Nothing is forgotten that nobody leased."""
    service = fax_service(implementation)
    implementation.drop(b"one", name="one.tif", received_at=NOON)
    (fax,) = service.offered(limit=1)

    for operation in (lambda ref: service.open(ref).__enter__(), service.acknowledge):
        with pytest.raises(Failed) as failed:
            operation(fax.reference)
        assert FailureKind.REJECTED is failed.value.failure.kind
    assert 1 == len(service.offered(limit=1))


def test_a_service_that_works_is_healthy(implementation: FaxServiceUnderTest) -> None:
    """None means that it can be used."""

    assert fax_service(implementation).health() is None
