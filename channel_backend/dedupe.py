"""Remembers in Redis which webhooks were applied; only a short cut, the database is right without it."""

import hashlib
import logging

from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PREFIX = "channel-backend:applied:"


class Dedupe:
    """Marks are set after the commit, so that a mark never outlives an event that was not applied."""

    def __init__(self, redis: Redis, window_s: int) -> None:
        self._redis = redis
        self._window_s = window_s

    async def is_known(self, fingerprint: str) -> bool:
        """Whether this very webhook was applied already; False when Redis cannot say."""
        try:
            return bool(await self._redis.exists(PREFIX + fingerprint))
        except (RedisError, OSError) as error:
            log.warning("Redis cannot be asked for duplicates", extra={"error": str(error)})
            return False

    async def remember(self, fingerprint: str) -> None:
        """This webhook is applied."""
        try:
            await self._redis.set(PREFIX + fingerprint, b"1", nx=True, ex=self._window_s)
        except (RedisError, OSError) as error:
            log.warning("Redis cannot remember a webhook", extra={"error": str(error)})


def fingerprint(*parts: bytes) -> str:
    """The same for the same parts, and for nothing else."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
