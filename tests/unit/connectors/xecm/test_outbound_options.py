"""What `[connectors.NAME.outbound]` may say, and whose documents are whose."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector, ConnectorSettings
from faxrouter_connectors import xecm
from faxrouter_connectors.xecm.outbound_options import OutboundOptions, territories
from implementations import SteppedClock

CLAIMS, CLINIC = frozenset({"claims"}), frozenset({"clinic"})
BOTH = CLAIMS | CLINIC
PLACES = {"claims": [["Claims"]], "clinic": [["Clinic"], ["Workspaces", "Patient"]]}
FOLDERS = {"folders": [["Claims", "Outgoing"], ["Clinic", "Faxes", "Outgoing"]]}


def options(**said: object) -> OutboundOptions:
    return OutboundOptions.model_validate(said)


def opened(
    directory: Path,
    outbound: Mapping[str, Any] | None,
    *,
    roles: frozenset[str] = frozenset(),
    departments: frozenset[str] = frozenset({"claims"}),
) -> Connector:
    identity = {"user": "svc", "password": "secret"}
    said: dict[str, object] = {"url": "http://ecm.test", "identity": identity}
    if outbound is not None:
        said["outbound"] = outbound
    return xecm.open_connector(
        ConnectorSettings(
            name="records",
            home=directory,
            options=said,
            clock=SteppedClock(),
            state=directory / "state",
            roles=roles,
            departments=departments,
        )
    )


def test_without_the_table_nobody_is_asked(tmp_path: Path) -> None:
    """Everything is off."""

    assert opened(tmp_path, None).outbound_requests is None


def test_one_empty_table_switches_its_way_on(tmp_path: Path) -> None:
    """The names that it needs have defaults; the port is called like the connector."""
    port = opened(tmp_path, {"by_category": {}}).outbound_requests

    assert port is not None
    assert "records" == port.name


@pytest.mark.parametrize(
    ("roles", "plays"), [({"filing"}, False), ({"outbound requests"}, True), ({"filing", "outbound requests"}, True)]
)
def test_a_connector_plays_the_roles_that_it_is_given(tmp_path: Path, roles: set[str], plays: bool) -> None:
    """And those only, whatever its table says."""
    connector = opened(tmp_path, {"by_category": {}}, roles=frozenset(roles))

    assert plays is (connector.outbound_requests is not None)
    assert ("filing" in roles) is (connector.filing is not None)


def test_the_role_without_the_table_is_a_mistake(tmp_path: Path) -> None:
    """The message says where it is to be written."""
    with pytest.raises(Unavailable) as wrong:
        opened(tmp_path, None, roles=frozenset({"outbound requests"}))

    assert (
        "connector `records`: for the role `outbound requests`, say in `[connectors.records.outbound]` how documents "
        "are marked" == str(wrong.value)
    )


@pytest.mark.parametrize(
    ("outbound", "message"),
    [
        ({}, "`outbound`: say how documents are marked: `by_category`, `by_workflow` or `by_folder`"),
        ({"by_mail": {}}, "`outbound.by_mail`: extra inputs are not permitted"),
        ({"by_folder": {}}, "`outbound.by_folder.folders`: field required"),
        ({"by_folder": {"folders": []}}, "`outbound.by_folder.folders`: tuple should have at least 1 item"),
        ({"by_folder": {"folders": [[]]}}, "`outbound.by_folder.folders.0`: tuple should have at least 1 item"),
        ({"by_folder": {"folders": [["A: B"]]}}, "`outbound.by_folder.folders.0.0`: string should match pattern"),
        ({"by_folder": {"folders": [["A"]], "sent": "Not sent"}}, "`sent` and `refused` must be two different folders"),
        ({"by_category": {"sent": "requested"}}, "`requested`, `sent` and `refused` must be three different words"),
        ({"by_category": {"count": "Answer"}}, "`state`, `answer` and `count` must be three different attributes"),
        ({"by_workflow": {"sent": "Refused"}}, "`sent` and `refused` must be two different actions"),
        ({"by_category": {"requested": 'a"b'}}, "`outbound.by_category.requested`: string should match pattern"),
        ({"by_category": {}, "attributes": {"their_number": ""}}, "string should have at least 1 character"),
        ({"by_category": {}, "places": {"legal": [["Legal"]]}}, "`places` names `legal`, which this connector"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_named(tmp_path: Path, outbound: dict[str, Any], message: str) -> None:
    """Before anything is asked of the system."""
    with pytest.raises(Unavailable) as wrong:
        opened(tmp_path, outbound)

    assert message in str(wrong.value)


def test_an_identity_of_one_department_needs_no_places(tmp_path: Path) -> None:
    """Everything that it sees is the department's."""
    found = territories("records", options(by_category={}, by_folder={"folders": [["Out"]]}), [CLAIMS])[CLAIMS]

    assert ("claims", {}, {("Out",): "claims"}) == (found.department, found.places, found.folders)


def test_each_identity_asks_for_its_own_folders() -> None:
    """A folder belongs to the department in whose place it stands."""
    found = territories("records", options(by_folder=FOLDERS, places=PLACES), [CLAIMS, CLINIC])

    assert {("Claims", "Outgoing"): "claims"} == found[CLAIMS].folders
    assert {("Clinic", "Faxes", "Outgoing"): "clinic"} == found[CLINIC].folders
    assert {("Clinic",): "clinic", ("Workspaces", "Patient"): "clinic"} == found[CLINIC].places


@pytest.mark.parametrize("departments", [None, BOTH])
def test_one_identity_for_several_departments_asks_for_all_of_them(departments: frozenset[str] | None) -> None:
    """Places say whose each document is."""
    found = territories("records", options(by_folder=FOLDERS, places=PLACES), [departments])[departments]

    assert (None, 3, 2) == (found.department, len(found.places), len(found.folders))


@pytest.mark.parametrize(
    ("said", "identities", "message"),
    [
        ({"by_category": {}}, [None], "one identity works for several departments: say in `places` whose each folder"),
        ({"by_workflow": {}}, [BOTH], "one identity works for several departments: say in `places` whose each folder"),
        ({"by_folder": FOLDERS}, [CLAIMS, CLINIC], "say in `places` whose the folder `Claims/Outgoing` is"),
        (
            {"by_folder": FOLDERS, "places": {"claims": [["Claims"]]}},
            [CLAIMS],
            "say in `places` whose the folder `Clinic/Faxes/Outgoing` is",
        ),
        (
            {"by_category": {}, "places": {"claims": [["A"]], "clinic": [["A", "B"]]}},
            [CLAIMS, CLINIC],
            "`places`: `A/B` of `clinic` is in a folder of `claims`",
        ),
        (
            {"by_category": {}, "places": {"claims": [["A"]], "clinic": [["A"]]}},
            [CLAIMS, CLINIC],
            "`places`: `A` of `claims` is in a folder of `clinic`",
        ),
    ],
)
def test_it_must_not_stay_open_whose_a_document_is(
    said: dict[str, Any], identities: list[frozenset[str] | None], message: str
) -> None:
    """Otherwise one department's rules would decide about another's letters."""
    with pytest.raises(Unavailable) as wrong:
        territories("records", options(**said), identities)

    assert message in str(wrong.value)
