"""Answers that may be a while old, so that the same question is not asked a hundred times a second."""

import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from channel_backend.signals import Turns

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LIFE_S = 30.0
ENTRIES_MAX = 10_000


class Remembered(Generic[K, V]):
    """Keeps each answer for `life_s`, and never more than so many."""

    def __init__(self, life_s: float = LIFE_S, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._life_s = life_s
        self._clock = clock
        self._known: dict[K, tuple[float, V]] = {}
        self._turns: Turns[K] = Turns()

    async def answer(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """The answer, asked for by one while others wait for it; there being none is not remembered."""
        if (known := self.find(key)) is not None:
            return known
        async with self._turns.taken(key):
            found = self.find(key)
            if found is None and (found := await ask()) is not None:
                self.keep(key, found)
        return found

    def find(self, key: K) -> V | None:
        """The answer, unless it is too old or was never kept."""
        kept = self._known.get(key)
        return kept[1] if kept is not None and self._clock() < kept[0] else None

    def keep(self, key: K, value: V) -> None:
        """The answer as of now."""
        if len(self._known) >= ENTRIES_MAX:
            self._known.clear()
        self._known[key] = (self._clock() + self._life_s, value)

    def forget(self) -> None:
        """Ask anew from now on."""
        self._known.clear()
