"""What tenants are told as it happens; the socket server implements it."""

from typing import Protocol

from channel_backend.channel import Channel


class Announcer(Protocol):
    """Tells a tenant's clients, and nobody else's, what changed; called after the change is committed."""

    async def session_changed(self, channel: Channel) -> None:
        """Status, QR code, owner or reason of the channel changed."""

    async def channel_changed(self, channel: Channel) -> None:
        """The channel was created, or its settings changed."""

    async def channel_deleted(self, channel: Channel) -> None:
        """The channel is gone."""
