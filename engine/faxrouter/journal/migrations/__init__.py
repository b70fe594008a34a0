"""Alembic's script folder: how the journal's tables came to be, one file a change."""
