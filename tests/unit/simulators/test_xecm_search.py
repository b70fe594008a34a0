"""Searching in the simulated Extended ECM: the index that is behind, and its query language."""

from typing import Any

import pytest

from opentext.at_work import Session, XecmAtWork

LAG = 2.0


def found(session: Session, where: str, **more: Any) -> list[str]:
    results = session.post("/v2/search", data={"where": where, **more}).json()["results"]
    return [one["data"]["properties"]["name"] for one in results]


@pytest.fixture
def filed(xecm_clinic: XecmAtWork, xecm_fax: Session) -> Session:
    """Two documents and a folder, known to the index."""
    fax = xecm_fax.category("Fax")
    folder = xecm_fax.folder("Lab results")
    values = {f"{fax}_2": "+15551234", f"{fax}_3": "2026-11-20T09:41:08", f"{fax}_7": ["urgent", "from mail"]}
    xecm_fax.created("blood count.pdf", parent=folder, roles={"categories": values}, description="of Monday")
    xecm_fax.created("blood group.pdf")
    xecm_clinic.clock.advance(LAG)
    return xecm_fax


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('OTName: "blood count"', ["blood count.pdf"]),
        ("OTName: BLOOD", ["blood count.pdf", "blood group.pdf"]),
        ('OTName: "count blood"', []),
        ("OTName: blo", []),
        ("OTName: blo*", ["blood count.pdf", "blood group.pdf"]),
        ("OTName: blood and OTSubType: 144", ["blood count.pdf", "blood group.pdf"]),
        ("OTSubType: 0 and OTName: lab", ["Lab results"]),
        ("OTName: count or OTName: group", ["blood count.pdf", "blood group.pdf"]),
        ("OTName: blood and not OTName: group", ["blood count.pdf"]),
        ("OTName: blood and-not (OTName: group or OTName: x)", ["blood count.pdf"]),
        ('OTDComment: "monday"', ["blood count.pdf"]),
        ("OTLocation: {folder}", ["Lab results", "blood count.pdf"]),
        ('Attr_{fax}_2: "+15551234"', ["blood count.pdf"]),
        ('Attr_{fax}_2: "+1555"', []),
        ("Attr_{fax}_7: urgent", ["blood count.pdf"]),
        ("Attr_{fax}_3: > 20261101", ["blood count.pdf"]),
        ("Attr_{fax}_3: > 20261201", []),
        ("urgent", ["blood count.pdf"]),
        ("blood group", ["blood group.pdf"]),
    ],
)
def test_queries_find(where: str, expected: list[str], filed: Session) -> None:
    """Words and phrases, in a region or anywhere, together, apart and denied."""
    folder = filed.node_at(141, "Faxes", "Inbox", "Lab results")

    assert expected == found(filed, where.format(folder=folder, fax=filed.category("Fax")))


@pytest.mark.parametrize(
    ("look_for", "where", "expected"),
    [
        ("allwords", "group blood", ["blood group.pdf"]),
        ("anywords", "group count", ["blood count.pdf", "blood group.pdf"]),
        ("exactphrase", "group blood", []),
        ("exactphrase", "blood group", ["blood group.pdf"]),
    ],
)
def test_plain_words_are_searched_for(look_for: str, where: str, expected: list[str], filed: Session) -> None:
    """The other values of `lookfor`."""
    assert expected == found(filed, where, lookfor=look_for)


@pytest.mark.parametrize("where", ["(OTName: x", "OTName:", "OTName: x)", 'OTName: "x', "OTLocation: here", ""])
def test_broken_queries_are_refused(where: str, filed: Session) -> None:
    """400, with what is wrong."""
    answer = filed.post("/v2/search", data={"where": where, "lookfor": "complexquery"})

    assert (400, True) == (answer.status_code, "error" in answer.json())


def test_the_index_is_behind(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """New, renamed and classified things are found after the lag; what was deleted at once no more."""
    document = xecm_fax.created("zither.pdf")
    assert [] == found(xecm_fax, "OTName: zither")
    xecm_clinic.clock.advance(LAG / 2)
    assert [] == found(xecm_fax, "OTName: zither")
    xecm_clinic.clock.advance(LAG / 2)
    assert ["zither.pdf"] == found(xecm_fax, "OTName: zither")

    xecm_fax.put(f"/v2/nodes/{document}", {"name": "lute.pdf"})
    assert ([], ["lute.pdf"]) == (found(xecm_fax, "OTName: lute"), found(xecm_fax, "OTName: zither"))
    xecm_clinic.clock.advance(LAG)
    assert (["lute.pdf"], []) == (found(xecm_fax, "OTName: lute"), found(xecm_fax, "OTName: zither"))
    xecm_fax.delete(f"/v2/nodes/{document}")
    assert [] == found(xecm_fax, "OTName: lute")


def test_nobody_finds_what_nobody_may_see(xecm_clinic: XecmAtWork, filed: Session) -> None:
    """Neither the node nor its number in the count."""
    answer = xecm_clinic.as_user("otto").post("/v2/search", data={"where": "OTName: blood"}).json()

    assert ([], 0) == (answer["results"], answer["collection"]["paging"]["total_count"])


def test_results_are_paged_and_say_where_they_are(filed: Session) -> None:
    """With regions, the version, and the places above."""
    search = {"where": "OTName: blood", "limit": "1", "sort": "desc_OTName"}
    answer = filed.post("/v2/search", data=search).json()
    [entry] = answer["results"]

    assert (1, 1, 2, 2) == tuple(
        answer["collection"]["paging"][key] for key in ("limit", "page", "page_total", "total_count")
    )
    assert ("blood group.pdf", 1) == (entry["data"]["regions"]["OTName"], entry["data"]["versions"]["version_number"])
    assert ["Enterprise", "Faxes", "Inbox", "blood group.pdf"] == [one["name"] for one in entry["links"]["ancestors"]]
    assert "OTName" in [one["key"] for one in filed.get("/v1/regions").json()["data"]]
    within = filed.node_at(141, "Faxes", "Inbox", "Lab results")
    assert ["blood count.pdf"] == found(filed, "OTName: blood", location_id1=str(within))
