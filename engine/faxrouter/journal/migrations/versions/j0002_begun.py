"""Work counts how often it was begun and not brought to any end: a fax on which the router dies is noticed."""

import sqlalchemy as sa
from alembic import op

revision = "j0002"
down_revision = "j0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("journal_work", sa.Column("begun", sa.Integer, nullable=False, server_default="0"))
