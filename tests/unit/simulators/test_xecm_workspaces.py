"""Business workspaces of the simulated Extended ECM: templates, references, lists and their quirks, relations."""

from pathlib import Path
from typing import Any

import pytest

from opentext.at_work import PDF, Session, XecmAtWork, xecm_at_work
from opentext.clinic import CLINIC


def type_named(session: Session, name: str) -> dict[str, Any]:
    for one in session.get("/v2/businessworkspacetypes", expand_templates="true").json()["results"]:
        properties: dict[str, Any] = one["data"]["properties"]
        if properties["wksp_type_name"] == name:
            return properties
    raise LookupError(name)


def create(session: Session, name: str, *, kind: str = "Patient", **more: Any) -> Any:
    about = type_named(session, kind)
    body = {
        "template_id": about["templates"][0]["id"],
        "wksp_type_id": about["wksp_type_id"],
        "type": 848,
        "name": name,
    }
    return session.post("/v2/businessworkspaces", {**body, **more})


def created(session: Session, name: str, *, kind: str = "Patient", **more: Any) -> int:
    answer = create(session, name, kind=kind, **more)
    assert 200 == answer.status_code, answer.text
    return int(answer.json()["results"]["id"])


def listed(session: Session, **query: Any) -> list[str]:
    answer = session.get("/v2/businessworkspaces", **query).json()
    return [one["data"]["properties"]["name"] for one in answer["results"]]


def bo(object_id: str) -> dict[str, str]:
    return {"ext_system_id": "EHR", "bo_type": "PATIENT", "bo_id": object_id}


def test_a_workspace_comes_from_its_template(xecm_admin: Session, xecm_fax: Session) -> None:
    """With its categories, sub folders, documents and roles; the roles are the workspace's own."""
    template = type_named(xecm_admin, "Patient")["templates"][0]["id"]
    letters = xecm_admin.folder("Letters", parent=template)
    xecm_admin.created("Consent.pdf", parent=letters)
    patient = xecm_fax.category("Patient")
    made = created(xecm_fax, "Bea", roles={"categories": {str(patient): {f"{patient}_2": "4712"}}}, **bo("4712"))

    assert "4712" == xecm_fax.values(made, patient)["2"]
    [folder] = xecm_fax.get(f"/v2/nodes/{made}/nodes").json()["results"]
    [document] = xecm_fax.get(f"/v2/nodes/{folder['data']['properties']['id']}/nodes").json()["results"]
    assert ("Letters", "Consent.pdf") == (
        folder["data"]["properties"]["name"],
        document["data"]["properties"]["name"],
    )
    assert PDF == xecm_fax.get(f"/v1/nodes/{document['data']['properties']['id']}/content").content
    roles = [
        one["data"]["properties"] for one in xecm_fax.get(f"/v2/businessworkspaces/{made}/roles").json()["results"]
    ]
    of_template = xecm_fax.get(f"/v2/businessworkspaces/{template}/roles").json()["results"]
    assert [("Lead", True), ("Team", False)] == [(role["name"], role["leader"]) for role in roles]
    assert not {role["id"] for role in roles} & {one["data"]["properties"]["id"] for one in of_template}
    leaders = xecm_fax.get(f"/v2/businessworkspaces/{made}/roles/{roles[0]['id']}/members").json()["results"]
    assert ["svc_fax"] == [one["data"]["properties"]["name"] for one in leaders]


def test_its_teams_see_it_and_others_do_not(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """The groups of the type are in the role `Team` of every workspace."""
    made = created(xecm_fax, "Bea")
    document = xecm_fax.created("in it.pdf", parent=made)

    seen = {name: xecm_clinic.as_user(name).get(f"/v2/nodes/{document}").status_code for name in ("nora", "mike")}
    assert {"nora": 200, "mike": 404} == seen
    assert [] == listed(xecm_clinic.as_user("mike"), where_workspace_type_name="Patient")


def test_a_business_object_has_one_workspace(xecm_fax: Session) -> None:
    """A second one is refused until the first is gone; an unknown type of object is refused."""
    first = created(xecm_fax, "Bea", **bo("4712"))
    assert "already exists" in create(xecm_fax, "Bea again", **bo("4712")).json()["error"]
    unknown = {"ext_system_id": "EHR", "bo_type": "INVOICE", "bo_id": "1"}
    assert "does not exist" in create(xecm_fax, "Invoice", **unknown).json()["error"]

    path = "/v2/externalsystems/EHR/botypes/PATIENT/boids/4712"
    assert [first] == [one["data"]["properties"]["id"] for one in xecm_fax.get(path).json()["results"]]
    by_query = {"where_ext_system_id": "EHR", "where_bo_type": "PATIENT", "where_bo_id": "4712", "expanded_view": 0}
    assert ["Bea"] == listed(xecm_fax, **by_query)
    xecm_fax.delete(f"/v2/nodes/{first}")
    assert [] == xecm_fax.get(path).json()["results"]
    assert 200 == create(xecm_fax, "Bea", **bo("4712")).status_code


def test_references_are_put_and_taken_away(xecm_fax: Session) -> None:
    """Plain form fields; again changes nothing, and what is not there cannot be taken."""
    made = created(xecm_fax, "Bea")
    path = f"/v2/businessworkspaces/{made}/workspacereferences"

    assert [200, 200] == [xecm_fax.put(path, data=bo("4712")).status_code for _ in range(2)]
    single = xecm_fax.get(f"/v2/businessworkspaces/{made}", fields="workspace_references").json()
    assert "4712" == single["results"]["data"]["workspace_references"][0]["business_object_id"]
    assert [200, 500] == [xecm_fax.call("DELETE", path, data=bo("4712")).status_code for _ in range(2)]


def test_a_missing_name_is_derived(xecm_fax: Session) -> None:
    """From the type and the business object."""
    made = created(xecm_fax, "", **bo("4713"))

    assert "Patient 4713" == xecm_fax.get(f"/v2/nodes/{made}").json()["results"]["data"]["properties"]["name"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"where_workspace_type_name": "Patient"}, ["Ann Ash (4711)", "Bea Birch", "Group one"]),
        ({"where_workspace_type_name": "Patient group"}, ["Group one"]),
        ({"where_workspace_type_id": "{patient}"}, ["Ann Ash (4711)", "Bea Birch"]),
        ({"where_workspace_type_id": "{patient}", "where_name": "contains_birch"}, ["Bea Birch"]),
        ({"where_workspace_type_id": "{patient}", "where_name": "startswith_Birch"}, []),
        ({"where_workspace_type_id": "{patient}", "where_name": "Bea"}, ["Bea Birch"]),
        ({"where_workspace_type_id": "{patient}", "sort": "desc_name", "limit": "1"}, ["Bea Birch"]),
    ],
)
def test_lists_are_asked_by_type_and_name(query: dict[str, str], expected: list[str], xecm_fax: Session) -> None:
    """A type's name matches from its beginning on, so "Patient" finds those of "Patient group" too: a fact."""
    patient = type_named(xecm_fax, "Patient")["wksp_type_id"]
    created(xecm_fax, "Bea Birch")
    created(xecm_fax, "Group one", kind="Patient group")

    assert expected == listed(xecm_fax, **{key: value.format(patient=patient) for key, value in query.items()})


def test_lists_page_at_the_top_and_give_the_last_page_again(xecm_fax: Session) -> None:
    """`actions.next` is there as long as there is more; a page beyond the end repeats the last one."""
    created(xecm_fax, "Bea")
    asking = {"where_workspace_type_name": "Patient", "limit": "1"}
    pages = [xecm_fax.get("/v2/businessworkspaces", **asking, page=page).json() for page in ("1", "2", "9")]

    assert [2, 2, 2] == [one["paging"]["page_total"] for one in pages]
    assert [True, False, False] == ["next" in one["paging"].get("actions", {}) for one in pages]
    assert pages[1]["results"] == pages[2]["results"]
    assert "wksp_info" in pages[0]
    large = xecm_fax.get("/v2/businessworkspaces", where_workspace_type_name="Patient", limit="9999").json()
    assert 500 == large["paging"]["limit"]


def test_narrowing_needs_a_word_of_its_own(xecm_fax: Session) -> None:
    """Without `action=properties-` every property comes; the type has an id there and no name."""
    asking = {"where_workspace_type_name": "Patient", "fields": "properties{id,name}"}
    everything = xecm_fax.get("/v2/businessworkspaces", **asking).json()["results"][0]["data"]["properties"]
    narrowed = xecm_fax.get("/v2/businessworkspaces", **asking, action="properties-").json()["results"][0]["data"]

    assert {"id", "name"} == set(narrowed["properties"])
    assert (type_named(xecm_fax, "Patient")["wksp_type_id"], False) == (
        everything["wnf_wksp_type_id"],
        "wksp_type_name" in everything,
    )
    single = xecm_fax.get(f"/v2/nodes/{everything['id']}").json()["results"]["data"]["properties"]
    assert "Patient" == single["wksp_type_name"]


def test_recently_used_ones_need_a_type_id(xecm_fax: Session) -> None:
    """`expanded_view=False` without one is refused."""
    assert 400 == xecm_fax.get("/v2/businessworkspaces", expanded_view="False", where_name="Ann").status_code


def test_newer_releases_tell_more_of_a_type(tmp_path: Path) -> None:
    """From 26.2 on, where its workspaces are made among it."""
    with xecm_at_work(tmp_path, CLINIC.model_copy(update={"version": "26.4"})) as at_work:
        session = at_work.as_user("svc_fax")
        about = type_named(session, "Patient")

        assert str(session.node_at(141, "Patients")) == about["wksp_creation"]["location_value"]


def test_relations_are_seen_from_both_sides(xecm_fax: Session) -> None:
    """A child here is a parent there; twice is refused, so is what is not related."""
    ann, bea = xecm_fax.node_at(141, "Patients", "Ann Ash (4711)"), created(xecm_fax, "Bea")
    path = f"/v2/businessworkspaces/{ann}/relateditems"
    form = {"rel_bw_id": str(bea), "rel_type": "child"}

    assert [200, 500] == [xecm_fax.post(path, data=form).status_code for _ in range(2)]
    here = xecm_fax.get(path, where_relationtype="child").json()["results"]
    there = xecm_fax.get(f"/v2/businessworkspaces/{bea}/relateditems", where_rel_types="{'child','parent'}").json()
    assert [(bea, "BO_Child")] == [
        (one["data"]["properties"]["id"], one["data"]["properties"]["rel_type"]) for one in here
    ]
    assert [(ann, "BO_Parent")] == [
        (one["data"]["properties"]["id"], one["data"]["properties"]["rel_type"]) for one in there["results"]
    ]
    assert [] == xecm_fax.get(path, where_workspace_type_ids="{99}").json()["results"]
    assert [200, 500] == [xecm_fax.delete(f"{path}/{bea}", params={"rel_type": "child"}).status_code for _ in range(2)]


def test_typed_uploads_are_named_afterwards(xecm_admin: Session) -> None:
    """A preview takes the file; what is wrong with its name stands in the answer, not in its status."""
    workspace = xecm_admin.node_at(141, "Patients", "Ann Ash (4711)")
    tree = xecm_admin.folder("Kinds", parent=xecm_admin.volume(198), type=196)
    kind = xecm_admin.folder("Referral", parent=tree, type=199)
    xecm_admin.created("taken.pdf", parent=workspace)
    file = {"file": ("scan.pdf", PDF, "application/pdf")}
    upload = xecm_admin.post("/v2/businessworkspace/preview", data={"bw_id": str(workspace)}, files=file).json()
    document = upload["results"]["docNodeId"]
    form = {"docNodeId": str(document), "classification_id": str(kind)}
    path = f"/v2/businessworkspace/{workspace}/postupload"

    refused = xecm_admin.put(path, data={**form, "document_name": "taken.pdf"}).json()["results"]
    assert (False, True) == (refused["ok"], "already exists" in refused["errMsg"])
    assert {"ok": True, "errMsg": ""} == xecm_admin.put(path, data={**form, "document_name": "free.pdf"}).json()[
        "results"
    ]
    assert document == xecm_admin.node_at(141, "Patients", "Ann Ash (4711)", "free.pdf")


def test_document_types_of_an_administrator_are_offered(xecm_admin: Session) -> None:
    """A smart document type and its classification."""
    tree = xecm_admin.folder("Kinds", parent=xecm_admin.volume(198), type=196)
    kind = xecm_admin.folder("Referral", parent=tree, type=199)
    xecm_admin.folder("Referral", parent=xecm_admin.volume(876), type=877, classification=kind)
    workspace = xecm_admin.node_at(141, "Patients", "Ann Ash (4711)")

    [offered] = xecm_admin.get(f"/v2/businessworkspaces/{workspace}/doctypes").json()["results"]
    assert (kind, "Referral") == tuple(
        offered["data"]["properties"][key] for key in ("classification_id", "classification_name")
    )
