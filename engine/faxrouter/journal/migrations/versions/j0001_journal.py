"""The journal as it began: entries and payloads apart, texts, work, cases, secrets, and triggers that guard proof."""

import sqlalchemy as sa
from alembic import op

revision = "j0001"
down_revision = None
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "journal_entries",
        sa.Column("number", _Number, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("fax_id", sa.Text),
        sa.Column("document_id", sa.Text),
        sa.Column("case_key", sa.Text),
        sa.Column("department", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("commitment", sa.Text),
        sa.UniqueConstraint("kind", "key", name="journal_entries_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("journal_entries_fax", "journal_entries", ["fax_id", "number"])
    op.create_index("journal_entries_document", "journal_entries", ["document_id", "kind"])
    op.create_index("journal_entries_case", "journal_entries", ["case_key", "number"])
    op.create_table(
        "journal_payloads",
        sa.Column("number", _Number, sa.ForeignKey("journal_entries.number"), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "journal_texts",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("text", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "journal_work",
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
        sa.Column("workflow_id", sa.Text),
        sa.Column("dispatched_at", sa.Text),
        sa.Column("reason", sa.Text),
    )
    op.create_index("journal_work_due", "journal_work", ["state", "due_at"])
    op.create_index("journal_work_case", "journal_work", ["case_key", "position"])
    op.create_index("journal_work_fax", "journal_work", ["fax_id"])
    op.create_table(
        "journal_cases",
        sa.Column("case_key", sa.Text, primary_key=True),
        sa.Column("last_position", sa.Integer, nullable=False),
    )
    op.create_table(
        "journal_secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


_GUARDS = {
    "journal_entries": ("UPDATE", "DELETE"),
    "journal_texts": ("UPDATE", "DELETE"),
    # a payload is erased, never rewritten
    "journal_payloads": ("UPDATE",),
}


def _guard_on_sqlite() -> None:
    for table, operations in _GUARDS.items():
        for operation in operations:
            op.execute(
                f"CREATE TRIGGER {table}_no_{operation.lower()} BEFORE {operation} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table, operations in _GUARDS.items():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {' OR '.join(operations)} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
        )
    for table in ("journal_entries", "journal_texts"):
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
        )
