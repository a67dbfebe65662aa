"""Attempts to connect, and corrections of usage counters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    _connect_attempts()
    _usage_audit()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("usage_audit")
    op.drop_table("connect_attempts")


def _connect_attempts() -> None:
    op.create_table(
        "connect_attempts",
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("session_number", sa.BigInteger, nullable=False),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        _time("asked_at", nullable=False),
        _time("qr_at"),
        _time("connected_at"),
        sa.Column("outcome", sa.String(16)),
        _time("counts_from"),
        sa.PrimaryKeyConstraint("channel_id", "session_number", name="pk_connect_attempts"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_connect_attempts_tenant_id_tenants"),
        sa.CheckConstraint(
            "outcome IN ('connected', 'no_qr', 'not_connected', 'failed')", name=op.f("ck_connect_attempts_outcome")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (counts_from IS NULL)", name=op.f("ck_connect_attempts_counts")),
    )
    op.create_index("ix_connect_attempts_tenant_id", "connect_attempts", ["tenant_id"])


def _usage_audit() -> None:
    op.create_table(
        "usage_audit",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        sa.Column("measure", sa.String(32), nullable=False),
        sa.Column("counted", sa.BigInteger, nullable=False),
        sa.Column("actual", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.String(16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usage_audit"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_usage_audit_tenant_id_tenants"),
        sa.CheckConstraint("cause IN ('boot', 'periodic', 'request')", name=op.f("ck_usage_audit_cause")),
    )
    op.create_index("ix_usage_audit_tenant_id", "usage_audit", ["tenant_id", "id"])


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
