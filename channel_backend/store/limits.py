"""What a tenant may have, counted from the rows under the tenant's lock, so that parallel requests cannot overshoot."""

from collections.abc import Awaitable, Callable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.errors import ApiError
from channel_backend.status import ChannelStatus
from channel_backend.store.tables import ChannelRow, TenantRow

# What speaks against a session, asked inside the transaction that would begin it (tenant_id, channel_id by name).
Objection = Callable[..., Awaitable[ApiError | None]]

SESSION_STATUSES = (ChannelStatus.CONNECTING, ChannelStatus.QRCODE, ChannelStatus.CONNECTED)
# What `Standing.uses_a_session` is to a value, this is to a row.
USES_A_SESSION = ChannelRow.status.in_([status.value for status in SESSION_STATUSES])


async def locked_tenant(session: AsyncSession, tenant_id: int) -> TenantRow:
    """The tenant's row, locked until the transaction ends; inactive tenants change nothing."""
    query = select(TenantRow).where(TenantRow.id == tenant_id).with_for_update(key_share=True)
    tenant = await session.scalar(query)
    if tenant is None or tenant.status != "active":
        raise ApiError(403, "ERR_TENANT_INACTIVE")
    return tenant


async def channels_within_limit(session: AsyncSession, tenant_id: int) -> int:
    """How many channels the tenant has, refused when it may have no more."""
    tenant = await locked_tenant(session, tenant_id)
    count = await _count(session, ChannelRow.tenant_id == tenant_id)
    if count >= tenant.max_connections:
        raise ApiError(400, "ERR_NO_PERMISSION_CONNECTIONS_LIMIT")
    return count


async def session_objection(session: AsyncSession, tenant_id: int, channel_id: int) -> ApiError | None:
    """What speaks against one more open session, counting the tenant's other channels."""
    tenant = await locked_tenant(session, tenant_id)
    others = await _count(
        session,
        ChannelRow.tenant_id == tenant_id,
        ChannelRow.id != channel_id,
        USES_A_SESSION,
    )
    if others < tenant.max_connections:
        return None
    return ApiError(403, f"ERR_SESSIONS_LIMIT: the plan allows {tenant.max_connections} open sessions")


async def _count(session: AsyncSession, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ChannelRow).where(*conditions)
    return await session.scalar(query) or 0
