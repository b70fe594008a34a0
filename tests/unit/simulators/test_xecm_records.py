"""Records management of the simulated Extended ECM: classes and their tokens, official records, holds, clearances."""

from typing import Any

import pytest

from opentext.at_work import PDF, Session, XecmAtWork


def medical(session: Session) -> int:
    return session.node_at(550, "Medical records")


def letters(session: Session) -> int:
    return session.node_at(550, "Correspondence")


def classify(session: Session, document: int, number: int, **more: Any) -> Any:
    return session.post(f"/v1/nodes/{document}/rmclassifications", {"class_id": number, **more})


def details(session: Session, document: int) -> Any:
    return session.get(f"/v1/nodes/{document}/rmclassifications").json()


def hold(session: Session, name: str) -> int:
    form = {"type": "Legal", "name": name, "comment": "", "date_applied": "", "date_to_remove": "", "alternate_id": ""}
    return int(session.post("/v1/holds", data=form).json()["holdID"])


def test_classes_add_up_and_a_token_replaces_the_first(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Without a token one more class; with the current token another one in place of the primary class."""
    document = xecm_fax.created("one.pdf")
    assert [] == details(xecm_fax, document)["data"]
    assert [200, 200, 200] == [
        classify(xecm_fax, document, one).status_code
        for one in (medical(xecm_fax), letters(xecm_fax), letters(xecm_fax))
    ]

    about = details(xecm_fax, document)
    [data] = about["data"]
    assert [medical(xecm_fax), letters(xecm_fax)] == data["multiple_classifications"]
    assert ("001", "MED-10", "ACTIVE", "NR", "EL", False) == tuple(
        data[key] for key in ("file_number", "rsi", "file_status", "essential", "storage", "official")
    )
    token = about["rm_metadataToken"]
    assert 400 == classify(xecm_fax, document, letters(xecm_fax), rm_metadataToken="old").status_code
    assert 200 == classify(xecm_fax, document, letters(xecm_fax), rm_metadataToken=token).status_code
    after = details(xecm_fax, document)
    assert ([letters(xecm_fax)], "COR-6") == (
        after["data"][0]["multiple_classifications"],
        after["data"][0]["rsi"],
    )
    assert token != after["rm_metadataToken"]
    assert 500 == classify(xecm_fax, document, 99).status_code
    assert ["record classified"] * 2 + ["record reclassified"] == [
        one["effect"] for one in xecm_clinic.effects() if one["effect"].startswith("record")
    ]


def test_classes_reach_what_is_below(xecm_fax: Session) -> None:
    """`apply_to_sub_items`."""
    folder = xecm_fax.folder("outer")
    inner = xecm_fax.created("inner.pdf", parent=folder)
    classify(xecm_fax, folder, medical(xecm_fax), apply_to_sub_items=True)

    assert medical(xecm_fax) == details(xecm_fax, inner)["data"][0]["rmclassification_id"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"essential": "VR", "storage": "PA", "file_status": "CLOSED"}, 200),
        ({"rsi": "COR-6"}, 200),
        ({"rsi": "NO-SUCH"}, 400),
        ({"file_status": "LOST"}, 400),
        ({"essential": "VR", "rm_metadataToken": "old"}, 400),
    ],
)
def test_details_change_under_their_token(change: dict[str, Any], expected: int, xecm_fax: Session) -> None:
    """Every change makes a new token; unknown codes are refused."""
    document = xecm_fax.created("one.pdf")
    path = f"/v1/nodes/{document}/rmclassifications"
    assert 500 == xecm_fax.put(path, {"rm_metadataToken": "", **change}).status_code
    classify(xecm_fax, document, medical(xecm_fax))
    token = details(xecm_fax, document)["rm_metadataToken"]

    assert expected == xecm_fax.put(path, {"rm_metadataToken": token, **change}).status_code
    assert (expected == 200) == (token != details(xecm_fax, document)["rm_metadataToken"])


def test_an_official_record_is_left_alone(xecm_fax: Session) -> None:
    """No rename, move, version, category, classification or delete; until it is official no more."""
    document = xecm_fax.created("one.pdf")
    fax = xecm_fax.category("Fax")
    classify(xecm_fax, document, medical(xecm_fax))
    path = f"/v1/nodes/{document}/rmclassifications"
    official = {"rm_metadataToken": details(xecm_fax, document)["rm_metadataToken"], "official": True}
    assert 200 == xecm_fax.put(path, official).status_code

    file = {"file": ("v.pdf", PDF, "application/pdf")}
    for refused in (
        xecm_fax.put(f"/v2/nodes/{document}", {"name": "two.pdf"}),
        xecm_fax.put(f"/v2/nodes/{document}", {"parent_id": xecm_fax.folder("elsewhere")}),
        xecm_fax.post(f"/v2/nodes/{document}/versions", files=file),
        xecm_fax.post(f"/v2/nodes/{document}/categories", data={"category_id": str(fax)}),
        xecm_fax.post(f"/v1/nodes/{document}/classifications", {"class_id": []}),
        xecm_fax.delete(f"/v2/nodes/{document}"),
        classify(xecm_fax, document, letters(xecm_fax)),
    ):
        assert "official record" in refused.json()["error"]
    again = {"rm_metadataToken": details(xecm_fax, document)["rm_metadataToken"], "official": False}
    assert 200 == xecm_fax.put(path, again).status_code
    assert 200 == xecm_fax.delete(f"/v2/nodes/{document}").status_code


def test_a_hold_keeps_what_it_lies_on(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """The node, its versions, what is in it and the folder that it is in; several holds lie on one node."""
    folder = xecm_fax.folder("outer")
    document = xecm_fax.created("one.pdf", parent=folder)
    first, second = hold(xecm_fax, "first"), hold(xecm_fax, "second")
    path = f"/v1/nodes/{document}/holds"
    assert [200, 200, 500] == [xecm_fax.post(path, {"hold_id": one}).status_code for one in (first, second, second)]
    assert ["first", "second"] == [one["HoldName"] for one in xecm_fax.get(path).json()["data"]]

    assert 200 == xecm_fax.delete(f"{path}/{first}").status_code
    for refused in (
        xecm_fax.delete(f"/v2/nodes/{document}"),
        xecm_fax.delete(f"/v2/nodes/{folder}"),
        xecm_fax.call("DELETE", f"/v2/nodes/{document}/versions", data={"number_to_keep": "1"}),
    ):
        assert "hold" in refused.json()["error"]
    assert 200 == xecm_fax.put(f"/v2/nodes/{document}", {"name": "renamed.pdf"}).status_code
    assert [200, 404] == [xecm_fax.delete(f"{path}/{second}").status_code for _ in range(2)]
    xecm_fax.post(f"/v1/nodes/{folder}/holds", {"hold_id": first})
    assert "hold" in xecm_fax.delete(f"/v2/nodes/{document}").json()["error"]
    assert 3 == len(xecm_clinic.effects("hold applied"))


def test_holds_have_names(xecm_fax: Session) -> None:
    """Listed, found by name, never twice."""
    number = hold(xecm_fax, "Birch v. Clinic")
    listed = xecm_fax.get("/v2/holds").json()["results"]["data"]["holds"]
    found = xecm_fax.get("/v2/hold", holdname="Birch v. Clinic").json()["results"]["data"]["hold"]

    assert ["Ash v. Clinic", "Birch v. Clinic"] == [one["HoldName"] for one in listed]
    assert (number, 1, "svc_fax") == tuple(found[key] for key in ("HoldID", "ActiveHold", "ApplyPatron"))
    form = {"type": "Legal", "name": "Birch v. Clinic"}
    assert "already exists" in xecm_fax.post("/v1/holds", data=form).json()["error"]
    assert 404 == xecm_fax.get("/v2/hold", holdname="nobody").status_code
    assert 404 == xecm_fax.post(f"/v1/nodes/{xecm_fax.inbox}/holds", {"hold_id": 99}).status_code


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ({"objectType": "LIV", "stage": "Office", "eventType": "1"}, 200),
        ({"objectType": "XYZ", "stage": "Office", "eventType": "1"}, 400),
        ({"objectType": "LIV", "stage": "Office", "eventType": "9"}, 400),
        ({"objectType": "LIV", "eventType": "1"}, 400),
    ],
)
def test_stages_of_a_schedule_have_their_words(stage: dict[str, str], expected: int, xecm_fax: Session) -> None:
    """LIV or LRM, and five kinds of events."""
    made = xecm_fax.post("/v2/rsischedules", data={"name": "FAX-1", "title": "Faxes"}).json()
    rsi = made["results"]["data"]["id"]

    assert expected == xecm_fax.post(f"/v2/rsischedules/{rsi}/stages", data=stage).status_code
    assert "already exists" in xecm_fax.post("/v2/rsischedules", data={"name": "FAX-1"}).json()["error"]


def test_clearances_and_imports_are_taken(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """A level and markings on a node; files of settings are written down and have no effect."""
    document = xecm_fax.created("one.pdf")
    path = f"/v1/nodes/{document}/securityclearances"
    xecm_fax.post(path, {"clearance_level": 20, "supplemental_markings": ["PHI", "VIP"]})

    assert {"clearance_level": 20, "supplemental_markings": ["PHI", "VIP"]} == xecm_fax.get(path).json()["data"]
    file = {"file": ("codes.xml", b"<codes/>", "text/xml")}
    assert 200 == xecm_fax.post("/v1/recordsmanagement/importCodes", files=file).status_code
    [imported] = xecm_clinic.effects("settings imported")
    assert ("recordsmanagement/importCodes", "codes.xml") == (imported["subject"], imported["details"]["file"])
