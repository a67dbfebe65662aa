"""What tenants are told as it happens: values, written with the change they tell of and announced after its commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from channel_backend.channel import Channel

Shown = Callable[[Channel], dict[str, object]]


@dataclass(frozen=True, slots=True)
class Announcement:
    """One socket event for one tenant; `name` is without the tenant in front."""

    tenant_id: int
    channel_id: int | None
    name: str
    payload: dict[str, Any]


class Announcer(Protocol):
    """Tells a tenant's clients, and nobody else's; the socket server implements it."""

    async def tell(self, tenant_id: int, name: str, payload: dict[str, Any]) -> None:
        """Send one event to the tenant's clients of all processes."""


def once(announcement: Announcement) -> tuple[Announcement, ...]:
    """What is told of what is to be told: that, once."""
    return (announcement,)


def session_changed(channel: Channel, shown: Shown) -> Announcement:
    """Status, QR code, owner or reason of the channel changed."""
    session = shown(channel)
    payload = {"action": "update", "whatsappId": channel.id, "status": session["status"], "session": session}
    return Announcement(channel.tenant_id, channel.id, "whatsappSession", payload)


def channel_changed(channel: Channel, shown: Shown) -> Announcement:
    """The channel was created, or its settings changed."""
    payload = {"action": "update", "whatsapp": shown(channel)}
    return Announcement(channel.tenant_id, channel.id, "whatsapp", payload)


def channel_deleted(channel: Channel) -> Announcement:
    """The channel is gone."""
    return Announcement(channel.tenant_id, channel.id, "whatsapp", {"action": "delete", "whatsappId": channel.id})
