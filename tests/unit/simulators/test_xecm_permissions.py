"""Permissions of the simulated Extended ECM, really enforced; and members, favorites, audit."""

from typing import Any

import pytest

from opentext.at_work import PDF, Session, XecmAtWork


def number_of(session: Session, name: str) -> int:
    found = session.get("/v2/members", query=name, where_type="[0,1]").json()["results"]
    numbers = {one["data"]["properties"]["name"]: one["data"]["properties"]["id"] for one in found}
    return int(numbers[name])


def give(session: Session, node: int, name: str, *words: str, apply_to: int = 0) -> Any:
    body = {"permissions": list(words), "right_id": number_of(session, name), "apply_to": apply_to}
    return session.post(f"/v2/nodes/{node}/permissions/custom", body)


FILE = {"file": ("v.pdf", PDF, "application/pdf")}


@pytest.mark.parametrize(
    ("words", "call", "expected"),
    [
        ((), lambda s, n: s.get(f"/v2/nodes/{n}"), 404),
        (("see",), lambda s, n: s.get(f"/v2/nodes/{n}"), 200),
        (("see",), lambda s, n: s.get(f"/v1/nodes/{n}/content"), 403),
        (("see", "see_contents"), lambda s, n: s.get(f"/v1/nodes/{n}/content"), 200),
        (("see", "see_contents"), lambda s, n: s.put(f"/v2/nodes/{n}", {"name": "x"}), 403),
        (("see", "modify"), lambda s, n: s.put(f"/v2/nodes/{n}", {"name": "x"}), 200),
        (("see", "see_contents"), lambda s, n: s.post(f"/v2/nodes/{n}/versions", files=FILE), 403),
        (("see", "see_contents"), lambda s, n: s.delete(f"/v2/nodes/{n}"), 403),
        (("see", "delete"), lambda s, n: s.delete(f"/v2/nodes/{n}"), 200),
        (("see", "modify"), lambda s, n: s.post(f"/v2/nodes/{n}/categories", data={"category_id": "1"}), 403),
        (("see", "modify"), lambda s, n: s.put(f"/v2/nodes/{n}/permissions/public", {"permissions": ["see"]}), 403),
    ],
)
def test_each_act_wants_its_permission(
    words: tuple[str, ...], call: Any, expected: int, xecm_clinic: XecmAtWork, xecm_admin: Session
) -> None:
    """404 for what is not seen, 403 for what may not be done."""
    document = xecm_admin.created("one.pdf")
    if words:
        give(xecm_admin, document, "otto", *words)

    assert expected == call(xecm_clinic.as_user("otto"), document).status_code


def test_adding_wants_add_items(xecm_clinic: XecmAtWork, xecm_admin: Session) -> None:
    """On the container."""
    folder = xecm_admin.folder("closed")
    give(xecm_admin, folder, "otto", "see", "see_contents")
    otto = xecm_clinic.as_user("otto")

    assert 403 == otto.create("one.pdf", parent=folder).status_code
    give(xecm_admin, folder, "otto", "see", "see_contents", "add_items")
    assert 200 == otto.create("one.pdf", parent=folder).status_code


@pytest.mark.parametrize(
    ("reach", "expected"),
    [(0, [True, False, False]), (1, [False, True, True]), (2, [True, True, True]), (3, [True, True, False])],
)
def test_rights_reach_as_far_as_said(
    reach: int, expected: list[bool], xecm_clinic: XecmAtWork, xecm_admin: Session
) -> None:
    """0 the node, 1 what is below, 2 both, 3 the node and its children."""
    outer = xecm_admin.folder("outer")
    inner = xecm_admin.folder("inner", parent=outer)
    innermost = xecm_admin.created("innermost.pdf", parent=inner)
    assert 200 == give(xecm_admin, outer, "otto", "see", apply_to=reach).status_code
    otto = xecm_clinic.as_user("otto")

    assert expected == [otto.get(f"/v2/nodes/{one}").status_code == 200 for one in (outer, inner, innermost)]


def test_new_nodes_have_the_rights_of_their_parent(xecm_clinic: XecmAtWork, xecm_admin: Session) -> None:
    """And their author as owner; a change of the parent afterwards does not reach them."""
    folder = xecm_admin.folder("open")
    give(xecm_admin, folder, "otto", "see", "see_contents")
    early = xecm_admin.created("early.pdf", parent=folder)
    xecm_admin.delete(f"/v2/nodes/{folder}/permissions/custom/{number_of(xecm_admin, 'otto')}")
    late = xecm_admin.created("late.pdf", parent=folder)
    otto = xecm_clinic.as_user("otto")

    assert [200, 404] == [otto.get(f"/v2/nodes/{one}").status_code for one in (early, late)]
    listed = [one["data"]["permissions"] for one in xecm_admin.get(f"/v2/nodes/{late}/permissions").json()["results"]]
    assert ["owner", "group", "public", "custom", "custom"] == [one["type"] for one in listed]
    assert number_of(xecm_admin, "Admin") == listed[0]["right_id"]


def test_several_are_given_at_once(xecm_clinic: XecmAtWork, xecm_admin: Session) -> None:
    """The field `permissions_array`; effective rights are those of user, groups and everybody together."""
    document = xecm_admin.created("one.pdf")
    mail, otto = number_of(xecm_admin, "Mailroom"), number_of(xecm_admin, "otto")
    array = (
        f'[{{"right_id": {mail}, "permissions": ["see"]}}, {{"right_id": {otto}, "permissions": ["see", "modify"]}}]'
    )
    assert (
        200
        == xecm_admin.post(
            f"/v2/nodes/{document}/permissions/custom/bulk", data={"permissions_array": array}
        ).status_code
    )
    xecm_admin.put(f"/v2/nodes/{document}/permissions/public", {"permissions": ["see", "see_contents"]})

    for member, expected in (
        (otto, ["see", "see_contents", "modify"]),
        (number_of(xecm_admin, "mike"), ["see", "see_contents"]),
        (mail, ["see", "see_contents"]),
    ):
        answer = xecm_admin.get(f"/v2/nodes/{document}/permissions/effective/{member}").json()
        assert expected == answer["results"]["data"]["permissions"]["permissions"]
    assert 400 == give(xecm_admin, document, "otto", "fly").status_code
    assert 400 == xecm_admin.put(f"/v2/nodes/{document}/permissions/nobody", {"permissions": []}).status_code


def test_lists_hold_only_what_is_seen(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Counts as well; administrators see everything."""
    exceptions = xecm_fax.node_at(141, "Faxes", "Exceptions")
    xecm_fax.created("one.pdf", parent=exceptions)
    faxes = xecm_fax.node_at(141, "Faxes")

    for name, expected in (("svc_fax", 2), ("nora", 1), ("otto", 0), ("Admin", 2)):
        answer = xecm_clinic.as_user(name).get(f"/v2/nodes/{faxes}/nodes").json()
        assert (expected, expected) == (len(answer["results"]), answer["collection"]["paging"]["total_count"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"where_type": "0", "where_name": "svc"}, ["svc_fax"]),
        ({"where_type": "1", "where_name": "fax"}, ["Fax Router"]),
        ({"query": "fax"}, ["Fax Router", "svc_fax"]),
        ({"query": "fax", "where_name": "nora"}, ["Fax Router", "svc_fax"]),
        ({"where_type": "1", "sort": "desc_name", "limit": "2"}, ["Nurses", "Mailroom"]),
        ({"where_type": "1", "sort": "asc_colour"}, ["DefaultGroup", "Fax Router", "Nurses", "Mailroom"]),
    ],
)
def test_members_are_looked_up(query: dict[str, str], expected: list[str], xecm_fax: Session) -> None:
    """By type, name or query, which excludes the name; an unknown column to sort by is ignored."""
    results = xecm_fax.get("/v2/members", **query).json()["results"]

    assert expected == [one["data"]["properties"]["name"] for one in results]


def test_members_are_made_by_administrators(xecm_fax: Session, xecm_admin: Session) -> None:
    """Nobody else makes or changes users and groups."""
    group = {"data": {"type": "1", "name": "Auditors"}}

    assert [403, 200] == [one.post("/v2/members", **group).status_code for one in (xecm_fax, xecm_admin)]
    assert "already exists" in xecm_admin.post("/v2/members", **group).json()["error"]
    otto = number_of(xecm_admin, "otto")
    assert 200 == xecm_admin.put(f"/v2/members/{otto}", data={"business_fax": "+15550100"}).status_code
    assert "+15550100" == xecm_fax.get(f"/v1/members/{otto}").json()["data"]["business_fax"]
    assert 404 == xecm_fax.get("/v2/members/99").status_code


def test_the_audit_is_asked_by_event_user_and_day(xecm_clinic: XecmAtWork, xecm_admin: Session) -> None:
    """Newest first; what nobody may see has no audit."""
    document = xecm_admin.created("one.pdf")
    give(xecm_admin, document, "otto", "see")
    path = f"/v2/nodes/{document}/audit"
    today = f"{xecm_clinic.clock.now():%Y-%m-%d}"

    events = [one["event_type"] for one in xecm_admin.get(path).json()["results"]["data"]["audit"]]
    assert [9, 1] == events
    for query, expected in (
        ({"where_type": "9"}, 1),
        ({"where_user_id": "1005"}, 0),
        ({"where_audit_date_start": today}, 2),
        ({"where_audit_date_end": "2020-01-01"}, 0),
        ({"limit": "1", "page": "2"}, 1),
    ):
        assert expected == len(xecm_admin.get(path, **query).json()["results"]["data"]["audit"])
    assert 404 == xecm_clinic.as_user("mike").get(path).status_code


def test_favorites_are_personal(xecm_clinic: XecmAtWork, xecm_fax: Session) -> None:
    """Told with the node, too."""
    document = xecm_fax.created("one.pdf")
    xecm_fax.post(f"/v2/members/favorites/{document}")
    nora = xecm_clinic.as_user("nora")

    def favorite(session: Session) -> tuple[bool, int]:
        properties = session.get(f"/v2/nodes/{document}").json()["results"]["data"]["properties"]
        return properties["favorite"], len(session.get("/v2/members/favorites").json()["results"])

    assert ((True, 1), (False, 0)) == (favorite(xecm_fax), favorite(nora))
    xecm_fax.delete(f"/v2/members/favorites/{document}")
    assert (False, 0) == favorite(xecm_fax)
