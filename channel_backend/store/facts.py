"""Reads the facts for metrics: a few grouped counts, all of one moment."""

from datetime import datetime
from functools import partial

from sqlalchemy import ARRAY, ColumnElement, Double, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from channel_backend.attempts import AttemptOutcome
from channel_backend.facts import Facts, InboxFacts, Spread
from channel_backend.metrics import WAIT_BUCKETS_S, Direction
from channel_backend.remembering import Remembered
from channel_backend.status import ChannelStatus
from channel_backend.store.conversation_tables import MessageRow
from channel_backend.store.operations_tables import ConnectAttemptRow, UsageAuditRow
from channel_backend.store.queue_tables import InboxRow
from channel_backend.store.tables import ChannelRow

# All rows of messages and attempts are counted, and none is ever removed.
FACTS_LIFE_S = 1.0
# Times are stored in whole microseconds, and a bucket holds what is exactly as long as its bound, too.
HALF_A_TICK_S = 0.000_000_5


class FactsReader:
    """Reads them in one read-only snapshot, so that the numbers of one answer agree with each other."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._last: Remembered[None, Facts] = Remembered(FACTS_LIFE_S)

    async def read(self, now: datetime) -> Facts:
        """Everything that is printed, as of `now` or a moment before: whoever scrapes often counts nothing twice."""
        facts = await self._last.answer(None, partial(self._read, now))
        assert facts is not None  # noqa: S101  there always are some
        return facts

    async def _read(self, now: datetime) -> Facts:
        async with AsyncSession(self._engine) as session:
            attempts, under_way = await _attempts(session, now)
            return Facts(
                attempts=attempts,
                under_way=under_way,
                time_to_qr=await _spreads(session, ConnectAttemptRow.qr_at),
                time_to_connected=await _spreads(session, ConnectAttemptRow.connected_at),
                statuses=await _statuses(session),
                messages=await _messages(session),
                drift=await _drift(session),
                inbox=await _inbox(session, now),
            )

    async def inbox(self, now: datetime) -> InboxFacts:
        """The inbox alone, for health."""
        async with AsyncSession(self._engine) as session:
            return await _inbox(session, now)


async def _attempts(session: AsyncSession, now: datetime) -> tuple[dict[tuple[int, str], int], dict[int, int]]:
    """Attempts by outcome as far as they count, and those still on their way."""
    row = ConnectAttemptRow
    final = func.coalesce(row.counts_from <= now, False)
    query = select(row.tenant_id, row.outcome, final, func.count()).group_by(row.tenant_id, row.outcome, final)
    ended: dict[tuple[int, str], int] = {}
    under_way: dict[int, int] = {}
    for tenant, outcome, is_final, count in await session.execute(query):
        ended.update({(tenant, word): ended.get((tenant, word), 0) for word in AttemptOutcome})
        under_way.setdefault(tenant, 0)
        if is_final and outcome is not None:
            ended[tenant, outcome] += count
        else:
            under_way[tenant] += count
    return ended, under_way


async def _spreads(session: AsyncSession, reached_at: InstrumentedAttribute[datetime | None]) -> dict[int, Spread]:
    waited: ColumnElement[float] = cast(func.extract("epoch", reached_at - ConnectAttemptRow.asked_at), Double)
    # The driver sends no list of whole numbers and others together.
    bounds = cast([float(bound) for bound in WAIT_BUCKETS_S], ARRAY(Double))
    bucket = func.width_bucket(waited - HALF_A_TICK_S, bounds).label("bucket")
    query = (
        select(ConnectAttemptRow.tenant_id, bucket, func.count(), func.sum(waited))
        .where(reached_at.is_not(None))
        .group_by(ConnectAttemptRow.tenant_id, bucket)
    )
    counts: dict[int, list[int]] = {}
    sums: dict[int, float] = {}
    for tenant, index, count, waited_s in await session.execute(query):
        counts.setdefault(tenant, [0] * (len(WAIT_BUCKETS_S) + 1))[index] = count
        sums[tenant] = sums.get(tenant, 0.0) + waited_s
    return {tenant: Spread(tuple(found), sums[tenant]) for tenant, found in counts.items()}


async def _statuses(session: AsyncSession) -> dict[tuple[int, str], int]:
    query = select(ChannelRow.tenant_id, ChannelRow.status, func.count())
    found = await session.execute(query.group_by(ChannelRow.tenant_id, ChannelRow.status))
    counts: dict[tuple[int, str], int] = {}
    for tenant, status, count in found:
        counts.update({(tenant, word): counts.get((tenant, word), 0) for word in ChannelStatus})
        counts[tenant, status] = count
    return counts


async def _messages(session: AsyncSession) -> dict[tuple[int, str], int]:
    query = select(MessageRow.tenant_id, MessageRow.from_me, func.count())
    found = await session.execute(query.group_by(MessageRow.tenant_id, MessageRow.from_me))
    return {(tenant, Direction.OUT if from_me else Direction.IN): count for tenant, from_me, count in found}


async def _drift(session: AsyncSession) -> dict[int, int]:
    query = select(UsageAuditRow.tenant_id, func.count()).group_by(UsageAuditRow.tenant_id)
    return {tenant: count for tenant, count in await session.execute(query)}  # noqa: C416  rows are not pairs to mypy


async def _inbox(session: AsyncSession, now: datetime) -> InboxFacts:
    row = InboxRow
    waiting = func.count().filter(row.state == "waiting")
    oldest = func.min(row.received_at).filter(row.state == "waiting")
    lost = func.count().filter(row.state == "dead", or_(row.event.like("messages.%"), row.event == "send.message"))
    # Not the applied ones, which are most of the table and wait for nothing but their removal.
    query = select(waiting, oldest, lost).where(or_(row.state == "waiting", row.state == "dead"))
    size, since, messages_lost = (await session.execute(query)).one()
    age_s = max(0.0, (now - since).total_seconds()) if size else 0.0
    return InboxFacts(size=size, oldest_s=age_s, messages_lost=messages_lost)
