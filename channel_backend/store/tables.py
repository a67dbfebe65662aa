"""The tables. Migrations are written by hand and tested to give exactly these."""

from datetime import datetime
from typing import Any

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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from channel_backend.status import ChannelStatus
from channel_backend.store import conversation_tables, operations_tables, queue_tables  # noqa: F401  their tables belong to the metadata
from channel_backend.store.base import Base as Base  # noqa: PLC0414  who asks for the tables gets their metadata too
from channel_backend.store.base import one_of


class TenantRow(Base):
    """A customer: owns users and channels; `webhook_key` is the secret Evolution signs its webhooks with."""

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint(one_of("status", ["active", "inactive"]), name="status"),
        CheckConstraint("max_users > 0 AND max_connections > 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(16), server_default=text("'active'"))
    max_users: Mapped[int] = mapped_column(server_default=text("10"))
    max_connections: Mapped[int] = mapped_column(server_default=text("5"))
    webhook_key: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class UserRow(Base):
    """A person who logs in; raising `token_version` ends all refresh tokens."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint(one_of("profile", ["super", "admin", "user"]), name="profile"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_users_tenant_id", "tenant_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(String(16), server_default=text("'user'"))
    token_version: Mapped[int] = mapped_column(server_default=text("0"))
    last_login: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ChannelRow(Base):
    """A channel; see `channel.Channel` and `standing.Standing` for what the columns mean."""

    __tablename__ = "channels"
    __table_args__ = (
        CheckConstraint(one_of("status", list(ChannelStatus)), name="status"),
        UniqueConstraint("tenant_id", "name"),
        UniqueConstraint("provider_instance_name"),
        Index("ix_channels_tenant_id_provider_instance_name", "tenant_id", "provider_instance_name"),
        Index("ix_channels_check_at", "check_at", postgresql_where=text("check_at IS NOT NULL")),
        Index("ix_channels_opening_session", "opening_session", postgresql_where=text("opening_session IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    name: Mapped[str] = mapped_column(String(50))
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    farewell_message: Mapped[str | None] = mapped_column(Text)
    wavoip: Mapped[str | None] = mapped_column(Text)
    chat_flow_id: Mapped[int | None] = mapped_column(BigInteger)
    queue_id: Mapped[int | None] = mapped_column(BigInteger)

    provider_instance_name: Mapped[str] = mapped_column(String(255))
    provider_present: Mapped[bool] = mapped_column(server_default=text("false"))

    status: Mapped[str] = mapped_column(String(16), server_default=text("'DISCONNECTED'"))
    session_number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    session_live: Mapped[bool] = mapped_column(server_default=text("false"))
    session_linked: Mapped[bool] = mapped_column(server_default=text("false"))
    source_clock: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    qr_image: Mapped[str | None] = mapped_column(Text)
    qr_code: Mapped[str | None] = mapped_column(Text)
    qr_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    qr_last_code: Mapped[str | None] = mapped_column(Text)
    owner: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reason: Mapped[str | None] = mapped_column(Text)
    # The session that a process is bringing up; none once that work has ended, well or badly.
    opening_session: Mapped[int | None] = mapped_column(BigInteger)

    revision: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    check_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    give_up_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
