"""The migrations and the tables say the same."""

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from channel_backend.store.database import dialect_url
from channel_backend.store.tables import Base

pytestmark = pytest.mark.stack


def test_the_migrations_make_exactly_the_tables(migrated_url: str) -> None:
    """Nothing in the code that a migration forgot, nothing in a migration that the code does not know."""
    engine = create_engine(dialect_url(migrated_url))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize("status", ["open", "connected", "qr_code", "OPENING", ""])
def test_the_database_takes_canonical_statuses_only(database_url: str, status: str) -> None:
    """Even a mistake in the code cannot store another word."""
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO tenants (name, webhook_key) VALUES ('T', 'k')")
        query = """
            INSERT INTO channels (tenant_id, name, provider_instance_name, status)
            SELECT id, 'loja', 'loja', %s FROM tenants
        """
        with pytest.raises(psycopg.errors.CheckViolation, match="ck_channels_status"):
            connection.execute(query, (status,))
        connection.rollback()
