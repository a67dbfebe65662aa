"""Answers that may be a few seconds old, so that the same question is not asked a hundred times a second."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

LIFE_S = 5.0
ENTRIES_MAX = 10_000


class Remembered(Generic[K, V]):
    """Keeps each answer for `life_s`, and never more than so many."""

    def __init__(self, life_s: float = LIFE_S, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._life_s = life_s
        self._clock = clock
        self._known: dict[K, tuple[float, V]] = {}

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
