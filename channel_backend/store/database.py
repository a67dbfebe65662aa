"""The connection to PostgreSQL, and whether it is there and migrated."""

import psycopg
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from channel_backend.errors import StartupError

MIGRATIONS = "channel_backend:migrations"
CONNECT_TIMEOUT_S = 5
# A request that waits longer for a free connection gets a 503; Evolution and people try again.
POOL_WAIT_S = 10

# It will be there again: what was tried may be tried again. Other errors are about what was tried.
DATABASE_AWAY = (
    *(OperationalError, InterfaceError, InternalError, PoolTimeoutError),
    *(psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError),
)


def dialect_url(url: str) -> str:
    """The URL as SQLAlchemy wants it: psycopg 3, whatever was written."""
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def open_engine(url: str, *, pool_size: int) -> AsyncEngine:
    """An engine over at most `pool_size` connections; after a database restart the first use of one may fail."""
    return create_async_engine(
        dialect_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
    )


def reading(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions for single queries: each is its own transaction, which saves two of three round trips."""
    return async_sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)


def writing(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions for transactions."""
    return async_sessionmaker(engine, expire_on_commit=False)


def alembic_config() -> AlembicConfig:
    """Alembic's configuration, without a file."""
    config = AlembicConfig()
    config.set_main_option("script_location", MIGRATIONS)
    config.set_main_option("path_separator", "os")
    return config


async def require_migrated(engine: AsyncEngine) -> None:
    """Return if the database answers and has every migration; otherwise say what to do."""
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (OperationalError, OSError) as error:
        raise StartupError(unreachable_text(engine, error)) from error
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if found != wanted:
        msg = (
            f"the database is at migration {found or 'none'}, this version needs {wanted}: "
            "run `python -m channel_backend migrate`"
        )
        raise StartupError(msg)


def unreachable_text(engine: AsyncEngine, error: Exception) -> str:
    """One line about a database that does not answer; the password is not in it."""
    where = engine.url.render_as_string(hide_password=True)
    cause = str(getattr(error, "orig", error)).strip().splitlines()
    return f"the database {where} cannot be reached ({cause[0] if cause else 'no reason given'})"


async def answers(engine: AsyncEngine) -> bool:
    """Whether the database answers a trivial query."""
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (OperationalError, OSError):
        return False
    return True


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
