"""The announcements that are committed and not yet made, and for a while those that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.announcing import Announcement
from channel_backend.store.claims import Work, number_of
from channel_backend.store.database import reading, writing
from channel_backend.store.link import Connection
from channel_backend.store.queue_tables import OutboxRow

BATCH_MAX = 100

_CLAIM = """
SELECT tenant FROM unnest(%s::bigint[], %s::bigint[]) AS given (tenant, number) WHERE pg_try_advisory_xact_lock(number)
"""
_WAITING = """
SELECT id, tenant_id, channel_id, name, payload FROM socket_outbox
WHERE tenant_id = ANY(%s::bigint[]) AND announced_at IS NULL ORDER BY id LIMIT %s
"""
_ANNOUNCED = "UPDATE socket_outbox SET announced_at = now() WHERE id = ANY(%s::bigint[])"


@dataclass(frozen=True, slots=True)
class Written:
    """An announcement in the outbox; `id` grows in the order in which the changes of one channel were committed."""

    id: int
    announcement: Announcement


class Outbox:
    """An announcement is written in the transaction of its change: there is never one without the other."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)

    async def write(self, session: AsyncSession, announcement: Announcement) -> None:
        """Put it behind what the tenant is to be told already."""
        values = {
            "tenant_id": announcement.tenant_id,
            "channel_id": announcement.channel_id,
            "name": announcement.name,
            "payload": announcement.payload,
        }
        await session.execute(insert(OutboxRow).values(values))

    async def waiting_tenants(self) -> list[int]:
        """The tenants that have not been told everything."""
        query = select(OutboxRow.tenant_id).where(OutboxRow.announced_at.is_(None)).distinct()
        async with self._reading() as session:
            return list(await session.scalars(query))

    async def forget(self, *, announced_s: float) -> int:
        """Remove what was told longer ago than that; says how many."""
        old = OutboxRow.announced_at < func.now() - timedelta(seconds=announced_s)
        async with self._writing.begin() as session:
            result = await session.execute(delete(OutboxRow).where(old))
        return result.rowcount if isinstance(result, CursorResult) else 0


async def claim(link: Connection, tenants: Sequence[int]) -> list[int]:
    """Those of the tenants whose announcements are ours until the transaction ends; others are another process's."""
    numbers = [number_of(Work.ANNOUNCEMENTS, tenant) for tenant in tenants]
    found = await link.execute(_CLAIM, (list(tenants), numbers))
    return [tenant for (tenant,) in await found.fetchall()]


async def waiting(link: Connection, tenants: Sequence[int]) -> list[Written]:
    """What these tenants, which are claimed, have not been told yet, oldest first."""
    found = await link.execute(_WAITING, (list(tenants), BATCH_MAX))
    return [Written(row[0], Announcement(*row[1:])) for row in await found.fetchall()]


async def announced(link: Connection, written: Sequence[Written]) -> None:
    """These were told."""
    await link.execute(_ANNOUNCED, ([one.id for one in written],))
