"""A world for the Extended ECM simulator: a clinic that files faxes. For OpenText's clients and for our own tests."""

from faxrouter_simulators.world import (
    Attribute,
    Category,
    ExtendedEcm,
    Folder,
    Hold,
    OAuthClient,
    RecordClassification,
    Step,
    User,
    WorkflowMap,
    Workspace,
    WorkspaceType,
)

FAX = Category(
    name="Fax",
    attributes=(
        Attribute(name="Number", length=20),
        Attribute(name="Received", type="moment"),
        Attribute(name="Pages", type="whole number"),
        Attribute(name="Urgent", type="yes/no"),
        Attribute(name="Kind", type="choice", values=("referral", "invoice")),
        Attribute(name="Tags", several=True),
        Attribute(
            name="Contacts",
            type="set",
            several=True,
            attributes=(Attribute(name="Name"), Attribute(name="Phone", length=20)),
        ),
        Attribute(name="Amount", type="number"),
    ),
)
PATIENT = Category(name="Patient", attributes=(Attribute(name="MRN", length=10), Attribute(name="Born", type="date")))
STRICT = Category(name="Strict", attributes=(Attribute(name="Case", required=True),))
APPROVAL = WorkflowMap(
    name="Approval",
    steps=(
        Step(name="Approve", group="Nurses", custom_actions=("Approve", "Reject")),
        Step(name="File", group="Mailroom"),
    ),
    attributes=(
        Attribute(name="Reason"),
        Attribute(name="By when", type="date"),
        Attribute(name="Final", type="yes/no"),
    ),
)

CLINIC = ExtendedEcm(
    groups=("Fax Router", "Nurses", "Mailroom"),
    users=(
        User(name="Admin", password="admin-pw", administrator=True),
        User(name="svc_fax", password="svc-pw", groups=("Fax Router",)),
        User(name="nora", password="nora-pw", groups=("Nurses",)),
        User(name="mike", password="mike-pw", groups=("Mailroom",)),
        User(name="otto", password="otto-pw"),
    ),
    oauth_clients=(OAuthClient(id="faxrouter", secret="client-secret", user="svc_fax"),),
    folders=(
        Folder(path=("Faxes", "Inbox"), groups=("Fax Router", "Nurses")),
        Folder(path=("Faxes", "Exceptions"), groups=("Fax Router",)),
    ),
    categories=(FAX, PATIENT, STRICT),
    workspace_types=(
        WorkspaceType(
            name="Patient",
            template="Patient template",
            location=("Patients",),
            groups=("Fax Router", "Nurses"),
            categories=("Patient",),
            external_system="EHR",
            object_type="PATIENT",
        ),
        WorkspaceType(name="Patient group", template="Group template", location=("Groups",), groups=("Fax Router",)),
    ),
    workspaces=(Workspace(type="Patient", name="Ann Ash (4711)", object_id="4711"),),
    workflow_maps=(APPROVAL,),
    record_classifications=(
        RecordClassification(name="Medical records", rsi="MED-10"),
        RecordClassification(name="Correspondence", rsi="COR-6"),
    ),
    holds=(Hold(name="Ash v. Clinic", comment="counsel said so"),),
)
