"""One connection of its own to PostgreSQL, for work that must not wait for the pool, nor pay for what is around it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from channel_backend.store.database import CONNECT_TIMEOUT_S

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Link:
    """Lent to one at a time; after an error it is dropped, whatever it held, and the next one gets a new one."""

    def __init__(self, database_url: str) -> None:
        self._url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._connection is not None

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Connection]:
        """The connection, each statement its own transaction unless one is begun."""
        async with self._turn:
            connection = await self._connected()
            try:
                yield connection
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Drop the connection; the database undoes what was not committed, and releases what it held."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S, prepare_threshold=1
            )
        return self._connection
