"""Messages: the record that webhooks and answers carry, and how a number becomes a WhatsApp address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.domain.wire import Wire, written

_GROUP_DIGITS_MIN = 18
_FIRST_DDD_WITHOUT_NINTH_DIGIT = 31
_HEX_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Message:
    """One WhatsApp message as the server tells it; content and context are trees as in `wire`.

    `contextInfo` is shown when there is one, and as null for the kinds that have room for one (`null_context`).
    """

    key: Mapping[str, Any]
    push_name: str | None
    status: str | None
    content: Mapping[str, Any]
    kind: str
    timestamp: int
    instance_id: str
    context: Mapping[str, Any] | None = None
    null_context: bool = False
    wire: Wire = Wire.OBJECTS
    omits_push_name: bool = False

    def record(self) -> dict[str, Any]:
        """The message record: status and context are left out where the server has none to tell."""
        status = {} if self.status is None else {"status": self.status}
        shows_context = self.context is not None or self.null_context
        context = {"contextInfo": written(self.context, self.wire)} if shows_context else {}
        return {
            "key": written(self.key, self.wire),
            **({} if self.omits_push_name else {"pushName": self.push_name}),
            **status,
            "message": written(self.content, self.wire),
            **context,
            "messageType": self.kind,
            "messageTimestamp": self.timestamp,
            "instanceId": self.instance_id,
            "source": source_of(self.key["id"]),
        }


def sent_text(*, jid: str, message_id: str, text: str, at_s: int, instance_id: str) -> Message:
    """A text sent through the API: pending, and with the server's own default context."""
    context = {
        "mentionedJid": [],
        "groupMentions": [],
        "ephemeralSettingTimestamp": {"low": at_s - 172_800, "high": 0, "unsigned": False},
        "disappearingMode": {"initiator": 0},
    }
    key = {"remoteJid": jid, "fromMe": True, "id": message_id}
    content = {"conversation": text}
    return Message(key, "Você", "PENDING", content, "conversation", at_s, instance_id, context)


def source_of(message_id: str) -> str:
    """The kind of device that the server guesses from the shape of a message id."""
    if message_id.startswith("3EB0"):
        return "web"
    if message_id.startswith("3A"):
        return "ios"
    if message_id.startswith("3F"):
        return "desktop"
    if len(message_id) == _HEX_ID_LENGTH and re.fullmatch(r"[0-9A-Fa-f]+", message_id):
        return "android"
    return "unknown"


def jid_of(number: str) -> str:
    """The address the server makes of what a caller wrote: digits, a formatted number, a full address, a group."""
    if re.search(r"@(s\.whatsapp\.net|lid|g\.us|broadcast)$", number):
        return number
    digits = re.sub(r"\D", "", number.partition("@")[0].partition(":")[0])
    if len(digits) >= _GROUP_DIGITS_MIN:
        return f"{digits}@g.us"
    return f"{_without_extra_digit(digits)}@s.whatsapp.net"


def _without_extra_digit(digits: str) -> str:
    """Brazilian numbers of area codes from 31 lose the ninth digit; Mexican and Argentine ones their third digit."""
    brazilian = re.fullmatch(r"55(\d\d)9(\d{8})", digits)
    if brazilian and int(brazilian[1]) >= _FIRST_DDD_WITHOUT_NINTH_DIGIT:
        return f"55{brazilian[1]}{brazilian[2]}"
    if re.fullmatch(r"(52|54)\d{11}", digits):
        return digits[:2] + digits[3:]
    return digits
