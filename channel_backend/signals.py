"""Wakes whoever waits for a channel to change, inside this process."""

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Signals:
    """One bell a waiter; other processes are covered by the waiter's own look at the database."""

    def __init__(self) -> None:
        self._bells: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._closing = False

    @property
    def is_closing(self) -> bool:
        """Whether the process is about to end, so that nobody should wait any longer."""
        return self._closing

    def ring(self, channel_id: int) -> None:
        """The channel changed."""
        for bell in self._bells.get(channel_id, ()):
            bell.set()

    def close(self) -> None:
        """Wake everybody for good."""
        self._closing = True
        for channel_id in self._bells:
            self.ring(channel_id)

    @contextmanager
    def listening(self, channel_id: int) -> Iterator[asyncio.Event]:
        """A bell that rings at every change of the channel from now on; the listener clears it."""
        bell = asyncio.Event()
        bells = self._bells[channel_id]
        bells.add(bell)
        try:
            yield bell
        finally:
            bells.discard(bell)
            if not bells:
                self._bells.pop(channel_id, None)


class Turns(Generic[K]):
    """One at a time for each key; a key costs nothing once nobody holds it."""

    def __init__(self) -> None:
        self._locks: dict[K, tuple[asyncio.Lock, int]] = {}

    def taken(self, key: K) -> "Turn[K]":
        """A context in which nobody else has this key's turn."""
        return Turn(self._locks, key)


class Turn(Generic[K]):
    """The wait for one key's turn, and the turn itself."""

    def __init__(self, locks: dict[K, tuple[asyncio.Lock, int]], key: K) -> None:
        self._locks = locks
        self._key = key

    async def __aenter__(self) -> None:
        lock, holders = self._locks.get(self._key, (asyncio.Lock(), 0))
        self._locks[self._key] = (lock, holders + 1)
        try:
            await lock.acquire()
        except BaseException:
            self._leave()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._locks[self._key][0].release()
        self._leave()

    def _leave(self) -> None:
        lock, holders = self._locks[self._key]
        if holders == 1:
            del self._locks[self._key]
        else:
            self._locks[self._key] = (lock, holders - 1)
