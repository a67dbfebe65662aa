"""Rights to work on something, one holder among all processes, given back by the database when a process dies."""

import hashlib
import logging
from enum import StrEnum

import psycopg

from channel_backend.store.link import Link

log = logging.getLogger(__name__)


class Work(StrEnum):
    """What can be claimed."""

    EVENTS = "events"
    MESSAGES = "messages"
    ANNOUNCEMENTS = "announcements"
    OPENING = "opening"
    REMOVAL = "removal"


class Claims:
    """Advisory locks of one connection of its own: they end with it, and it ends with the process.

    A claim keeps work in order and from being done twice at a time; that its effect happens once is guarded by the
    transaction of the effect itself, because a connection may be lost while its process goes on.
    """

    def __init__(self, database_url: str) -> None:
        self._link = Link(database_url)
        self._is_closed = False

    async def take(self, work: Work, key: object) -> bool:
        """Whether the claim is ours now; False: another process has it, or this one is about to end."""
        return not self._is_closed and await self._ask("SELECT pg_try_advisory_lock(%s)", work, key)

    async def leave(self, work: Work, key: object) -> None:
        """Give a claim back; one that was lost with its connection is given back already."""
        if not self._link.is_open:
            return
        try:
            await self._ask("SELECT pg_advisory_unlock(%s)", work, key)
        except psycopg.Error as error:
            log.warning("claims were lost with their connection", extra={"error": str(error).strip()})

    async def close(self) -> None:
        """Give everything back, for good."""
        self._is_closed = True
        await self._link.close()

    async def _ask(self, query: str, work: Work, key: object) -> bool:
        async with self._link.lent() as connection:
            row = await (await connection.execute(query, (number_of(work, key),))).fetchone()
        return row is not None and bool(row[0])


def number_of(work: Work, key: object) -> int:
    """The 64-bit number under which the database knows a claim."""
    digest = hashlib.blake2b(f"{work}:{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
