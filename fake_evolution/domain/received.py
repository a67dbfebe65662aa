"""What the server makes of a message as its socket library gives it: the record of events and database."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.messages import Message
from fake_evolution.domain.protocol import decoded, has_room_for_context
from fake_evolution.domain.wire import Long, Wire

STATUSES = ("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED")
"""WhatsApp's message statuses by their numbers."""

MEDIA_KINDS = frozenset(
    {
        *("imageMessage", "videoMessage", "stickerMessage", "documentMessage"),
        *("documentWithCaptionMessage", "ptvMessage", "audioMessage"),
    }
)
"""Fields of a message that stand for a file."""

_UNREADABLE = (
    "No matching sessions found for message",
    "Bad MAC",
    "failed to decrypt message",
    "SessionError",
    "Invalid PreKey ID",
    "No session record",
    "No session found to decrypt message",
    "Message absent from node",
)

Info = Mapping[str, Any]


def status_name(number: Any) -> str | None:
    """The name of a status number; None for none and for an unknown one."""
    known = isinstance(number, int) and 0 <= number < len(STATUSES)
    return STATUSES[number] if known else None


def is_unreadable(info: Info) -> bool:
    """Whether the socket library could not decrypt the message."""
    told = info.get("messageStubParameters") or ()
    return any(isinstance(text, str) and reason in text for text in told for reason in _UNREADABLE)


def protocol_message(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The protocol message (edit, revoke, setting) in a message's content, wrapped or not."""
    wrapped = (content.get("editedMessage") or {}).get("message") or {}
    found: Mapping[str, Any] | None = content.get("protocolMessage") or wrapped.get("protocolMessage")
    return found


def prepared(info: Info, *, instance_id: str, own_push_name: str | None = "Você", wire: Wire = Wire.OBJECTS) -> Message:
    """The message as the server tells and keeps it: texts and documents flattened, a status and a name filled in."""
    content, key = decoded(info["message"]), info["key"]
    kind = _kind(content)
    inner = content.get(kind)
    context = inner.get("contextInfo") if isinstance(inner, dict) else None
    push_name = _push_name(info, own_push_name)
    status = status_name(info.get("status"))
    return Message(
        key=dict(key),
        push_name=push_name,
        status="DELIVERY_ACK" if status is None and key.get("fromMe") is False else status,
        content=_flattened(content),
        kind=_FLAT_KINDS.get(kind, kind),
        timestamp=_second(info["messageTimestamp"]),
        instance_id=instance_id,
        context=None if context is None else {**context, **_flat_quote(context)},
        null_context=has_room_for_context(kind),
        wire=wire,
        omits_push_name=push_name is None and own_push_name is None,
    )


_FLAT_KINDS = {"extendedTextMessage": "conversation", "documentWithCaptionMessage": "documentMessage"}


def _kind(content: Mapping[str, Any]) -> str:
    """The name of the first field that says what kind of message it is."""
    named = (name for name in content if name == "conversation" or "Message" in name)
    return next((name for name in named if name != "senderKeyDistributionMessage"), "unknown")


def _flattened(content: Mapping[str, Any]) -> dict[str, Any]:
    """A long text as a plain one, and a document with a caption as a document."""
    flat = dict(content)
    if "extendedTextMessage" in flat:
        flat["conversation"] = flat.pop("extendedTextMessage").get("text", "")
    if "documentWithCaptionMessage" in flat:
        captioned = flat.pop("documentWithCaptionMessage").get("message") or {}
        flat["documentMessage"] = captioned.get("documentMessage")
    return flat


def _flat_quote(context: Mapping[str, Any]) -> dict[str, Any]:
    quoted = context.get("quotedMessage")
    return {"quotedMessage": _flattened(quoted)} if isinstance(quoted, Mapping) else {}


def _push_name(info: Info, own: str | None) -> str | None:
    """The sender's name; without one the account's own stand-in, or the participant's number in a group."""
    key = info["key"]
    if info.get("pushName") or own is None:
        return info.get("pushName")
    if key.get("fromMe"):
        return own
    if info.get("participant"):
        return str(info["participant"])
    participant = key.get("participant")
    return str(participant).partition("@")[0] if participant else None


def _second(stamp: Any) -> int:
    if isinstance(stamp, Mapping):
        return int(stamp.get("low", 0)) + (int(stamp.get("high", 0)) << 32)
    return stamp.value if isinstance(stamp, Long) else int(stamp)
