"""Documents marked by the folder they are in: shortcuts, folders that are missing, names that are taken, both ways."""

from collections.abc import Mapping
from typing import Any

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import MarkedDocument, MarkKind, MarkOutcome
from outbound_implementations import outbound_requests
from outbound_xecm import LETTERS, OUTGOING, Opening, XecmByFolder, as_body, done, properties_in


def told(at_work: XecmByFolder) -> list[MarkedDocument]:
    return list(outbound_requests(at_work).marked(limit=10))


def answer(
    at_work: XecmByFolder, mark: MarkedDocument, outcome: MarkOutcome = MarkOutcome.SENT, *, words: str = "at 10:04"
) -> None:
    outbound_requests(at_work).answer(mark, outcome, words=words, idempotency_key="k")


def shortcut(at_work: XecmByFolder, original: object, *, department: str = "claims") -> str:
    """Somebody drops one into the folder of claims."""
    with at_work.person("admin" if department != "claims" else "carla") as person:
        parent = at_work.node_at(person, "claims", OUTGOING)
        body = {"type": 1, "parent_id": parent, "name": at_work.fresh_name(), "original_id": original}
        return str(properties_in(person.post("/v2/nodes", data=as_body(body)))["id"])


def letter(at_work: XecmByFolder, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
    """A document that stands somewhere else, and is not marked."""
    with at_work.person("admin") as person:
        folder = at_work.node_at(person, department, LETTERS)
        return str(at_work.create(person, folder, b"%PDF-1 a letter", values=written))


def node(at_work: XecmByFolder, number: object) -> Mapping[str, Any]:
    """With the name of its folder under `folder`."""
    with at_work.person("admin") as person:
        found = at_work.properties(person, number)
        return {**found, "folder": at_work.properties(person, found["parent_id"])["name"]}


def change(at_work: XecmByFolder, number: object, **value: object) -> None:
    with at_work.person("admin") as person:
        done(person.put(f"/v2/nodes/{number}", data=as_body(value)))


def test_a_shortcut_counts_as_its_original(opening: Opening) -> None:
    """Its document, its facts; and it is the shortcut that moves."""
    at_work = opening(XecmByFolder)
    original = letter(at_work, {"Recipient": "Mercy Lab"})
    dropped = shortcut(at_work, original)

    mark = told(at_work)[0]
    with outbound_requests(at_work).open(mark) as content:
        read = content.read()
    answer(at_work, mark)

    assert (original, {"recipient": "Mercy Lab", "urgent": False}) == (mark.document, mark.stated_facts)
    assert b"%PDF-1 a letter" == read
    assert ("Sent", LETTERS) == (node(at_work, dropped)["folder"], node(at_work, original)["folder"])


def test_a_shortcut_to_a_vanished_document_is_told_and_can_be_refused(opening: Opening) -> None:
    """Whoever dropped it learns that there is nothing to fax."""
    at_work = opening(XecmByFolder)
    original = letter(at_work)
    dropped = shortcut(at_work, original)
    at_work.vanish(original)

    mark = told(at_work)[0]
    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass
    answer(at_work, mark, MarkOutcome.REFUSED, words="it is gone")

    assert (original, FailureKind.REJECTED) == (mark.document, failed.value.failure.kind)
    assert "Not sent" == node(at_work, dropped)["folder"]


def test_a_shortcut_to_another_departments_document_is_nothing_to_fax(opening: Opening) -> None:
    """Its own department decides what becomes of it, even where this identity could read it."""
    at_work = opening(XecmByFolder)
    original = letter(at_work, department="clinic")
    shortcut(at_work, original, department="clinic")
    with at_work.person("admin") as person:
        members = done(person.get("/v2/members", params={"where_name": "fax-claims"}))["results"]
        right = {"permissions": ["see", "see_contents"], "right_id": members[0]["data"]["properties"]["id"]}
        done(person.post(f"/v2/nodes/{original}/permissions/custom", data=as_body(right)))

    mark = told(at_work)[0]
    with pytest.raises(Failed) as failed, outbound_requests(at_work).open(mark):
        pass

    assert ("", "claims") == (mark.document, mark.department)
    assert "there is no document, or more than one, that this identity may fax" == failed.value.failure.reason


def test_what_is_no_document_can_be_refused(opening: Opening) -> None:
    """An address in the folder would otherwise lie there without a word."""
    at_work = opening(XecmByFolder)
    with at_work.person() as person:
        parent = at_work.node_at(person, "claims", OUTGOING)
        body = {"type": 140, "parent_id": parent, "name": "A page", "url": "http://example.test"}
        made = properties_in(person.post("/v2/nodes", data=as_body(body)))["id"]

    mark = told(at_work)[0]
    answer(at_work, mark, MarkOutcome.REFUSED, words="it is no document")

    assert ("", "A page", "Not sent") == (mark.document, mark.name, node(at_work, made)["folder"])


def test_folders_in_the_folder_are_not_looked_into(opening: Opening) -> None:
    """What was put away is there, and what people sort for later."""
    at_work = opening(XecmByFolder)
    with at_work.person() as person:
        parent = at_work.node_at(person, "claims", OUTGOING)
        body = as_body({"type": 0, "parent_id": parent, "name": "Later"})
        at_work.create(person, properties_in(person.post("/v2/nodes", data=body))["id"], b"a")

    assert [] == told(at_work)


def test_a_document_without_the_category_states_no_facts(opening: Opening) -> None:
    """It is told all the same."""
    at_work = opening(XecmByFolder)
    at_work.mark(b"a")

    assert [{}] == [mark.stated_facts for mark in told(at_work)]


def test_where_no_fact_is_asked_for_no_category_is_needed(opening: Opening) -> None:
    """A site may use folders and nothing else."""
    at_work = opening(XecmByFolder, more={"attributes": {}, "category": "Fax order"})
    document = at_work.mark(b"a")

    assert [document] == [mark.document for mark in told(at_work)]


def test_a_folder_that_is_missing_is_named(opening: Opening) -> None:
    """It is not made: people would put their letters into another one."""
    at_work = opening(XecmByFolder, more={"by_folder": {"folders": [["claims", "Faxes out"]]}})

    with pytest.raises(Failed) as failed:
        told(at_work)

    found = failed.value.failure
    assert (FailureKind.REJECTED, True) == (found.kind, found.reason.startswith("there is no folder `Faxes out`"))


def test_a_folder_that_was_made_anew_is_found(opening: Opening) -> None:
    """Though its node was known."""
    at_work = opening(XecmByFolder)
    assert [] == told(at_work)
    with at_work.person("admin") as person:
        parent = at_work.node_at(person, "claims")
        at_work.vanish(str(at_work.node_at(person, "claims", OUTGOING)))
        done(person.post("/v2/nodes", data=as_body({"type": 0, "parent_id": parent, "name": OUTGOING})))
    document = at_work.mark(b"a")

    with pytest.raises(Failed):
        told(at_work)

    assert [document] == [mark.document for mark in told(at_work)]


def test_the_folder_for_what_was_sent_is_made_again(opening: Opening) -> None:
    """Somebody tidied up between two answers."""
    at_work = opening(XecmByFolder)
    first = at_work.mark(b"a")
    answer(at_work, told(at_work)[0])
    second = at_work.mark(b"b")
    mark = told(at_work)[0]
    at_work.vanish(str(node(at_work, first)["parent_id"]))

    answer(at_work, mark)

    assert "Sent" == node(at_work, second)["folder"]


def test_the_folder_for_what_was_sent_is_made_once(opening: Opening) -> None:
    """Though nobody was told that it was made."""
    at_work = opening(XecmByFolder)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    at_work.simulated.simulators.plan.order([{"kind": "lost", "method": "POST", "path": "/v2/nodes$"}])

    with pytest.raises(Failed):
        answer(at_work, mark)
    answer(at_work, mark)

    made = at_work.simulated.simulators.xecm.store.effects(effect="folder created")
    assert (["Sent"], "Sent") == ([one["details"]["name"] for one in made], node(at_work, document)["folder"])


def test_a_name_that_is_taken_where_it_is_put_away_gets_an_ending(opening: Opening) -> None:
    """People fax two letters of one name."""
    at_work = opening(XecmByFolder)
    documents = []
    for content in (b"a", b"b"):
        with at_work.person() as person:
            parent = at_work.node_at(person, "claims", OUTGOING)
            documents.append(at_work.create(person, parent, content, name="letter.pdf"))
        answer(at_work, told(at_work)[0])

    first, second = (node(at_work, document) for document in documents)

    assert ("letter.pdf", "Sent", "Sent") == (first["name"], first["folder"], second["folder"])
    assert second["name"].startswith("letter.pdf ~")


def test_what_was_taken_out_before_the_answer_stays_where_it_is(opening: Opening) -> None:
    """The answer is written into its description there."""
    at_work = opening(XecmByFolder)
    document = at_work.mark(b"a")
    mark = told(at_work)[0]
    with at_work.person() as person:
        letters = at_work.node_at(person, "claims", LETTERS)
    change(at_work, document, parent_id=letters)

    answer(at_work, mark)

    found = node(at_work, document)
    assert (LETTERS, "[faxrouter 1: sent: at 10:04]") == (found["folder"], found["description"])


def test_an_answer_keeps_what_people_wrote(opening: Opening) -> None:
    """The newest answer takes the place of the one before."""
    at_work = opening(XecmByFolder)
    document = at_work.mark(b"a")
    change(at_work, document, description="For [Mercy] Lab")
    answer(at_work, told(at_work)[0], MarkOutcome.REFUSED, words="no [number]")
    refused = node(at_work, document)["description"]
    at_work.mark_again(document)

    answer(at_work, told(at_work)[0])

    assert "For [Mercy] Lab [faxrouter 1: refused: no (number)]" == refused
    assert "For [Mercy] Lab [faxrouter 2: sent: at 10:04]" == node(at_work, document)["description"]


def test_an_answer_keeps_the_category_as_it_is(opening: Opening) -> None:
    """Its state belongs to whoever uses it."""
    at_work = opening(XecmByFolder)
    document = at_work.mark(b"a", {"State": "withdrawn", "Recipient": "Mercy Lab"})
    before = at_work.values(document)

    answer(at_work, told(at_work)[0])

    assert before == at_work.values(document)


def test_a_name_or_a_description_that_changes_makes_no_new_mark(opening: Opening) -> None:
    """People tidy up while somebody approves."""
    at_work = opening(XecmByFolder)
    document = at_work.mark(b"a")
    before = told(at_work)[0].reference

    change(at_work, document, name="another name.pdf", description="urgent")

    assert [before] == [mark.reference for mark in told(at_work)]


def test_a_document_marked_both_ways_is_faxed_once(opening: Opening) -> None:
    """Its category tells it, and the answer puts it away."""
    at_work = opening(XecmByFolder, more={"by_category": {}})
    document = at_work.mark(b"a", {"State": "requested", "Recipient": "Mercy Lab"})

    marks = told(at_work)
    answer(at_work, marks[0])

    assert [MarkKind.CATEGORY] == [mark.kind for mark in marks]
    assert ("Sent", "sent") == (node(at_work, document)["folder"], at_work.values(document)["State"])
    assert [] == told(at_work)


def test_both_ways_side_by_side_tell_the_oldest_first(opening: Opening) -> None:
    """Whichever way it was marked."""
    at_work = opening(XecmByFolder, more={"by_category": {}})
    first = at_work.mark(b"a")
    second = letter(at_work, {"State": "requested"})
    third = at_work.mark(b"c")

    marks = told(at_work)

    assert [first, second, third] == [mark.document for mark in marks]
    assert [MarkKind.FOLDER, MarkKind.CATEGORY, MarkKind.FOLDER] == [mark.kind for mark in marks]


def test_a_way_that_was_switched_off_answers_nothing_any_more(opening: Opening) -> None:
    """The mark was told when it was still on."""
    at_work = opening(XecmByFolder)
    at_work.mark(b"a")
    mark = told(at_work)[0]
    at_work.more = {"by_folder": None, "by_workflow": {}}
    at_work.restart()

    with pytest.raises(Failed) as failed:
        answer(at_work, mark)

    assert (FailureKind.REJECTED, 0) == (failed.value.failure.kind, at_work.changes())
