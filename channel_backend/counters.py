"""Usage counters in Redis: quick figures for whoever cannot ask the database, never what a limit is judged by.

Changes are noted at once and written by one task, so that a Redis that hangs holds nobody up. What is lost all the
same (a process killed between commit and write, a flushed Redis) is found by reconciling (`flow.reconciling`).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from channel_backend.stopping import interruptible, rest
from channel_backend.usage import SESSIONS, period_of

log = logging.getLogger(__name__)

PREFIX = "channel-backend:usage:"
# A counter is of use while its month may still be billed.
LIFE_S = 62 * 24 * 3600
AGAIN_S = 1.0

# Nothing is added to a counter that is not there: it would begin at the wrong number. Reconciling sets it.
_ADD = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
return redis.call('EXPIRE', KEYS[1], ARGV[3])
"""
# Only what is still as it was seen is corrected, so that of two correctors one writes.
_CORRECT = """
local found = redis.call('HGET', KEYS[1], ARGV[1])
if (found or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
"""


class UsageCounters:
    """Open sessions by tenant, kept in step with the commits of this process."""

    def __init__(self, redis: Redis, *, rest: Callable[[float], Awaitable[None]] = rest) -> None:
        self._redis = redis
        self._rest = rest
        self._noted: dict[int, int] = {}
        self._something = asyncio.Event()

    def note(self, tenant_id: int, delta: int) -> None:
        """A committed change; it is written soon."""
        if delta:
            self._noted[tenant_id] = self._noted.get(tenant_id, 0) + delta
            self._something.set()

    async def run(self) -> None:
        """Write what is noted, until the stop; a Redis that does not answer is asked again."""
        while True:
            with interruptible():
                await self._something.wait()
            self._something.clear()
            if not await self.flush():
                self._something.set()
                await self._rest(AGAIN_S)

    async def flush(self) -> bool:
        """Write all that is noted; False when Redis did not take it, and it stays noted."""
        noted, self._noted = self._noted, {}
        for tenant_id, delta in list(noted.items()):
            try:
                await self._script(_ADD, tenant_id, SESSIONS, delta, LIFE_S)
            except (RedisError, OSError) as error:
                log.warning("usage cannot be counted", extra={"tenant": tenant_id, "error": str(error)})
                for other, missing in noted.items():
                    self._noted[other] = self._noted.get(other, 0) + missing
                return False
            del noted[tenant_id]
        return True

    async def read(self, tenants: Sequence[int]) -> dict[int, int | None]:
        """The counters; None where there is none."""
        pipe = self._redis.pipeline(transaction=False)
        for tenant_id in tenants:
            pipe.hget(_key(tenant_id), SESSIONS)
        found = await pipe.execute()
        return {tenant: None if raw is None else int(raw) for tenant, raw in zip(tenants, found, strict=True)}

    async def correct(self, tenant_id: int, *, seen: int | None, actual: int) -> bool:
        """Set a counter that is still what was seen; False when it has changed since."""
        was = "" if seen is None else str(seen)
        return bool(await self._script(_CORRECT, tenant_id, SESSIONS, was, actual, LIFE_S))

    async def _script(self, script: str, tenant_id: int, *arguments: str | int) -> object:
        run = cast("Callable[..., Awaitable[Any]]", self._redis.eval)
        return await run(script, 1, _key(tenant_id), *arguments)


def _key(tenant_id: int) -> str:
    return f"{PREFIX}{tenant_id}:{period_of(datetime.now(UTC))}"
