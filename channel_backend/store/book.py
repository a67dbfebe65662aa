"""The channels in the database; every move of a session goes through `step`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.announcing import Announcer
from channel_backend.channel import Channel, Settings
from channel_backend.errors import ApiError
from channel_backend.patience import Patience, deadlines, look_again
from channel_backend.signals import Signals, Turns
from channel_backend.standing import looks_different
from channel_backend.store.database import reading, writing
from channel_backend.store.limits import channels_within_limit, locked_tenant
from channel_backend.store.tables import ChannelRow
from channel_backend.store.translate import channel_of, write_channel

Move = Callable[[Channel], Channel]
# What would speak against the move; asked before the channel is locked (tenant first, channel second, everywhere).
Guard = Callable[[AsyncSession], Awaitable[ApiError | None]]


@dataclass(frozen=True, slots=True)
class Step:
    """A channel before and after a move; both the same value when nothing was written."""

    before: Channel
    after: Channel


def utc_now() -> datetime:
    """This machine's time; used for waiting only, never to order Evolution's events."""
    return datetime.now(UTC)


class Book:
    """Reads and moves channels; announces what a client could see, after the commit and in order."""

    def __init__(self, engine: AsyncEngine, announcer: Announcer, signals: Signals, patience: Patience) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)
        self._announcer = announcer
        self._signals = signals
        self._patience = patience
        self._turns = Turns()

    async def read(self, channel_id: int, *, tenant_id: int | None = None) -> Channel | None:
        """The channel, unless it does not exist or belongs to another tenant than the one named."""
        query = select(ChannelRow).where(ChannelRow.id == channel_id)
        if tenant_id is not None:
            query = query.where(ChannelRow.tenant_id == tenant_id)
        async with self._reading() as session:
            row = await session.scalar(query)
        return None if row is None else channel_of(row)

    async def find_instance(self, instance: str) -> Channel | None:
        """The channel whose Evolution instance was stored under this name."""
        async with self._reading() as session:
            row = await session.scalar(select(ChannelRow).where(ChannelRow.provider_instance_name == instance))
        return None if row is None else channel_of(row)

    async def of_tenant(self, tenant_id: int) -> list[Channel]:
        """All channels of a tenant, oldest first."""
        query = select(ChannelRow).where(ChannelRow.tenant_id == tenant_id).order_by(ChannelRow.id)
        async with self._reading() as session:
            rows = await session.scalars(query)
            return [channel_of(row) for row in rows]

    async def create(self, tenant_id: int, settings: Settings) -> Channel:
        """A new, disconnected channel; refused when the tenant has as many as it may have."""
        async with self._writing.begin() as session:
            count = await channels_within_limit(session, tenant_id)
            wanted = replace(settings, is_default=settings.is_default or count == 0)
            row = await _insert(session, tenant_id, wanted)
            channel = channel_of(row)
        await self._announcer.channel_changed(channel)
        return channel

    async def edit(self, channel_id: int, tenant_id: int, edit: Callable[[Settings], Settings]) -> Channel | None:
        """The channel with changed settings; None when the tenant has no such channel."""
        async with self._turns.taken(channel_id):
            async with self._writing.begin() as session:
                await locked_tenant(session, tenant_id)
                row = await _locked(session, channel_id)
                if row is None or row.tenant_id != tenant_id:
                    return None
                before = channel_of(row)
                after = _edited(before, edit(before.settings))
                await _refuse_taken_name(session, after)
                if after.settings.is_default and not before.settings.is_default:
                    await _unset_default(session, tenant_id)
                write_channel(row, after)
            if after != before:
                await self._announcer.channel_changed(after)
        return after

    async def delete(self, channel_id: int) -> None:
        """Remove the row; a channel that is not there stays so."""
        async with self._turns.taken(channel_id):
            async with self._writing.begin() as session:
                row = await _locked(session, channel_id)
                if row is None:
                    return
                channel = channel_of(row)
                await session.delete(row)
            await self._announcer.channel_deleted(channel)
            self._signals.ring(channel_id)

    async def step(self, channel_id: int, move: Move, *, guard: Guard | None = None) -> Step | None:
        """Move a channel under its row lock, then announce what a client could see; None when it does not exist.

        `guard` may refuse a real move inside the same transaction. The turn is held until the announcement is out, so
        that two changes of one channel are announced in the order of their commits.
        """
        async with self._turns.taken(channel_id):
            async with self._writing.begin() as session:
                objection = await guard(session) if guard else None
                row = await _locked(session, channel_id)
                if row is None:
                    return None
                before = channel_of(row)
                after = self._stamped(before, move(before))
                if objection is not None and after != before:
                    raise objection
                if after != before:
                    write_channel(row, after)
            await self._tell(before, after)
        return Step(before, after)

    async def due(self, limit: int) -> Sequence[int]:
        """Ids of channels that stayed silent too long; each is handed to one caller until its next look is due."""
        now = utc_now()
        query = (
            select(ChannelRow)
            .where(ChannelRow.check_at <= now)
            .order_by(ChannelRow.check_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._writing.begin() as session:
            rows = (await session.scalars(query)).all()
            for row in rows:
                row.check_at = look_again(now, self._patience, channel_of(row).deadlines).check_at
            return [row.id for row in rows]

    def _stamped(self, before: Channel, moved: Channel) -> Channel:
        if moved == before:
            return before
        now = utc_now()
        kept = moved.deadlines
        waits = deadlines(before.standing, moved.standing, now, self._patience, kept)
        seen = looks_different(before.standing, moved.standing)
        updated_at = now if seen else before.updated_at
        return replace(moved, deadlines=waits, revision=before.revision + 1, updated_at=updated_at)

    async def _tell(self, before: Channel, after: Channel) -> None:
        if after == before:
            return
        if looks_different(before.standing, after.standing):
            await self._announcer.session_changed(after)
        self._signals.ring(after.id)


async def _locked(session: AsyncSession, channel_id: int) -> ChannelRow | None:
    return await session.scalar(select(ChannelRow).where(ChannelRow.id == channel_id).with_for_update())


async def _insert(session: AsyncSession, tenant_id: int, settings: Settings) -> ChannelRow:
    sequence = func.pg_get_serial_sequence(ChannelRow.__tablename__, "id")
    new_id = await session.scalar(select(func.nextval(sequence)))
    assert isinstance(new_id, int)  # noqa: S101  a sequence gives integers
    if settings.is_default:
        await _unset_default(session, tenant_id)
    row = ChannelRow(
        id=new_id,
        tenant_id=tenant_id,
        name=settings.name,
        is_default=settings.is_default,
        is_active=settings.is_active,
        farewell_message=settings.farewell_message,
        wavoip=settings.wavoip,
        chat_flow_id=settings.chat_flow_id,
        queue_id=settings.queue_id,
        provider_instance_name=str(new_id),
    )
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise _name_in_use(settings.name) from error
    await session.refresh(row)
    return row


async def _unset_default(session: AsyncSession, tenant_id: int) -> None:
    await session.execute(
        update(ChannelRow)
        .where(ChannelRow.tenant_id == tenant_id, ChannelRow.is_default)
        .values(is_default=False, revision=ChannelRow.revision + 1)
    )


async def _refuse_taken_name(session: AsyncSession, channel: Channel) -> None:
    taken = select(
        exists().where(
            ChannelRow.tenant_id == channel.tenant_id,
            ChannelRow.name == channel.settings.name,
            ChannelRow.id != channel.id,
        )
    )
    if await session.scalar(taken):
        raise _name_in_use(channel.settings.name)


def _edited(before: Channel, settings: Settings) -> Channel:
    if settings == before.settings:
        return before
    return replace(before, settings=settings, revision=before.revision + 1, updated_at=utc_now())


def _name_in_use(name: str) -> ApiError:
    return ApiError(409, f"ERR_NAME_IN_USE: the tenant has a channel named {name!r}")
