"""Channels, tenants and users as JSON: the one place where what clients see is spelled."""

from datetime import UTC, datetime

from channel_backend.channel import Channel
from channel_backend.events import Owner
from channel_backend.store.accounts import Tenant, User
from channel_backend.store.usage import Usage
from channel_backend.usage import Correction

# The API knows other kinds of channels; this backend has WhatsApp through Evolution only, so these stay empty.
SHORT_EMPTY = ("tokenTelegram", "instagramUser", "wabaBSP", "tokenAPI", "fbPageId")
FULL_EMPTY = ("battery", "instagramKey", "fbObject", "tokenHook", "UrlWabaWebHook", "UrlMessengerWebHook")


def short_channel(channel: Channel) -> dict[str, object]:
    """A channel as `GET …/<id>` shows it. `statusReason` says in words why a channel is in ERROR."""
    standing, settings = channel.standing, channel.settings
    return {
        "id": channel.id,
        "qrcode": standing.qr.image if standing.qr else None,
        "name": settings.name,
        "status": standing.status.value,
        "statusReason": standing.reason,
        "plugged": None,
        "isDefault": settings.is_default,
        "type": "whatsapp",
        "createdAt": timestamp(channel.created_at),
        "updatedAt": timestamp(channel.updated_at),
        "number": standing.owner.number if standing.owner else None,
        "phone": _phone(standing.owner),
        "tenantId": channel.tenant_id,
        "farewellMessage": settings.farewell_message,
        "chatFlowId": settings.chat_flow_id,
        "wavoip": settings.wavoip,
        "queueId": settings.queue_id,
        **dict.fromkeys(SHORT_EMPTY),
    }


def full_channel(channel: Channel) -> dict[str, object]:
    """A channel as the list, create and the socket show it."""
    return {
        **short_channel(channel),
        "session": channel.instance if channel.standing.live else None,
        "isActive": channel.settings.is_active,
        "isDeleted": False,
        "retries": 0,
        **dict.fromkeys(FULL_EMPTY),
    }


def tenant_json(tenant: Tenant) -> dict[str, object]:
    """A tenant, without its webhook key."""
    return {
        "id": tenant.id,
        "name": tenant.name,
        "status": tenant.status,
        "maxUsers": tenant.max_users,
        "maxConnections": tenant.max_connections,
        "createdAt": timestamp(tenant.created_at),
        "updatedAt": timestamp(tenant.updated_at),
    }


def user_json(user: User) -> dict[str, object]:
    """A user, without anything secret."""
    return {"id": user.id, "name": user.name, "email": user.email, "profile": user.profile.value}


def usage_json(usage: Usage) -> dict[str, object]:
    """What a tenant uses and may use; a limit that its plan does not have is null."""
    return {
        "usage": {
            "messages": usage.messages,
            "storageBytes": usage.storage_bytes,
            "users": usage.users,
            "whatsappSessions": usage.sessions,
        },
        "limits": {
            "messagesPerMonth": None,
            "storageGB": None,
            "users": usage.tenant.max_users,
            "whatsappSessions": usage.tenant.max_connections,
        },
        "tenantId": usage.tenant.id,
    }


def correction_json(correction: Correction) -> dict[str, object]:
    """A corrected counter: what it said, what the rows say."""
    return {
        "tenantId": correction.tenant_id,
        "measure": correction.measure,
        "counted": correction.counted,
        "actual": correction.actual,
        "at": timestamp(correction.at),
    }


def timestamp(time: datetime) -> str:
    """ISO 8601 in UTC, with milliseconds and a Z that is true."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _phone(owner: Owner | None) -> dict[str, object] | None:
    if owner is None:
        return None
    return {"id": owner.jid, "name": owner.name, "picture": owner.picture_url}
