"""Nodes of the simulated Extended ECM on the wire: envelopes, fields, paging, names, moving, the recycle bin."""

import json
from pathlib import Path
from typing import Any

import pytest

from faxrouter_simulators.world import ExtendedEcm
from opentext.at_work import PDF, Session, XecmAtWork, xecm_at_work
from opentext.clinic import CLINIC


def names(answer: Any) -> list[str]:
    return [one["data"]["properties"]["name"] for one in answer.json()["results"]]


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_the_generations_wrap_differently(xecm_fax: Session) -> None:
    """Version 2 single and list, version 1 data, and the bare answer of a version 1 create."""
    document = xecm_fax.created("one.pdf")
    single = xecm_fax.get(f"/v2/nodes/{document}", fields="properties{id}").json()
    several = xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes").json()
    legacy = xecm_fax.get(f"/v1/nodes/{document}").json()
    legacy_list = xecm_fax.get(f"/v1/nodes/{xecm_fax.inbox}/nodes").json()
    bare = xecm_fax.call(
        "POST",
        "/v1/nodes",
        data={"type": "0", "parent_id": str(xecm_fax.inbox), "name": "folder"},
    ).json()

    assert {"id": document} == single["results"]["data"]["properties"]
    assert f"/api/v2/nodes/{document}?fields=properties%7Bid%7D" == single["links"]["data"]["self"]["href"]
    assert {"collection", "links", "results"} == set(several)
    assert "T" in legacy["data"]["create_date"] and not legacy["data"]["create_date"].endswith("Z")
    assert (1, document) == (legacy_list["total_count"], legacy_list["data"][0]["id"])
    assert {"id", "name", "parent_id", "type", "type_name"} == set(bare)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([], {"properties"}),
        (["properties", "versions"], {"properties", "versions"}),
        (["permissions.limit(2)"], {"permissions"}),
        (["categories"], {"categories"}),
    ],
)
def test_fields_choose_what_is_told(fields: list[str], expected: set[str], xecm_fax: Session) -> None:
    """Groups of fields may be repeated."""
    document = xecm_fax.created("one.pdf")

    answer = xecm_fax.get(f"/v2/nodes/{document}", **({"fields": fields} if fields else {})).json()
    assert expected == set(answer["results"]["data"])


def test_fields_are_narrowed_and_elements_taken(xecm_fax: Session) -> None:
    """`versions.element(0)` is the newest version, not in a list; `limit(2)` shortens a list."""
    document = xecm_fax.created("one.pdf")
    xecm_fax.post(f"/v2/nodes/{document}/versions", files={"file": ("b.pdf", PDF, "application/pdf")})

    query = {"fields": ["properties{id, name}", "versions.element(0)", "permissions.limit(2)"]}
    data = xecm_fax.get(f"/v2/nodes/{document}", **query).json()["results"]["data"]
    assert {"id": document, "name": "one.pdf"} == data["properties"]
    assert 2 == data["versions"]["version_number"]
    assert ["owner", "group"] == [one["type"] for one in data["permissions"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Beta", "a fax.pdf", "faxes 2.pdf"]),
        ({"where_name": "FAX"}, ["a fax.pdf", "faxes 2.pdf"]),
        ({"where_name": "fax", "sort": "desc_name"}, ["faxes 2.pdf", "a fax.pdf"]),
        ({"where_type": "-1"}, ["Beta"]),
        ({"where_type": "-3"}, ["a fax.pdf", "faxes 2.pdf"]),
        ({"where_type": "-2"}, ["Beta", "a fax.pdf", "faxes 2.pdf"]),
        ({"where_type": ["0", "1"]}, ["Beta"]),
        ({"where_type": "144", "limit": "1", "page": "2"}, ["faxes 2.pdf"]),
        ({"limit": "2", "page": "7"}, []),
    ],
)
def test_children_are_filtered_sorted_and_paged(query: Any, expected: list[str], xecm_fax: Session) -> None:
    """`where_name` contains, whatever the case; a page beyond the last one is empty."""
    folder = xecm_fax.folder("Beta")
    parent = xecm_fax.folder("parent", parent=folder)
    for name in ("a fax.pdf", "faxes 2.pdf"):
        xecm_fax.created(name, parent=parent)
    xecm_fax.folder("Beta", parent=parent)

    assert expected == names(xecm_fax.get(f"/v2/nodes/{parent}/nodes", **query))


def test_a_page_tells_where_it_stands(xecm_fax: Session) -> None:
    """With its successor, and never more than 500 entries."""
    for number in range(3):
        xecm_fax.folder(f"f{number}")
    first = xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes", limit="2").json()["collection"]["paging"]
    last = xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes", limit="2", page="2").json()["collection"]["paging"]
    much = xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes", limit="9999").json()["collection"]["paging"]

    assert (2, 1, 2, 1, 2, 3) == tuple(
        first[key] for key in ("limit", "page", "page_total", "range_min", "range_max", "total_count")
    )
    assert "page=2" in first["links"]["data"]["next"]["href"]
    assert "links" not in last
    assert 500 == much["limit"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a:b", "colon"),
        (" a", "blank"),
        ("a ", "blank"),
        ("   ", "empty"),
        ("x" * 249, "248"),
    ],
)
def test_names_have_rules(name: str, why: str, xecm_fax: Session) -> None:
    """Length, colon, outer blanks; nothing is made then."""
    before = len(names(xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes")))
    status, text = error(xecm_fax.create(name))

    assert (400, True) == (status, why in text)
    assert before == len(names(xecm_fax.get(f"/v2/nodes/{xecm_fax.inbox}/nodes")))
    assert 200 == xecm_fax.create("x" * 248).status_code


@pytest.mark.parametrize("status", [400, 409, 500])
def test_a_duplicate_name_answers_as_the_world_says(status: Any, tmp_path: Path) -> None:
    """500 is what OpenText's client expects, 400 what practitioners report; the words are the same."""
    with xecm_at_work(
        tmp_path, ExtendedEcm.model_validate({**CLINIC.model_dump(), "duplicate_status": status})
    ) as at_work:
        session = at_work.as_user("svc_fax")
        document = session.created("one.pdf")
        other = session.created("other.pdf")

        assert status == session.create("one.pdf").status_code
        assert "already exists" in error(session.create("one.pdf"))[1]
        assert "already exists" in error(session.put(f"/v2/nodes/{other}", {"name": "one.pdf"}))[1]
        assert 200 == session.put(f"/v2/nodes/{document}", {"name": "one.pdf", "description": "same name"}).status_code


def test_missing_and_invisible_are_told_alike(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """A fact: nobody learns from the answer that something is there."""
    secret = xecm_fax.created("secret.pdf")
    otto = xecm_clinic.as_user("otto")

    assert error(otto.get("/v2/nodes/99999999")) == error(otto.get(f"/v2/nodes/{secret}"))
    assert "permission" in error(otto.get(f"/v2/nodes/{secret}"))[1]


def test_json_bodies_are_not_read(xecm_fax: Session) -> None:
    """A call with one fails like a call without fields."""
    document = xecm_fax.created("one.pdf")
    folder = {"type": 0, "parent_id": xecm_fax.inbox, "name": "by json"}

    for method, path, fields in (
        ("POST", "/v2/nodes", folder),
        ("PUT", f"/v2/nodes/{document}", {"name": "by json.pdf"}),
        ("PUT", f"/v2/nodes/{document}/permissions/public", {"permissions": ["see"]}),
        ("POST", f"/v1/nodes/{document}/classifications", {"class_id": []}),
    ):
        status, text = error(xecm_fax.call(method, path, json=fields))
        assert (400, True) == (status, "required field" in text)


def test_fields_may_come_plain_or_in_the_body(xecm_fax: Session) -> None:
    """Plain parts beside the file, with roles as JSON of their own; Python's booleans are understood."""
    fax = xecm_fax.category("Fax")
    plain = {
        "type": "144",
        "parent_id": str(xecm_fax.inbox),
        "name": "plain.pdf",
        "advanced_versioning": "True",
        "roles": json.dumps({"categories": {f"{fax}_2": "1"}}),
    }
    answer = xecm_fax.call("POST", "/v2/nodes", data=plain, files={"file": ("p.pdf", PDF, "application/pdf")})
    made = answer.json()["results"]["data"]["properties"]

    assert made["advanced_versioning"]
    assert "1" == xecm_fax.values(made["id"], fax)["2"]


def test_only_what_a_place_takes_is_added(xecm_fax: Session, xecm_admin: Session) -> None:
    """No document without a file, none in the volume of categories, nothing in a document."""
    document = xecm_fax.created("one.pdf")
    without = xecm_fax.post("/v2/nodes", {"type": 144, "parent_id": xecm_fax.inbox, "name": "no file"})
    within = xecm_fax.create("inner.pdf", parent=document)
    astray = xecm_admin.post("/v2/nodes", {"type": 0, "parent_id": xecm_admin.volume(133), "name": "folder"})

    assert [400, 400, 400] == [without.status_code, within.status_code, astray.status_code]
    types = xecm_fax.get(f"/v1/nodes/{xecm_fax.inbox}/addablenodetypes").json()
    assert {"folder", "document", "url"} <= set(types["data"])


def test_what_is_in_a_workspace_names_its_parent_with_a_minus(xecm_fax: Session) -> None:
    """A fact, of ancestors only."""
    workspace = xecm_fax.node_at(141, "Patients", "Ann Ash (4711)")
    document = xecm_fax.created("in it.pdf", parent=workspace)

    above = xecm_fax.get(f"/v1/nodes/{document}/ancestors").json()["ancestors"]
    assert ["Enterprise", "Patients", "Ann Ash (4711)", "in it.pdf"] == [one["name"] for one in above]
    assert (-workspace, workspace) == (above[-1]["parent_id"], above[-1]["volume_id"])
    assert workspace == xecm_fax.get(f"/v1/nodes/{document}/businessworkspace").json()["id"]
    assert workspace == xecm_fax.get(f"/v2/nodes/{document}").json()["results"]["data"]["properties"]["parent_id"]


@pytest.mark.parametrize(
    ("inheritance", "expected"),
    [(None, {"Fax"}), (0, {"Fax"}), (1, {"Patient"}), (2, {"Fax", "Patient"})],
)
def test_a_move_keeps_takes_or_merges_categories(
    inheritance: int | None, expected: set[str], xecm_fax: Session
) -> None:
    """0 its own, 1 those of its destination, 2 both."""
    fax, patient = xecm_fax.category("Fax"), xecm_fax.category("Patient")
    workspace = xecm_fax.node_at(141, "Patients", "Ann Ash (4711)")
    document = xecm_fax.created("moving.pdf", roles={"categories": {f"{fax}_2": "1"}})
    roles = {} if inheritance is None else {"roles": {"categories": {"inheritance": inheritance}}}

    assert 200 == xecm_fax.put(f"/v2/nodes/{document}", {"parent_id": workspace, **roles}).status_code
    entries = xecm_fax.get(f"/v2/nodes/{document}/categories?metadata").json()["results"]
    known = {fax: "Fax", patient: "Patient"}
    assert expected == {known[int(one["metadata_order"]["categories"][0])] for one in entries}


def test_categories_are_not_read_without_a_move(xecm_fax: Session) -> None:
    """A rename with roles renames."""
    fax = xecm_fax.category("Fax")
    document = xecm_fax.created("one.pdf", roles={"categories": {f"{fax}_2": "1"}})
    xecm_fax.put(f"/v2/nodes/{document}", {"name": "two.pdf", "roles": {"categories": {f"{fax}_2": "2"}}})

    assert "1" == xecm_fax.values(document, fax)["2"]


def test_nothing_moves_into_itself(xecm_fax: Session) -> None:
    """Nor is it copied there."""
    outer = xecm_fax.folder("outer")
    inner = xecm_fax.folder("inner", parent=outer)

    assert 400 == xecm_fax.put(f"/v2/nodes/{outer}", {"parent_id": inner}).status_code
    copy = {"parent_id": inner, "name": "copy", "original_id": outer}
    assert 400 == xecm_fax.post("/v2/nodes", copy).status_code


def test_volumes_stay_where_they_are(xecm_admin: Session) -> None:
    """Not even an administrator moves or deletes them."""
    assert 403 == xecm_admin.delete("/v2/nodes/2000").status_code
    assert 403 == xecm_admin.put("/v2/nodes/2000", {"parent_id": xecm_admin.inbox}).status_code


def test_a_copied_folder_holds_copies(xecm_fax: Session) -> None:
    """With content and categories; the audit of the copy says where it came from."""
    fax = xecm_fax.category("Fax")
    outer = xecm_fax.folder("outer")
    xecm_fax.created("one.pdf", parent=outer, roles={"categories": {f"{fax}_2": "1"}})
    answer = xecm_fax.post("/v2/nodes", {"parent_id": xecm_fax.inbox, "name": "copy", "original_id": outer})
    copy = answer.json()["results"]["data"]["properties"]["id"]
    inner = xecm_fax.get(f"/v2/nodes/{copy}/nodes").json()["results"][0]["data"]["properties"]["id"]

    assert PDF == xecm_fax.get(f"/v1/nodes/{inner}/content").content
    assert "1" == xecm_fax.values(inner, fax)["2"]
    assert 92 == xecm_fax.get(f"/v2/nodes/{copy}/audit").json()["results"]["data"]["audit"][0]["event_type"]


def test_what_was_deleted_together_comes_back_together(xecm_fax: Session) -> None:
    """What was deleted before stays in the bin; a name that was taken meanwhile is in the way."""
    folder = xecm_fax.folder("outer")
    early, late = xecm_fax.created("early.pdf", parent=folder), xecm_fax.created("late.pdf", parent=folder)
    xecm_fax.delete(f"/v2/nodes/{early}")
    xecm_fax.delete(f"/v2/nodes/{folder}")
    xecm_fax.folder("outer")

    restoring = {"data": {"ids": [str(folder)]}}
    failed = xecm_fax.post("/v2/volumes/recyclebin/nodes/restore", **restoring).json()
    assert ([folder], True) == (failed["failure"]["ids"], "already exists" in failed["failure"]["errors"][str(folder)])
    xecm_fax.delete(f"/v2/nodes/{xecm_fax.node_at(141, 'Faxes', 'Inbox', 'outer')}")
    done = xecm_fax.post("/v2/volumes/recyclebin/nodes/restore", **restoring).json()
    assert [folder] == done["success"]["ids"]
    assert [404, 200] == [xecm_fax.get(f"/v2/nodes/{one}").status_code for one in (early, late)]
    binned = xecm_fax.get("/v2/volumes/recyclebin/nodes").json()["results"]
    assert ["early.pdf", "outer"] == [one["data"]["properties"]["name"] for one in binned]


def test_a_nickname_belongs_to_one_node(xecm_fax: Session) -> None:
    """A second node cannot take it; a node has one at a time."""
    one, other = xecm_fax.created("one.pdf"), xecm_fax.created("other.pdf")
    assert 200 == xecm_fax.put(f"/v2/nodes/{one}/nicknames", data={"nickname": "fax_1"}).status_code

    assert "already exists" in error(xecm_fax.put(f"/v2/nodes/{other}/nicknames", data={"nickname": "fax_1"}))[1]
    assert one == xecm_fax.get("/v2/nicknames/fax_1/nodes").json()["results"]["data"]["properties"]["id"]
    assert "fax_1" == xecm_fax.get(f"/v2/nodes/{one}/nicknames").json()["results"]["data"]["nickname"]
    xecm_fax.put(f"/v2/nodes/{one}/nicknames", data={"nickname": "fax_2"})
    assert 404 == xecm_fax.get("/v2/nicknames/fax_1/nodes").status_code


def test_reserved_nodes_are_changed_by_nobody_else(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """The reservation of one user keeps another one out."""
    document = xecm_fax.created("one.pdf")
    nora = xecm_clinic.as_user("nora")
    me = xecm_fax.get("/v1/auth").json()["data"]["id"]
    xecm_fax.put(f"/v2/nodes/{document}", {"reserved_user_id": me})

    assert "reserved" in error(nora.put(f"/v2/nodes/{document}", {"name": "mine.pdf"}))[1]
    assert 200 == xecm_fax.put(f"/v2/nodes/{document}", {"reserved_user_id": ""}).status_code
    assert 200 == nora.put(f"/v2/nodes/{document}", {"name": "mine.pdf"}).status_code


@pytest.mark.parametrize(("method", "path"), [("GET", "/v2/nothing"), ("DELETE", "/v2/nodes"), ("GET", "/v3/app/x")])
def test_what_is_not_there_has_words_of_its_own(method: str, path: str, xecm_fax: Session) -> None:
    """400, not 404: the registry of the server does not hold such a path, or not with such a method."""
    status, text = error(xecm_fax.call(method, path))

    assert (400, True) == (status, "mappings registry" in text)


def test_every_change_is_in_the_ledger_once(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """With the acting user; a refused call leaves nothing."""
    document = xecm_fax.created("one.pdf")
    xecm_fax.create("one.pdf")
    xecm_fax.put(f"/v2/nodes/{document}", {"name": "two.pdf"})
    xecm_fax.delete(f"/v2/nodes/{document}")

    mine = [one for one in xecm_clinic.effects() if one["actor"] == "svc_fax"]
    assert ["document created", "node renamed", "node deleted"] == [one["effect"] for one in mine]
    assert {str(document)} == {one["subject"] for one in mine}
    assert (xecm_fax.inbox, "one.pdf", len(PDF)) == tuple(mine[0]["details"][key] for key in ("parent", "name", "size"))
