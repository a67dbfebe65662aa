"""Works off queues lane by lane: in order within a lane, many at a time, one worker a lane among all processes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from channel_backend.flow.background import Background
from channel_backend.store.claims import Claims, Work

log = logging.getLogger(__name__)

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

DATABASE_TROUBLE = (SQLAlchemyError, psycopg.Error)


@dataclass(frozen=True, slots=True)
class Queue(Generic[K]):
    """What a lane's worker does: empty the lane as far as it is due; and how it knows that it is not empty."""

    work: Work
    drain: Callable[[K], Awaitable[None]]
    is_waiting: Callable[[K], Awaitable[bool]]


class Lanes(Generic[K]):
    """Wakes workers; a lane that failed is woken again by whoever sweeps."""

    def __init__(self, queue: Queue[K], claims: Claims, background: Background, *, at_once_max: int) -> None:
        self._queue = queue
        self._claims = claims
        self._background = background
        self._slots = asyncio.Semaphore(at_once_max)
        self._awake: set[K] = set()
        self._again: set[K] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def idle(self) -> None:
        """Return when nobody of this process is at work."""
        await self._idle.wait()

    def wake(self, key: K) -> None:
        """Something was put into this lane, and is committed."""
        if key in self._awake:
            self._again.add(key)
            return
        if self._background.is_closing:
            return
        self._awake.add(key)
        self._idle.clear()
        self._background.start(self._run(key), f"{self._queue.work} of {key}")

    async def _run(self, key: K) -> None:
        try:
            async with self._slots:
                await twice(partial(self._work, key))
        except DATABASE_TROUBLE as error:
            log.warning("a queue must wait for the database", extra={"lane": str(key), "error": first_line(error)})
        finally:
            self._awake.discard(key)
            if key in self._again:
                self._again.discard(key)
                self.wake(key)
            if not self._awake:
                self._idle.set()

    async def _work(self, key: K) -> None:
        """Whoever puts something in and finds the claim taken may go: its holder looks once more after leaving it."""
        is_waiting = True
        while is_waiting and not self._background.is_closing:
            self._again.discard(key)
            if not await self._claims.take(self._queue.work, key):
                return
            try:
                await self._queue.drain(key)
            finally:
                await self._claims.leave(self._queue.work, key)
            is_waiting = key in self._again or await self._queue.is_waiting(key)


async def twice(work: Callable[[], Awaitable[T]]) -> T:
    """Once more when it fails: after a restart of the database the first use of each old connection does."""
    try:
        return await work()
    except DATABASE_TROUBLE as error:
        log.info("once more, on another connection", extra={"error": first_line(error)})
    return await work()


def first_line(error: Exception) -> str:
    """What to log of it."""
    return (str(error).strip().splitlines() or [""])[0]
