"""The practitioners' client `xecm`, driven unmodified over what the product needs of Extended ECM.

A plain script without a word of faxrouter: `python xecm_drive.py http://127.0.0.1:8330`. Its sources need Python 3.12.
"""

import base64
import importlib
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

csrest: Any = importlib.import_module("xecm.CSRestAPI")
requests: Any = importlib.import_module("requests")

PDF = b"%PDF-1.4 the first page"


class Clinic:
    """The address of the simulator, and clients logged in to it in each of the ways that the library knows."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.base = f"{address}/cs/cs"

    def by_password(self, name: str = "svc_fax") -> Any:
        password = f"{name.lower().removesuffix('_fax')}-pw"
        return csrest.CSRestAPI(csrest.LoginType.OTCS_TICKET, self.base, name, password, True, None)

    def by_directory_ticket(self) -> Any:
        return csrest.CSRestAPI(csrest.LoginType.OTDS_TICKET, self.address, "svc_fax", "svc-pw", True, None)

    def by_bearer(self) -> Any:
        return csrest.CSRestAPI(csrest.LoginType.OTDS_BEARER, self.address, "faxrouter", "client-secret", True, None)

    def pass_time(self, seconds: float) -> None:
        requests.post(f"{self.address}/_sim/clock", json={"seconds": seconds}, timeout=10).raise_for_status()

    def id_of(self, path: str) -> int:
        return int(self.by_password("Admin").path_to_id(self.base, path)["id"])


INBOX = "Enterprise:Faxes:Inbox"
FAX = "Content Server Categories:Fax"


def logging_in(clinic: Clinic) -> None:
    """OTDS tickets and bearer tokens go with every call: there is no exchange for a ticket of the Content Server."""
    for client in (clinic.by_password(), clinic.by_directory_ticket(), clinic.by_bearer()):
        assert "25.4" == client.server_info(clinic.base)["server"]["version"]
        assert (
            clinic.id_of("Enterprise")
            == client.node_get(clinic.base, 2000, ["id"], False, False, False)["properties"]["id"]
        )
    assert "rest_api" in clinic.by_password().ping(clinic.base)


def nodes(clinic: Clinic) -> None:
    """Create, upload, read in full, list, find, rename, move, delete."""
    client, base, inbox = clinic.by_password(), clinic.base, clinic.id_of(INBOX)
    fax = clinic.id_of(FAX)
    folder = client.node_create(base, inbox, 0, "November", "all of it", {"de": "November"}, {})
    document = client.node_upload_bytes(base, folder, PDF, "FAX-1.pdf", {f"{fax}_2": "+15551234"})
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "two.pdf").write_bytes(PDF * 2)
        second = client.node_upload_file(base, folder, place, "two.pdf", "FAX-2.pdf", {})
        assert len(PDF) * 2 == client.node_download_file(base, second, "", place, "back.pdf")["file_size"]
        assert PDF * 2 == (Path(place) / "back.pdf").read_bytes()
    assert PDF == base64.b64decode(client.node_download_bytes(base, document, "")["base64"])
    assert PDF == base64.b64decode(client.node_download_bytes(base, document, "1")["base64"])

    whole = client.node_get(base, document, ["id", "name"], True, True, True)
    assert {"id": document, "name": "FAX-1.pdf"} == whole["properties"]
    assert "+15551234" == whole["categories"][0][f"{fax}_2"]
    assert ("owner", "custom") == (whole["permissions"]["owner"]["type"], whole["permissions"]["custom"][0]["type"])
    assert {document, second} == set(client.nodes_get_details(base, [document, second]))
    listed = client.subnodes_get(base, folder, ["id"], True, True, True, 1)
    assert ([document, second], 1) == ([line["properties"]["id"] for line in listed["results"]], listed["page_total"])
    assert 2 == len(client.subnodes_filter(base, folder, "FAX", False, False))
    assert 0 == len(client.subnodes_filter(base, folder, "FAX", True, False))

    assert document == client.node_update_name(base, document, "FAX-1a.pdf", "renamed", {}, {})
    assert document == client.node_move(base, document, inbox)
    patient = clinic.id_of("Content Server Categories:Patient")
    moved = client.node_move_and_apply_category(base, second, inbox, {"inheritance": 0, f"{patient}_2": "4711"})
    assert second == moved
    assert "4711" == client.node_get(base, second, ["id"], True, False, False)["categories"][0][f"{patient}_2"]
    assert {} == client.node_delete(base, second)
    assert [] == client.subnodes_filter(base, inbox, "FAX-2.pdf", False, True)


def categories(clinic: Clinic) -> None:
    """Definition, assign, update, remove."""
    client, base, fax = clinic.by_password(), clinic.base, clinic.id_of(FAX)
    document = client.node_upload_bytes(base, clinic.id_of(INBOX), PDF, "categories.pdf", {})

    fields = client.category_definition_get(base, fax)["forms"][0]["fields"]["properties"]
    assert ("Number", "string", 20) == tuple(fields[f"{fax}_2"][key] for key in ("title", "type", "maxLength"))
    assert document == client.node_category_add(base, document, {"category_id": fax, f"{fax}_2": "1"})
    assert document == client.node_category_update(base, document, fax, {f"{fax}_2": "2", f"{fax}_7": ["A"]})
    assert "2" == client.node_get(base, document, ["id"], True, False, False)["categories"][0][f"{fax}_2"]
    assert document == client.node_category_delete(base, document, fax)
    assert [] == client.node_get(base, document, ["id"], True, False, False)["categories"]


def classifications(clinic: Clinic) -> None:
    """The list of a node is set as a whole."""
    admin, base = clinic.by_password("Admin"), clinic.base
    tree = admin.node_create(base, clinic.id_of("Classifications"), 196, "By xecm", "", {}, {})
    referral = admin.node_create(base, tree, 199, "Referral", "", {}, {})
    document = admin.node_upload_bytes(base, clinic.id_of(INBOX), PDF, "classified by xecm.pdf", {})

    assert document == admin.node_classifications_apply(base, document, False, [referral])
    assert ["Referral"] == [one["name"] for one in admin.node_classifications_get(base, document, ["data"])]


def searching(clinic: Clinic) -> None:
    """The index is behind."""
    client, base, inbox = clinic.by_password(), clinic.base, clinic.id_of(INBOX)
    document = client.node_upload_bytes(base, inbox, PDF, "marimba.pdf", {})
    assert [] == client.search(base, "marimba", 144, inbox, 1)["results"]

    clinic.pass_time(5)
    assert [document] == [one["id"] for one in client.search(base, "marimba", 144, inbox, 1)["results"]]


def workspaces(clinic: Clinic) -> None:
    """Found by its business object; uploads of both ages."""
    client, base = clinic.by_password(), clinic.base
    found = client.businessworkspace_search(base, "EHR", "PATIENT", "4711", 1)
    assert (["Ann Ash (4711)"], 1) == ([line["name"] for line in found["results"]], found["page_total"])
    workspace = found["results"][0]["id"]
    patient = clinic.id_of("Content Server Categories:Patient")
    assert client.businessworkspace_categorydefinition_for_upload_get(base, clinic.id_of(INBOX), patient)

    when = datetime.fromisoformat("2026-11-20T09:41:08")
    old = client.businessworkspace_hr_upload_bytes_depricated(
        base, "EHR", "PATIENT", "4711", PDF, "old way.pdf", "Referral", when
    )
    assert workspace == client.node_get(base, old, ["parent_id"], False, False, False)["properties"]["parent_id"]
    admin = clinic.by_password("Admin")
    tree = admin.node_create(base, clinic.id_of("Classifications"), 196, "Kinds", "", {}, {})
    referral = admin.node_create(base, tree, 199, "Referral letter", "", {}, {})
    new = client.businessworkspace_hr_upload_bytes(
        base, workspace, PDF, "new way.pdf", referral, patient, {f"{patient}_2": "4711"}
    )
    assert "new way.pdf" == client.node_get(base, new, ["name"], False, False, False)["properties"]["name"]
    assert [] == client.businessworkspace_smartdoctypes_get(base, workspace)


def permissions(clinic: Clinic) -> None:
    """Owner, group, everybody, single members, several at once."""
    admin, base = clinic.by_password("Admin"), clinic.base
    document = admin.node_upload_bytes(base, clinic.id_of(INBOX), PDF, "permissions.pdf", {})
    everything = admin.node_get(base, document, ["owner_user_id"], False, True, False)["permissions"]
    router = everything["custom"][0]["right_id"]
    assert "Fax Router" == admin.member_get(base, router)["name"]
    seeing = {"permissions": ["see"], "apply_to": 0}

    for act in (
        admin.node_permissions_owner_apply,
        admin.node_permissions_group_apply,
        admin.node_permissions_public_apply,
    ):
        assert document == act(base, document, seeing)
    assert document == admin.node_permissions_custom_apply(base, document, [{"right_id": 1000, "permissions": ["see"]}])
    assert document == admin.node_permissions_custom_update(base, document, router, seeing)
    after = admin.node_get(base, document, ["id"], False, True, False)["permissions"]
    assert [["see"]] * 2 == [one["permissions"] for one in after["custom"] if one["right_id"] in (1000, router)]
    for take in (
        admin.node_permissions_owner_delete,
        admin.node_permissions_group_delete,
        admin.node_permissions_public_delete,
    ):
        assert document == take(base, document)
    assert document == admin.node_permissions_custom_delete(base, document, router)
    assert router not in [
        one["right_id"] for one in admin.node_get(base, document, ["id"], False, True, False)["permissions"]["custom"]
    ]


def workflow(clinic: Clinic) -> None:
    """Draft, form, start."""
    client, base, inbox = clinic.by_password(), clinic.base, clinic.id_of(INBOX)
    document = client.node_upload_bytes(base, inbox, PDF, "workflow.pdf", {})
    available = client.workflows_document_get_available(base, inbox, document)
    draft = client.workflows_document_draft_create(base, available[0]["DataID"], str(document))["draftprocess_id"]

    assert "Start" == client.workflows_document_draft_form_get(base, draft)["data"]["actions"][0]["label"]
    assert draft == client.workflows_document_draft_initiate(base, draft, "please")["process_id"]


def refusals(clinic: Clinic) -> None:
    """What is refused raises; a session that ended raises an exception of its own."""
    client, base = clinic.by_password(), clinic.base
    for call in (
        lambda: client.node_get(base, 99_999_999, [], False, False, False),
        lambda: client.webreport_nickname_call(base, "no_such_report", {}),
    ):
        assert "404" in _raised(call)
    clinic.pass_time(3 * 3600)
    assert "LoginTimeoutException" in _raised(lambda: client.server_info(base) and client.volumes_get(base))


def _raised(call: Callable[[], object]) -> str:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - the library raises bare exceptions
        return f"{type(error).__name__}: {error}"
    return ""


STEPS: tuple[Callable[[Clinic], None], ...] = (
    logging_in,
    nodes,
    categories,
    classifications,
    searching,
    workspaces,
    permissions,
    workflow,
    refusals,
)


def main(address: str) -> None:
    """Every step; what was done as JSON."""
    for step in STEPS:
        step(Clinic(address))
    print(json.dumps({"xecm": importlib.metadata.version("xecm"), "steps": [step.__name__ for step in STEPS]}))


if __name__ == "__main__":
    main(sys.argv[1])
