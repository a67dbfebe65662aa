"""Whether this process and what it needs are there, found out at the moment of the question."""

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime

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


@dataclass(frozen=True, slots=True)
class Health:
    """Asks the database, Redis and Evolution, and looks at how long events wait."""

    engine: AsyncEngine
    redis: Redis
    evolution: Evolution
    facts: FactsReader
    inbox_age_max_s: float
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    started_s: float = field(default_factory=time.monotonic)

    async def report(self) -> Report:
        """All at once, none for longer than a few seconds."""
        database, redis, evolution, inbox = await asyncio.gather(
            _in_time(answers(self.engine)),
            _in_time(redis_answers(self.redis)),
            _in_time(self.evolution.is_reachable()),
            self._inbox(),
        )
        late = inbox is not None and inbox.oldest_s > self.inbox_age_max_s
        return Report(database, redis, evolution, inbox, late)

    async def _inbox(self) -> InboxFacts | None:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_S):
                return await self.facts.inbox(datetime.now(UTC))
        except (SQLAlchemyError, OSError, TimeoutError):
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


async def _in_time(check: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check
    except TimeoutError:
        return False
