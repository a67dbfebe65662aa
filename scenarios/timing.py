"""Time as the harness uses it: read, let pass, and wait for something with a limit."""

import asyncio
from typing import Protocol


class Now(Protocol):
    """Whatever can tell the run's time."""

    def now(self) -> float:
        """Seconds since the start of the run."""


class Clock(Now, Protocol):
    """What a simulated person needs of time."""

    async def sleep(self, delay_s: float) -> None:
        """Let time pass."""

    async def wait(self, event: asyncio.Event, timeout_s: float) -> bool:
        """Wait for the event; false when the time was up first."""


class LoopClock:
    """The running event loop does the waiting, a given clock tells the time."""

    def __init__(self, time: Now) -> None:
        self._time = time

    def now(self) -> float:
        """Seconds since the start of the run."""
        return self._time.now()

    async def sleep(self, delay_s: float) -> None:
        """Let time pass; a past moment costs nothing."""
        if delay_s > 0:
            await asyncio.sleep(delay_s)

    async def wait(self, event: asyncio.Event, timeout_s: float) -> bool:
        """Wait for the event; false when the time was up first."""
        if event.is_set():
            return True
        if timeout_s <= 0:
            return False
        try:
            async with asyncio.timeout(timeout_s):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True
