"""The queue of received faxes: leases, their end, deleting, and who sees what."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from cloudfax_world import COLLEAGUE, CloudFaxAtWork


def fetched(cloudfax: CloudFaxAtWork, **query: str | int) -> str:
    """The id of the next document; empty when there is none."""
    answer = cloudfax.fetch(**query)
    return str(answer.json()["document_id"]) if answer.status_code == 200 else ""


def test_an_empty_queue_is_no_content(cloudfax: CloudFaxAtWork) -> None:
    """204 without a body."""
    answer = cloudfax.fetch()

    assert (204, b"") == (answer.status_code, answer.content)


def test_the_oldest_fax_comes_first(cloudfax: CloudFaxAtWork) -> None:
    """By the time when it was received, not when it was put into the queue."""
    second = cloudfax.arrive(received_at="2026-11-20T10:00:00+00:00")
    third = cloudfax.arrive(received_at="2026-11-20T10:00:00Z")
    first = cloudfax.arrive(received_at="2026-11-20T10:59:59+01:00")

    assert [first, second, third, ""] == [fetched(cloudfax) for _ in range(4)]


@pytest.mark.parametrize(("hold", "query"), [(900, {}), (5, {"hold_sec": 5}), (3600, {"hold_sec": 3600})])
def test_a_fax_is_hidden_as_long_as_it_is_held(cloudfax: CloudFaxAtWork, hold: int, query: dict[str, int]) -> None:
    """900 seconds when nothing is said; then the same document comes again."""
    fax = cloudfax.arrive()

    assert fax == fetched(cloudfax, **query)
    cloudfax.clock.advance(hold - 2)
    assert "" == fetched(cloudfax)
    cloudfax.clock.advance(2)
    assert fax == fetched(cloudfax)
    assert ["fax arrived", "fax leased", "lease ended", "fax leased"] == cloudfax.effects()
    assert [1, 2] == [entry["details"]["leases"] for entry in cloudfax.ledger("fax leased")]


@pytest.mark.parametrize("hold", ["4", "3601", "0", "-5", "5.0", "ten", "", "٩٩", "99999999999999999999"])
def test_a_hold_outside_of_its_bounds_is_refused(cloudfax: CloudFaxAtWork, hold: str) -> None:
    """5 to 3600 whole seconds; nothing is leased."""
    cloudfax.arrive()

    answer = cloudfax.fetch(hold_sec=hold)

    assert (400, "hold_sec must be a whole number from 5 to 3600") == (
        answer.status_code,
        answer.json()["error"]["message"],
    )
    assert [] == cloudfax.effects("fax leased")


def test_a_deleted_fax_is_gone_for_good(cloudfax: CloudFaxAtWork) -> None:
    """Once: a second time there is no such document; its content leaves the disk."""
    fax = cloudfax.arrive()
    cloudfax.fetch()
    (leased,) = cloudfax.simulator.queue.newest(1)

    assert [204, 404] == [cloudfax.delete(fax), cloudfax.delete(fax)]
    cloudfax.clock.advance(10_000)
    assert 204 == cloudfax.fetch().status_code
    assert ["fax arrived", "fax leased", "fax deleted"] == cloudfax.effects()
    assert not cloudfax.simulator.store.content(leased.sha256).exists()


def test_content_that_another_fax_has_too_stays(cloudfax: CloudFaxAtWork) -> None:
    """Two faxes with the same bytes: deleting one leaves the other whole."""
    first, second = cloudfax.arrive(b"same"), cloudfax.arrive(b"same")
    cloudfax.fetch()

    cloudfax.delete(first)

    assert second == fetched(cloudfax)


def test_only_a_lease_that_goes_on_may_delete(cloudfax: CloudFaxAtWork) -> None:
    """404 for a fax that was never fetched, is unknown, or whose lease has ended and was not taken again."""
    fax = cloudfax.arrive()

    assert [404, 404] == [cloudfax.delete(fax), cloudfax.delete("doc-1")]
    cloudfax.fetch(hold_sec=5)
    cloudfax.clock.advance(5)
    assert 404 == cloudfax.delete(fax)
    assert fax == fetched(cloudfax, hold_sec=5)
    assert 204 == cloudfax.delete(fax)


def test_a_late_delete_counts_for_a_new_lease_of_the_same_account(cloudfax: CloudFaxAtWork) -> None:
    """The service knows accounts, not workers: whoever holds it last under that name may delete it."""
    fax = cloudfax.arrive()
    cloudfax.fetch(hold_sec=5)
    cloudfax.clock.advance(6)
    cloudfax.fetch()

    assert 204 == cloudfax.delete(fax)


def test_leases_end_without_anybody_asking(cloudfax: CloudFaxAtWork) -> None:
    """The ledger has it as soon as time passes."""
    cloudfax.arrive()
    cloudfax.fetch(hold_sec=5)
    cloudfax.clock.advance(5)

    cloudfax.step()

    (entry,) = cloudfax.ledger("lease ended")
    assert ("router", 1) == (entry["actor"], entry["details"]["leases"])


def test_the_delete_answer_can_be_switched(cloudfax: CloudFaxAtWork) -> None:
    """[G] 204, or 200 with a body."""
    fax = cloudfax.arrive()
    cloudfax.fetch()
    cloudfax.choose(delete_status=200)

    assert 200 == cloudfax.delete(fax)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ({}, ["plain", "grouped", "distant"]),
        ({"customer": "True"}, ["foreign", "plain", "grouped", "distant"]),
        ({"customer": "Yes"}, ["foreign", "plain", "grouped", "distant"]),
        ({"customer": "False"}, ["plain", "grouped", "distant"]),
        ({"group_no": "77"}, ["foreign", "grouped"]),
        ({"group_no": "78"}, []),
        ({"domain": "XDDS"}, ["distant"]),
        ({"domain": "NONE"}, []),
        ({"group_no": "77", "domain": "XDDS"}, []),
    ],
)
def test_whose_faxes_a_call_sees(cloudfax: CloudFaxAtWork, query: dict[str, str], seen: list[str]) -> None:
    """The account's own; everybody's under the customer; a group's members'; and only of a domain."""
    names = {
        cloudfax.arrive(account=COLLEAGUE[0], group_no="77"): "foreign",
        cloudfax.arrive(): "plain",
        cloudfax.arrive(group_no="77"): "grouped",
        cloudfax.arrive(domain="XDDS"): "distant",
    }

    found = [names[document] for document in iter(lambda: fetched(cloudfax, **query), "")]

    assert seen == found


def test_the_ledger_holds_no_content_and_no_numbers(cloudfax: CloudFaxAtWork) -> None:
    """Ids, hashes and counts."""
    cloudfax.arrive(b"SECRET TEXT", to="15557777", station="STATION", name="NAME.tif", **{"from": "15558888"})
    cloudfax.fetch()

    said = cloudfax.client.get("/_sim/ledger/cloudfax").text

    assert [] == [mark for mark in ("SECRET", "15557777", "15558888", "STATION", "NAME") if mark in said]


def test_workers_side_by_side_never_hold_the_same_fax(cloudfax: CloudFaxAtWork) -> None:
    """Eight of them empty the queue; each fax is handed out once."""
    documents = {cloudfax.arrive() for _ in range(24)}

    def empty(_: int) -> list[str]:
        return list(iter(lambda: fetched(cloudfax), ""))

    with ThreadPoolExecutor(8) as workers:
        found = [document for batch in workers.map(empty, range(8)) for document in batch]

    assert sorted(documents) == sorted(found)
