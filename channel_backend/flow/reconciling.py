"""Compares what is believed with what is so: channels with Evolution, usage counters with the rows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from channel_backend.counters import UsageCounters
from channel_backend.flow.applying import Applying, Look
from channel_backend.stopping import rest
from channel_backend.store.adoption import Roster
from channel_backend.store.book import utc_now
from channel_backend.store.usage import UsageBook, audited
from channel_backend.usage import SESSIONS, Correction

log = logging.getLogger(__name__)

LOOKS_AT_ONCE_MAX = 20
# A difference that is still the same after this time is drift; a commit and its count are milliseconds apart.
SETTLE_S = 0.25
COMPARISONS_MAX = 4

Rest = Callable[[float], Awaitable[None]]


class Cause(StrEnum):
    """What made somebody look."""

    BOOT = "boot"
    PERIODIC = "periodic"
    REQUEST = "request"


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """How many channels were looked at, found otherwise than believed, and could not be asked about."""

    checked: int
    corrected: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class UsageReport:
    """How many tenants' counters were compared, and what was wrong."""

    checked: int
    corrections: tuple[Correction, ...]


class Reconciling:
    """At a start, every so often, and when an administrator asks."""

    def __init__(
        self,
        *,
        roster: Roster,
        applying: Applying,
        counters: UsageCounters,
        usage: UsageBook,
        interval_s: float,
        adopt: Callable[[Roster, datetime], Awaitable[int]] = Roster.adopt,
        rest: Rest = rest,
    ) -> None:
        self._roster = roster
        self._applying = applying
        self._counters = counters
        self._usage = usage
        self._interval_s = interval_s
        self._adopt = adopt
        self._rest = rest

    async def run(self) -> None:
        """Until the stop: once for the start, then for usage alone; the watchdog looks at channels one by one."""
        while not await self._survives(self._start(), Cause.BOOT):
            await self._rest(1.0)
        while True:
            await self._rest(self._interval_s)
            await self._survives(self._usage_of_all(Cause.PERIODIC), Cause.PERIODIC)

    async def channels(self, tenant_id: int | None) -> ChannelReport:
        """Look at every channel with a session, of one tenant or of all."""
        places = asyncio.Semaphore(LOOKS_AT_ONCE_MAX)

        async def look(channel_id: int) -> Look:
            async with places:
                return await self._applying.look(channel_id)

        looks = await asyncio.gather(*(look(channel_id) for channel_id in await self._roster.live(tenant_id)))
        found = [seen for seen in looks if seen is not Look.NOTHING]
        return ChannelReport(len(found), found.count(Look.CORRECTED), found.count(Look.NO_ANSWER))

    async def usage(self, tenant_id: int | None, cause: Cause) -> UsageReport:
        """Compare the counters with the rows and correct them, with an audit row and a log line for each."""
        await self._counters.flush()
        tenants = await self._usage.tenants() if tenant_id is None else [tenant_id]
        suspects = await self._different(tenants)
        corrections = [found for tenant in suspects if (found := await self._corrected(tenant, cause)) is not None]
        return UsageReport(len(tenants), tuple(corrections))

    async def _start(self) -> None:
        adopted = await self._adopt(self._roster, utc_now())
        log.info("channels with a session are looked at", extra={"channels": adopted})
        await self._survives(self._usage_of_all(Cause.BOOT), Cause.BOOT)

    async def _usage_of_all(self, cause: Cause) -> None:
        await self.usage(None, cause)

    async def _survives(self, work: Awaitable[None], cause: Cause) -> bool:
        """Whether it could be done; a database or a Redis that is away ends nothing but this round."""
        try:
            await work
        except (SQLAlchemyError, RedisError, OSError) as error:
            first_line = (str(error).splitlines() or [""])[0]
            log.warning("not reconciled", extra={"cause": cause.value, "error": first_line})
            return False
        return True

    async def _different(self, tenants: list[int]) -> list[int]:
        counted, actual = await self._counters.read(tenants), await self._usage.sessions(tenants)
        return [tenant for tenant in tenants if counted[tenant] != actual[tenant]]

    async def _corrected(self, tenant_id: int, cause: Cause) -> Correction | None:
        """The correction, if the difference stays: what still moves is on its way to being right."""
        before = await self._pair(tenant_id)
        for _ in range(COMPARISONS_MAX):
            if before[0] == before[1]:
                return None
            await self._rest(SETTLE_S)
            now = await self._pair(tenant_id)
            if now == before:
                return await self._set(tenant_id, now, cause)
            before = now
        return None

    async def _pair(self, tenant_id: int) -> tuple[int | None, int]:
        counted = await self._counters.read([tenant_id])
        actual = await self._usage.sessions([tenant_id])
        return counted[tenant_id], actual[tenant_id]

    async def _set(self, tenant_id: int, found: tuple[int | None, int], cause: Cause) -> Correction | None:
        counted, actual = found
        if counted is None:
            # Not drift: a tenant's first session, a new month, or a Redis that lost everything.
            await self._counters.correct(tenant_id, seen=None, actual=actual)
            return None
        correction = Correction(tenant_id, SESSIONS, counted, actual, utc_now())
        async with self._usage.correcting() as session, session.begin():
            session.add(audited(correction, cause.value))
            await session.flush()
            if not await self._counters.correct(tenant_id, seen=counted, actual=actual):
                await session.rollback()
                return None
        about = {"tenant": tenant_id, "measure": SESSIONS, "counted": counted, "actual": actual, "cause": cause.value}
        log.warning("usage corrected", extra=about)
        return correction
