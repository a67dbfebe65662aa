"""The tables behind metrics and billing: attempts to connect, and corrections of usage counters."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from channel_backend.attempts import AttemptOutcome
from channel_backend.store.base import Base, one_of


class ConnectAttemptRow(Base):
    """See `attempts.Attempt`; it outlives its channel, because what happened stays counted."""

    __tablename__ = "connect_attempts"
    __table_args__ = (
        CheckConstraint(one_of("outcome", list(AttemptOutcome)), name="outcome"),
        CheckConstraint("(outcome IS NULL) = (counts_from IS NULL)", name="counts"),
        Index("ix_connect_attempts_tenant_id", "tenant_id"),
    )

    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    session_number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    qr_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    connected_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(String(16))
    counts_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UsageAuditRow(Base):
    """One correction of one counter: what Redis said, what the rows said, and what made somebody look."""

    __tablename__ = "usage_audit"
    __table_args__ = (
        CheckConstraint(one_of("cause", ["boot", "periodic", "request"]), name="cause"),
        Index("ix_usage_audit_tenant_id", "tenant_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))
    measure: Mapped[str] = mapped_column(String(32))
    counted: Mapped[int] = mapped_column(BigInteger)
    actual: Mapped[int] = mapped_column(BigInteger)
    cause: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
