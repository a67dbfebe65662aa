"""The tables of what is on its way: webhooks that came, announcements that go, instances to be removed.

The two queues have no foreign keys: they are written with every event, and what they hold outlives its channel.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Identity, Index, LargeBinary, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Mapped, mapped_column

from channel_backend.store.base import Base, one_of

INBOX_STATES = ["waiting", "applied", "dead"]


class InboxRow(Base):
    """A webhook that was acknowledged; `lane` (its instance) keeps the order, `mark` is the same for the same webhook.

    What was applied stays for as long as Evolution may repeat it, without its body; what is dead stays with a reason.
    """

    __tablename__ = "webhook_inbox"
    __table_args__ = (
        CheckConstraint(one_of("state", INBOX_STATES), name="state"),
        Index("ix_webhook_inbox_lane_waiting", "lane", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_webhook_inbox_due_at", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_webhook_inbox_done_at", "done_at", postgresql_where=text("state <> 'waiting'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lane: Mapped[str] = mapped_column(String(255))
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(String(255))
    session_number: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(16), server_default=text("'waiting'"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OutboxRow(Base):
    """One socket event of one tenant, written with the change it tells of; kept a while after it was announced."""

    __tablename__ = "socket_outbox"
    __table_args__ = (
        Index("ix_socket_outbox_waiting", "tenant_id", "id", postgresql_where=text("announced_at IS NULL")),
        Index("ix_socket_outbox_tenant_id", "tenant_id", "id"),
        Index("ix_socket_outbox_announced_at", "announced_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(64))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    announced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RemovalRow(Base):
    """An instance that nobody wants any more and that Evolution may still have."""

    __tablename__ = "provider_removals"
    __table_args__ = (Index("ix_provider_removals_due_at", "due_at"),)

    instance: Mapped[str] = mapped_column(String(255), primary_key=True)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
