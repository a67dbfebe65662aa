"""Fixtures of the scenarios' tests: hand-written histories, and a loop whose time jumps."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from scenarios.tests.long_tale import LongTale
from scenarios.tests.tale import Tale

T = TypeVar("T")


@pytest.fixture
def tale() -> Tale:
    """A history that nothing was told of yet."""
    return Tale()


@pytest.fixture
def long_tale() -> LongTale:
    """A history of more than connecting, of which nothing was told yet."""
    return LongTale()


class JumpingLoop(asyncio.SelectorEventLoop):
    """A loop without real waiting: when nothing is ready, its time jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__(_NeverWaits(self))
        self.jumped_s = 0.0

    def time(self) -> float:
        """Only jumps move it."""
        return getattr(self, "jumped_s", 0.0)


class _NeverWaits(selectors.DefaultSelector):
    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """What is ready now; else time passes at once."""
        ready = super().select(0)
        if not ready and timeout:
            self._loop.jumped_s += timeout
        return ready


@pytest.fixture
def run_at_once() -> Callable[[Callable[[], Awaitable[T]]], T]:
    """Runs something that waits for hours, in no time."""

    def run(work: Callable[[], Awaitable[T]]) -> T:
        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            return runner.run(_awaited(work))

    return run


async def _awaited(work: Callable[[], Awaitable[T]]) -> T:
    return await work()
