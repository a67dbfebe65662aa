"""What a process does with the channels it finds when it starts, in whatever status they are."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.patience import Patience
from channel_backend.status import ChannelStatus
from channel_backend.store.database import reading, writing
from channel_backend.store.limits import USES_A_SESSION
from channel_backend.store.tables import ChannelRow

# After a start all channels are looked at, but not all at once: so many a second, and the last one this late.
LOOKS_PER_S = 200
SPREAD_S_MAX = 5.0
HAS_A_SESSION = or_(ChannelRow.session_live, USES_A_SESSION)
OPENING = ChannelRow.status.in_([ChannelStatus.CONNECTING.value, ChannelStatus.QRCODE.value])


class Roster:
    """The channels that have, or should have, a session."""

    def __init__(self, engine: AsyncEngine, patience: Patience) -> None:
        self._reading = reading(engine)
        self._writing = writing(engine)
        self._patience = patience

    async def adopt(self, now: datetime) -> int:
        """Make every channel with a session due for a look, and give each one on its way an end; says how many.

        A row that shows a session nobody asked for (imported, or edited by hand) is taken for one that was asked for,
        because only then is it looked after. Nothing is started, and nothing here needs Evolution.
        """
        count = await self._count()
        soon = now + func.random() * timedelta(seconds=min(SPREAD_S_MAX, count / LOOKS_PER_S))
        end = now + timedelta(seconds=self._patience.start_s)
        adopted = ~ChannelRow.session_live
        change = (
            update(ChannelRow)
            .where(HAS_A_SESSION)
            .values(
                session_live=True,
                provider_present=ChannelRow.provider_present | adopted,
                revision=ChannelRow.revision + case((adopted, 1), else_=0),
                check_at=func.least(func.coalesce(ChannelRow.check_at, soon), soon),
                give_up_at=case((OPENING, func.coalesce(ChannelRow.give_up_at, end)), else_=ChannelRow.give_up_at),
            )
            .execution_options(synchronize_session=False)
        )
        async with self._writing.begin() as session:
            return (await session.execute(change)).rowcount  # type: ignore[attr-defined,no-any-return]

    async def _count(self) -> int:
        async with self._reading() as session:
            return await session.scalar(select(func.count()).select_from(ChannelRow).where(HAS_A_SESSION)) or 0

    async def live(self, tenant_id: int | None) -> list[int]:
        """The ids of the channels with a session, of one tenant or of all."""
        wanted: list[ColumnElement[bool]] = [ChannelRow.session_live.is_(True)]
        if tenant_id is not None:
            wanted.append(ChannelRow.tenant_id == tenant_id)
        async with self._reading() as session:
            return list(await session.scalars(select(ChannelRow.id).where(*wanted).order_by(ChannelRow.id)))
