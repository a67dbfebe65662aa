"""Tenants, users and channels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = "status IN ('DISCONNECTED', 'CONNECTING', 'QRCODE', 'CONNECTED', 'ERROR')"


def upgrade() -> None:
    """Make the first tables."""
    _tenants()
    _users()
    _channels()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("channels")
    op.drop_table("users")
    op.drop_table("tenants")


def _tenants() -> None:
    op.create_table(
        "tenants",
        _id(),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("status", sa.String(16), server_default=sa.text("'active'"), nullable=False),
        sa.Column("max_users", sa.Integer, server_default=sa.text("10"), nullable=False),
        sa.Column("max_connections", sa.Integer, server_default=sa.text("5"), nullable=False),
        sa.Column("webhook_key", sa.Text, nullable=False),
        _now("created_at"),
        _now("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_tenants"),
        sa.CheckConstraint("status IN ('active', 'inactive')", name=op.f("ck_tenants_status")),
        sa.CheckConstraint("max_users > 0 AND max_connections > 0", name=op.f("ck_tenants_limits")),
    )


def _users() -> None:
    op.create_table(
        "users",
        _id(),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("profile", sa.String(16), server_default=sa.text("'user'"), nullable=False),
        sa.Column("token_version", sa.Integer, server_default=sa.text("0"), nullable=False),
        sa.Column("last_login", sa.DateTime(timezone=True)),
        _now("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_users_tenant_id_tenants"),
        sa.UniqueConstraint("email", name="uq_users_email"),
        sa.CheckConstraint("profile IN ('super', 'admin', 'user')", name=op.f("ck_users_profile")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
    )
    op.create_index("ix_users_tenant_id", "users", ["tenant_id"])


def _channels() -> None:
    op.create_table(
        "channels",
        _id(),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        *_settings_columns(),
        *_session_columns(),
        sa.Column("revision", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        sa.Column("check_at", sa.DateTime(timezone=True)),
        sa.Column("give_up_at", sa.DateTime(timezone=True)),
        _now("created_at"),
        _now("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_channels_tenant_id_tenants"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_channels_tenant_id_name"),
        sa.UniqueConstraint("provider_instance_name", name="uq_channels_provider_instance_name"),
        sa.CheckConstraint(STATUSES, name=op.f("ck_channels_status")),
    )
    op.create_index("ix_channels_tenant_id_provider_instance_name", "channels", ["tenant_id", "provider_instance_name"])
    waiting = sa.text("check_at IS NOT NULL")
    op.create_index("ix_channels_check_at", "channels", ["check_at"], postgresql_where=waiting)


def _settings_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("name", sa.String(50), nullable=False),
        _flag("is_default", "false"),
        _flag("is_active", "true"),
        sa.Column("farewell_message", sa.Text),
        sa.Column("wavoip", sa.Text),
        sa.Column("chat_flow_id", sa.BigInteger),
        sa.Column("queue_id", sa.BigInteger),
    ]


def _session_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("provider_instance_name", sa.String(255), nullable=False),
        _flag("provider_present", "false"),
        sa.Column("status", sa.String(16), server_default=sa.text("'DISCONNECTED'"), nullable=False),
        sa.Column("session_number", sa.BigInteger, server_default=sa.text("0"), nullable=False),
        _flag("session_live", "false"),
        _flag("session_linked", "false"),
        sa.Column("source_clock", sa.DateTime(timezone=True)),
        sa.Column("qr_image", sa.Text),
        sa.Column("qr_code", sa.Text),
        sa.Column("qr_at", sa.DateTime(timezone=True)),
        sa.Column("qr_last_code", sa.Text),
        sa.Column("owner", JSONB(none_as_null=True)),
        sa.Column("reason", sa.Text),
    ]


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _flag(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, sa.Boolean, server_default=sa.text(default), nullable=False)
