"""OpenText's own client, pyxecm, driven unmodified over everything that the product needs of Extended ECM.

A plain script without a word of faxrouter: `python pyxecm_drive.py http://127.0.0.1:8330` runs under any interpreter
that has pyxecm. The server is the simulator with the world of `clinic.py`.
"""

import importlib
import importlib.metadata
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

pyxecm: Any = importlib.import_module("pyxecm")
requests: Any = importlib.import_module("requests")

ENTERPRISE, CATEGORIES, CLASSIFICATIONS, RECORDS = 141, 133, 198, 550
FOLDER, SHORTCUT, DOCUMENT = 0, 1, 144
PDF = b"%PDF-1.4 the first page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    protocol: str
    hostname: str
    port: int

    def server(self, **credentials: Any) -> Any:
        """Not logged in yet."""
        return pyxecm.OTCS(protocol=self.protocol, hostname=self.hostname, port=self.port, **credentials)

    def directory(self, **credentials: Any) -> Any:
        return pyxecm.OTDS(protocol=self.protocol, hostname=self.hostname, port=self.port, **credentials)

    def as_user(self, name: str) -> Any:
        """Logged in with the password that the clinic gave."""
        server = self.server(username=name, password=f"{name.lower().removesuffix('_fax')}-pw")
        assert server.authenticate()
        return server

    def pass_time(self, seconds: float) -> None:
        address = f"{self.protocol}://{self.hostname}:{self.port}/_sim/clock"
        requests.post(address, json={"seconds": seconds}, timeout=10).raise_for_status()


def node_at(server: Any, volume: int, *path: str) -> int:
    """The id of what stands at a path."""
    found = server.get_node_by_volume_and_path(volume_type=volume, path=list(path))
    return int(server.get_result_value(response=found, key="id"))


def member(server: Any, name: str, *, group: bool = False) -> int:
    found = server.get_group(name=name) if group else server.get_user(name=name)
    return int(server.get_result_value(response=found, key="id"))


def uploaded(server: Any, name: str, *, parent: int | None = None, **more: Any) -> int:
    """A new document, in the inbox unless said otherwise."""
    parent = parent or node_at(server, ENTERPRISE, "Faxes", "Inbox")
    response = server.upload_file_to_parent(
        parent_id=parent, file_content=PDF, file_name=name, mime_type="application/pdf", **more
    )
    return int(server.get_result_value(response=response, key="id"))


def logging_in(clinic: Clinic) -> None:
    """Password, OTDS ticket, bearer token for a client and for a user; each ends in a ticket of the Content Server."""
    by_password = clinic.as_user("svc_fax")
    assert "svc_fax" == by_password.get_current_user()["data"]["name"]

    directory = clinic.directory(username="svc_fax", password="svc-pw")
    ticket = directory.authenticate()["OTDSTicket"]
    by_ticket = clinic.server(otds_ticket=ticket)
    assert by_ticket.authenticate()
    assert "svc_fax" == by_ticket.get_current_user()["data"]["name"]

    client = clinic.directory(client_id="faxrouter", client_secret="client-secret")
    by_token = clinic.server(otds_token=client.authenticate())
    assert by_token.authenticate()
    assert "svc_fax" == by_token.get_current_user()["data"]["name"]

    renewing = clinic.server(otds_object=clinic.directory(client_id="faxrouter", client_secret="client-secret"))
    assert renewing.authenticate()

    as_nora = clinic.server(otds_token=client.authenticate_user_token("nora", "nora-pw"))
    assert as_nora.authenticate()
    assert "nora" == as_nora.get_current_user()["data"]["name"]

    assert clinic.server(username="svc_fax", password="wrong").authenticate() is None


def renewing_a_session(clinic: Clinic) -> None:
    """After two idle hours the server answers 401; pyxecm logs in again and repeats the call."""
    # it sleeps so many seconds after it logged in again
    vars(sys.modules["pyxecm.otcs"])["REQUEST_RETRY_DELAY"] = 0
    server = clinic.as_user("svc_fax")
    before = server.otcs_ticket()
    clinic.pass_time(3 * 3600)

    assert server.get_current_user()["data"]["name"] == "svc_fax"
    assert before != server.otcs_ticket()


def asking_the_server(clinic: Clinic) -> None:
    """Its version decides in pyxecm which calls it makes."""
    server = clinic.as_user("svc_fax")

    assert server.is_ready()
    assert "25.4" == server.get_server_version()
    assert "en" == server.get_system_default_metadata_language()
    assert server.get_server_info()["sessions"]["expire_after_last_request"]


def members(clinic: Clinic) -> None:
    """Users and groups by name, by id, by page; new ones made by an administrator."""
    admin = clinic.as_user("Admin")
    nora = admin.get_user(name="nora")
    number = admin.get_result_value(nora, "id")
    assert "nora" == admin.get_result_value(admin.get_user(user_id=number), "name")
    assert "User" == admin.get_result_value(admin.get_member(member_id=number), "type_name")
    names = {user["data"]["properties"]["name"] for user in admin.get_users_iterator()}
    assert {"Admin", "svc_fax", "nora", "mike", "otto"} <= names
    groups = {group["data"]["properties"]["name"] for group in admin.get_groups_iterator()}
    assert {"DefaultGroup", "Fax Router", "Nurses", "Mailroom"} <= groups

    made = admin.add_group(name="Auditors")
    group = admin.get_result_value(made, "id")
    user = admin.add_user(
        name="anna",
        password="anna-pw",
        first_name="Anna",
        last_name="Ames",
        email="a@x.test",
        title="",
        base_group=group,
    )
    anna = admin.get_result_value(user, "id")
    assert admin.add_group_member(member_id=anna, group_id=group)
    assert admin.update_user(user_id=anna, field="title", value="Auditor")
    assert "anna" == admin.get_result_value(admin.get_users(where_last_name="Ames"), "name")
    assert ["anna"] == [one["data"]["properties"]["name"] for one in admin.get_group_members_iterator(group, 0)]
    assert "Auditors" in admin.get_result_values(admin.get_user_memberof(user_id=anna), "name")
    assert "Auditors" == admin.get_result_value(admin.get_group(group_id=group), "name")
    assert clinic.as_user("anna").get_user_memberof()


def folders_and_documents(clinic: Clinic) -> None:
    """Create, find, check names, rename, copy, move, point to, delete, restore."""
    server = clinic.as_user("svc_fax")
    inbox = node_at(server, ENTERPRISE, "Faxes", "Inbox")
    made = server.create_item(parent_id=inbox, item_type=FOLDER, item_name="November", item_description="all of it")
    folder = server.get_result_value(made, "id")
    document = uploaded(server, "FAX-1.pdf", parent=folder, description="one page", external_create_date="2026-11-20")

    node = server.get_node(node_id=document, fields=["properties{id,name,size,mime_type}", "versions.element(0)"])
    assert {"id": document, "name": "FAX-1.pdf", "size": len(PDF), "mime_type": "application/pdf"} == node["results"][
        "data"
    ]["properties"]
    assert 1 == node["results"]["data"]["versions"]["version_number"]
    assert document == server.get_result_value(server.get_node_by_parent_and_name(folder, "FAX-1.pdf"), "id")
    assert [document] == server.get_result_values(server.get_subnodes(parent_node_id=folder), "id")
    assert [document] == [one["data"]["properties"]["id"] for one in server.get_subnodes_iterator(folder)]
    assert document == server.lookup_node_by_regex(folder, ["FAX-\\d"])["results"]["data"]["properties"]["id"]
    assert [{"name": "FAX-1.pdf", "id": document}] == server.check_node_name(folder, "FAX-1.pdf")["results"]
    assert [] == server.check_node_name(folder, "FAX-2.pdf")["results"]
    assert 2 == len(server.get_result_values(server.get_nodes([folder, document], fields="properties{id}"), "id"))
    names = [one["name"] for one in server.get_node_ancestors(document)["ancestors"]]
    assert ["Enterprise", "Faxes", "Inbox", "November", "FAX-1.pdf"] == names
    assert {"download", "delete"} <= set(server.get_node_actions(document)["results"][str(document)]["data"])
    assert server.create_item(parent_id=inbox, item_type=FOLDER, item_name="November", show_error=False) is None

    assert server.rename_node(node_id=document, name="FAX-1a.pdf", description="renamed", name_multilingual={"de": "F"})
    copy = server.get_result_value(server.copy_node(node_id=document, parent_id=folder, new_name="copy.pdf"), "id")
    assert PDF == server.get_document_content(copy)
    pointing = server.create_item(parent_id=folder, item_type=SHORTCUT, item_name="pointing.pdf", original_id=document)
    assert document == server.get_result_value(pointing, "original_id")
    assert server.update_item(node_id=copy, parent_id=inbox, item_name="moved.pdf", item_description="to the inbox")
    assert copy == node_at(server, ENTERPRISE, "Faxes", "Inbox", "moved.pdf")

    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "batch" / "inner").mkdir(parents=True)
        (Path(place) / "batch" / "inner" / "one.txt").write_text("one")
        assert server.upload_directory_to_parent(parent_id=folder, file_path=str(Path(place) / "batch"))
    assert node_at(server, ENTERPRISE, "Faxes", "Inbox", "November", "inner", "one.txt")

    assert server.delete_node(node_id=copy) is not None
    assert server.get_node(node_id=copy) is None
    assert {"ids": [copy]} == server.restore_node(copy)["success"]
    assert server.delete_node(node_id=copy, purge=True) is not None
    assert {"ids": []} == server.restore_node(copy)["success"]


def nicknames(clinic: Clinic) -> None:
    """A nickname finds its node; pyxecm itself replaces what a nickname must not hold."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "nicknamed.pdf")

    assert server.set_node_nickname(node_id=document, nickname="fax 2026-1") is not None
    assert document == server.get_result_value(server.get_node_from_nickname("fax_2026_1"), "id")
    assert server.get_node_from_nickname("nobody") is None


def versions(clinic: Clinic) -> None:
    """Add, list, read, download whole and streamed, purge."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "versioned.pdf")
    added = server.add_document_version(
        node_id=document, file_content=PDF * 2, file_name="again.pdf", mime_type="application/pdf", description="again"
    )
    assert added is not None

    assert [1, 2] == server.get_result_values(server.get_document_versions(document), "version_number", "versions")
    first = server.get_document_version(document, 1)
    assert len(PDF) == server.get_result_value(first, "file_size", property_name="versions")
    assert 2 == server.get_latest_document_version(document)["data"]["version_number"]
    assert PDF * 2 == server.get_document_content(document)
    assert PDF == server.get_document_content(document, version_number=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "downloaded.pdf"
        assert server.download_document(node_id=document, file_path=str(path))
        assert PDF * 2 == path.read_bytes()
        assert server.download_document(node_id=document, file_path=str(path), version_number=1)
        assert PDF == path.read_bytes()
    assert server.purge_document_versions(document, versions_to_keep=1) is not None
    assert [2] == server.get_result_values(server.get_document_versions(document), "version_number", "versions")


def categories(clinic: Clinic) -> None:
    """With the upload, assigned, set, updated, read back by name and as a whole; sets, lists, dates and choices."""
    server = clinic.as_user("svc_fax")
    fax = node_at(server, CATEGORIES, "Fax")
    values = {f"{fax}_2": "+15551234", f"{fax}_3": "2026-11-20T09:41:08", f"{fax}_4": 3, f"{fax}_5": True}
    document = uploaded(
        server, "with category.pdf", category_data={str(fax): {**values, f"{fax}_7": ["A", "B"], f"{fax}_8_1_9": "Ann"}}
    )
    assert [fax] == server.get_node_category_ids(document)
    assert ["Fax"] == server.get_node_category_names(document)
    number, definition = server.get_node_category_definition(document, "Fax")
    assert str(fax) == number
    assert {"id": f"{fax}_8_x_10", "type": "String", "description": None, "set_id": f"{fax}_8"} == definition[
        "Contacts:Phone"
    ]
    assert "+15551234" == server.get_category_value_by_name(document, "Fax", "Number")
    assert "Ann" == server.get_category_value_by_name(document, "Fax", "Name", set_name="Contacts")
    assert ["A", "B"] == server.get_category_value(document, fax, 7)

    assert server.set_category_value(node_id=document, value="referral", category_id=fax, attribute_id=6)
    assert server.set_category_value(document, "555", fax, attribute_id=10, set_id=8, set_row=2)
    assert server.set_category_values(document, fax, {f"{fax}_4": 4, f"{fax}_7": ["C"]})
    read = server.get_node_category_as_dictionary(document, category_name="Fax")
    assert ("referral", 4, ["C"], "2026-11-20T09:41:08") == (
        read["Kind"],
        read["Pages"],
        read["Tags"],
        read["Received"],
    )
    assert [{"Name": "Ann", "Phone": None}, {"Name": None, "Phone": "555"}] == read["Contacts"]
    node = server.get_node(document, fields=["properties", "categories"], metadata=True)
    assert {"Number": "+15551234", "Pages": 4}.items() <= server.extract_category_data(node)["Fax"].items()
    inbox = node_at(server, ENTERPRISE, "Faxes", "Inbox")
    found = server.lookup_nodes(inbox, category="Fax", attribute="Number", value="+15551234")
    assert document == found["results"][0]["data"]["properties"]["id"]

    folder = server.get_result_value(server.create_item(inbox, FOLDER, "With category"), "id")
    assert server.assign_category(folder, fax, inheritance=True, attribute_values={f"{fax}_2": "1"})
    inheriting = uploaded(server, "inheriting.pdf", parent=folder)
    assert "1" == server.get_category_value(inheriting, fax, 2)
    patient = node_at(server, CATEGORIES, "Patient")
    assert server.assign_category(folder, patient, inheritance=False, apply_to_sub_items=True)
    assert {fax, patient} == set(server.get_node_category_ids(inheriting))
    # it sends the values, is refused, assigns the category, is refused the inheritance of a document, and gives up
    assert server.set_category_values(document, patient, {f"{patient}_2": "4711"}) is None
    # without a word on inheritance it sends them again
    assert server.set_category_values(document, patient, {f"{patient}_2": "4711"}, inheritance=None)
    assert "4711" == server.get_category_value(document, patient, 2)


def forms(clinic: Clinic) -> None:
    """The schema of a category, for a new node and for one that has it."""
    server = clinic.as_user("svc_fax")
    fax = node_at(server, CATEGORIES, "Fax")
    inbox = node_at(server, ENTERPRISE, "Faxes", "Inbox")
    document = uploaded(server, "form.pdf", category_data={str(fax): {f"{fax}_2": "1"}})

    create = server.get_node_create_form(inbox, DOCUMENT, category_ids=fax)
    assert 20 == create["forms"][1]["schema"]["properties"][f"{fax}_2"]["maxLength"]
    update = server.get_node_category_form(document)
    assert ("1", [{f"{fax}_8_x_9": None, f"{fax}_8_x_10": None}]) == (
        update["forms"][0]["data"][f"{fax}_2"],
        update["forms"][0]["data"][f"{fax}_8"],
    )
    assert server.get_node_category_form(inbox, fax, operation="create")["forms"]


def workspaces(clinic: Clinic) -> None:
    """Types, templates, forms, creation with a business object, finding by name and by object, reading, renaming."""
    server = clinic.as_user("svc_fax")
    type_id, templates = server.get_workspace_templates(type_name="Patient")
    template = templates[0]["id"]
    assert "Patient" == server.get_workspace_type_name(type_id)
    assert ["Patient", "Patient group"] == server.get_workspace_type_names()
    patient = node_at(server, CATEGORIES, "Patient")
    form = server.get_workspace_create_form(template)
    assert f"{patient}_2" in form["forms"][1]["schema"]["properties"]

    made = server.create_workspace(
        workspace_template_id=template,
        workspace_name="Bea Birch (4712)",
        workspace_description="",
        workspace_type=type_id,
        category_data={str(patient): {f"{patient}_2": "4712"}},
        external_system_id="EHR",
        bo_type="PATIENT",
        bo_id="4712",
    )
    workspace = server.get_result_value(made, "id")
    assert workspace == server.get_result_value(server.get_workspace_by_business_object("EHR", "PATIENT", "4712"), "id")
    named = server.get_workspace_by_type_and_name(type_name="Patient", name="Bea Birch (4712)")
    assert (workspace, type_id) == tuple(server.get_result_value(named, key) for key in ("id", "wnf_wksp_type_id"))
    contains = server.get_workspace_instances(type_id=type_id, name="contains_4712", fields="properties{id}")
    assert [{"id": workspace}] == [one["data"]["properties"] for one in contains["results"]]
    everyone = [one["data"]["properties"]["name"] for one in server.get_workspace_instances_iterator("Patient")]
    # the name of a type is taken from its beginning on: "Patient group" is found as well where there is one
    assert {"Ann Ash (4711)", "Bea Birch (4712)"} <= set(everyone)
    assert "4712" == server.get_workspace_references(workspace)[0]["business_object_id"]
    single = server.get_workspace(workspace, fields=["properties", "business_properties", "categories"], metadata=True)
    assert type_id == server.get_result_value(single, "workspace_type_id", property_name="business_properties")
    assert "4712" == server.extract_category_data(single)["Patient"]["MRN"]
    assert server.get_workspace_type_location(type_name="Patient")
    looked_up = server.lookup_workspaces("Patient", category="Patient", attribute="MRN", value="4712")
    assert workspace == looked_up["results"][0]["data"]["properties"]["id"]

    document = uploaded(server, "in a workspace.pdf", parent=workspace)
    assert workspace == server.get_workspace_by_child_node(document)["id"]
    assert [] == server.get_workspace_doctypes(workspace)["results"]
    recent = server.get_workspace_by_type_and_name("Patient", name="Bea", expanded_view=False)
    assert workspace == server.get_result_value(recent, "id")
    assert "4712" == server.get_category_value(document, patient, 2)
    assert server.update_workspace(
        workspace, workspace_name="Bea Birch", category_data={str(patient): {f"{patient}_2": "1"}}
    )
    again = server.create_workspace(template, "Bea again", "", type_id, None, None, "EHR", "PATIENT", "4712")
    assert again is None or "already exists" in again["error"]
    assert server.delete_workspace_reference(workspace, "EHR", "PATIENT", "4712")
    assert [] == server.get_workspace_by_business_object("EHR", "PATIENT", "4712")["results"]
    assert server.set_workspace_reference(workspace, "EHR", "PATIENT", "4712b")
    unnamed = server.create_workspace(template, None, "", type_id, None, None, "EHR", "PATIENT", "4713")
    assert "Patient 4713" == server.get_result_value(server.get_node(server.get_result_value(unnamed, "id")), "name")


def business_objects(clinic: Clinic) -> None:
    """Types, objects and search forms of the other system."""
    server = clinic.as_user("svc_fax")

    types = server.get_business_object_types()
    assert "PATIENT" == server.get_result_value(types, "bo_type")
    objects = server.get_business_objects("EHR", type_name="PATIENT")
    assert "4711" in [row["ID"] for row in objects["results"]["result_rows"]]
    assert "PATIENT" == server.get_business_objects_search("EHR", "PATIENT")["results"][0]["data"]["bo_type"]
    assert server.get_external_system_connection("EHR")


def relations_and_roles(clinic: Clinic) -> None:
    """One workspace beside another; who is in a role, and what a role may do."""
    admin = clinic.as_user("Admin")
    type_id, templates = admin.get_workspace_templates(type_name="Patient")
    one, other = (
        admin.get_result_value(admin.create_workspace(templates[0]["id"], name, "", type_id), "id")
        for name in ("Cam Cole", "Dee Dale")
    )

    assert admin.create_workspace_relationship(one, other)
    assert [other] == [entry["data"]["properties"]["id"] for entry in admin.get_workspace_relationships_iterator(one)]
    both = admin.get_workspace_relationships(other, relationship_type=["child", "parent"])
    assert "BO_Parent" == admin.get_result_value(both, "rel_type")
    assert admin.delete_workspace_relationships(one)
    assert [] == admin.get_workspace_relationships(one)["results"]

    roles = admin.get_workspace_roles(one)
    team = admin.lookup_result_value(roles, "name", "Team", "id")
    otto = member(admin, "otto")
    assert "Team" == admin.get_result_value(admin.get_workspace_roles(one, team), "name")
    assert clinic.as_user("otto").get_node(one) is None
    assert admin.add_workspace_member(one, team, otto)
    assert otto in admin.get_result_values(admin.get_workspace_members(one, team), "id")
    assert one == clinic.as_user("otto").get_node(one)["results"]["data"]["properties"]["id"]
    assert admin.assign_workspace_permissions(one, team, ["see", "see_contents"])
    assert admin.remove_workspace_member(one, team, otto) is not None
    assert "Business Workspace Role" == admin.get_result_value(admin.get_group(group_id=team), "type_name")


def workflow(clinic: Clinic) -> None:
    """From a document to a started process, to the tasks of those who have to act, to its end."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "to approve.pdf")
    inbox = node_at(server, ENTERPRISE, "Faxes", "Inbox")
    fitting = server.get_document_workflows(document, inbox)
    approval = next(one["DataID"] for one in fitting["results"]["data"] if one["Name"] == "Approval")
    attributes = server.get_workflow_attributes(approval)
    assert {"id": f"{approval}_2", "type": "String", "form_id": "WorkflowForm_2"} == attributes["Reason"]

    draft = server.get_result_value(server.create_draft_process(approval, [document]), "draftprocess_id")
    assert "Initiate" == server.get_draft_process(draft)["data"]["actions"][0]["key"]
    values = {attributes["Reason"]["form_id"]: "urgent", attributes["By when"]["form_id"]: "2026-12-01"}
    assert server.update_draft_process(draft, title="Approve a fax", due_date="2099-12-01", values=values)
    process = server.get_result_value(server.initiate_draft_process(draft), "process_id")

    status = server.get_workflow_status(process)["results"]
    assert ("ontime", ["Approve"]) == (
        status["wf_details"]["status"],
        [step["task_name"] for step in status["step_list"]["current"]],
    )
    attachments = status["attachments"]["attachment_folder_id"]
    assert ["to approve.pdf"] == server.get_result_values(server.get_subnodes(attachments), "name")
    assert uploaded(server, "added later.pdf", parent=attachments)
    mine = server.get_workflows_by_kind_and_status(kind="Initiated", status="ontime")
    assert process in [one["data"]["wfstatus"]["process_id"] for one in mine["results"]]

    nora, mike = clinic.as_user("nora"), clinic.as_user("mike")
    todo = [one["data"]["assignments"] for one in nora.get_user_mytodo(where_name="Approve a fax")["results"]]
    assert [(process, 1)] == [(one["workflow_id"], one["workflow_subworkflow_task_id"]) for one in todo]
    form = nora.get_process_task(process)["data"]
    assert ["Approve", "Reject"] == [action["key"] for action in form["custom_actions"]]
    assert attachments == form["data_packages"][0]["data"]["attachment_folder_id"]
    assert 2 == len(nora.get_result_values(nora.get_subnodes(attachments), "id"))
    assert server.update_process_task(process, action="SendOn") is None
    assert nora.update_process_task(process, values={"WorkflowForm_2": "very urgent"})
    assert nora.update_process_task(process, custom_action="Approve", comment="fine")

    assert mike.update_process_task(process, task_id=2, action="Delegate", assignee=member(server, "otto"))
    assert mike.update_process_task(process, task_id=2, action="SendOn") is None
    assert clinic.as_user("otto").update_process_task(process, task_id=2, action="SendOn")
    assert "completed" == server.get_workflow_status(process)["results"]["wf_details"]["status"]
    at_once = server.initiate_workflow(approval, [document])
    assert server.get_result_value(at_once, "process_id") in [
        one["data"]["wfstatus"]["process_id"] for one in server.get_workflows_by_kind_and_status(kind="Both")["results"]
    ]


def records(clinic: Clinic) -> None:
    """RM classification, record details under their token, RSIs with stages, codes."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "record.pdf")
    medical = node_at(server, RECORDS, "Medical records")
    letters = node_at(server, RECORDS, "Correspondence")

    assert server.assign_rm_classification(document, medical) is not None
    assert server.assign_rm_classification(document, letters) is not None
    details = server.get_node_records_details(document)
    assert ([medical, letters], "MED-10", False) == tuple(
        details["data"][0][key] for key in ("multiple_classifications", "rsi", "official")
    )
    assert server.set_node_records_details(document, "wrong", essential="VR") is None
    assert (
        server.set_node_records_details(document, details["rm_metadataToken"], essential="VR", official=True)
        is not None
    )
    details = server.get_node_records_details(document)
    assert ("VR", True) == (details["data"][0]["essential"], details["data"][0]["official"])
    assert server.rename_node(document, "another name.pdf") is None
    assert server.set_node_security_clearance(document, 20, ["PHI"]) is not None
    assert 20 == server.get_node_security_clearance(document)["data"]["clearance_level"]

    made = server.create_records_management_rsi("FAX-1", "ACTIVE", "", "faxes", "", "Faxes for a year", True)
    rsi = server.get_result_value(made, "id")
    assert server.create_records_management_rsi_schedule(rsi, stage="Office", retention_years=1)
    listed = {entry["RSI"]: entry for entry in server.get_records_management_rsis()}
    assert (rsi, "Office", "1") == tuple(listed["FAX-1"][key] for key in ("RSIID", "RetStage", "RetYears"))
    assert ["FAX-1"] == [entry["RSI"] for entry in server.search_records_management_rsis("fax")]
    assert "file_status" in server.get_records_management_codes()
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "settings.xml"
        settings.write_text("<settings/>")
        assert server.import_records_management_settings(str(settings))
        assert server.import_records_management_codes(str(settings))
        assert server.import_records_management_rsis(str(settings))


def classifications(clinic: Clinic) -> None:
    """A tree that an administrator plants, and what is classified by it; pyxecm sends old and new ones together."""
    admin = clinic.as_user("Admin")
    path = ["Documents", "Referral"]
    planted = admin.get_node_by_volume_and_path(CLASSIFICATIONS, path, create_path=True)
    referral = admin.get_result_value(planted, "id")
    letter = admin.get_result_value(
        admin.get_node_by_volume_and_path(CLASSIFICATIONS, ["Documents", "Letter"], create_path=True), "id"
    )
    document = uploaded(admin, "classified.pdf", classifications=[referral])

    assert [referral] == [one["id"] for one in admin.get_node_classifications(document)["data"]]
    assert admin.assign_classifications(document, [letter]) is not None
    assert {referral, letter} == {one["id"] for one in admin.get_node_classifications(document)["data"]}


def holds(clinic: Clinic) -> None:
    """A hold forbids to delete what it lies on, and its versions."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "held.pdf")
    assert "Ash v. Clinic" in [
        one["HoldName"] for one in server.get_records_management_holds()["results"]["data"]["holds"]
    ]
    made = server.create_records_management_hold("Legal", "Birch v. Clinic", "counsel said so", alternate_id="B-1")
    hold = server.get_hold_by_name("Birch v. Clinic")["results"]["data"]["hold"]
    assert (made["holdID"], "B-1") == (hold["HoldID"], hold["AlternateHoldID"])

    assert server.assign_hold(document, made["holdID"]) is not None
    assert server.delete_node(document) is None
    assert server.purge_document_versions(document) is None


def searching(clinic: Clinic) -> None:
    """The index is behind; then names, types, places and attributes find what was written."""
    server = clinic.as_user("svc_fax")
    fax = node_at(server, CATEGORIES, "Fax")
    inbox = node_at(server, ENTERPRISE, "Faxes", "Inbox")
    document = uploaded(server, "xylophone lesson.pdf", category_data={str(fax): {f"{fax}_2": "+15550199"}})

    query = f'OTName: "xylophone" and OTSubType: {DOCUMENT} and OTLocation: {inbox}'
    assert [] == server.search(query)["results"]
    clinic.pass_time(5)
    assert [document] == server.get_result_values(server.search(query), "id")
    assert [document] == server.get_result_values(server.search(f'Attr_{fax}_2: "+15550199"'), "id")
    assert [document] == [one["data"]["properties"]["id"] for one in server.search_iterator("xylophone", "allwords")]
    assert [document] == server.get_result_values(server.search("xylophone", location_id=inbox), "id")
    assert [] == clinic.as_user("otto").search(query)["results"]


def permissions(clinic: Clinic) -> None:
    """Given to one user, seen by that user, taken away again."""
    admin = clinic.as_user("Admin")
    document = uploaded(admin, "for otto.pdf")
    otto = member(admin, "otto")
    assert clinic.as_user("otto").get_node(document) is None

    assert admin.assign_permission(document, ["see", "see_contents"], "custom", otto)
    assert "for otto.pdf" == admin.get_result_value(clinic.as_user("otto").get_node(document), "name")
    effective = admin.get_permission(document, otto)["results"]["data"]["permissions"]["permissions"]
    assert ["see", "see_contents"] == effective
    assert [document] == admin.check_user_node_permissions([document], otto)["results"]["ids"]
    assert [document] == clinic.as_user("otto").check_user_node_permissions([document])["results"]["ids"]
    assert clinic.as_user("otto").rename_node(document, "otto's.pdf") is None
    assert admin.delete_permission(document, "custom", otto) is not None
    assert clinic.as_user("otto").get_node(document) is None
    assert admin.assign_permission(document, ["see"], "public")
    assert clinic.as_user("otto").get_node(document)
    assert admin.assign_permission(document, ["see", "modify"], "owner", otto)
    assert otto == admin.get_result_value(admin.get_node(document), "owner_user_id")


def auditing(clinic: Clinic) -> None:
    """What happened to a node, newest first."""
    server = clinic.as_user("svc_fax")
    fax = node_at(server, CATEGORIES, "Fax")
    document = uploaded(server, "audited.pdf")
    assert server.assign_category(document, fax, inheritance=None, attribute_values={f"{fax}_2": "1"})

    audit = server.get_node_audit(document)["results"]["data"]
    assert 10 == audit["audit"][0]["event_type"]
    assert {"id": 10, "name": "Attribute Value Changed"} in audit["audit_event_types"]
    assert 1 == server.get_node_audit(document, filter_event_type=10)["collection"]["paging"]["total_count"]


def reminders(clinic: Clinic) -> None:
    """Created with a fixed date or due in some time, read back in words, brought to their end."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "reminded.pdf")
    nora = member(server, "nora")
    assert 12 in server.get_valid_reminder_type_ids()
    kind = server.get_reminder_type_id("Follow-up")

    assert server.add_reminder(document, kind, [nora], description="call back", due_date="2026-12-01")
    assert server.add_reminder(document, kind, [nora], due_in_value=2, due_in_unit="week", priority="high")
    first, second = (one["data"]["followup"] for one in server.get_reminders(document)["results"]["followups"])
    assert ("2026-12-01T00:00:00Z", "open", "due date") == (first["due_date"], first["status"], first["rule"])
    assert (nora, "due in") == (second["assignees"][0]["id"], second["rule"])
    full = server.get_reminder(document, second["followup_id"], escalation=True, schedule=True)
    assert "high" == full["results"]["data"]["followup"]["priority"]
    assert server.update_reminder_status(document, first["followup_id"], "in progress") is not None
    assert server.update_reminder(
        document, second["followup_id"], kind, [nora], description="now", due_date="2026-12-02"
    )
    assert server.update_reminder_status(document, first["followup_id"], "completed") is not None
    assert "completed" == server.get_reminder_status(document, first["followup_id"])
    assert server.update_reminder_status(document, first["followup_id"], "active") is None
    assert server.get_reminder_create_form(document)["forms"]


def assignments_and_favorites(clinic: Clinic) -> None:
    """Of the government module; and what a user keeps at hand."""
    server = clinic.as_user("svc_fax")
    document = uploaded(server, "assigned.pdf")

    assert server.assign_item_to_user_group(document, "Look at this", "before noon", [member(server, "nora")])
    assert server.add_user_favorite(document) is not None
    assert "assigned.pdf" in server.get_result_values(server.get_user_favorites(), "name")
    assert server.update_item(document, reserved_user_id=member(server, "svc_fax"))
    assert ["assigned.pdf"] == server.get_result_values(server.get_user_reserved_nodes(), "name")
    assert server.run_web_report("no_such_report") is None


STEPS: tuple[Callable[[Clinic], None], ...] = (
    logging_in,
    asking_the_server,
    members,
    folders_and_documents,
    nicknames,
    versions,
    categories,
    forms,
    workspaces,
    business_objects,
    relations_and_roles,
    workflow,
    records,
    classifications,
    holds,
    searching,
    permissions,
    auditing,
    reminders,
    assignments_and_favorites,
    renewing_a_session,
)


def clinic_at(address: str) -> Clinic:
    """`http://127.0.0.1:8330`."""
    parts = urlsplit(address)
    return Clinic(protocol=parts.scheme, hostname=str(parts.hostname), port=parts.port or 80)


def main(address: str) -> None:
    """Every step; what was done as JSON."""
    for step in STEPS:
        step(clinic_at(address))
    print(json.dumps({"pyxecm": importlib.metadata.version("pyxecm"), "steps": [step.__name__ for step in STEPS]}))


if __name__ == "__main__":
    main(sys.argv[1])
