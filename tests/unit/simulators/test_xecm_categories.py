"""Categories of the simulated Extended ECM: keys, kinds of values, inheritance, forms, changes under way."""

from typing import Any

import pytest

from faxrouter_simulators.world import Attribute
from opentext.at_work import HOST, Session, XecmAtWork

# attributes of the category `Fax`
NUMBER, RECEIVED, PAGES, URGENT, KIND, TAGS, CONTACTS, NAME, PHONE, AMOUNT = range(2, 12)


@pytest.fixture
def fax(xecm_fax: Session) -> int:
    """The category's number."""
    return xecm_fax.category("Fax")


def create_with(session: Session, category: int, values: dict[Any, Any], name: str = "one.pdf") -> Any:
    return session.create(name, roles={"categories": {f"{category}_{key}": value for key, value in values.items()}})


@pytest.mark.parametrize(
    ("key", "sent", "stored"),
    [
        (NUMBER, "+15551234", "+15551234"),
        (NUMBER, 15551234, "15551234"),
        (NUMBER, ["one"], "one"),
        (NUMBER, "", None),
        (RECEIVED, "2026-11-20T09:41:08", "2026-11-20T09:41:08"),
        (RECEIVED, "2026-11-20T09:41:08+01:00", "2026-11-20T08:41:08"),
        (PAGES, "3", 3),
        (URGENT, "True", True),
        (URGENT, False, False),
        (KIND, "referral", "referral"),
        (TAGS, ["A", "B"], ["A", "B"]),
        (TAGS, "A", ["A"]),
        (AMOUNT, "12.50", 12.5),
        (f"{CONTACTS}_1_{NAME}", "Ann", "Ann"),
        (f"{CONTACTS}_3_{NAME}", "Cam", "Cam"),
    ],
)
def test_values_of_each_kind_are_kept(key: Any, sent: Any, stored: Any, fax: int, xecm_fax: Session) -> None:
    """As sent with a new document, and as read back."""
    made = create_with(xecm_fax, fax, {key: sent}).json()["results"]["data"]["properties"]

    assert stored == xecm_fax.values(made["id"], fax)[f"{key}"]


@pytest.mark.parametrize(
    ("key", "sent", "status", "words"),
    [
        (NUMBER, "1" * 21, 400, "20 characters"),
        (NUMBER, ["1", "2"], 400, "several values"),
        (RECEIVED, "yesterday", 400, "not valid"),
        (PAGES, "three", 400, "whole number"),
        (PAGES, 2.5, 400, "whole number"),
        (AMOUNT, "nan", 400, "number"),
        (AMOUNT, True, 400, "number"),
        (URGENT, "perhaps", 400, "yes/no"),
        (KIND, "love letter", 400, "not a valid choice"),
        (99, "x", 500, "does not exist"),
        (f"{CONTACTS}_1_{NUMBER}", "x", 500, "does not exist"),
    ],
)
def test_values_that_do_not_fit_are_refused(
    key: Any, sent: Any, status: int, words: str, fax: int, xecm_fax: Session
) -> None:
    """The document is not made either; an update changes nothing."""
    answer = create_with(xecm_fax, fax, {key: sent})

    assert (status, True) == (answer.status_code, words in answer.json()["error"])
    document = create_with(xecm_fax, fax, {NUMBER: "1"}).json()["results"]["data"]["properties"]["id"]
    update = {f"{fax}_{NUMBER}": "2", f"{fax}_{key}": sent}
    assert status == xecm_fax.put(f"/v2/nodes/{document}/categories/{fax}", update).status_code
    assert "1" == xecm_fax.values(document, fax)[f"{NUMBER}"]


def test_a_category_is_assigned_once_and_updated_only_where_it_is(fax: int, xecm_fax: Session) -> None:
    """POST on one that is there, PUT and DELETE on one that is not: errors that say so."""
    document = xecm_fax.created("one.pdf")
    assigning = {"data": {"category_id": str(fax), f"{fax}_{NUMBER}": "1"}}
    path = f"/v2/nodes/{document}/categories"

    assert "does not exist on this item" in xecm_fax.put(f"{path}/{fax}", {f"{fax}_{NUMBER}": "1"}).json()["error"]
    assert 200 == xecm_fax.post(path, **assigning).status_code
    assert "already exists" in xecm_fax.post(path, **assigning).json()["error"]
    repeated = {"data": {f"{fax}_{TAGS}": ["A", "B"]}}
    assert 200 == xecm_fax.put(f"{path}/{fax}", **repeated).status_code
    assert ("1", ["A", "B"]) == tuple(xecm_fax.values(document, fax)[f"{key}"] for key in (NUMBER, TAGS))
    assert [200, 500] == [xecm_fax.delete(f"{path}/{fax}").status_code for _ in range(2)]


def test_the_token_of_a_category_is_left_alone(fax: int, xecm_fax: Session) -> None:
    """`{cat}_1` comes with forms and may be sent back."""
    made = create_with(xecm_fax, fax, {1: {"metadata_token": ""}, NUMBER: "1"})

    assert 200 == made.status_code


def test_version_2_reads_a_flat_map_and_version_1_nested_ones(fax: int, xecm_fax: Session) -> None:
    """A map in a map is not read by version 2: the category is missing then."""
    nested: dict[str, Any] = {"roles": {"categories": {str(fax): {f"{fax}_{NUMBER}": "1"}}}}
    second = xecm_fax.created("two.pdf", **nested)
    body = {"type": 0, "parent_id": xecm_fax.inbox, "name": "one", **nested}
    first = xecm_fax.post("/v1/nodes", body).json()["id"]

    assert [] == xecm_fax.get(f"/v2/nodes/{second}/categories").json()["results"]
    assert "1" == xecm_fax.values(first, fax)[f"{NUMBER}"]


def test_metadata_names_every_attribute_with_an_x_for_the_row(fax: int, xecm_fax: Session) -> None:
    """Category first, then its attributes in order; what is in a set follows the set."""
    document = create_with(xecm_fax, fax, {NUMBER: "1"}).json()["results"]["data"]["properties"]["id"]
    entry = xecm_fax.get(f"/v2/nodes/{document}/categories?metadata").json()["results"][0]
    about = entry["metadata"]["categories"]

    keys = ["2", "3", "4", "5", "6", "7", "8", "8_x_9", "8_x_10", "11"]
    assert [str(fax), *(f"{fax}_{key}" for key in keys)] == list(about)
    assert ("category", "set", "") == tuple(about[key]["persona"] for key in (f"{fax}", f"{fax}_8", f"{fax}_2"))
    assert (20, ["referral", "invoice"], True) == (
        about[f"{fax}_{NUMBER}"]["max_length"],
        about[f"{fax}_{KIND}"]["valid_values"],
        about[f"{fax}_{TAGS}"]["multi_value"],
    )
    assert {"categories": [str(fax)]} == entry["metadata_order"]
    assert "metadata" not in xecm_fax.get(f"/v2/nodes/{document}/categories").json()["results"][0]


def test_new_documents_inherit_until_they_do_not(fax: int, xecm_fax: Session) -> None:
    """With the folder's values; what a create sends goes on top. Documents have no inheritance of their own."""
    folder = xecm_fax.folder("with fax", roles={"categories": {f"{fax}_{NUMBER}": "1", f"{fax}_{PAGES}": 2}})
    inheriting = xecm_fax.created("a.pdf", parent=folder, roles={"categories": {f"{fax}_{PAGES}": 3}})
    path = f"/v2/nodes/{folder}/categories/{fax}/inheritance"
    assert 200 == xecm_fax.delete(path).status_code
    free = xecm_fax.created("b.pdf", parent=folder)

    assert ("1", 3) == tuple(xecm_fax.values(inheriting, fax)[f"{key}"] for key in (NUMBER, PAGES))
    assert [] == xecm_fax.get(f"/v2/nodes/{free}/categories").json()["results"]
    assert 200 == xecm_fax.post(path).status_code
    assert 400 == xecm_fax.post(f"/v2/nodes/{inheriting}/categories/{fax}/inheritance").status_code


def test_a_mandatory_attribute_wants_a_value_at_once(xecm_fax: Session) -> None:
    """On assignment, on creation, and in a folder that inherits it without one."""
    strict = xecm_fax.category("Strict")
    document = xecm_fax.created("one.pdf")
    path = f"/v2/nodes/{document}/categories"

    assert "requires a value" in xecm_fax.post(path, data={"category_id": str(strict)}).json()["error"]
    assert 200 == xecm_fax.post(path, data={"category_id": str(strict), f"{strict}_2": "4711"}).status_code
    assert 400 == xecm_fax.put(f"{path}/{strict}", {f"{strict}_2": ""}).status_code
    assert 200 == create_with(xecm_fax, strict, {"2": "4711"}, "two.pdf").status_code


def test_categories_are_applied_to_what_is_below(fax: int, xecm_fax: Session) -> None:
    """Only with the wrapper `body`; add, replace, delete."""
    folder = xecm_fax.folder("outer")
    inner = xecm_fax.created("inner.pdf", parent=xecm_fax.folder("middle", parent=folder))
    xecm_fax.post(f"/v2/nodes/{folder}/categories", data={"category_id": str(fax), f"{fax}_{NUMBER}": "1"})
    path = f"/v2/nodes/{folder}/categories/apply"

    plain = {"categories": f'[{{"id": {fax}, "action": "add_upgrade"}}]'}
    assert 400 == xecm_fax.post(path, data=plain).status_code
    for action, expected in (("add_upgrade", "1"), ("replace", "1"), ("delete", None)):
        done = xecm_fax.post(path, {"categories": [{"id": fax, "action": action}]}).json()["results"]
        found = xecm_fax.get(f"/v2/nodes/{inner}/categories").json()["results"]
        assert (2, expected) == (
            done["processed"],
            found[0]["data"]["categories"][f"{fax}_{NUMBER}"] if found else None,
        )


def test_forms_give_the_schema(fax: int, xecm_fax: Session) -> None:
    """Of the category itself, for assigning, for updating, for a new node in a folder that has it."""
    document = create_with(xecm_fax, fax, {NUMBER: "1"}).json()["results"]["data"]["properties"]["id"]
    bare = xecm_fax.created("bare.pdf")
    specific = xecm_fax.get("/v1/forms/nodes/properties/specific", id=fax).json()["forms"][0]
    assign = xecm_fax.get("/v1/forms/nodes/categories/create", id=bare, category_id=fax).json()["forms"][0]
    update = xecm_fax.get("/v1/forms/nodes/categories/update", id=document, category_id=fax).json()["forms"][0]
    new = xecm_fax.get("/v1/forms/nodes/create", parent_id=xecm_fax.inbox, type=144, category_id=fax).json()["forms"]

    schema = specific["schema"]["properties"]
    assert ("Number", "string", 20, False) == tuple(
        schema[f"{fax}_{NUMBER}"][key] for key in ("title", "type", "maxLength", "required")
    )
    assert ("array", "Phone") == (
        schema[f"{fax}_{CONTACTS}"]["type"],
        schema[f"{fax}_{CONTACTS}"]["items"]["properties"][f"{fax}_{CONTACTS}_x_{PHONE}"]["title"],
    )
    assert schema == assign["schema"]["properties"] == update["schema"]["properties"] == new[1]["schema"]["properties"]
    assert (None, "1") == (assign["data"][f"{fax}_{NUMBER}"], update["data"][f"{fax}_{NUMBER}"])
    taken = {"id": document, "category_id": fax}
    assert 500 == xecm_fax.get("/v1/forms/nodes/categories/create", **taken).status_code
    missing = {"id": bare, "category_id": fax}
    assert 500 == xecm_fax.get("/v1/forms/nodes/categories/update", **missing).status_code


def test_a_category_changes_under_way(fax: int, xecm_fax: Session, xecm_clinic: XecmAtWork) -> None:
    """An administrator adds an attribute, makes one mandatory, removes one: through `/_sim/xecm/forms`."""
    document = create_with(xecm_fax, fax, {NUMBER: "1", PAGES: 2}).json()["results"]["data"]["properties"]["id"]
    attributes = f"{HOST}/_sim/xecm/forms/Fax/attributes"
    assert 200 == xecm_clinic.send("PUT", attributes, json={"name": "Priority"}).status_code
    assert 200 == xecm_clinic.send("PUT", attributes, json={"name": "Kind", "required": True}).status_code
    assert 200 == xecm_clinic.send("DELETE", f"{attributes}/Pages").status_code

    values = xecm_fax.values(document, fax)
    assert (None, False) == (values["12"], f"{PAGES}" in values)
    path = f"/v2/nodes/{document}/categories/{fax}"
    assert "does not exist" in xecm_fax.put(path, {f"{fax}_{PAGES}": 3}).json()["error"]
    assert "requires a value" in xecm_fax.put(path, {f"{fax}_{NUMBER}": "2"}).json()["error"]
    assert (
        200
        == xecm_fax.put(path, {f"{fax}_{NUMBER}": "2", f"{fax}_{KIND}": "anything", f"{fax}_12": "high"}).status_code
    )


def test_an_administrator_names_what_is_there(xecm_clinic: XecmAtWork) -> None:
    """In process as over HTTP; a bad attribute is refused."""
    xecm_clinic.simulator.put_attribute("Approval", Attribute(name="Cost centre"))
    with pytest.raises(LookupError):
        xecm_clinic.simulator.put_attribute("Nothing", Attribute(name="x"))
    with pytest.raises(LookupError):
        xecm_clinic.simulator.remove_attribute("Fax", "Nothing")

    attributes = f"{HOST}/_sim/xecm/forms/Nothing/attributes"
    assert 404 == xecm_clinic.send("PUT", attributes, json={"name": "x"}).status_code
    assert 400 == xecm_clinic.send("PUT", attributes, json={"name": "x", "type": "picture"}).status_code
    assert ["attribute defined"] == [one["effect"] for one in xecm_clinic.effects() if one["actor"] == "administrator"]
