"""Whether this process and what it needs are there, found out at the moment of the question."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend import __version__
from channel_backend.evolution.client import Evolution
from channel_backend.facts import InboxFacts
from channel_backend.presenting import timestamp
from channel_backend.store.database import answers
from channel_backend.store.facts import FactsReader

T = TypeVar("T")

CHECK_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; ready without Evolution, because webhooks and the channel list still work."""

    database: bool
    redis: bool
    evolution: bool
    inbox: InboxFacts | None = None
    inbox_is_late: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served."""
        return self.database and self.redis

    @property
    def word(self) -> str:
        """ok, degraded (Evolution is away or events wait too long: what is shown may be old) or unavailable."""
        if not self.is_ready:
            return "unavailable"
        return "ok" if self.evolution and not self.inbox_is_late else "degraded"

    def as_json(self) -> dict[str, object]:
        """The report for a client."""
        checks = {"database": self.database, "redis": self.redis, "evolution": self.evolution}
        found = {name: "ok" if ok else "unreachable" for name, ok in checks.items()}
        if self.inbox is None:
            return {"status": self.word, "checks": {**found, "inbox": "unknown"}}
        return {
            "status": self.word,
            "checks": {**found, "inbox": "late" if self.inbox_is_late else "ok"},
            "inbox": {"size": self.inbox.size, "oldestSeconds": round(self.inbox.oldest_s, 3)},
        }


class Checks:
    """Runs each check once at a time and waits a few seconds for it; one that hangs goes on, it is never cut off."""

    def __init__(self, start: Callable[[Coroutine[Any, Any, None], str], object]) -> None:
        """`start` runs work beside everything else."""
        self._start = start
        self._running: dict[str, asyncio.Future[Any]] = {}

    async def within(self, name: str, check: Callable[[], Awaitable[T]], *, otherwise: T) -> T:
        """What the check found, or that there was nothing in time."""
        found: asyncio.Future[T] | None = self._running.get(name)
        if found is None:
            found = self._running[name] = asyncio.get_running_loop().create_future()
            self._start(self._run(name, check, found), f"check {name}")
        await asyncio.wait({found}, timeout=CHECK_TIMEOUT_S)
        return found.result() if found.done() and not found.cancelled() else otherwise

    async def _run(self, name: str, check: Callable[[], Awaitable[T]], found: "asyncio.Future[T]") -> None:
        try:
            found.set_result(await check())
        finally:
            found.cancel()
            del self._running[name]


@dataclass(frozen=True, slots=True)
class Health:
    """Asks the database, Redis and Evolution, and looks at how long events wait."""

    engine: AsyncEngine
    redis: Redis
    evolution: Evolution
    facts: FactsReader
    inbox_age_max_s: float
    checks: Checks
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_s: float = field(default_factory=time.monotonic)

    async def report(self) -> Report:
        """All at once, none for longer than a few seconds."""
        database, redis, evolution, inbox = await asyncio.gather(
            self.checks.within("database", partial(answers, self.engine), otherwise=False),
            self.checks.within("redis", partial(redis_answers, self.redis), otherwise=False),
            self.checks.within("evolution", self.evolution.is_reachable, otherwise=False),
            self.checks.within("inbox", self._inbox, otherwise=None),
        )
        late = inbox is not None and inbox.oldest_s > self.inbox_age_max_s
        return Report(database, redis, evolution, inbox, late)

    async def _inbox(self) -> InboxFacts | None:
        try:
            return await self.facts.inbox(datetime.now(UTC))
        except (SQLAlchemyError, OSError):
            return None

    def identity(self) -> dict[str, object]:
        """Version and age of this process."""
        return {
            "started": timestamp(self.started),
            "currentVersion": __version__,
            "uptime": round(time.monotonic() - self.started_s, 3),
        }


async def redis_answers(redis: Redis) -> bool:
    """Whether Redis answers a ping."""
    try:
        return bool(await redis.ping())
    except (RedisError, OSError):
        return False
