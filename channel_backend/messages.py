"""Messages as values: what was said, what is told of it later, and which of two reports is right. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

BODY_CHARACTERS_MAX = 65_536


class Ack(IntEnum):
    """How far an own message got, in the numbers that clients know."""

    ERROR = -1
    PENDING = 0
    SERVER = 1
    DEVICE = 2
    READ = 3
    PLAYED = 4


# A message that failed was pending before; once a server has it, it did not fail.
_RANK = {Ack.PENDING: 0, Ack.ERROR: 1, Ack.SERVER: 2, Ack.DEVICE: 3, Ack.READ: 4, Ack.PLAYED: 5}


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of a conversation: a person or a group."""

    jid: str
    number: str
    name: str | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class MessageReported:
    """A message came in, was sent from the owner's phone, or was sent through Evolution."""

    message_id: str
    party: Party
    from_me: bool
    body: str
    media_type: str
    ack: Ack
    sent_at: datetime | None
    participant: str | None = None


@dataclass(frozen=True, slots=True)
class AckReported:
    """A message got so far."""

    message_id: str
    ack: Ack


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The text of a message was changed by who wrote it."""

    message_id: str
    body: str


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message was taken back by who wrote it."""

    message_id: str


Change = AckReported | MessageEdited | MessageDeleted
MessageEvent = MessageReported | Change


def is_kept_early(_change: Change) -> bool:
    """Whether what is told of a message that has not come is kept until it comes."""
    return True


def merged_ack(known: Ack, reported: Ack) -> Ack:
    """The further of the two: reports come late and more than once, but no message goes back."""
    return max(known, reported, key=lambda ack: _RANK[ack])


def as_sent(answer: MessageReported) -> MessageReported:
    """The message to keep when Evolution says that it was sent: the very one that comes as an event, too."""
    return answer


def message_key(message_id: str) -> str:
    """WhatsApp's own id, under which a tenant has a message once: sent, echoed and seen on the phone."""
    return message_id
