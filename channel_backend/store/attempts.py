"""Attempts to connect in the database, written in the transaction that moves their channel."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from channel_backend.attempts import Attempt, AttemptOutcome, followed, left_behind
from channel_backend.channel import Channel
from channel_backend.store.operations_tables import ConnectAttemptRow


async def note_move(
    session: AsyncSession, before: Channel, after: Channel, now: datetime, *, asked_at: datetime | None
) -> None:
    """Keep the attempt in step with its channel, which the caller has locked; `asked_at` is the owner's click."""
    if after.standing.session != before.standing.session:
        await note_end(session, before, now)
        if after.standing.live:
            session.add(
                ConnectAttemptRow(
                    channel_id=after.id,
                    session_number=after.standing.session,
                    tenant_id=after.tenant_id,
                    asked_at=asked_at or now,
                )
            )
    elif after.standing.status is not before.standing.status:
        row = await _row(session, after)
        if row is not None:
            _write(row, followed(_attempt_of(row), after.standing, now))


async def note_end(session: AsyncSession, last: Channel, now: datetime) -> None:
    """The channel's session is over, or the channel is about to be deleted."""
    row = await _row(session, last)
    if row is not None:
        _write(row, left_behind(_attempt_of(row), last.standing, now))


async def _row(session: AsyncSession, channel: Channel) -> ConnectAttemptRow | None:
    return await session.get(ConnectAttemptRow, (channel.id, channel.standing.session))


def _attempt_of(row: ConnectAttemptRow) -> Attempt:
    return Attempt(
        asked_at=row.asked_at,
        qr_at=row.qr_at,
        connected_at=row.connected_at,
        outcome=None if row.outcome is None else AttemptOutcome(row.outcome),
        counts_from=row.counts_from,
    )


def _write(row: ConnectAttemptRow, attempt: Attempt) -> None:
    row.qr_at = attempt.qr_at
    row.connected_at = attempt.connected_at
    row.outcome = None if attempt.outcome is None else attempt.outcome.value
    row.counts_from = attempt.counts_from
