"""Instances that nobody wants any more, remembered until Evolution is rid of them."""

from datetime import timedelta

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.store.database import reading, writing
from channel_backend.store.queue_tables import RemovalRow
from channel_backend.store.tables import ChannelRow

# An instance may still be in the making while nobody wants it any more: longer than Evolution takes for one.
MAKING_S_MAX = 30.0


async def want_removed(session: AsyncSession, instance: str, *, after_s: float = MAKING_S_MAX) -> None:
    """Have the instance removed in a while, together with what the transaction changes."""
    due_at = func.now() + timedelta(seconds=after_s)
    row = insert(RemovalRow).values(instance=instance, due_at=due_at)
    await session.execute(row.on_conflict_do_update(index_elements=["instance"], set_={"due_at": due_at}))


class Removals:
    """The list of instances to be removed."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)

    async def want(self, instance: str, *, after_s: float) -> None:
        """Put an instance on the list."""
        async with self._writing.begin() as session:
            await want_removed(session, instance, after_s=after_s)

    async def due(self, limit: int) -> list[str]:
        """Instances whose removal is due."""
        query = select(RemovalRow.instance).where(RemovalRow.due_at <= func.now()).order_by(RemovalRow.due_at)
        async with self._reading() as session:
            return list(await session.scalars(query.limit(limit)))

    async def is_wanted(self, instance: str) -> bool:
        """Whether a channel has a session in this instance by now."""
        wanted = exists().where(ChannelRow.provider_instance_name == instance, ChannelRow.session_live)
        async with self._reading() as session:
            return bool(await session.scalar(select(wanted)))

    async def put_off(self, instance: str, delay_s: float) -> None:
        """Try again later."""
        values = {"attempts": RemovalRow.attempts + 1, "due_at": func.now() + timedelta(seconds=delay_s)}
        async with self._writing.begin() as session:
            await session.execute(update(RemovalRow).where(RemovalRow.instance == instance).values(values))

    async def done(self, instance: str) -> None:
        """Take an instance off the list."""
        async with self._writing.begin() as session:
            await session.execute(delete(RemovalRow).where(RemovalRow.instance == instance))
