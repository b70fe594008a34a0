"""Documents marked by their category: an index that is late or wrong, categories that change, people who interfere."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter.ports import MarkedDocument, MarkOutcome, OutboundRequests
from faxrouter_simulators.world import Attribute
from outbound_implementations import outbound_requests
from outbound_xecm import LETTERS, WORLD, Opening, XecmByCategory, XecmOutbound, as_body, done, properties_in

LAG = 600.0
LATE_INDEX = WORLD.model_copy(update={"xecm": WORLD.xecm.model_copy(update={"index_lag": LAG})})


def told(at_work: XecmOutbound) -> list[MarkedDocument]:
    return list(outbound_requests(at_work).marked(limit=10))


def answer(at_work: XecmOutbound, mark: MarkedDocument, *, words: str = "at 10:04") -> None:
    outbound_requests(at_work).answer(mark, MarkOutcome.SENT, words=words, idempotency_key="k")


def fail(at_work: XecmOutbound, path: str, *, status: int = 500) -> None:
    """Every call of this path, as a server that met an error of its own."""
    fault = {"kind": "status", "path": path, "status": status, "html": True, "times": None}
    at_work.simulated.simulators.plan.order([fault])


def test_a_mark_is_told_as_soon_as_the_index_knows_it(opening: Opening) -> None:
    """Not before: the search is the only way to find it."""
    at_work = opening(XecmByCategory, world=LATE_INDEX)
    document = at_work.mark(b"a")

    before = told(at_work)
    at_work.simulated.simulators.clock.advance(LAG)

    assert ([], [document]) == (before, [mark.document for mark in told(at_work)])


@pytest.mark.parametrize("state", ["withdrawn", "sent"])
def test_what_the_index_has_missed_is_not_told(opening: Opening, state: str) -> None:
    """Each hit is read: the index still says that it is requested."""
    at_work = opening(XecmByCategory, world=LATE_INDEX)
    document = at_work.mark(b"a")
    at_work.simulated.simulators.clock.advance(LAG)

    at_work.set_values(document, {"State": state})

    assert [] == told(at_work)


def test_an_answered_mark_is_gone_though_the_index_still_has_it(opening: Opening) -> None:
    """Our own change is late in it as well."""
    at_work = opening(XecmByCategory, world=LATE_INDEX)
    at_work.mark(b"a")
    at_work.simulated.simulators.clock.advance(LAG)

    answer(at_work, told(at_work)[0])

    assert [] == told(at_work)


def test_a_word_that_only_holds_the_wanted_one_is_no_mark(opening: Opening) -> None:
    """A search finds words within a value."""
    choice = Attribute(name="State", type="choice", values=("requested", "not requested", "sent", "refused"))
    at_work = opening(XecmByCategory)
    at_work.simulated.simulators.xecm.put_attribute("Fax request", choice)
    document = at_work.mark(b"a")

    at_work.set_values(document, {"State": "not requested"})

    assert [] == told(at_work)


def test_an_answer_keeps_every_other_attribute(opening: Opening) -> None:
    """It writes the state, the words and the count, and nothing else."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a", {"Fax number": "+1 415 555 0123", "Recipient": "Mercy Lab", "Urgent": True})
    before = at_work.values(document)

    answer(at_work, told(at_work)[0])

    changed = {"State": "sent", "Answer": "at 10:04", "Times answered": 1}
    assert {**before, **changed} == at_work.values(document)


def test_people_may_clear_the_words_before_they_mark_it_anew(opening: Opening) -> None:
    """It is a new mark all the same, and says who asked for it when."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a")
    first = told(at_work)[0]
    answer(at_work, first)

    at_work.set_values(document, {"State": "requested", "Answer": ""})
    second = told(at_work)[0]

    assert first.reference != second.reference
    assert first.marked_at < second.marked_at
    assert "carla" == second.marked_by


def test_an_answer_is_cut_to_what_the_attribute_takes(opening: Opening) -> None:
    """A refused answer would leave people without any."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a")

    answer(at_work, told(at_work)[0], words="w" * 300)

    assert "w" * 60 == at_work.values(document)["Answer"]


def test_a_mark_that_was_taken_back_is_answered_all_the_same(opening: Opening) -> None:
    """The fax is out: whoever took it back must learn that."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    at_work.set_values(document, {"State": "withdrawn"})

    answer(at_work, mark)

    assert "sent" == at_work.values(document)["State"]


def test_a_document_without_its_category_cannot_be_answered(opening: Opening) -> None:
    """There is nothing to write into any more."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    with at_work.person() as person:
        category = at_work.node_at(person, "Fax request", volume=133)
        done(person.delete(f"/v2/nodes/{document}/categories/{category}"))

    with pytest.raises(Failed) as failed:
        answer(at_work, mark)

    assert (FailureKind.REJECTED, []) == (failed.value.failure.kind, told(at_work))


def test_a_category_in_a_folder_of_categories_is_found(opening: Opening) -> None:
    """It need not stand in the volume itself."""
    at_work = opening(XecmByCategory)
    with at_work.person("admin") as person:
        volume = at_work.node_at(person, volume=133)
        body = as_body({"type": 132, "parent_id": volume, "name": "Faxing"})
        made = properties_in(person.post("/v2/nodes", data=body))["id"]
        category = at_work.node_at(person, "Fax request", volume=133)
    document = at_work.mark(b"a")
    store = at_work.simulated.simulators.xecm.store
    store.execute("UPDATE nodes SET parent = ? WHERE id = ?", made, category)

    assert [document] == [mark.document for mark in told(at_work)]


def test_a_category_that_was_changed_is_read_anew(opening: Opening) -> None:
    """A state attribute that was made again has another key; nothing would ever be found under the old one."""
    at_work = opening(XecmByCategory)
    simulator = at_work.simulated.simulators.xecm
    state = WORLD.xecm.categories[0].attributes[0]
    assert [] == told(at_work)
    simulator.remove_attribute("Fax request", "State")
    simulator.put_attribute("Fax request", state)
    with at_work.person() as person:
        category = at_work.node_at(person, "Fax request", volume=133)
        number = at_work.create(person, at_work.node_at(person, "claims", LETTERS), b"a", values={"Subject": "x"})
        key = f"{category}_{len(WORLD.xecm.categories[0].attributes) + 2}"
        done(person.put(f"/v2/nodes/{number}/categories/{category}", data={key: "requested"}))

    assert [str(number)] == [mark.document for mark in told(at_work)]


@pytest.mark.parametrize("lost", ["State", "Answer", "Times answered", "Fax number"])
def test_an_attribute_that_the_category_does_not_have_is_named(opening: Opening, lost: str) -> None:
    """Nothing is told: the fax would go without its number, or could never be answered."""
    at_work = opening(XecmByCategory)
    at_work.mark(b"a")
    at_work.simulated.simulators.xecm.remove_attribute("Fax request", lost)

    with pytest.raises(Failed) as failed:
        told(at_work)

    found = failed.value.failure
    assert (FailureKind.REJECTED, FailureSubject.METADATA) == (found.kind, found.about)
    assert f"the category `Fax request` has no attribute `{lost}`" == found.reason


def test_a_category_that_nobody_made_is_named(opening: Opening) -> None:
    """An administrator has to make it."""
    at_work = opening(XecmByCategory, more={"category": "Fax order"})

    with pytest.raises(Failed) as failed:
        told(at_work)

    assert "there is no category `Fax order`" == failed.value.failure.reason


def test_without_an_audit_trail_nobody_is_named(opening: Opening) -> None:
    """Whoever changed the document last need not be the one who marked it."""
    at_work = opening(XecmByCategory)
    at_work.mark(b"a")
    at_work.simulated.simulators.xecm.store.execute("DELETE FROM audit")

    assert [""] == [mark.marked_by for mark in told(at_work)]


def test_a_mark_that_cannot_be_read_does_not_hold_up_the_others(opening: Opening) -> None:
    """Operations see that there is one."""
    at_work = opening(XecmByCategory)
    broken, whole = at_work.mark(b"a"), at_work.mark(b"b")
    fail(at_work, f"/nodes/{broken}/categories$")

    found = told(at_work)

    assert [whole] == [mark.document for mark in found]
    assert (
        "a document that is marked for faxing cannot be read: the server met an error of its own (500)"
        == outbound_requests(at_work).health()
    )


def test_where_no_mark_can_be_read_it_is_a_failure(opening: Opening) -> None:
    """No answer must look as if nothing were marked."""
    at_work = opening(XecmByCategory)
    at_work.mark(b"a")
    fail(at_work, "/categories$")

    with pytest.raises(Failed) as failed:
        told(at_work)

    assert FailureKind.TRANSIENT is failed.value.failure.kind


def test_a_content_that_comes_short_is_not_taken(opening: Opening) -> None:
    """The length of the version is compared, whatever the answer says of its own."""
    at_work = opening(XecmByCategory)
    at_work.mark(b"the whole letter")
    mark = told(at_work)[0]
    store = at_work.simulated.simulators.xecm.store
    store.execute("UPDATE versions SET size = size + 1")

    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass

    found = failed.value.failure
    assert (FailureKind.TRANSIENT, "the content came incomplete") == (found.kind, found.reason)


SINGLE: dict[str, Any] = {"identities": {}, "identity": {"user": "admin", "password": SecretStr("admin password")}}


def test_one_identity_for_several_departments_tells_them_apart_by_place(opening: Opening) -> None:
    """A document that stands in nobody's place is nobody's."""
    at_work = opening(XecmByCategory, around=SINGLE)
    documents = {one: at_work.mark(one.encode(), department=one) for one in ("claims", "clinic")}
    with at_work.person("admin") as person:
        at_work.create(person, at_work.node_at(person), b"c", values={"State": "requested"})

    assert documents == {mark.department: mark.document for mark in told(at_work)}


def test_nothing_personal_gets_into_a_reason(opening: Opening) -> None:
    """Neither names, numbers nor words of the document."""
    at_work = opening(XecmByCategory)
    document = at_work.mark(b"a", {"Recipient": "Zebulon Planted", "Fax number": "+1 415 555 0123"})
    mark = told(at_work)[0]
    port: OutboundRequests = outbound_requests(at_work)
    at_work.vanish(document)

    reasons = []
    for one in (mark, replace(mark, reference="category/1/0"), replace(mark, document="1")):
        with pytest.raises(Failed) as answered:
            port.answer(one, MarkOutcome.SENT, words="Zebulon Planted", idempotency_key="Zebulon Planted")
        with pytest.raises(Failed) as read, port.open(one):
            pass
        reasons += [str(answered.value), str(read.value)]

    assert [] == [reason for reason in reasons if "Zebulon" in reason or "0123" in reason or mark.name in reason]
