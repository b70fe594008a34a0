"""The numbers that Content Server gives to kinds of nodes and volumes, and what each kind may be. Knows no node."""

FOLDER = 0
SHORTCUT = 1
GENERATION = 2
WORKFLOW_MAP = 128
CATEGORY = 131
CATEGORY_FOLDER = 132
CATEGORIES_VOLUME = 133
COMPOUND_DOCUMENT = 136
URL = 140
ENTERPRISE_WORKSPACE = 141
DOCUMENT = 144
# [G] not in public sources of the REST API
WORKFLOW_ATTACHMENTS = 154
WORKFLOW_VOLUME = 161
WORKFLOW_STATUS = 190
CLASSIFICATION_TREE = 196
CLASSIFICATIONS_VOLUME = 198
CLASSIFICATION = 199
PROJECT = 202
COLLECTION = 298
RECORDS_VOLUME = 550
RECORD_CLASSIFICATION = 551
EMAIL = 749
EMAIL_FOLDER = 751
BUSINESS_WORKSPACE = 848
BUSINESS_WORKSPACES_VOLUME = 862
SMART_DOCUMENT_TYPES_VOLUME = 876
SMART_DOCUMENT_TYPE = 877
VIRTUAL_FOLDER = 899
DOCUMENT_TEMPLATES_VOLUME = 20541
WEB_REPORT = 30303

NAMES = {
    FOLDER: "Folder",
    SHORTCUT: "Shortcut",
    GENERATION: "Generation",
    WORKFLOW_MAP: "Workflow Map",
    CATEGORY: "Category",
    CATEGORY_FOLDER: "Category Folder",
    CATEGORIES_VOLUME: "Categories Volume",
    COMPOUND_DOCUMENT: "Compound Document",
    URL: "URL",
    ENTERPRISE_WORKSPACE: "Enterprise Workspace",
    DOCUMENT: "Document",
    WORKFLOW_ATTACHMENTS: "Workflow Attachments",
    WORKFLOW_VOLUME: "Workflow Volume",
    WORKFLOW_STATUS: "Workflow Status",
    CLASSIFICATION_TREE: "Classification Tree",
    CLASSIFICATIONS_VOLUME: "Classification Volume",
    CLASSIFICATION: "Classification",
    PROJECT: "Project",
    COLLECTION: "Collection",
    RECORDS_VOLUME: "Records Management",
    RECORD_CLASSIFICATION: "RM Classification",
    EMAIL: "Email",
    EMAIL_FOLDER: "Email Folder",
    BUSINESS_WORKSPACE: "Business Workspace",
    BUSINESS_WORKSPACES_VOLUME: "Business Workspaces",
    SMART_DOCUMENT_TYPES_VOLUME: "Smart Document Types",
    SMART_DOCUMENT_TYPE: "Smart Document Type",
    VIRTUAL_FOLDER: "Virtual Folder",
    DOCUMENT_TEMPLATES_VOLUME: "Content Server Document Templates",
    WEB_REPORT: "WebReport",
}

VOLUMES = {
    ENTERPRISE_WORKSPACE: "Enterprise",
    CATEGORIES_VOLUME: "Content Server Categories",
    CLASSIFICATIONS_VOLUME: "Classifications",
    RECORDS_VOLUME: "Records Management",
    BUSINESS_WORKSPACES_VOLUME: "Business Workspaces",
    SMART_DOCUMENT_TYPES_VOLUME: "Smart Document Types",
    DOCUMENT_TEMPLATES_VOLUME: "Content Server Document Templates",
    WORKFLOW_VOLUME: "Workflow",
}

CONTAINERS = frozenset(VOLUMES) | {
    FOLDER,
    CATEGORY_FOLDER,
    COMPOUND_DOCUMENT,
    WORKFLOW_ATTACHMENTS,
    CLASSIFICATION_TREE,
    CLASSIFICATION,
    PROJECT,
    COLLECTION,
    RECORD_CLASSIFICATION,
    EMAIL_FOLDER,
    BUSINESS_WORKSPACE,
    VIRTUAL_FOLDER,
}
# what has versions
VERSIONED = frozenset({DOCUMENT, EMAIL})
# what `where_type=-2` leaves out: the tools of administrators [G]
NOT_SEARCHABLE = frozenset({CATEGORY, CATEGORY_FOLDER, WORKFLOW_STATUS, WORKFLOW_ATTACHMENTS})

_ORDINARY = frozenset(
    {FOLDER, SHORTCUT, GENERATION, COMPOUND_DOCUMENT, URL, DOCUMENT, PROJECT, COLLECTION, EMAIL, EMAIL_FOLDER,
     VIRTUAL_FOLDER}
)  # fmt: skip
_IN_SPECIAL_PLACES = {
    CATEGORIES_VOLUME: frozenset({CATEGORY_FOLDER}),
    CATEGORY_FOLDER: frozenset({CATEGORY_FOLDER}),
    CLASSIFICATIONS_VOLUME: frozenset({CLASSIFICATION_TREE}),
    CLASSIFICATION_TREE: frozenset({CLASSIFICATION}),
    CLASSIFICATION: frozenset({CLASSIFICATION}),
    RECORDS_VOLUME: frozenset({RECORD_CLASSIFICATION}),
    RECORD_CLASSIFICATION: frozenset({RECORD_CLASSIFICATION}),
    SMART_DOCUMENT_TYPES_VOLUME: frozenset({SMART_DOCUMENT_TYPE}),
    WORKFLOW_VOLUME: frozenset[int](),
}


def addable(parent_type: int) -> frozenset[int]:
    """The kinds that a client may add to a container of this kind."""
    return _IN_SPECIAL_PLACES.get(parent_type, _ORDINARY) if parent_type in CONTAINERS else frozenset()
