"""The tables of a simulated Cloud Fax. Moments are the wire's own texts, which sort like the moments that they name."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS variants (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), chosen TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, account TEXT NOT NULL, expires_at TEXT NOT NULL);

-- the fax queue; a deleted fax keeps its row and loses its content
CREATE TABLE IF NOT EXISTS faxes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT UNIQUE,
    job_id TEXT,
    account TEXT NOT NULL,
    group_no TEXT NOT NULL,
    domain TEXT NOT NULL,
    dnis TEXT NOT NULL,
    ani TEXT,
    rcsid TEXT,
    pages INTEGER NOT NULL,
    received_time TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    index_facts TEXT,
    state TEXT NOT NULL DEFAULT 'waiting',
    leased_by TEXT,
    leased_until TEXT,
    leases INTEGER NOT NULL DEFAULT 0,
    deleted_time TEXT
);
CREATE INDEX IF NOT EXISTS faxes_waiting ON faxes (state, received_time, number);
CREATE INDEX IF NOT EXISTS faxes_leased ON faxes (leased_until) WHERE state = 'leased';

CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT UNIQUE,
    account TEXT NOT NULL,
    message_id TEXT,
    options TEXT NOT NULL,
    -- cover sheet included; NULL: a document cannot be converted
    pages INTEGER,
    entry_time TEXT NOT NULL,
    end_time TEXT,
    job_state TEXT NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0,
    -- when the job as a whole goes on: to be posted, purged, forgotten; NULL: not before its deliveries end
    due TEXT
);
CREATE INDEX IF NOT EXISTS jobs_by_message ON jobs (account, message_id);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);

CREATE TABLE IF NOT EXISTS job_documents (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (job, position)
);
CREATE INDEX IF NOT EXISTS job_documents_by_content ON job_documents (sha256);
CREATE INDEX IF NOT EXISTS faxes_by_content ON faxes (sha256) WHERE state <> 'deleted';

CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE,
    fax TEXT NOT NULL,
    ref TEXT NOT NULL,
    -- of the last attempt
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 1,
    -- NULL: it has ended
    due TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_by_job ON deliveries (job);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due);

CREATE TABLE IF NOT EXISTS attempts (
    delivery INTEGER NOT NULL REFERENCES deliveries ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    state TEXT NOT NULL,
    gamma_code INTEGER NOT NULL DEFAULT 0,
    first_attempt TEXT,
    delivery_time TEXT,
    delivery_sec INTEGER,
    pages_delivered INTEGER,
    baud_rate INTEGER,
    rcsid TEXT,
    PRIMARY KEY (delivery, ordinal)
);

CREATE TABLE IF NOT EXISTS webhooks (account TEXT PRIMARY KEY, url TEXT NOT NULL);

-- what a webhook must still be told
CREATE TABLE IF NOT EXISTS notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    job_id TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    -- the fault plan has delayed it once and leaves it alone now
    delayed INTEGER NOT NULL DEFAULT 0,
    -- NULL: held back until another one is out
    due TEXT
);
CREATE INDEX IF NOT EXISTS notices_due ON notices (due);
"""
