"""Lists of what others have in hand: open tasks, and outbound faxes on their way."""

import sqlalchemy as sa
from alembic import op

revision = "j0003"
down_revision = "j0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_tasks",
        sa.Column("task_id", sa.Text, primary_key=True),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("fax_id", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text),
        sa.Column("due_at", sa.Text),
        sa.Column("escalate_to", sa.Text),
        sa.Column("escalated", sa.Integer, nullable=False, server_default="0"),
        sa.Column("look_at", sa.Text, nullable=False),
    )
    op.create_index("journal_tasks_look", "journal_tasks", ["look_at"])
    op.create_table(
        "journal_transmissions",
        sa.Column("transmission_id", sa.Text, primary_key=True),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("fax_id", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("ask_at", sa.Text, nullable=False),
    )
    op.create_index("journal_transmissions_ask", "journal_transmissions", ["ask_at"])
