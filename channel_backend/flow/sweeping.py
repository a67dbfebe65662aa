"""Looks for what was left lying: queues nobody was woken for, starts nobody goes on with, rows nobody needs."""

import logging
from collections.abc import Awaitable, Callable, Mapping

from channel_backend.flow.lanes import DATABASE_TROUBLE
from channel_backend.stopping import rest

log = logging.getLogger(__name__)

Chore = Callable[[], Awaitable[None]]


class Sweeping:
    """Does every chore at the start and then every `interval_s`; one that fails does not keep the others from it."""

    def __init__(
        self,
        chores: Mapping[str, Chore],
        *,
        interval_s: float,
        rest: Callable[[float], Awaitable[None]] = rest,
    ) -> None:
        self._chores = chores
        self._interval_s = interval_s
        self._rest = rest

    async def run(self) -> None:
        """Until the stop."""
        while True:
            await self.sweep()
            await self._rest(self._interval_s)

    async def sweep(self) -> None:
        """Do every chore once."""
        for name, chore in self._chores.items():
            try:
                await chore()
            except DATABASE_TROUBLE as error:
                log.warning("a chore must wait for the database", extra={"chore": name, "error": str(error).strip()})
            except Exception:
                log.exception("a chore failed", extra={"chore": name})
