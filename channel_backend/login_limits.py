"""How often somebody may try to log in: counted in Redis, for each account and for each address."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from channel_backend.errors import ApiError

log = logging.getLogger(__name__)

PREFIX = "channel-backend:logins:"
TOO_MANY = 429

# Counts, and begins the time at the first one only: trying on does not prolong it.
_COUNT = """
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return {count, redis.call('TTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """Tries of one account, and failures from one address, inside one window."""

    account_tries_max: int
    address_failures_max: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Tries:
    """What was counted, this try included, and the seconds until it is forgotten."""

    account: int
    account_s: int
    address: int
    address_s: int


def wait_before_login(policy: LoginPolicy, tries: Tries) -> int | None:
    """How many seconds to wait before the next try; None: this one is all right."""
    if tries.account > policy.account_tries_max:
        return max(1, tries.account_s)
    if tries.address >= policy.address_failures_max:
        return max(1, tries.address_s)
    return None


class LoginLimits:
    """A try is counted before the password is looked at, so that parallel guesses gain nothing.

    While Redis does not answer nobody is kept out: the password's slow hash is the limit then, and the log says so.
    """

    def __init__(
        self,
        redis: Redis,
        policy: LoginPolicy,
        wait: Callable[[LoginPolicy, Tries], int | None] = wait_before_login,
    ) -> None:
        self._redis = redis
        self._policy = policy
        self._wait = wait

    async def admit(self, email: str, address: str | None) -> None:
        """Return if this try may go on; otherwise say when the next one may."""
        account, account_s = await self._count(_account(email), 1)
        failures, address_s = await self._count(_address(address), 0)
        wait_s = self._wait(self._policy, Tries(account, account_s, failures, address_s))
        if wait_s is not None:
            text = f"ERR_TOO_MANY_LOGINS: too many attempts to log in; try again in {wait_s} seconds"
            raise ApiError(TOO_MANY, text, retry_after_s=wait_s)

    async def failed(self, address: str | None) -> None:
        """The password was wrong."""
        await self._count(_address(address), 1)

    async def succeeded(self, email: str) -> None:
        """The password was right: earlier tries are forgotten."""
        try:
            await self._redis.delete(_account(email))
        except (RedisError, OSError) as error:
            log.warning("logins cannot be counted", extra={"error": str(error)})

    async def _count(self, key: str, more: int) -> tuple[int, int]:
        run = cast("Callable[..., Awaitable[Any]]", self._redis.eval)
        try:
            count, left_s = await run(_COUNT, 1, key, more, self._policy.window_s)
        except (RedisError, OSError) as error:
            log.warning("logins cannot be counted", extra={"error": str(error)})
            return 0, 0
        return int(count), int(left_s)


def _account(email: str) -> str:
    # Not the address itself: Redis is no place for who has an account here.
    return f"{PREFIX}account:{hashlib.sha256(email.strip().lower().encode()).hexdigest()}"


def _address(address: str | None) -> str:
    return f"{PREFIX}address:{address or 'unknown'}"
