"""Reads tickets and messages, page by page."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from channel_backend.messages import Ack, Party
from channel_backend.store.conversation_tables import ContactRow, EarlyRow, MessageRow, TicketRow
from channel_backend.store.database import reading
from channel_backend.talk import Message, Ticket

PAGE_MAX = 50


@dataclass(frozen=True, slots=True)
class TicketQuery:
    """Which tickets; None leaves a condition out. Pages count from 1."""

    tenant_id: int
    channel_id: int | None = None
    search: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Some tickets, the newest first, of as many as there are."""

    tickets: list[Ticket]
    count: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some messages of a ticket, in the order in which they were sent; page 1 has the newest."""

    ticket: Ticket
    messages: list[Message]
    count: int
    has_more: bool


class Archive:
    """What a tenant may read of its conversations."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._reading = reading(engine)

    async def tickets(self, wanted: TicketQuery) -> TicketPage:
        """One page of tickets."""
        these = _conditions(wanted)
        query = select(TicketRow, ContactRow).join(ContactRow).where(*these)
        total = select(func.count()).select_from(TicketRow).join(ContactRow).where(*these)
        newest = query.order_by(TicketRow.updated_at.desc(), TicketRow.id.desc())
        async with self._reading() as session:
            count = await session.scalar(total) or 0
            rows = (await session.execute(newest.limit(PAGE_MAX).offset((wanted.page - 1) * PAGE_MAX))).all()
        return TicketPage([_ticket_of(row, contact) for row, contact in rows], count, wanted.page * PAGE_MAX < count)

    async def ticket(self, tenant_id: int, ticket_id: int) -> Ticket | None:
        """A ticket, unless it does not exist or is another tenant's."""
        mine = (TicketRow.id == ticket_id) & (TicketRow.tenant_id == tenant_id)
        async with self._reading() as session:
            row = (await session.execute(select(TicketRow, ContactRow).join(ContactRow).where(mine))).one_or_none()
        return None if row is None else _ticket_of(*row)

    async def messages(self, ticket: Ticket, page: int) -> MessagePage:
        """One page of a ticket's messages."""
        mine = MessageRow.ticket_id == ticket.id
        newest = select(MessageRow).where(mine).order_by(MessageRow.sent_at.desc(), MessageRow.id.desc())
        async with self._reading() as session:
            count = await session.scalar(select(func.count()).select_from(MessageRow).where(mine)) or 0
            rows = await session.scalars(newest.limit(PAGE_MAX).offset((page - 1) * PAGE_MAX))
            shown = [_message_of(row, ticket.channel_id) for row in rows]
        return MessagePage(ticket, shown[::-1], count, page * PAGE_MAX < count)

    async def forget_early(self, older_s: float) -> None:
        """Remove what was told of messages that never came, so long ago."""
        old = EarlyRow.created_at < func.now() - timedelta(seconds=older_s)
        async with self._reading() as session:
            await session.execute(delete(EarlyRow).where(old))


def _conditions(wanted: TicketQuery) -> list[ColumnElement[bool]]:
    found = [TicketRow.tenant_id == wanted.tenant_id]
    if wanted.channel_id is not None:
        found.append(TicketRow.channel_id == wanted.channel_id)
    if wanted.search:
        part = f"%{_literal(wanted.search)}%"
        found.append(or_(ContactRow.name.ilike(part), ContactRow.number.ilike(part)))
    return found


def _literal(text: str) -> str:
    """The text with nothing in it that LIKE would read as a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _message_of(row: MessageRow, channel_id: int | None) -> Message:
    return Message(
        id=row.id,
        message_id=row.message_id,
        ticket_id=row.ticket_id,
        channel_id=channel_id,
        tenant_id=row.tenant_id,
        body=row.body,
        media_type=row.media_type,
        from_me=row.from_me,
        participant=row.participant,
        ack=Ack(row.ack),
        is_edited=row.is_edited,
        is_deleted=row.is_deleted,
        sent_at=row.sent_at,
    )


def _ticket_of(row: TicketRow, contact: ContactRow) -> Ticket:
    return Ticket(
        id=row.id,
        tenant_id=row.tenant_id,
        channel_id=row.channel_id,
        status=row.status,
        unread=row.unread,
        last_message=row.last_message,
        updated_at=row.updated_at,
        contact_id=contact.id,
        party=Party(jid=contact.jid, number=contact.number, name=contact.name, is_group=contact.is_group),
    )
