"""Runs the migrations on the connection that was handed in (see `channel_backend.migrating`)."""

from alembic import context

from channel_backend.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
