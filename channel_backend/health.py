"""Whether this process and what it needs are there, found out at the moment of the question."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend import __version__
from channel_backend.evolution.client import Evolution
from channel_backend.presenting import timestamp
from channel_backend.store.database import answers

CHECK_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was found; ready without Evolution, because webhooks and the channel list still work."""

    database: bool
    redis: bool
    evolution: bool

    @property
    def is_ready(self) -> bool:
        """Whether requests can be served."""
        return self.database and self.redis

    @property
    def word(self) -> str:
        """ok, degraded (Evolution is away: nothing can be started) or unavailable."""
        if not self.is_ready:
            return "unavailable"
        return "ok" if self.evolution else "degraded"

    def as_json(self) -> dict[str, object]:
        """The report for a client."""
        checks = {"database": self.database, "redis": self.redis, "evolution": self.evolution}
        return {
            "status": self.word,
            "checks": {name: "ok" if ok else "unreachable" for name, ok in checks.items()},
        }


@dataclass(frozen=True, slots=True)
class Health:
    """Asks the database, Redis and Evolution."""

    engine: AsyncEngine
    redis: Redis
    evolution: Evolution
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_s: float = field(default_factory=time.monotonic)

    async def report(self) -> Report:
        """All three at once, none for longer than a few seconds."""
        found = await asyncio.gather(
            _in_time(answers(self.engine)), _in_time(redis_answers(self.redis)), _in_time(self.evolution.is_reachable())
        )
        return Report(*found)

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


async def _in_time(check: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check
    except TimeoutError:
        return False
