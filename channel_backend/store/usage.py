"""Usage as the rows have it, and the audit of counters that said otherwise."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.store.accounts import Tenant, tenant_of
from channel_backend.store.conversation_tables import MessageRow
from channel_backend.store.database import reading, writing
from channel_backend.store.limits import USES_A_SESSION
from channel_backend.store.operations_tables import UsageAuditRow
from channel_backend.store.tables import ChannelRow, TenantRow, UserRow
from channel_backend.usage import Correction


@dataclass(frozen=True, slots=True)
class Usage:
    """What a tenant uses, all of it counted from rows."""

    tenant: Tenant
    sessions: int
    users: int
    messages: int
    storage_bytes: int


class UsageBook:
    """Counts usage and keeps the audit."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)

    async def of_tenant(self, tenant_id: int, month: datetime) -> Usage | None:
        """What the tenant uses; messages since the beginning of this month."""
        since = month.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        sessions = select(func.count()).where(ChannelRow.tenant_id == tenant_id, USES_A_SESSION)
        users = select(func.count()).select_from(UserRow).where(UserRow.tenant_id == tenant_id)
        mine = MessageRow.tenant_id == tenant_id
        messages = select(func.count()).select_from(MessageRow).where(mine, MessageRow.created_at >= since)
        stored = select(func.coalesce(func.sum(func.octet_length(MessageRow.body)), 0)).where(mine)
        counts = select(TenantRow, *(query.scalar_subquery() for query in (sessions, users, messages, stored))).where(
            TenantRow.id == tenant_id
        )
        async with self._reading() as session:
            found = (await session.execute(counts)).one_or_none()
        if found is None:
            return None
        tenant, open_sessions, people, written, size = found
        return Usage(tenant_of(tenant), open_sessions, people, written, int(size))

    async def tenants(self) -> list[int]:
        """The ids of all tenants."""
        async with self._reading() as session:
            return list(await session.scalars(select(TenantRow.id).order_by(TenantRow.id)))

    async def sessions(self, tenants: list[int]) -> dict[int, int]:
        """Open sessions of each of these tenants."""
        query = (
            select(ChannelRow.tenant_id, func.count())
            .where(USES_A_SESSION, ChannelRow.tenant_id.in_(tenants))
            .group_by(ChannelRow.tenant_id)
        )
        async with self._reading() as session:
            found = {tenant: count for tenant, count in await session.execute(query)}  # noqa: C416  rows are no pairs
        return {tenant: found.get(tenant, 0) for tenant in tenants}

    def correcting(self) -> AsyncSession:
        """A transaction to write an audit in, together with the correction itself."""
        return self._writing()


def audited(correction: Correction, cause: str) -> UsageAuditRow:
    """The correction as a row."""
    return UsageAuditRow(
        tenant_id=correction.tenant_id,
        measure=correction.measure,
        counted=correction.counted,
        actual=correction.actual,
        cause=cause,
        at=correction.at,
    )
