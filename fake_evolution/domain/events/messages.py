"""Events about messages: records that came, went or changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event
from fake_evolution.domain.messages import Message
from fake_evolution.domain.wire import protobuf_json, written


@dataclass(frozen=True, slots=True)
class MessagesUpsert(Event):
    """A message came in from a chat, or was sent from the account's own phone."""

    NAME: ClassVar[str] = "messages.upsert"
    message: Message

    def data(self) -> Any:
        """The message record."""
        return self.message.record()


@dataclass(frozen=True, slots=True)
class SendMessage(Event):
    """A message was sent through the API."""

    NAME: ClassVar[str] = "send.message"
    message: Message

    def data(self) -> Any:
        """The message record."""
        return self.message.record()


@dataclass(frozen=True, slots=True)
class MessagesSet(Event):
    """Messages of the past, from the history that a phone sends after pairing."""

    NAME: ClassVar[str] = "messages.set"
    messages: tuple[Message, ...]
    progress: Mapping[str, Any] = field(default_factory=dict)

    def envelope(self) -> Mapping[str, Any]:
        """Some versions tell how far the history is, beside the event."""
        return self.progress

    def data(self) -> Any:
        """An array of message records."""
        return [message.record() for message in self.messages]


@dataclass(frozen=True, slots=True)
class MessagesUpdate(Event):
    """A stored message has a new status."""

    NAME: ClassVar[str] = "messages.update"
    key: Mapping[str, Any]
    status: str | None
    instance_id: str
    message_row_id: str | None
    participant: str | None = None
    poll_updates: Any = None

    def data(self) -> Any:
        """`{keyId, remoteJid, fromMe, participant?, status?, pollUpdates?, instanceId, messageId?}`."""
        told = {
            "keyId": self.key["id"],
            "remoteJid": self.key.get("remoteJid"),
            "fromMe": self.key.get("fromMe"),
            "participant": self.participant,
            "status": self.status,
            "pollUpdates": self.poll_updates,
            "instanceId": self.instance_id,
            "messageId": self.message_row_id,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class MessagesEdited(Event):
    """A protocol message came: an edit, a revoke, a setting. What follows in the queue waits for its delivery."""

    NAME: ClassVar[str] = "messages.edited"
    protocol: Mapping[str, Any]

    def data(self) -> Any:
        """The protocol message as its library writes JSON."""
        return protobuf_json(self.protocol)


@dataclass(frozen=True, slots=True)
class MessagesDelete(Event):
    """A phone revoked a stored message."""

    NAME: ClassVar[str] = "messages.delete"
    key: Mapping[str, Any]
    status: str | None = None

    def data(self) -> Any:
        """The message's key; some versions add the status to it."""
        return {**written(self.key), **({} if self.status is None else {"status": self.status})}


@dataclass(frozen=True, slots=True)
class MessagesDeleteByApi(Event):
    """A stored message was deleted for everyone through the API."""

    NAME: ClassVar[str] = "messages.delete"
    row_id: str
    message: Message = field(repr=False)

    def data(self) -> Any:
        """The message's row as it was, with the status DELETED."""
        record = self.message.record()
        return {
            "id": self.row_id,
            "instanceId": self.message.instance_id,
            "key": record["key"],
            "messageType": self.message.kind,
            "status": "DELETED",
            "source": record["source"],
            "messageTimestamp": self.message.timestamp,
            "pushName": self.message.push_name,
            "participant": None,
            "message": record["message"],
        }


@dataclass(frozen=True, slots=True)
class SendMessageUpdate(Event):
    """A message was edited through the API."""

    NAME: ClassVar[str] = "send.message.update"
    protocol: Mapping[str, Any]

    def data(self) -> Any:
        """The protocol message as its library writes JSON."""
        return protobuf_json(self.protocol)
