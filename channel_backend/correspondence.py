"""What a report makes of a message, and what is kept of it until the message comes. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from channel_backend.messages import Ack, AckReported, Change, MessageEdited, MessageReported
from channel_backend.talk import Message

MergeAcks = Callable[[Ack, Ack], Ack]


@dataclass(frozen=True, slots=True)
class Early:
    """What was told of a message before it came: how far it got, a newer text, that it was taken back."""

    ack: Ack = Ack.PENDING
    body: str | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What of a message may change once it is there."""

    body: str
    ack: Ack
    is_edited: bool = False
    is_deleted: bool = False


def first_content(event: MessageReported, early: Early | None, merged: MergeAcks) -> Content:
    """The message as it came, and what was told of it before."""
    if early is None:
        return Content(event.body, event.ack)
    edited = early.body is not None
    body = event.body if early.body is None else early.body
    return Content(body, merged(event.ack, early.ack), is_edited=edited, is_deleted=early.is_deleted)


def improved(message: Message, change: Change, merged: MergeAcks) -> Message:
    """The message after the change; the same value when that is no news."""
    if isinstance(change, AckReported):
        return replace(message, ack=merged(message.ack, change.ack))
    if isinstance(change, MessageEdited):
        return replace(message, body=change.body, is_edited=True)
    return replace(message, is_deleted=True)


def told_early(early: Early, change: Change, merged: MergeAcks) -> Early:
    """What is known of a message that has not come, after one more report."""
    if isinstance(change, AckReported):
        return replace(early, ack=merged(early.ack, change.ack))
    if isinstance(change, MessageEdited):
        return replace(early, body=change.body)
    return replace(early, is_deleted=True)


def action_of(change: Change) -> str:
    """What clients call the change."""
    if isinstance(change, AckReported):
        return "ack"
    return "edit" if isinstance(change, MessageEdited) else "delete"
