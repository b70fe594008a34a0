"""The page's half about Extended ECM: what was put in over the API is there to be read."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from faxrouter_simulators.page.cabinet import read_cabinet
from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import (
    Attribute,
    Category,
    ExtendedEcm,
    Folder,
    Hold,
    RecordClassification,
    Step,
    User,
    WorkflowMap,
    Workspace,
    WorkspaceType,
    World,
)

MARKUP = "<script>alert('&')</script>"
WORLD = World(
    xecm=ExtendedEcm(
        users=(
            User(name="router", password="p", groups=("nurses",), administrator=True),
            User(name="ana", password="p", groups=("nurses",)),
        ),
        groups=("nurses",),
        folders=(Folder(path=("Clinic", "Faxes"), groups=("nurses",)),),
        categories=(
            Category(
                name="Fax",
                attributes=(
                    Attribute(name="Sender"),
                    Attribute(name="Pages", type="whole number"),
                    Attribute(name="Urgent", type="yes/no"),
                    Attribute(name="Tags", several=True),
                    Attribute(name="Nothing"),
                ),
            ),
        ),
        workspace_types=(
            WorkspaceType(
                name="Patient", template="Patient", location=("Patients",), external_system="EHR", object_type="PAT"
            ),
        ),
        workspaces=(Workspace(type="Patient", name="Doe, Jane", object_id="MRN-1"),),
        workflow_maps=(
            WorkflowMap(
                name="Review",
                steps=(Step(name="Look at it", group="nurses", custom_actions=("Approve",)),),
                attributes=(Attribute(name="Reason"),),
            ),
        ),
        record_classifications=(RecordClassification(name="Medical record"),),
        holds=(Hold(name="Case 4711"),),
    )
)


@dataclass(frozen=True, kw_only=True)
class Ecm:
    """A client of the API, and a reader of the page."""

    client: httpx.Client
    simulators: Simulators

    def id_of(self, name: str) -> int:
        row = self.simulators.xecm.store.row("SELECT max(id) AS id FROM nodes WHERE name = ?", name)
        assert row is not None
        return int(row["id"])

    def call(self, method: str, path: str, body: object, *, field: str = "body") -> Any:
        """A call with its fields as JSON in one form field."""
        answer = self.client.request(method, f"/cs/cs/api{path}", data={field: json.dumps(body)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def upload(self, name: str, *, into: str, content: bytes = b"II*\0", sender: str = "VALLEY HEART") -> int:
        fax = self.id_of("Fax")
        values = {f"{fax}_2": sender, f"{fax}_3": 3, f"{fax}_4": True, f"{fax}_5": ["lab", "urgent"]}
        body = {"type": 144, "parent_id": self.id_of(into), "name": name, "roles": {"categories": values}}
        answer = self.client.post(
            "/cs/cs/api/v2/nodes",
            data={"body": json.dumps(body)},
            files={"file": ("fax.tif", content, "image/tiff")},
        )
        assert answer.status_code == 200, answer.text
        return int(answer.json()["results"]["data"]["properties"]["id"])

    def start(self, title: str, *, document: int) -> int:
        """The process of a workflow about the document."""
        draft = self.call(
            "POST", "/v2/draftprocesses", {"workflow_id": self.id_of("Review"), "doc_ids": str(document)}
        )["results"]["draftprocess_id"]
        values = {"WorkflowForm_Title": title, "WorkflowForm_2": "no signature", "WorkflowForm_WorkflowDueDate": ""}
        self.call("PUT", f"/v2/draftprocesses/{draft}", {"action": "formUpdate", "values": values})
        started = self.call("PUT", f"/v2/draftprocesses/{draft}", {"action": "Initiate", "comment": "please"})
        return int(started["results"]["process_id"])

    def seen(self, path: str = "/extended-ecm") -> str:
        """The page as it is read."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.page(path))).split())

    def page(self, path: str = "/extended-ecm") -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def ecm(tmp_path: Path) -> Iterator[Ecm]:
    simulators = Simulators(tmp_path, WORLD)
    server = simulators.serve()
    with httpx.Client(base_url=server.start(), trust_env=False, verify=False) as client:
        ticket = client.post("/cs/cs/api/v1/auth", data={"username": "router", "password": "p"}).json()["ticket"]
        client.headers["OTCSTicket"] = ticket
        yield Ecm(client=client, simulators=simulators)
    server.close()
    simulators.close()


def test_the_tree_is_shown(ecm: Ecm) -> None:
    """Folders, workspaces with their business object, documents where they lie; not what administrators have set up."""
    ecm.upload("Referral.pdf", into="Doe, Jane")
    ecm.upload("FAX-1.tif", into="Faxes")

    seen = ecm.seen()

    names = ["Enterprise", "Clinic", "Faxes", "FAX-1.tif", "Patients", "Doe, Jane", "EHR / PAT / MRN-1", "Referral.pdf"]
    places = [seen.index(name) for name in names]
    assert sorted(places) == places
    assert "Content Server Categories" not in seen


def test_what_is_known_of_a_document_is_shown(ecm: Ecm) -> None:
    """Values of categories, versions, record class and holds; attributes without a value are left out."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    ecm.client.post(
        f"/cs/cs/api/v2/nodes/{document}/versions",
        data={"description": "with page 2"},
        files={"file": ("whole.pdf", b"%PDF-1.7" + bytes(3000), "application/pdf")},
    )
    ecm.call("POST", f"/v1/nodes/{document}/rmclassifications", {"class_id": ecm.id_of("Medical record")})
    ecm.call("POST", f"/v1/nodes/{document}/holds", {"hold_id": 1})

    seen = ecm.seen()

    assert f"Referral.pdf Document {document} 2 versions Medical record hold: Case 4711" in seen
    assert "Fax: Sender VALLEY HEART Fax: Pages 3 Fax: Urgent yes Fax: Tags lab, urgent" in seen
    assert re.search(r"2 with page 2 whole.pdf \S+ \S+ router 3 KB 1 fax.tif \S+ \S+ router 4 bytes", seen)
    assert "Nothing" not in seen


def test_each_version_can_be_opened(ecm: Ecm) -> None:
    """By its link."""
    document = ecm.upload("a.tif", into="Faxes", content=b"II*\0 first")
    ecm.client.post(
        f"/cs/cs/api/v2/nodes/{document}/versions", files={"file": ("b.pdf", b"%PDF second", "application/pdf")}
    )

    links = re.findall(r'href="(/extended-ecm/documents/[^"]*)"', ecm.page())

    answers = [ecm.client.get(link) for link in links]
    assert [(b"%PDF second", "application/pdf"), (b"II*\0 first", "application/octet-stream")] == [
        (answer.content, answer.headers["content-type"]) for answer in answers
    ]


def test_tasks_are_shown_open_and_closed(ecm: Ecm) -> None:
    """For whom, what about, with which documents; and who has done what."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    ecm.start("Signature is missing", document=document)
    done = ecm.start("Prior authorisation", document=document)
    ecm.call(
        "PUT", f"/v2/processes/{done}/subprocesses/{done}/tasks/1", {"custom_action": "Approve", "comment": "all there"}
    )

    seen = ecm.seen()

    opened, closed = seen.partition("Workspaces, folders")[0], seen.partition("Closed tasks")[2]
    assert re.search(r"Signature is missing Look at it nurses Review process \d+ Reason: no signature", opened)
    assert re.search(r"Prior authorisation Look at it nurses Review process \d+ Reason: no signature", closed)
    assert re.search(r"Approve \S+ \S+ by router", closed)
    assert [1, 1] == [half.count("Referral.pdf") for half in (opened, closed)]
    assert "Signature is missing" not in closed


def test_reminders_are_shown(ecm: Ecm) -> None:
    """The day, the document, what for and whom."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    (ana,) = ecm.simulators.xecm.store.rows("SELECT id FROM members WHERE name = 'ana'")
    reminder = {"RSTYPE": "12", "RSRULE": "0", "RSDATE": "D/2026/12/1:0:0:0", "recipients": [ana["id"]]}
    ecm.call(
        "POST", f"/v2/resubmission/{document}/addreminder", {**reminder, "RSDESCRIPTION": "call back"}, field="data"
    )

    assert "2026-12-01 Referral.pdf call back ana open" in ecm.seen()


def test_markup_in_names_and_values_is_text(ecm: Ecm) -> None:
    """Titles, document names and values are taken from faxes."""
    document = ecm.upload(MARKUP, into="Faxes", sender=MARKUP)
    ecm.start(MARKUP, document=document)

    page = ecm.page()

    # the title, the attachment, the name, the value
    assert (False, 4) == ("<script" in page, unescape(page).count(MARKUP))


def test_a_deleted_document_is_not_shown(ecm: Ecm) -> None:
    """What is in the recycle bin is gone for readers."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    ecm.client.delete(f"/cs/cs/api/v2/nodes/{document}")

    assert "Referral.pdf" not in ecm.seen()


def test_a_very_large_cabinet_is_shown_in_part(ecm: Ecm) -> None:
    """What is near the root first; and it says so."""
    shown = read_cabinet(ecm.simulators.xecm.store, most=3)

    assert shown is not None
    assert (False, 2) == (shown.complete, len(shown.top.inside))


def test_each_node_has_a_page_where_the_real_system_has_one(ecm: Ecm) -> None:
    """So that an address that was written down leads somewhere: the way to it, what is known of it, what is in it."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    (workspace,) = ecm.simulators.xecm.store.rows("SELECT id FROM nodes WHERE name = 'Doe, Jane'")

    of_document, of_workspace = (
        ecm.seen(f"/cs/cs/app/nodes/{document}"),
        ecm.seen(f"/cs/cs/app/nodes/{workspace['id']}"),
    )

    assert f"Enterprise › Patients › Doe, Jane › Referral.pdf Document {document}" in of_document
    assert "Fax: Sender VALLEY HEART" in of_document
    assert "EHR / PAT / MRN-1" in of_workspace
    assert "Referral.pdf" in of_workspace
    assert f'href="/cs/cs/app/nodes/{document}"' in ecm.page()


def test_a_node_that_is_not_there_has_no_page(ecm: Ecm) -> None:
    """Nor one that was deleted."""
    document = ecm.upload("Referral.pdf", into="Doe, Jane")
    ecm.client.delete(f"/cs/cs/api/v2/nodes/{document}")

    assert [404, 404] == [ecm.client.get(f"/cs/cs/app/nodes/{number}").status_code for number in (document, 999_999)]
