"""The tables of the journal, as SQLAlchemy Core sees them. The migrations make them; a test keeps both the same."""

import sqlalchemy as sa

metadata = sa.MetaData()

# SQLite numbers rows by itself only when the type is plain INTEGER
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Proof. Triggers refuse UPDATE and DELETE. One row is one thing that happened; (kind, key) makes it happen once.
entries = sa.Table(
    "journal_entries",
    metadata,
    sa.Column("number", _Number, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("fax_id", sa.Text),
    sa.Column("document_id", sa.Text),
    sa.Column("case_key", sa.Text),
    sa.Column("department", sa.Text),
    # canonical JSON without personal data
    sa.Column("body", sa.Text, nullable=False),
    # sha256 over salt and payload; NULL where there is no payload
    sa.Column("commitment", sa.Text),
    sa.UniqueConstraint("kind", "key", name="journal_entries_once"),
    sa.Index("journal_entries_fax", "fax_id", "number"),
    sa.Index("journal_entries_document", "document_id", "kind"),
    sa.Index("journal_entries_case", "case_key", "number"),
    sqlite_autoincrement=True,
)

# Personal payload of an entry. A trigger refuses UPDATE; DELETE is erasure.
payloads = sa.Table(
    "journal_payloads",
    metadata,
    sa.Column("number", _Number, sa.ForeignKey("journal_entries.number"), primary_key=True, autoincrement=False),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

# Texts of archived rule sets, each text once. Triggers refuse UPDATE and DELETE.
texts = sa.Table(
    "journal_texts",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("text", sa.LargeBinary, nullable=False),
)

# What is still to do. Changes all the time and proves nothing.
work = sa.Table(
    "journal_work",
    metadata,
    sa.Column("work_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("fax_id", sa.Text, nullable=False),
    sa.Column("document_id", sa.Text),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("case_key", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("due_at", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    # the durable workflow that has it in hand; NULL while it waits for one
    sa.Column("workflow_id", sa.Text),
    sa.Column("dispatched_at", sa.Text),
    # the last failure, in words that are safe to show
    sa.Column("reason", sa.Text),
    # how often it was begun again and neither finished nor put off: the router died of it, or beside it
    sa.Column("begun", sa.Integer, nullable=False, server_default="0"),
    sa.Index("journal_work_due", "state", "due_at"),
    sa.Index("journal_work_case", "case_key", "position"),
    sa.Index("journal_work_fax", "fax_id"),
)

# Tasks of other systems that are still open. Changes all the time and proves nothing.
tasks = sa.Table(
    "journal_tasks",
    metadata,
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("department", sa.Text, nullable=False),
    # the other system's own
    sa.Column("reference", sa.Text, nullable=False),
    # of the last fax that was put into it
    sa.Column("fax_id", sa.Text, nullable=False),
    sa.Column("document_id", sa.Text),
    # the earliest of all faxes; NULL without a due time
    sa.Column("due_at", sa.Text),
    sa.Column("escalate_to", sa.Text),
    sa.Column("escalated", sa.Integer, nullable=False, server_default="0"),
    sa.Column("look_at", sa.Text, nullable=False),
    sa.Index("journal_tasks_look", "look_at"),
)

# Outbound faxes that a service has in hand. Changes all the time and proves nothing.
transmissions = sa.Table(
    "journal_transmissions",
    metadata,
    sa.Column("transmission_id", sa.Text, primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    # the service's own
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("fax_id", sa.Text, nullable=False),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("ask_at", sa.Text, nullable=False),
    sa.Index("journal_transmissions_ask", "ask_at"),
)

# The last position given out in each case.
cases = sa.Table(
    "journal_cases",
    metadata,
    sa.Column("case_key", sa.Text, primary_key=True),
    sa.Column("last_position", sa.Integer, nullable=False),
)

# Secrets of this journal: the pepper that turns a case into its key.
secrets = sa.Table(
    "journal_secrets",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
