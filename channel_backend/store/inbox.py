"""The webhooks that were acknowledged, in the database: kept, worked off in order, given up with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.errors import AlreadySettledError
from channel_backend.evolution.wire import MESSAGE_EVENTS
from channel_backend.store.database import reading, writing
from channel_backend.store.link import Link
from channel_backend.store.queue_tables import InboxRow

BATCH_MAX = 50
REASON_CHARACTERS_MAX = 1_000

# One statement whatever the number of rows, so that it is prepared once.
_ADD = """
    INSERT INTO webhook_inbox (lane, tenant_id, channel_id, event, session_number, body, mark)
    SELECT * FROM unnest(
        %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %b::bytea[], %s::text[]
    )
    ON CONFLICT (mark) DO NOTHING
    RETURNING mark
"""
_NO_MESSAGE = InboxRow.event.not_in(sorted(MESSAGE_EVENTS))


@dataclass(frozen=True, slots=True)
class Webhook:
    """A genuine webhook, read as far as it takes to know whose it is; `mark` is the same for the same webhook."""

    lane: str
    tenant_id: int
    channel_id: int
    event: str
    session: int | None
    body: bytes
    mark: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook that waits in the inbox, and how often it was tried."""

    id: int
    webhook: Webhook
    attempts: int


class Inbox:
    """Every change of a row is guarded by its state, so that two workers cannot both settle it."""

    def __init__(self, engine: AsyncEngine, link: Link) -> None:
        """`link` is for what must not wait: nothing is acknowledged before it is kept."""
        self._link = link
        self._reading = reading(engine)
        self._writing = writing(engine)

    async def add(self, webhooks: Sequence[Webhook]) -> set[str]:
        """Keep them for good, all in one commit; the marks of those that were not kept before."""
        columns = [list(column) for column in zip(*map(_row, webhooks), strict=True)]
        async with self._link.lent() as connection:
            added = await connection.execute(_ADD, columns)
            return {mark for (mark,) in await added.fetchall()}

    async def due(self, lane: str) -> list[Kept]:
        """The next ones of a lane that are not about messages, oldest first; none that was put off before its time."""
        query = (
            select(InboxRow)
            .where(InboxRow.lane == lane, InboxRow.state == "waiting", InboxRow.due_at <= func.now(), _NO_MESSAGE)
            .order_by(InboxRow.id)
            .limit(BATCH_MAX)
        )
        async with self._reading() as session:
            return [_kept(row) for row in await session.scalars(query)]

    async def is_due(self, lane: str) -> bool:
        """Whether anything of a lane that is not about messages can be worked off now."""
        waiting = exists().where(InboxRow.lane == lane, InboxRow.state == "waiting", InboxRow.due_at <= func.now())
        async with self._reading() as session:
            return bool(await session.scalar(select(waiting.where(_NO_MESSAGE))))

    async def due_lanes(self, limit: int) -> list[tuple[str, bool]]:
        """Lanes with something to work off, those that wait longest first; with whether it is about messages."""
        is_mail = ~_NO_MESSAGE
        query = (
            select(InboxRow.lane, is_mail)
            .where(InboxRow.state == "waiting", InboxRow.due_at <= func.now())
            .group_by(InboxRow.lane, is_mail)
            .order_by(func.min(InboxRow.due_at))
            .limit(limit)
        )
        async with self._reading() as session:
            return [(lane, mail) for lane, mail in await session.execute(query)]

    async def settle(self, session: AsyncSession, kept_id: int, outcome: str) -> None:
        """Note, inside the transaction of its effect, that the webhook is done with."""
        done = {"state": "applied", "outcome": outcome, "body": b"", "done_at": func.now()}
        change = update(InboxRow).where(InboxRow.id == kept_id, InboxRow.state == "waiting").values(done)
        result = await session.execute(change.execution_options(synchronize_session=False))
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise AlreadySettledError(f"webhook {kept_id} is done with already")

    async def settle_alone(self, kept_id: int, outcome: str) -> None:
        """Note that a webhook without any effect is done with."""
        async with self._writing.begin() as session:
            await self.settle(session, kept_id, outcome)

    async def put_off(self, kept_id: int, delay_s: float, reason: str) -> None:
        """Try again later; what is behind it in its lane goes on."""
        later = func.now() + timedelta(seconds=delay_s)
        await self._change(kept_id, attempts=InboxRow.attempts + 1, due_at=later, reason=reason)

    async def give_up(self, kept_id: int, reason: str) -> None:
        """Never try again; the row stays, with its body, for a person to look at."""
        await self._change(
            kept_id, state="dead", outcome="failed", attempts=InboxRow.attempts + 1, reason=reason, done_at=func.now()
        )

    async def forget(self, *, applied_s: float, dead_s: float) -> int:
        """Remove what was done with longer ago than anybody repeats it; says how many."""
        old = (InboxRow.state == "applied") & (InboxRow.done_at < func.now() - timedelta(seconds=applied_s))
        older = (InboxRow.state == "dead") & (InboxRow.done_at < func.now() - timedelta(seconds=dead_s))
        async with self._writing.begin() as session:
            result = await session.execute(delete(InboxRow).where(old | older))
        return result.rowcount if isinstance(result, CursorResult) else 0

    async def _change(self, kept_id: int, **values: object) -> None:
        if isinstance(reason := values.get("reason"), str):
            values["reason"] = reason.replace("\x00", "")[:REASON_CHARACTERS_MAX]
        change = update(InboxRow).where(InboxRow.id == kept_id, InboxRow.state == "waiting").values(**values)
        async with self._writing.begin() as session:
            await session.execute(change.execution_options(synchronize_session=False))


def _kept(row: InboxRow) -> Kept:
    webhook = Webhook(
        lane=row.lane,
        tenant_id=row.tenant_id,
        channel_id=row.channel_id,
        event=row.event,
        session=row.session_number,
        body=row.body,
        mark=row.mark,
    )
    return Kept(row.id, webhook, row.attempts)


def _row(webhook: Webhook) -> tuple[object, ...]:
    about = webhook.lane, webhook.tenant_id, webhook.channel_id, webhook.event
    return (*about, webhook.session, webhook.body, webhook.mark)
