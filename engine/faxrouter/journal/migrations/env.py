"""Alembic's entry: runs the migrations on the connection that `journal.database` hands over. Opens nothing itself."""

from alembic import context

from faxrouter.journal.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
