"""Webhooks kept before they are acknowledged, announcements kept before they are made, and conversations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSON

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Make the queues and the conversations."""
    _inbox()
    _outbox()
    _removals()
    _openings()
    _contacts()
    _tickets()
    _messages()
    _early()


def downgrade() -> None:
    """Drop them."""
    for table in ("early_message_changes", "messages", "tickets", "contacts", "provider_removals"):
        op.drop_table(table)
    op.drop_index("ix_channels_opening_session", "channels")
    op.drop_column("channels", "opening_session")
    op.drop_table("socket_outbox")
    op.drop_table("webhook_inbox")


def _inbox() -> None:
    op.create_table(
        "webhook_inbox",
        _id(),
        sa.Column("lane", sa.String(255), nullable=False),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String(255), nullable=False),
        sa.Column("session_number", sa.BigInteger),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("reason", sa.Text),
        _count("attempts"),
        _time("received_at"),
        _time("due_at"),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_inbox"),
        sa.UniqueConstraint("mark", name="uq_webhook_inbox_mark"),
        sa.CheckConstraint("state IN ('waiting', 'applied', 'dead')", name=op.f("ck_webhook_inbox_state")),
    )
    op.create_index("ix_webhook_inbox_lane_waiting", "webhook_inbox", ["lane", "id"], postgresql_where=WAITING)
    op.create_index("ix_webhook_inbox_due_at", "webhook_inbox", ["due_at"], postgresql_where=WAITING)
    done = sa.text("state <> 'waiting'")
    op.create_index("ix_webhook_inbox_done_at", "webhook_inbox", ["done_at"], postgresql_where=done)


def _outbox() -> None:
    op.create_table(
        "socket_outbox",
        _id(),
        sa.Column("tenant_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        _time("created_at"),
        sa.Column("announced_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_socket_outbox"),
    )
    waiting = sa.text("announced_at IS NULL")
    op.create_index("ix_socket_outbox_waiting", "socket_outbox", ["tenant_id", "id"], postgresql_where=waiting)
    op.create_index("ix_socket_outbox_tenant_id", "socket_outbox", ["tenant_id", "id"])
    op.create_index("ix_socket_outbox_announced_at", "socket_outbox", ["announced_at"])


def _removals() -> None:
    op.create_table(
        "provider_removals",
        sa.Column("instance", sa.String(255), nullable=False),
        _count("attempts"),
        _time("due_at"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("instance", name="pk_provider_removals"),
    )
    op.create_index("ix_provider_removals_due_at", "provider_removals", ["due_at"])


def _openings() -> None:
    op.add_column("channels", sa.Column("opening_session", sa.BigInteger))
    under_way = sa.text("opening_session IS NOT NULL")
    op.create_index("ix_channels_opening_session", "channels", ["opening_session"], postgresql_where=under_way)


def _contacts() -> None:
    op.create_table(
        "contacts",
        _id(),
        _tenant(),
        sa.Column("jid", sa.String(255), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255)),
        _flag("is_group"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_contacts_tenant_id_tenants"),
        sa.UniqueConstraint("tenant_id", "jid", name="uq_contacts_tenant_id_jid"),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        _id(),
        _tenant(),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("contact_id", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String(16), server_default=sa.text("'pending'"), nullable=False),
        _count("unread"),
        sa.Column("last_message", sa.Text),
        sa.Column("last_message_at", sa.DateTime(timezone=True)),
        _time("created_at"),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_tickets_tenant_id_tenants"),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name="fk_tickets_channel_id_channels", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_tickets_contact_id_contacts"),
        sa.UniqueConstraint("channel_id", "contact_id", name="uq_tickets_channel_id_contact_id"),
        sa.CheckConstraint("status IN ('pending', 'open', 'closed')", name=op.f("ck_tickets_status")),
    )
    op.create_index("ix_tickets_tenant_id_updated_at", "tickets", ["tenant_id", "updated_at"])
    op.create_index("ix_tickets_contact_id", "tickets", ["contact_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        _id(),
        _tenant(),
        sa.Column("ticket_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.String(255), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("from_me", sa.Boolean, nullable=False),
        sa.Column("participant", sa.String(255)),
        _count("ack"),
        _flag("is_edited"),
        _flag("is_deleted"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        _time("created_at"),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_messages_tenant_id_tenants"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_messages_ticket_id_tickets"),
        sa.UniqueConstraint("tenant_id", "message_id", name="uq_messages_tenant_id_message_id"),
    )
    op.create_index("ix_messages_ticket_id", "messages", ["ticket_id", "sent_at", "id"])
    op.create_index("ix_messages_tenant_id_created_at", "messages", ["tenant_id", "created_at"])


def _early() -> None:
    op.create_table(
        "early_message_changes",
        _tenant(),
        sa.Column("message_id", sa.String(255), nullable=False),
        _count("ack"),
        sa.Column("body", sa.Text),
        _flag("is_deleted"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("tenant_id", "message_id", name="pk_early_message_changes"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_early_message_changes_tenant_id_tenants"),
    )
    op.create_index("ix_early_message_changes_created_at", "early_message_changes", ["created_at"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False)


def _tenant() -> sa.Column[int]:
    return sa.Column("tenant_id", sa.BigInteger, nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, server_default=sa.text("0"), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, server_default=sa.text("false"), nullable=False)
