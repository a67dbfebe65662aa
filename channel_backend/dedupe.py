"""Knows in Redis which webhooks are kept; only a short cut, the unique constraint behind it decides."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PREFIX = "channel-backend:webhook:"
KEPT = b"kept"
# After a failure Redis is left alone for so long: webhooks must not all wait for what does not answer.
REST_S = 1.0


class Dedupe:
    """A mark goes in (SET NX EX) once the database has its webhook for good, and makes every later one a duplicate.

    A webhook that was seen and not kept, because a process died, has none, and is kept when it comes again.
    """

    def __init__(self, redis: Redis, window_s: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._window_s = window_s
        self._clock = clock
        self._silent_until = 0.0

    async def known(self, marks: Sequence[str]) -> set[str]:
        """Those that are kept already; not what is new, in doubt, or what Redis cannot say anything about."""
        if self._clock() < self._silent_until:
            return set()
        try:
            found = await self._redis.mget([PREFIX + mark for mark in marks])
        except (RedisError, OSError) as error:
            self._rest(error)
            return set()
        return {mark for mark, said in zip(marks, found, strict=True) if said is not None}

    async def remember(self, marks: Sequence[str]) -> None:
        """These webhooks are kept."""
        if not marks or self._clock() < self._silent_until:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for mark in marks:
                    pipeline.set(PREFIX + mark, KEPT, nx=True, ex=self._window_s)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            self._rest(error)

    def _rest(self, error: Exception) -> None:
        self._silent_until = self._clock() + REST_S
        log.warning("Redis does not answer; the database alone tells duplicates", extra={"error": str(error)})


def webhook_mark(body: bytes, session: int | None, name: str) -> str:
    """A repetition has the same body; the session is in a header, and the name may be in the URL alone."""
    return fingerprint(body, str(session).encode(), name.encode())


def fingerprint(*parts: bytes) -> str:
    """The same for the same parts, and for nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
