"""The channels in the database; every move of a session goes through `step`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import cast

from sqlalchemy import exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.access import own_tenant
from channel_backend.announcing import Shown, channel_changed, channel_deleted, session_changed
from channel_backend.channel import Addressee, Channel, Settings
from channel_backend.errors import ApiError
from channel_backend.patience import Patience, deadlines, next_look
from channel_backend.remembering import Remembered
from channel_backend.signals import Signals, Turns
from channel_backend.standing import Standing, looks_different
from channel_backend.store.attempts import note_end, note_move
from channel_backend.store.database import reading, writing
from channel_backend.store.limits import channels_within_limit, locked_tenant
from channel_backend.store.outbox import Outbox
from channel_backend.store.queue_tables import InboxRow
from channel_backend.store.removals import want_removed
from channel_backend.store.tables import ChannelRow
from channel_backend.store.translate import channel_of, write_channel

Move = Callable[[Channel], Channel]
# What would speak against the move; asked before the channel is locked (tenant first, channel second, everywhere).
Guard = Callable[[AsyncSession], Awaitable[ApiError | None]]
# What has to be committed together with a step, or not at all.
Also = Callable[[AsyncSession], Awaitable[None]]
Told = Callable[[int], None]
# How the Evolution instance of a new channel is called: by the channel's id, the tenant's id and the channel's name.
Named = Callable[[int, int, str], str]
# How many open sessions more or less a tenant has, after the commit.
Counted = Callable[[int, int], None]
Delta = Callable[[Standing, Standing | None], int]
# Among whose channels one is looked for that a tenant names; None: among all.
Within = Callable[[int], int | None]
# Whether a client is told of a move.
IsNews = Callable[[Standing, Standing], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """A channel before and after a move; both the same value when nothing was written."""

    before: Channel
    after: Channel


def utc_now() -> datetime:
    """This machine's time; used for waiting only, never to order Evolution's events."""
    return datetime.now(UTC)


class Book:
    """Reads and moves channels; what a client could see goes into the outbox with the change, in the same order."""

    def __init__(
        self,
        engine: AsyncEngine,
        outbox: Outbox,
        signals: Signals,
        patience: Patience,
        *,
        tell: Told,
        count: Counted,
        delta: Delta,
        named: Named,
        shown: Shown,
        within: Within = own_tenant,
        is_news: IsNews = looks_different,
    ) -> None:
        """`tell` hears a tenant's id when its part of the outbox has something new, `count` how its usage changed."""
        self._reading = reading(engine)
        self._writing = writing(engine)
        self._outbox = outbox
        self._tell = tell
        self._named = named
        self._shown = shown
        self._within = within
        self._is_news = is_news
        self._count = count
        self._delta = delta
        self._signals = signals
        self._patience = patience
        self._turns: Turns[int] = Turns()
        # An addressee never changes, it only goes; what is then kept for it in vain is told when it is applied.
        self._addressees: Remembered[tuple[int | None, str | None], Addressee] = Remembered()

    async def read(self, channel_id: int, *, tenant_id: int | None = None) -> Channel | None:
        """The channel, unless it does not exist or belongs to another tenant than the one named."""
        query = select(ChannelRow).where(ChannelRow.id == channel_id)
        within = None if tenant_id is None else self._within(tenant_id)
        if within is not None:
            query = query.where(ChannelRow.tenant_id == within)
        async with self._reading() as session:
            row = await session.scalar(query)
        return None if row is None else channel_of(row)

    async def of_tenant(self, tenant_id: int) -> list[Channel]:
        """All channels of a tenant, oldest first."""
        # Plain rows: thousands are shown at once, and none of them is changed.
        columns = ChannelRow.__table__.c
        query = select(*columns).where(columns.tenant_id == tenant_id).order_by(columns.id)
        async with self._reading() as session:
            rows = await session.execute(query)
            return [channel_of(cast("ChannelRow", row)) for row in rows]

    async def create(self, tenant_id: int, settings: Settings) -> Channel:
        """A new, disconnected channel; refused when the tenant has as many as it may have."""
        async with self._writing.begin() as session:
            count = await channels_within_limit(session, tenant_id)
            wanted = replace(settings, is_default=settings.is_default or count == 0)
            channel = channel_of(await _insert(session, tenant_id, wanted, self._named))
            await self._outbox.write(session, channel_changed(channel, self._shown))
        self._tell(tenant_id)
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
                    await self._outbox.write(session, channel_changed(after, self._shown))
            self._tell(tenant_id)
        return after

    async def delete(self, channel_id: int) -> None:
        """Remove the row; a channel that is not there stays so."""
        async with self._turns.taken(channel_id):
            async with self._writing.begin() as session:
                row = await _locked(session, channel_id)
                if row is None:
                    return
                channel = channel_of(row)
                await note_end(session, channel, utc_now())
                await session.delete(row)
                if row.opening_session is not None:
                    await want_removed(session, channel.instance)
                await self._outbox.write(session, channel_deleted(channel))
            self._addressees.forget()
            self._count(channel.tenant_id, self._delta(channel.standing, None))
            self._changed(channel)

    async def step(
        self,
        channel_id: int,
        move: Move,
        *,
        guard: Guard | None = None,
        also: Also | None = None,
        asked_at: datetime | None = None,
    ) -> Step | None:
        """Move a channel under its row lock; None when it does not exist.

        What a client could see goes into the outbox under the same lock, so that it is announced in the order of the
        commits. `guard` may refuse a real move; `also` is committed together with the step, changed or not.
        `asked_at` is when the owner clicked, if that is what moves the channel.
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
                    await note_move(session, before, after, utc_now(), asked_at=asked_at)
                seen = self._is_news(before.standing, after.standing)
                if seen:
                    await self._outbox.write(session, session_changed(after, self._shown))
                if also is not None:
                    await also(session)
            self._count(before.tenant_id, self._delta(before.standing, after.standing))
            if seen or after != before:
                self._changed(after, seen=seen)
        return Step(before, after)

    async def addressee(self, *, channel_id: int | None = None, instance: str | None = None) -> Addressee | None:
        """Whose webhooks an instance's are, by the channel's id or by the stored name of its instance."""
        return await self._addressees.answer((channel_id, instance), partial(self._addressee, channel_id, instance))

    async def _addressee(self, channel_id: int | None, instance: str | None) -> Addressee | None:
        columns = select(ChannelRow.id, ChannelRow.tenant_id, ChannelRow.provider_instance_name)
        found = ChannelRow.id == channel_id if instance is None else ChannelRow.provider_instance_name == instance
        async with self._reading() as session:
            row = (await session.execute(columns.where(found))).one_or_none()
        return None if row is None else Addressee(*row)

    async def abandoned(self, limit: int) -> list[Channel]:
        """Channels that somebody is bringing up, or was; without those about which an event waits to be applied."""
        waits = exists().where(InboxRow.lane == ChannelRow.provider_instance_name, InboxRow.state == "waiting")
        query = select(ChannelRow).where(ChannelRow.opening_session.is_not(None), ~waits).limit(limit)
        async with self._reading() as session:
            return [channel_of(row) for row in await session.scalars(query)]

    async def opened(self, channel: Channel) -> None:
        """The work of bringing this session up has ended, well or badly."""
        mine = (ChannelRow.id == channel.id) & (ChannelRow.opening_session == channel.opening)
        async with self._writing.begin() as session:
            await session.execute(update(ChannelRow).where(mine).values(opening_session=None))

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
                row.check_at = next_look(channel_of(row).standing, row.updated_at, now, self._patience)
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

    def _changed(self, channel: Channel, *, seen: bool = True) -> None:
        """Called after the commit: whoever waits for the channel may look, and clients are told what they could see."""
        self._signals.ring(channel.id)
        if seen:
            self._tell(channel.tenant_id)


async def _locked(session: AsyncSession, channel_id: int) -> ChannelRow | None:
    return await session.scalar(select(ChannelRow).where(ChannelRow.id == channel_id).with_for_update())


async def _insert(session: AsyncSession, tenant_id: int, settings: Settings, named: Named) -> ChannelRow:
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
        provider_instance_name=named(new_id, tenant_id, settings.name),
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
