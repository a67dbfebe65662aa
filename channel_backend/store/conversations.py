"""Contacts, tickets and messages in the database: one message a tenant and key, whatever is reported how often."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from channel_backend.channel import Addressee
from channel_backend.messages import (
    Ack,
    AckReported,
    Change,
    MessageDeleted,
    MessageEdited,
    MessageReported,
    Party,
    is_kept_early,
)
from channel_backend.metrics import WebhookOutcome
from channel_backend.store.conversation_tables import ContactRow, EarlyRow, MessageRow, TicketRow
from channel_backend.store.database import writing
from channel_backend.store.outbox import Outbox
from channel_backend.store.tables import ChannelRow
from channel_backend.talk import Message, Ticket, message_told

MergeAcks = Callable[[Ack, Ack], Ack]
# Notes the outcome of a report in the transaction that makes it so.
Seal = Callable[[AsyncSession, WebhookOutcome], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Conversations:
    """Writes what is reported of messages, and what tenants are told about it, in one transaction each."""

    engine: AsyncEngine
    outbox: Outbox
    merged: MergeAcks
    key_of: Callable[[str], str]
    tell: Callable[[int], None]
    is_kept_early: Callable[[Change], bool] = is_kept_early

    async def take(self, to: Addressee, event: MessageReported, seal: Seal) -> Message | None:
        """The message as it stands after this report of it; None when its channel is gone."""
        async with writing(self.engine).begin() as session:
            row = await self._locked(session, to.tenant_id, event.message_id)
            if row is not None:
                if event.from_me:
                    await self._improve(session, row, AckReported(event.message_id, event.ack))
                await seal(session, WebhookOutcome.DUPLICATE)
            elif await _is_there(session, to):
                row, ticket = await self._add(session, to, event)
                await self._announce(session, "new", row, ticket)
                await seal(session, WebhookOutcome.APPLIED)
            else:
                return None
            message = message_of(row, to.channel_id)
        self.tell(to.tenant_id)
        return message

    async def change(self, to: Addressee, change: Change, seal: Seal) -> None:
        """Apply what is told of a message; when the message has not come yet, keep it for then."""
        async with writing(self.engine).begin() as session:
            row = await self._locked(session, to.tenant_id, change.message_id)
            if row is None:
                is_news = self.is_kept_early(change) and await self._keep_early(session, to.tenant_id, change)
            else:
                is_news = await self._improve(session, row, change)
            await seal(session, WebhookOutcome.APPLIED if is_news else WebhookOutcome.DUPLICATE)
        self.tell(to.tenant_id)

    async def answered(self, tenant_id: int, ticket_id: int) -> None:
        """Somebody answered: the ticket is open, and nothing in it unread."""
        mine = (TicketRow.id == ticket_id) & (TicketRow.tenant_id == tenant_id)
        async with writing(self.engine).begin() as session:
            await session.execute(update(TicketRow).where(mine).values(status="open", unread=0))

    async def _locked(self, session: AsyncSession, tenant_id: int, message_id: str) -> MessageRow | None:
        """The message, and nobody else at work on it, whether it exists already or not."""
        key = self.key_of(message_id)
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, :tenant))")
        await session.execute(lock, {"key": key, "tenant": tenant_id})
        return await session.scalar(select(MessageRow).where(_is(tenant_id, key)).with_for_update())

    async def _add(self, session: AsyncSession, to: Addressee, event: MessageReported) -> tuple[MessageRow, TicketRow]:
        contact_id = await _contact(session, to.tenant_id, event.party)
        ticket = await _ticket(session, to, contact_id)
        row = MessageRow(
            tenant_id=to.tenant_id,
            ticket_id=ticket.id,
            message_id=self.key_of(event.message_id),
            body=event.body,
            media_type=event.media_type,
            from_me=event.from_me,
            participant=event.participant,
            ack=event.ack.value,
            sent_at=event.sent_at or datetime.now(UTC),
        )
        await self._catch_up(session, row)
        session.add(row)
        _touch(ticket, row)
        await session.flush()
        await session.refresh(row)
        return row, ticket

    async def _catch_up(self, session: AsyncSession, row: MessageRow) -> None:
        """What was told of the message before it came."""
        mine = (EarlyRow.tenant_id == row.tenant_id) & (EarlyRow.message_id == row.message_id)
        early = await session.scalar(select(EarlyRow).where(mine))
        if early is None:
            return
        row.ack = self.merged(Ack(row.ack), Ack(early.ack)).value
        row.is_edited = early.body is not None
        row.body = row.body if early.body is None else early.body
        row.is_deleted = early.is_deleted
        await session.delete(early)

    async def _improve(self, session: AsyncSession, row: MessageRow, change: Change) -> bool:
        """Whether the message is different now; the tenant is told if it is."""
        before = (row.ack, row.body, row.is_deleted)
        action = "ack"
        if isinstance(change, AckReported):
            row.ack = self.merged(Ack(row.ack), change.ack).value
        elif isinstance(change, MessageEdited):
            row.body, row.is_edited, action = change.body, True, "edit"
        else:
            row.is_deleted, action = True, "delete"
        if before == (row.ack, row.body, row.is_deleted):
            return False
        row.updated_at = datetime.now(UTC)
        ticket = await session.get_one(TicketRow, row.ticket_id)
        await self._announce(session, action, row, ticket)
        return True

    async def _keep_early(self, session: AsyncSession, tenant_id: int, change: Change) -> bool:
        key = self.key_of(change.message_id)
        early = await session.get(EarlyRow, (tenant_id, key))
        if early is None:
            early = EarlyRow(tenant_id=tenant_id, message_id=key, ack=Ack.PENDING.value)
            session.add(early)
        before = (early.ack, early.body, early.is_deleted)
        if isinstance(change, AckReported):
            early.ack = self.merged(Ack(early.ack), change.ack).value
        elif isinstance(change, MessageEdited):
            early.body = change.body
        else:
            early.is_deleted = isinstance(change, MessageDeleted)
        return before != (early.ack, early.body, early.is_deleted)

    async def _announce(self, session: AsyncSession, action: str, row: MessageRow, ticket: TicketRow) -> None:
        contact = await session.get_one(ContactRow, ticket.contact_id)
        told = message_told(action, message_of(row, ticket.channel_id), ticket_of(ticket, contact))
        await self.outbox.write(session, told)


async def forget_early(session: AsyncSession, before: datetime) -> None:
    """Remove what was told of messages that never came."""
    await session.execute(delete(EarlyRow).where(EarlyRow.created_at < before))


def message_of(row: MessageRow, channel_id: int | None) -> Message:
    """The message in a row."""
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


def ticket_of(row: TicketRow, contact: ContactRow) -> Ticket:
    """The ticket in a row, with its contact."""
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


def _is(tenant_id: int, key: str) -> ColumnElement[bool]:
    return (MessageRow.tenant_id == tenant_id) & (MessageRow.message_id == key)


async def _is_there(session: AsyncSession, to: Addressee) -> bool:
    """Whether the channel exists, and goes on existing until the transaction ends."""
    query = select(ChannelRow.id).where(ChannelRow.id == to.channel_id).with_for_update(read=True, key_share=True)
    return await session.scalar(query) is not None


async def _contact(session: AsyncSession, tenant_id: int, party: Party) -> int:
    row = insert(ContactRow).values(
        tenant_id=tenant_id, jid=party.jid, number=party.number, name=party.name, is_group=party.is_group
    )
    known = {"name": func.coalesce(row.excluded.name, ContactRow.name)}
    found = row.on_conflict_do_update(index_elements=["tenant_id", "jid"], set_=known).returning(ContactRow.id)
    contact_id = await session.scalar(found)
    assert contact_id is not None  # noqa: S101  inserted or updated, there is a row
    return contact_id


async def _ticket(session: AsyncSession, to: Addressee, contact_id: int) -> TicketRow:
    row = insert(TicketRow).values(tenant_id=to.tenant_id, channel_id=to.channel_id, contact_id=contact_id)
    # Updated with what it has: only so does the statement give the row that was there.
    same = {"contact_id": contact_id}
    found = row.on_conflict_do_update(index_elements=["channel_id", "contact_id"], set_=same).returning(TicketRow)
    ticket = await session.scalar(found)
    assert ticket is not None  # noqa: S101  inserted or updated, there is a row
    return ticket


def _touch(ticket: TicketRow, row: MessageRow) -> None:
    """A later message is the ticket's last one; one from the contact is unread and opens it again."""
    ticket.updated_at = datetime.now(UTC)
    if ticket.last_message_at is None or row.sent_at >= ticket.last_message_at:
        ticket.last_message, ticket.last_message_at = row.body, row.sent_at
    if not row.from_me:
        ticket.unread += 1
        ticket.status = "pending" if ticket.status == "closed" else ticket.status
