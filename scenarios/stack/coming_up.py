"""Watching a backend come up: there are five ways to fail at it, and each has its word."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import aiohttp

from .errors import BackendFailedError
from .health import Health, look

POLL_S = 0.1
# News of the end of a process may come so much later than its port is closed.
END_IS_KNOWN_S = 1.0
# Starts what has ended, and hands over its next end.
StartAgain = Callable[[], Awaitable["asyncio.Future[int]"]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long it may take, and how long it has to stay well before it is believed."""

    healthy_s_max: float = 60.0
    settle_s: float = 2.0
    comings_and_goings_max: int = 3


async def come_up(
    url: str,
    *,
    exited: "asyncio.Future[int]",
    patience: Patience,
    name: str,
    log_tail: Callable[[], list[str]],
    again: StartAgain | None = None,
) -> str | None:
    """The version it tells once it is well and has stayed so; BackendFailedError says how it failed.

    One that ends after it was healthy is started `again`, to tell an accident from a loop; it has failed either way.
    """
    async with aiohttp.ClientSession() as session:
        try:
            return await _believed(session, _Watch(url, exited, patience), again)
        except _FailedError as failed:
            raise BackendFailedError(f"{name} {failed}", log_tail=log_tail()) from None


async def _believed(session: aiohttp.ClientSession, watch: "_Watch", again: StartAgain | None) -> str | None:
    losses: list[_LostError] = []
    while True:
        try:
            first = await watch.until_healthy(session)
            await watch.until_settled(session)
        except _LostError as lost:
            losses.append(lost)
            if len(losses) == watch.patience.comings_and_goings_max or (lost.ended and again is None):
                raise _FailedError(_in_words(losses, watch.spent())) from None
        except _FailedError as failed:
            raise _FailedError(_in_words(losses, watch.spent(), failed)) from None
        else:
            if losses:
                raise _FailedError(f"{_in_words(losses, watch.spent())}; after that it stayed well")
            return first.version
        if losses[-1].ended and again is not None:
            watch.exited = await again()


class _FailedError(Exception):
    """In which way it did not come up; `ended` when its process did."""

    def __init__(self, found: str, *, ended: bool = False) -> None:
        super().__init__(found)
        self.ended = ended


class _LostError(_FailedError):
    """It was healthy, and then was not any more."""


def _in_words(losses: Sequence[_LostError], spent: str, failed: _FailedError | None = None) -> str:
    """Once is no loop: it may have been an accident."""
    if not losses:
        return str(failed)
    times = len(losses) + (failed is not None and failed.ended)
    what = f"crash-loops: {times} times in {spent}" if times > 1 else "does not stay up"
    then = f"; after that it {failed}" if failed is not None else ""
    return f"{what}: {losses[-1]}{then}"


class _Watch:
    """One backend while it comes up."""

    def __init__(self, url: str, exited: "asyncio.Future[int]", patience: Patience) -> None:
        self._url = url
        self.exited = exited
        self.patience = patience
        self._began_s = time.monotonic()
        self._answered = False
        self._gone = 0

    async def until_healthy(self, session: aiohttp.ClientSession) -> Health:
        """The first answer that says that it is well."""
        last, self._answered = Health(healthy=False, found="nothing yet"), False
        until_s = time.monotonic() + self.patience.healthy_s_max
        while time.monotonic() < until_s:
            last = await look(session, self._url)
            if last.healthy:
                return last
            self._count(last)
            if await self._ended_within(POLL_S):
                raise _FailedError(
                    f"exits at start: exit code {self.exited.result()} after {self.spent()}, never healthy", ended=True
                )
        limit = f"{self.patience.healthy_s_max:g} s"
        if self._answered:
            raise _FailedError(f"never becomes healthy: after {limit} {self._url} gives {last.found}")
        raise _FailedError(f"hangs at boot: nothing answers at {self._url} within {limit} ({last.found})")

    async def until_settled(self, session: aiohttp.ClientSession) -> None:
        """Some backends answer once and die: look again until so much time has passed."""
        healthy_s = time.monotonic()
        until_s = healthy_s + self.patience.settle_s
        while True:
            over = time.monotonic() >= until_s
            found = await look(session, self._url)
            after = f"{time.monotonic() - healthy_s:.1f} s after it was healthy"
            if await self._ended_within(END_IS_KNOWN_S if not found.answered else 0 if over else POLL_S):
                raise _LostError(f"ended with exit code {self.exited.result()}, {after}", ended=True)
            if not found.healthy:
                raise _LostError(f"{self._url} gives {found.found}, {after}")
            if over:
                return

    def _count(self, found: Health) -> None:
        """A process that something inside starts again and again answers and is gone again."""
        if self._answered and not found.answered:
            self._gone += 1
            self._answered = False
        self._answered = self._answered or found.answered
        if self._gone >= self.patience.comings_and_goings_max:
            raise _FailedError(
                f"crash-loops: it answered and went away {self._gone} times in {self.spent()}, never healthy"
            )

    async def _ended_within(self, wait_s: float) -> bool:
        await asyncio.wait([self.exited], timeout=wait_s)
        return self.exited.done()

    def spent(self) -> str:
        """How long it is being watched."""
        return f"{time.monotonic() - self._began_s:.1f} s"
