"""Tickets and messages as clients see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_backend.announcing import Announcement
from channel_backend.messages import Ack, Party
from channel_backend.presenting import timestamp


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a tenant."""

    id: int
    message_id: str
    ticket_id: int
    channel_id: int | None
    tenant_id: int
    body: str
    media_type: str
    from_me: bool
    participant: str | None
    ack: Ack
    is_edited: bool
    is_deleted: bool
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """The conversation of one channel with one contact."""

    id: int
    tenant_id: int
    channel_id: int | None
    status: str
    unread: int
    last_message: str | None
    updated_at: datetime
    contact_id: int
    party: Party


def message_json(message: Message) -> dict[str, Any]:
    """A message; what was taken back is not shown any more."""
    return {
        "id": message.id,
        "messageId": message.message_id,
        "body": "" if message.is_deleted else message.body,
        "fromMe": message.from_me,
        "ack": message.ack.value,
        "mediaType": message.media_type,
        "participant": message.participant,
        "isEdited": message.is_edited,
        "isDeleted": message.is_deleted,
        "timestamp": timestamp(message.sent_at),
        "ticketId": message.ticket_id,
        "whatsappId": message.channel_id,
        "tenantId": message.tenant_id,
    }


def ticket_json(ticket: Ticket) -> dict[str, Any]:
    """A ticket with its contact."""
    party = ticket.party
    return {
        "id": ticket.id,
        "status": ticket.status,
        "unreadMessages": ticket.unread,
        "lastMessage": ticket.last_message,
        "whatsappId": ticket.channel_id,
        "tenantId": ticket.tenant_id,
        "isGroup": party.is_group,
        "contact": {"id": ticket.contact_id, "number": party.number, "name": party.name or party.number},
        "updatedAt": timestamp(ticket.updated_at),
    }


def message_told(action: str, message: Message, ticket: Ticket) -> Announcement:
    """A message is new, got further (`ack`), or was changed (`edit`, `delete`)."""
    payload = {"action": action, "message": message_json(message), "ticket": ticket_json(ticket)}
    return Announcement(message.tenant_id, message.channel_id, "whatsappMessage", payload)
