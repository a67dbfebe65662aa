"""Watching a backend come up: there are four ways to fail at it, and each has its word."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from .errors import BackendFailedError
from .health import Health, look

POLL_S = 0.1


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
) -> str | None:
    """The version it tells once it is well and has stayed so; BackendFailedError says how it failed."""
    watch = _Watch(url, exited, patience)
    async with aiohttp.ClientSession() as session:
        try:
            first = await watch.until_healthy(session)
            await watch.until_settled(session)
        except _FailedError as failed:
            raise BackendFailedError(f"{name} {failed}", log_tail=log_tail()) from None
    return first.version


class _FailedError(Exception):
    """In which way it did not come up."""


class _Watch:
    """One backend while it comes up."""

    def __init__(self, url: str, exited: "asyncio.Future[int]", patience: Patience) -> None:
        self._url = url
        self._exited = exited
        self._patience = patience
        self._began_s = time.monotonic()
        self._answered = False
        self._gone = 0

    async def until_healthy(self, session: aiohttp.ClientSession) -> Health:
        """The first answer that says that it is well."""
        last = Health(healthy=False, found="nothing yet")
        while self._spent_s() < self._patience.healthy_s_max:
            last = await look(session, self._url)
            if last.healthy:
                return last
            self._count(last)
            if await self._ended_within(POLL_S):
                raise _FailedError(
                    f"exits at start: exit code {self._exited.result()} after {self._spent()}, never healthy"
                )
        limit = f"{self._patience.healthy_s_max:g} s"
        if self._answered:
            raise _FailedError(f"never becomes healthy: after {limit} {self._url} gives {last.found}")
        raise _FailedError(f"hangs at boot: nothing answers at {self._url} within {limit} ({last.found})")

    async def until_settled(self, session: aiohttp.ClientSession) -> None:
        """Some backends answer once and die: look again until so much time has passed."""
        healthy_s = self._spent()
        until_s = time.monotonic() + self._patience.settle_s
        while True:
            over = time.monotonic() >= until_s
            found = await look(session, self._url)
            if await self._ended_within(0 if over else POLL_S):
                code = self._exited.result()
                raise _FailedError(
                    f"crash-loops: healthy after {healthy_s}, ended with exit code {code} after {self._spent()}"
                )
            if not found.healthy:
                raise _FailedError(
                    f"crash-loops: healthy after {healthy_s}, after {self._spent()} it gives {found.found}"
                )
            if over:
                return

    def _count(self, found: Health) -> None:
        """A process that something inside starts again and again answers and is gone again."""
        if self._answered and not found.answered:
            self._gone += 1
            self._answered = False
        self._answered = self._answered or found.answered
        if self._gone >= self._patience.comings_and_goings_max:
            raise _FailedError(
                f"crash-loops: it answered and went away {self._gone} times in {self._spent()}, never healthy"
            )

    async def _ended_within(self, wait_s: float) -> bool:
        await asyncio.wait([self._exited], timeout=wait_s)
        return self._exited.done()

    def _spent_s(self) -> float:
        return time.monotonic() - self._began_s

    def _spent(self) -> str:
        return f"{self._spent_s():.1f} s"
