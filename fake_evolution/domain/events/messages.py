"""messages.upsert and send.message: one message record each."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event
from fake_evolution.domain.messages import Message


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
