"""The announcements that are committed and not yet made, and for a while those that were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import CursorResult, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.announcing import Announcement
from channel_backend.store.database import reading, writing
from channel_backend.store.queue_tables import OutboxRow

BATCH_MAX = 100


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

    async def waiting(self, tenant_id: int) -> list[Written]:
        """What the tenant has not been told yet, oldest first."""
        query = (
            select(OutboxRow)
            .where(OutboxRow.tenant_id == tenant_id, OutboxRow.announced_at.is_(None))
            .order_by(OutboxRow.id)
            .limit(BATCH_MAX)
        )
        async with self._reading() as session:
            return [_written(row) for row in await session.scalars(query)]

    async def since(self, tenant_id: int, last_id: int, limit: int) -> list[Written]:
        """What the tenant was told after that, as far as it is still known."""
        query = (
            select(OutboxRow)
            .where(OutboxRow.tenant_id == tenant_id, OutboxRow.id > last_id, OutboxRow.announced_at.is_not(None))
            .order_by(OutboxRow.id)
            .limit(limit)
        )
        async with self._reading() as session:
            return [_written(row) for row in await session.scalars(query)]

    async def is_waiting(self, tenant_id: int) -> bool:
        """Whether there is anything the tenant has not been told."""
        waiting = exists().where(OutboxRow.tenant_id == tenant_id, OutboxRow.announced_at.is_(None))
        async with self._reading() as session:
            return bool(await session.scalar(select(waiting)))

    async def waiting_tenants(self) -> list[int]:
        """The tenants that have not been told everything."""
        query = select(OutboxRow.tenant_id).where(OutboxRow.announced_at.is_(None)).distinct()
        async with self._reading() as session:
            return list(await session.scalars(query))

    async def announced(self, ids: Sequence[int]) -> None:
        """These were told."""
        change = update(OutboxRow).where(OutboxRow.id.in_(ids)).values(announced_at=func.now())
        async with self._writing.begin() as session:
            await session.execute(change.execution_options(synchronize_session=False))

    async def forget(self, *, announced_s: float) -> int:
        """Remove what was told longer ago than that; says how many."""
        old = OutboxRow.announced_at < func.now() - timedelta(seconds=announced_s)
        async with self._writing.begin() as session:
            result = await session.execute(delete(OutboxRow).where(old))
        return result.rowcount if isinstance(result, CursorResult) else 0


def _written(row: OutboxRow) -> Written:
    payload: dict[str, Any] = row.payload
    return Written(row.id, Announcement(row.tenant_id, row.channel_id, row.name, payload))
