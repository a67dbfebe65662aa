"""Events about chats."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as events tell it; what is None is left out."""

    jid: str
    instance_id: str
    name: str | None = None
    unread: int | None = None

    def item(self) -> dict[str, Any]:
        """`{remoteJid, instanceId, name?, unreadMessages?}`."""
        told = {
            "remoteJid": self.jid,
            "instanceId": self.instance_id,
            "name": self.name,
            "unreadMessages": self.unread,
        }
        return {key: value for key, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class ChatsUpsert(Event):
    """New chats; an empty list when all of them were known."""

    NAME: ClassVar[str] = "chats.upsert"
    chats: tuple[Chat, ...]

    def data(self) -> Any:
        """An array."""
        return [chat.item() for chat in self.chats]


@dataclass(frozen=True, slots=True)
class ChatRenamed(Event):
    """A stored chat got the push name that came with a message."""

    NAME: ClassVar[str] = "chats.upsert"
    row_id: str
    name: str

    def data(self) -> Any:
        """`[{id, name}]` with the id of the database."""
        return [{"id": self.row_id, "name": self.name}]


@dataclass(frozen=True, slots=True)
class ChatsSet(Event):
    """Chats of the past, from the history that a phone sends after pairing."""

    NAME: ClassVar[str] = "chats.set"
    chats: tuple[Chat, ...]

    def data(self) -> Any:
        """An array."""
        return [chat.item() for chat in self.chats]


@dataclass(frozen=True, slots=True)
class ChatsUpdate(Event):
    """Something about chats changed; the event does not say what."""

    NAME: ClassVar[str] = "chats.update"
    chats: tuple[Chat, ...]

    def data(self) -> Any:
        """An array."""
        return [chat.item() for chat in self.chats]


@dataclass(frozen=True, slots=True)
class ChatsDelete(Event):
    """Chats were deleted on the phone."""

    NAME: ClassVar[str] = "chats.delete"
    jids: tuple[str, ...]

    def data(self) -> Any:
        """An array of addresses."""
        return list(self.jids)
