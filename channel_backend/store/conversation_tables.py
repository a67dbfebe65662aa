"""The tables of conversations: who wrote, where, what, and how far it got."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from channel_backend.store.base import Base, one_of

TICKET_STATUSES = ["pending", "open", "closed"]


class ContactRow(Base):
    """Somebody, or a group, that a tenant's channels exchange messages with; known by the WhatsApp id."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("tenant_id", "jid"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    jid: Mapped[str] = mapped_column(String(255))
    number: Mapped[str] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(255))
    is_group: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class TicketRow(Base):
    """The conversation of one channel with one contact; it outlives its channel."""

    __tablename__ = "tickets"
    __table_args__ = (
        CheckConstraint(one_of("status", TICKET_STATUSES), name="status"),
        UniqueConstraint("channel_id", "contact_id"),
        Index("ix_tickets_tenant_id_updated_at", "tenant_id", "updated_at"),
        Index("ix_tickets_contact_id", "contact_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channels.id", ondelete="SET NULL"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    status: Mapped[str] = mapped_column(String(16), server_default=text("'pending'"))
    unread: Mapped[int] = mapped_column(server_default=text("0"))
    last_message: Mapped[str | None] = mapped_column(Text)
    last_message_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class MessageRow(Base):
    """One message of a tenant, however often and from wherever it is reported; `ack` only grows."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("tenant_id", "message_id"),
        Index("ix_messages_ticket_id", "ticket_id", "sent_at", "id"),
        Index("ix_messages_tenant_id_created_at", "tenant_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    message_id: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(64))
    from_me: Mapped[bool] = mapped_column()
    participant: Mapped[str | None] = mapped_column(String(255))
    ack: Mapped[int] = mapped_column(server_default=text("0"))
    is_edited: Mapped[bool] = mapped_column(server_default=text("false"))
    is_deleted: Mapped[bool] = mapped_column(server_default=text("false"))
    sent_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class EarlyRow(Base):
    """What was told of a message before the message itself: how far it got, a newer text, that it was taken back."""

    __tablename__ = "early_message_changes"
    __table_args__ = (Index("ix_early_message_changes_created_at", "created_at"),)

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    ack: Mapped[int] = mapped_column(server_default=text("0"))
    body: Mapped[str | None] = mapped_column(Text)
    is_deleted: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
