"""Reads what Evolution posts about messages: records, acknowledgements, edits, revokes."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from channel_backend.errors import MalformedWebhookError
from channel_backend.evolution.answers import clean
from channel_backend.evolution.decoding import decoded
from channel_backend.messages import (
    BODY_CHARACTERS_MAX,
    Ack,
    AckReported,
    MessageDeleted,
    MessageEdited,
    MessageEvent,
    MessageReported,
    Party,
)

ACKS = {
    "ERROR": Ack.ERROR,
    "PENDING": Ack.PENDING,
    "SERVER_ACK": Ack.SERVER,
    "DELIVERY_ACK": Ack.DEVICE,
    "READ": Ack.READ,
    "PLAYED": Ack.PLAYED,
}
# The stories of all contacts; nobody talks there.
BROADCAST = "status@broadcast"
DEVICE = re.compile(r":[0-9]+(?=@)", re.ASCII)
ID_CHARACTERS_MAX = 255


class Key(msgspec.Struct):
    """What WhatsApp calls a message; the `Alt` ids are telephone numbers behind privacy ids."""

    id: str
    remoteJid: str  # noqa: N815  the wire's name
    fromMe: bool = False  # noqa: N815  the wire's name
    participant: str | None = None
    remoteJidAlt: str | None = None  # noqa: N815  the wire's name
    participantAlt: str | None = None  # noqa: N815  the wire's name


class Record(msgspec.Struct):
    """`messages.upsert`, `send.message`, and the answer of `sendText`."""

    key: Key
    pushName: str | None = None  # noqa: N815  the wire's name
    status: str | int | None = None
    message: dict[str, Any] | None = None
    messageType: str | None = None  # noqa: N815  the wire's name
    messageTimestamp: int | str | dict[str, Any] | None = None  # noqa: N815  the wire's name


class Update(msgspec.Struct):
    """`messages.update`."""

    keyId: str  # noqa: N815  the wire's name
    status: str | int | None = None


class ProtocolKey(msgspec.Struct):
    """The key inside a protocol message."""

    id: str


class Protocol(msgspec.Struct):
    """`messages.edited` and `send.message.update`: every protocol message there is."""

    key: ProtocolKey | None = None
    type: str | int | None = None
    editedMessage: dict[str, Any] | None = None  # noqa: N815  the wire's name


class Deletion(msgspec.Struct):
    """`messages.delete`: the key itself when a phone did it, a row with a key in it when the API did."""

    key: ProtocolKey | None = None
    id: str | None = None


def read_record(data: bytes) -> MessageReported | None:
    """A message; None for what is no part of a conversation."""
    return message_of(decoded(data, Record, "data"))


def message_of(record: Record) -> MessageReported | None:
    """The message in a record."""
    key = record.key
    if not key.remoteJid or key.remoteJid == BROADCAST:
        return None
    name = None if key.fromMe else record.pushName
    return MessageReported(
        message_id=_id(key.id, "data.key.id"),
        party=_party(_person(key.remoteJid, key.remoteJidAlt), name),
        from_me=key.fromMe,
        body=text_of(record.message or {}),
        media_type=_media_type(record.messageType),
        ack=ACKS.get(str(record.status), Ack.PENDING if key.fromMe else Ack.DEVICE),
        sent_at=_moment(record.messageTimestamp),
        participant=_person(key.participant, key.participantAlt) if key.participant else None,
    )


def read_update(data: bytes) -> MessageEvent | None:
    """How far a message got, or that it was taken back; None for other changes."""
    update = decoded(data, Update, "data")
    message_id = _id(update.keyId, "data.keyId")
    if update.status == "DELETED":
        return MessageDeleted(message_id)
    ack = ACKS.get(str(update.status))
    return None if ack is None else AckReported(message_id, ack)


def read_protocol(data: bytes) -> MessageEvent | None:
    """A new text, or that a message was taken back; None for settings and notices."""
    told = decoded(data, Protocol, "data")
    if told.key is None:
        return None
    message_id = _id(told.key.id, "data.key.id")
    if told.type in ("REVOKE", 0):
        return MessageDeleted(message_id)
    return None if told.editedMessage is None else MessageEdited(message_id, text_of(told.editedMessage))


def read_deletion(data: bytes) -> MessageEvent:
    """A message was taken back."""
    told = decoded(data, Deletion, "data")
    return MessageDeleted(_id(told.key.id if told.key else told.id, "data.id"))


def text_of(message: dict[str, Any]) -> str:
    """What a person reads of a message: its text, or the caption of its picture."""
    if isinstance(message.get("conversation"), str):
        return clean(message["conversation"], BODY_CHARACTERS_MAX)
    for part in message.values():
        for name in ("text", "caption"):
            if isinstance(part, dict) and isinstance(part.get(name), str):
                return clean(part[name], BODY_CHARACTERS_MAX)
    inner = [part["message"] for part in message.values() if isinstance(part, dict) and "message" in part]
    return text_of(inner[0]) if inner and isinstance(inner[0], dict) else ""


def _person(jid: str, alternative: str | None) -> str:
    """One id for one person: the telephone number's where it is told, without the number of the device."""
    if jid.endswith("@lid") and alternative and not alternative.endswith("@lid"):
        jid = alternative
    return clean(DEVICE.sub("", jid), ID_CHARACTERS_MAX)


def _party(jid: str, name: str | None) -> Party:
    is_group = jid.endswith("@g.us")
    shown = clean(name, ID_CHARACTERS_MAX) if name and not is_group else None
    return Party(jid=jid, number=clean(jid.partition("@")[0], 64), name=shown, is_group=is_group)


def _media_type(kind: str | None) -> str:
    plain = (kind or "chat").removesuffix("Message")
    return "chat" if plain in ("conversation", "extendedText") else clean(plain, 64)


def _moment(told: object) -> datetime | None:
    """Seconds since 1970, in whichever of the three ways they are written."""
    number = told.get("low") if isinstance(told, dict) else told
    try:
        return datetime.fromtimestamp(int(str(number)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _id(text: str | None, path: str) -> str:
    if not text or len(text) > ID_CHARACTERS_MAX or "\x00" in text:
        msg = f"{path}: expected 1 to {ID_CHARACTERS_MAX} characters"
        raise MalformedWebhookError(msg)
    return text
