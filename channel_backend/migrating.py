"""Brings the database to the newest migration, one process at a time."""

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from channel_backend.errors import StartupError
from channel_backend.store.database import CONNECT_TIMEOUT_S, alembic_config, dialect_url

# Any constant will do, as long as nothing else in the database takes the same one.
ADVISORY_LOCK = 7_240_133


def migrate(database_url: str) -> None:
    """Apply what is missing; a second process waits for the first and then finds nothing to do."""
    engine = create_engine(dialect_url(database_url), connect_args={"connect_timeout": CONNECT_TIMEOUT_S})
    config = alembic_config()
    try:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        cause = str(error.orig).strip().splitlines()[0]
        msg = f"the database {where} cannot be migrated ({cause})"
        raise StartupError(msg) from error
    finally:
        engine.dispose()
