"""What every source of outbound requests does: tell each mark until it is answered, keep its version, answer once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import MarkedDocument, MarkOutcome
from faxrouter_simulators.faults import FaultKind
from outbound_implementations import PEOPLE, OutboundRequestsUnderTest, outbound_requests

PORT = "outbound requests"

# ways in which an answer gets lost after it was taken
LOST = (FaultKind.LOST, FaultKind.LATE_ANSWER, FaultKind.LOST_STATUS)


def only_mark(implementation: OutboundRequestsUnderTest) -> MarkedDocument:
    found = outbound_requests(implementation).marked(limit=10)
    assert len(found) == 1, found
    return found[0]


def content_of(implementation: OutboundRequestsUnderTest, mark: MarkedDocument) -> bytes:
    with outbound_requests(implementation).open(mark) as content:
        return content.read()


def references(implementation: OutboundRequestsUnderTest, *, limit: int = 10) -> list[str]:
    return [mark.reference for mark in outbound_requests(implementation).marked(limit=limit)]


def test_where_nothing_is_marked_nothing_is_told(implementation: OutboundRequestsUnderTest) -> None:
    """Not even before anybody has ever marked anything."""

    assert [] == references(implementation)


def test_a_mark_tells_what_is_to_be_faxed(implementation: OutboundRequestsUnderTest) -> None:
    """The document with its version, whose it is, who marked it, and when."""
    document = implementation.mark(b"%PDF-1 a letter")

    mark = only_mark(implementation)

    assert (document, 1, "application/pdf") == (mark.document, mark.version, mark.media_type)
    assert ("claims", PEOPLE["claims"]) == (mark.department, mark.marked_by)
    assert mark.name.startswith("letter")
    assert UTC.utcoffset(None) == mark.marked_at.utcoffset()


def test_facts_come_out_under_the_names_that_they_are_mapped_to(implementation: OutboundRequestsUnderTest) -> None:
    """Values as JSON, not as texts of ours."""
    implementation.mark(b"a", {"Fax number": "+1 415 555 0123", "Recipient": "Mercy Lab", "Urgent": True})

    facts = only_mark(implementation).stated_facts

    assert {"their_number": "+1 415 555 0123", "recipient": "Mercy Lab", "urgent": True} == facts


def test_empty_attributes_state_no_facts(implementation: OutboundRequestsUnderTest) -> None:
    """Nobody said anything about them; what a box that is not ticked says is another matter."""
    implementation.mark(b"a", {"Fax number": "", "Recipient": "Mercy Lab", "Subject": ""})

    facts = only_mark(implementation).stated_facts

    assert {"recipient": "Mercy Lab"} == {fact: value for fact, value in facts.items() if value is not False}


def test_marks_are_told_oldest_first_and_not_more_than_asked_for(implementation: OutboundRequestsUnderTest) -> None:
    """The rest comes later."""
    documents = [implementation.mark(content) for content in (b"1", b"2", b"3")]

    found = outbound_requests(implementation).marked(limit=2)

    assert documents[:2] == [mark.document for mark in found]
    assert 3 == len(references(implementation))


def test_a_mark_is_told_again_until_it_is_answered(implementation: OutboundRequestsUnderTest) -> None:
    """Under the same reference, whoever asks, whatever happens to the document meanwhile."""
    document = implementation.mark(b"a")
    first = references(implementation)

    implementation.add_version(document, b"b")
    implementation.restart()

    assert first == references(implementation)


@pytest.mark.parametrize("outcome", list(MarkOutcome))
def test_an_answered_mark_is_gone_and_its_people_are_told(
    implementation: OutboundRequestsUnderTest, outcome: MarkOutcome
) -> None:
    """For another process too."""
    document = implementation.mark(b"a")
    mark = only_mark(implementation)

    receipt = outbound_requests(implementation).answer(mark, outcome, words="at 10:04, 1 page", idempotency_key="k")
    before = references(implementation)
    implementation.restart()

    assert (True, "k") == (receipt.fresh, receipt.idempotency_key)
    assert [] == before == references(implementation)
    assert (outcome, "at 10:04, 1 page") == implementation.told(document)


def test_an_answer_leaves_the_other_marks(implementation: OutboundRequestsUnderTest) -> None:
    """Each has its own."""
    documents = [implementation.mark(content) for content in (b"1", b"2")]
    first = outbound_requests(implementation).marked(limit=1)[0]

    outbound_requests(implementation).answer(first, MarkOutcome.SENT, words="", idempotency_key="k")

    assert documents[1] == only_mark(implementation).document


def test_a_document_that_is_marked_anew_is_a_new_mark(implementation: OutboundRequestsUnderTest) -> None:
    """And the one before it stays answered."""
    document = implementation.mark(b"a")
    seen = []
    for number in range(3):
        mark = only_mark(implementation)
        seen.append(mark.reference)
        outbound_requests(implementation).answer(mark, MarkOutcome.SENT, words="", idempotency_key=f"{number}")
        implementation.mark_again(document)

    last = only_mark(implementation)

    assert document == last.document
    assert 4 == len({*seen, last.reference})


def test_the_marked_version_is_opened_whatever_came_later(implementation: OutboundRequestsUnderTest) -> None:
    """Who approved a letter approved that one."""
    document = implementation.mark(b"%PDF-1 the letter as it was")
    mark = only_mark(implementation)

    implementation.add_version(document, b"%PDF-1 another letter")
    later = only_mark(implementation)

    assert (1, 2) == (mark.version, later.version)
    assert b"%PDF-1 the letter as it was" == content_of(implementation, mark)
    assert b"%PDF-1 another letter" == content_of(implementation, later)


def test_a_large_content_comes_whole(implementation: OutboundRequestsUnderTest) -> None:
    """As it was stored, to the last byte."""
    content = bytes(range(256)) * 4096
    implementation.mark(content)

    assert content == content_of(implementation, only_mark(implementation))


def test_a_document_that_is_gone_cannot_be_opened(implementation: OutboundRequestsUnderTest) -> None:
    """Nor its mark stay for ever: it is told no more, or it can be refused."""
    document = implementation.mark(b"a")
    mark = only_mark(implementation)
    implementation.vanish(document)

    with pytest.raises(Failed) as failed:
        content_of(implementation, mark)
    for left in outbound_requests(implementation).marked(limit=10):
        outbound_requests(implementation).answer(left, MarkOutcome.REFUSED, words="gone", idempotency_key="k")

    assert FailureKind.REJECTED is failed.value.failure.kind
    assert [] == references(implementation)


@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_is_not_there_cannot_be_opened(implementation: OutboundRequestsUnderTest, version: int) -> None:
    """Another one is never taken in its place."""
    implementation.mark(b"a")

    with pytest.raises(Failed) as failed:
        content_of(implementation, replace(only_mark(implementation), version=version))

    assert FailureKind.REJECTED is failed.value.failure.kind


def test_one_key_answers_once(implementation: OutboundRequestsUnderTest) -> None:
    """The repeated answer gives the same receipt, and is not fresh; after a restart too."""
    implementation.mark(b"a")
    mark = only_mark(implementation)

    receipts = []
    for _ in range(3):
        port = outbound_requests(implementation)
        receipts.append(port.answer(mark, MarkOutcome.SENT, words="once", idempotency_key="k"))
        implementation.restart()

    assert [True, False, False] == [receipt.fresh for receipt in receipts]
    assert 1 == len({receipt.reference for receipt in receipts})
    assert 1 == implementation.changes()


def test_an_old_answer_does_not_touch_a_new_mark(implementation: OutboundRequestsUnderTest) -> None:
    """It may come again long after the document was marked anew."""
    document = implementation.mark(b"a")
    old = only_mark(implementation)
    outbound_requests(implementation).answer(old, MarkOutcome.REFUSED, words="no number", idempotency_key="k")
    implementation.mark_again(document)
    new = references(implementation)

    repeated = outbound_requests(implementation).answer(
        old, MarkOutcome.REFUSED, words="no number", idempotency_key="k"
    )

    assert (False, 1) == (repeated.fresh, implementation.changes())
    assert new == references(implementation)


@pytest.mark.parametrize("how", LOST, ids=lambda how: how.value)
def test_an_answer_that_was_taken_and_not_confirmed_is_not_given_twice(
    implementation: OutboundRequestsUnderTest, how: FaultKind
) -> None:
    """Whoever repeats it learns that it was done."""
    document = implementation.mark(b"a")
    mark = only_mark(implementation)
    implementation.break_answers(how)
    port = outbound_requests(implementation)

    with pytest.raises(Failed) as failed:
        port.answer(mark, MarkOutcome.SENT, words="at 10:04", idempotency_key="k")
    repeated = port.answer(mark, MarkOutcome.SENT, words="at 10:04", idempotency_key="k")

    assert (FailureKind.UNKNOWN, False) == (failed.value.failure.kind, repeated.fresh)
    assert 1 == implementation.changes()
    assert (MarkOutcome.SENT, "at 10:04") == implementation.told(document)
    assert [] == references(implementation)


def test_an_answer_that_never_arrived_is_given_when_it_is_repeated(implementation: OutboundRequestsUnderTest) -> None:
    """Until then the mark is told."""
    implementation.mark(b"a")
    mark = only_mark(implementation)
    implementation.break_answers(FaultKind.CUT)
    port = outbound_requests(implementation)

    with pytest.raises(Failed):
        port.answer(mark, MarkOutcome.SENT, words="", idempotency_key="k")
    between = references(implementation)
    repeated = port.answer(mark, MarkOutcome.SENT, words="", idempotency_key="k")

    assert ([mark.reference], True, 1) == (between, repeated.fresh, implementation.changes())


def test_threads_that_answer_one_mark_answer_it_once(implementation: OutboundRequestsUnderTest) -> None:
    """One of them was first."""
    implementation.mark(b"a")
    mark, port = only_mark(implementation), outbound_requests(implementation)

    with ThreadPoolExecutor(4) as pool:
        receipts = list(
            pool.map(lambda _: port.answer(mark, MarkOutcome.SENT, words="", idempotency_key="k"), range(4))
        )

    assert [False, False, False, True] == sorted(receipt.fresh for receipt in receipts)
    assert 1 == implementation.changes()


def test_marks_of_another_department_are_not_seen(implementation: OutboundRequestsUnderTest) -> None:
    """Its own identity is asked for them."""
    implementation.mark(b"a", department="clinic")
    own = implementation.mark(b"b")

    assert own == only_mark(implementation).document


def test_marks_of_another_department_can_be_neither_opened_nor_answered(
    implementation: OutboundRequestsUnderTest,
) -> None:
    """Wherever somebody has them from."""
    implementation.mark(b"a")
    foreign = replace(only_mark(implementation), department="clinic")

    with pytest.raises(Failed) as opened:
        content_of(implementation, foreign)
    with pytest.raises(Failed) as answered:
        outbound_requests(implementation).answer(foreign, MarkOutcome.SENT, words="", idempotency_key="k")

    assert FailureKind.UNAUTHORISED is opened.value.failure.kind is answered.value.failure.kind
    assert 0 == implementation.changes()


@pytest.mark.parametrize("reference", ["", "nothing", "category/x/0", "folder/1", "workflow/1/1/1/1/1", "../1/1"])
def test_a_mark_that_never_was_cannot_be_answered(implementation: OutboundRequestsUnderTest, reference: str) -> None:
    """Its reference came from nowhere."""
    implementation.mark(b"a")
    strange = replace(only_mark(implementation), reference=reference)

    with pytest.raises(Failed) as failed:
        outbound_requests(implementation).answer(strange, MarkOutcome.SENT, words="", idempotency_key="k")

    assert FailureKind.REJECTED is failed.value.failure.kind
    assert 0 == implementation.changes()


def test_a_source_that_works_is_healthy(implementation: OutboundRequestsUnderTest) -> None:
    """None means that it can be used."""
    implementation.mark(b"a")
    only_mark(implementation)

    assert outbound_requests(implementation).health() is None
