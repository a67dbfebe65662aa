"""Announcements on their way to those who listen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from .base import AdapterError, Announcement


class Announcements:
    """What one listener has not looked at yet; iterating it ends when the socket is closed."""

    def __init__(self, waiting_max: int) -> None:
        self._waiting: asyncio.Queue[Announcement | None] = asyncio.Queue(waiting_max)
        self._overrun = False

    def put(self, announcement: Announcement | None) -> None:
        """Hand over one announcement; None is the end."""
        try:
            self._waiting.put_nowait(announcement)
        except asyncio.QueueFull:
            self._overrun = True

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Announcement:
        if self._overrun:
            raise AdapterError(f"a listener fell {self._waiting.maxsize} announcements behind; it cannot go on")
        announcement = await self._waiting.get()
        if announcement is None:
            raise StopAsyncIteration
        return announcement


@asynccontextmanager
async def silence() -> AsyncIterator[Announcements]:
    """What somebody hears of a backend that has no sockets: nothing, until they stop listening."""
    listener = Announcements(1)
    try:
        yield listener
    finally:
        listener.put(None)
