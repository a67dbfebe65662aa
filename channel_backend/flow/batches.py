"""Works off queues of many keys together, one batch after the other: load makes batches larger."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import Generic, TypeVar

from channel_backend.flow.background import Background
from channel_backend.flow.lanes import DATABASE_TROUBLE, first_line, twice
from channel_backend.stopping import rest

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)

KEYS_MAX = 200
# Between two batches as long as the last one took, within these bounds: whoever waits for an answer comes first.
REST_S_MIN, REST_S_MAX = 0.002, 0.1

# Takes keys; gives back those to be looked at again: somebody else is at them, or there is more.
Take = Callable[[Sequence[K]], Awaitable[Iterable[K]]]


class Batches(Generic[K]):
    """One worker; a batch that failed is woken again by whoever sweeps."""

    def __init__(
        self,
        name: str,
        take: Take[K],
        background: Background,
        *,
        rest: Callable[[float], Awaitable[None]] = rest,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._take = take
        self._background = background
        self._rest = rest
        self._clock = clock
        self._awake: dict[K, None] = {}
        self._is_working = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self) -> None:
        """Return when there is nothing to do, as far as this process knows."""
        await self._idle.wait()

    def wake(self, key: K) -> None:
        """Something was put in under this key, and is committed."""
        self._awake[key] = None
        if not self._is_working and not self._background.is_closing:
            self._is_working = True
            self._idle.clear()
            self._background.start(self._work(), self._name)

    async def _work(self) -> None:
        """A stop comes between two batches."""
        try:
            while self._awake and not self._background.is_closing:
                keys = list(self._awake)[:KEYS_MAX]
                for key in keys:
                    del self._awake[key]
                began_s = self._clock()
                await self._batch(keys)
                if self._awake:
                    await self._rest(min(max(self._clock() - began_s, REST_S_MIN), REST_S_MAX))
        finally:
            self._is_working = False
            self._idle.set()

    async def _batch(self, keys: Sequence[K]) -> None:
        try:
            again = await twice(partial(self._take, keys))
        except DATABASE_TROUBLE as error:
            log.warning("a queue must wait for the database", extra={"queue": self._name, "error": first_line(error)})
        except Exception:
            log.exception("a batch failed", extra={"queue": self._name})
        else:
            self._awake |= dict.fromkeys(again)
