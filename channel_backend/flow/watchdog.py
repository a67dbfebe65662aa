"""Looks after channels that stay silent, so that no status on its way lasts for ever; the due times are in the rows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError

from channel_backend.flow.applying import Applying
from channel_backend.stopping import rest
from channel_backend.store.book import Book

log = logging.getLogger(__name__)

LOOKS_AT_ONCE_MAX = 20


class Watchdog:
    """Works off what is due, every `interval_s`; several processes share the work through row locks."""

    def __init__(
        self,
        book: Book,
        applying: Applying,
        *,
        interval_s: float,
        rest: Callable[[float], Awaitable[None]] = rest,
    ) -> None:
        self._book = book
        self._applying = applying
        self._interval_s = interval_s
        self._rest = rest

    async def run(self) -> None:
        """Until the stop; a database that does not answer is asked again next time."""
        while True:
            try:
                while await self.sweep() == LOOKS_AT_ONCE_MAX:
                    log.debug("more channels are due")
            except SQLAlchemyError as error:
                log.warning("due channels could not be read", extra={"error": str(error).splitlines()[0]})
            await self._rest(self._interval_s)

    async def sweep(self) -> int:
        """Look at the channels that are due now; says how many there were."""
        due = await self._book.due(LOOKS_AT_ONCE_MAX)
        results = await asyncio.gather(*(self._applying.look(channel_id) for channel_id in due), return_exceptions=True)
        for channel_id, result in zip(due, results, strict=True):
            if isinstance(result, Exception):
                log.error("a look failed", extra={"channel": channel_id}, exc_info=result)
        return len(due)
