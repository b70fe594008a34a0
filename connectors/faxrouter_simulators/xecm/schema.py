"""The tables of the simulated Content Server. Knows no HTTP.

A node's rights stand in an access list that never changes: whoever changes rights makes a new list. Columns named
`*_at` are UTC moments to the second.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type INTEGER NOT NULL,
    name TEXT NOT NULL,
    password TEXT,
    administrator INTEGER NOT NULL DEFAULT 0,
    -- of a workspace role
    node INTEGER,
    leader INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX IF NOT EXISTS members_by_name ON members (name) WHERE type <> 848;
CREATE INDEX IF NOT EXISTS roles_by_node ON members (node) WHERE type = 848;
CREATE TABLE IF NOT EXISTS memberships (
    member INTEGER NOT NULL, in_group INTEGER NOT NULL, PRIMARY KEY (member, in_group)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS members_of_group ON memberships (in_group);
-- apart from groups: one user may be in the roles of very many workspaces
CREATE TABLE IF NOT EXISTS role_members (
    role INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (role, member)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS oauth_clients (
    id TEXT PRIMARY KEY, secret TEXT NOT NULL, user INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS access_lists (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    for_owner INTEGER NOT NULL, for_group INTEGER NOT NULL, for_public INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS custom_rights (
    list INTEGER NOT NULL, member INTEGER NOT NULL, permissions INTEGER NOT NULL, PRIMARY KEY (list, member)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS nodes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    parent INTEGER NOT NULL,
    -- the workspace that it is in, or minus the volume
    volume INTEGER NOT NULL,
    type INTEGER NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    names TEXT NOT NULL DEFAULT '{}',
    descriptions TEXT NOT NULL DEFAULT '{}',
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    modified_at TEXT NOT NULL,
    modified_by INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    owner_group INTEGER NOT NULL,
    access_list INTEGER NOT NULL,
    original INTEGER,
    url TEXT,
    external TEXT NOT NULL DEFAULT '{}',
    mime_type TEXT,
    size INTEGER NOT NULL DEFAULT 0,
    advanced_versioning INTEGER NOT NULL DEFAULT 0,
    reserved_by INTEGER,
    reserved_at TEXT,
    deleted_at TEXT,
    deleted_by INTEGER
);
CREATE UNIQUE INDEX IF NOT EXISTS nodes_by_place ON nodes (parent, name) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS nodes_by_parent ON nodes (parent);
CREATE INDEX IF NOT EXISTS nodes_by_type ON nodes (type);
CREATE TABLE IF NOT EXISTS nicknames (name TEXT PRIMARY KEY, node INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS nicknames_by_node ON nicknames (node);
CREATE TABLE IF NOT EXISTS favorites (
    user INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (user, node)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL,
    number INTEGER NOT NULL,
    major INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    UNIQUE (node, number)
);

-- of a category, or of a workflow map; a set and what is in it stand in one row each
CREATE TABLE IF NOT EXISTS attributes (
    form INTEGER NOT NULL,
    id INTEGER NOT NULL,
    -- of the set that it is in; 0: in none
    in_set INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    length INTEGER NOT NULL,
    required INTEGER NOT NULL,
    several INTEGER NOT NULL,
    choices TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (form, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS category_values (
    node INTEGER NOT NULL,
    category INTEGER NOT NULL,
    filled TEXT NOT NULL,
    inherited INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (node, category)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node_classifications (
    node INTEGER NOT NULL, classification INTEGER NOT NULL, PRIMARY KEY (node, classification)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS workspace_types (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    template INTEGER NOT NULL,
    location INTEGER NOT NULL,
    external_system TEXT NOT NULL,
    object_type TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS workspaces (
    node INTEGER PRIMARY KEY, type INTEGER NOT NULL, template INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS workspaces_by_type ON workspaces (type);
CREATE TABLE IF NOT EXISTS business_references (
    external_system TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    workspace INTEGER NOT NULL,
    PRIMARY KEY (external_system, object_type, object_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS references_by_workspace ON business_references (workspace);
CREATE TABLE IF NOT EXISTS relations (
    parent INTEGER NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, child)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS relations_by_child ON relations (child);
CREATE TABLE IF NOT EXISTS document_types (node INTEGER PRIMARY KEY, classification INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS steps (
    map INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    in_group INTEGER NOT NULL,
    custom_actions TEXT NOT NULL,
    PRIMARY KEY (map, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS processes (
    id INTEGER PRIMARY KEY,
    map INTEGER NOT NULL,
    initiator INTEGER NOT NULL,
    -- draft, running, stopped, completed
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    due_date TEXT NOT NULL,
    filled TEXT NOT NULL,
    attachments INTEGER NOT NULL,
    started_at TEXT
);
CREATE TABLE IF NOT EXISTS tasks (
    process INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- a group or, after delegation, a user
    assignee INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    done_at TEXT,
    done_by INTEGER,
    action TEXT,
    PRIMARY KEY (process, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_tasks ON tasks (assignee) WHERE done_at IS NULL;
CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    process INTEGER NOT NULL,
    task INTEGER NOT NULL,
    author INTEGER NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reminders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL,
    status INTEGER NOT NULL,
    status_by INTEGER,
    payload TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS reminders_by_node ON reminders (node);
CREATE TABLE IF NOT EXISTS assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL,
    subject TEXT NOT NULL,
    instruction TEXT NOT NULL,
    assignee INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    created_by INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS rsis (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS rsi_stages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rsi INTEGER NOT NULL, fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS record_classifications (
    node INTEGER PRIMARY KEY, file_number TEXT NOT NULL, rsi TEXT NOT NULL
);
-- the first class of a node is its primary one
CREATE TABLE IF NOT EXISTS record_classes (
    node INTEGER NOT NULL, number INTEGER NOT NULL, class INTEGER NOT NULL, PRIMARY KEY (node, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record_details (
    node INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    rsi TEXT NOT NULL,
    record_date TEXT NOT NULL,
    file_status TEXT NOT NULL,
    status_date TEXT NOT NULL,
    essential TEXT NOT NULL,
    storage TEXT NOT NULL,
    official INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS holds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    comment TEXT NOT NULL,
    date_applied TEXT,
    date_to_remove TEXT,
    alternate_id TEXT NOT NULL,
    parent INTEGER,
    applied_by TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS node_holds (
    node INTEGER NOT NULL, hold INTEGER NOT NULL, PRIMARY KEY (node, hold)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clearances (node INTEGER PRIMARY KEY, level INTEGER, markings TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    node INTEGER NOT NULL,
    event INTEGER NOT NULL,
    at TEXT NOT NULL,
    user INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_by_node ON audit (node);
-- nodes that the search index does not know as they are now, and the epoch second at which it will
CREATE TABLE IF NOT EXISTS index_queue (due REAL NOT NULL, node INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS index_queue_by_due ON index_queue (due);
-- one row per region and value; `words` is the value in lower case, one space around each word
CREATE TABLE IF NOT EXISTS regions (node INTEGER NOT NULL, region TEXT NOT NULL, words TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS regions_by_node ON regions (node);
CREATE INDEX IF NOT EXISTS regions_by_region ON regions (region, words);
"""
