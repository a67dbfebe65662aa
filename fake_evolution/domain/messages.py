"""Messages: the record that webhooks and answers carry, and how a number becomes a WhatsApp address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_evolution.domain.wire import Wire, written

_GROUP_DIGITS_MIN = 18
_FIRST_DDD_WITHOUT_NINTH_DIGIT = 31
_OLD_GROUP_LENGTH_MIN = 23  # the founder's number, a hyphen and a second
_DOMAINS = ("@g.us", "@s.whatsapp.net", "@lid", "@broadcast")
_DEVICES = (
    ("ios", re.compile("3A.{18}$")),
    ("web", re.compile("3E.{20}$")),
    ("android", re.compile("(.{21}|.{32})$")),
    ("desktop", re.compile("(3F|.{18}$)")),
)


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


def source_of(message_id: str) -> str:
    """The kind of device that the server guesses from the shape of a message id."""
    return next((name for name, shape in _DEVICES if shape.match(message_id)), "unknown")


def jid_of(number: str) -> str:
    """The address the server makes of what a caller wrote: digits, a formatted number, a full address, a group."""
    number = re.sub(r":\d+", "", number, count=1)
    if any(domain in number for domain in _DOMAINS):
        return number
    user = re.sub(r"[\s+()]", "", number).partition(":")[0].partition("@")[0]
    if "-" in user and len(user) >= _OLD_GROUP_LENGTH_MIN:
        return re.sub(r"[^\d-]", "", user) + "@g.us"
    digits = re.sub(r"\D", "", user)
    if len(digits) >= _GROUP_DIGITS_MIN:
        return f"{digits}@g.us"
    return f"{_without_extra_digit(digits)}@s.whatsapp.net"


def _without_extra_digit(digits: str) -> str:
    """Brazilian mobile numbers of area codes from 31 lose their ninth digit; Mexican and Argentine ones the third.

    The ninth digit stays where the rest does not begin as the old mobile numbers did.
    """
    if re.fullmatch(r"(52|54)\d{11}", digits):
        return digits[:2] + digits[3:]
    brazilian = re.fullmatch(r"55(\d\d)\d([7-9]\d{7})", digits)
    if brazilian and int(brazilian[1]) >= _FIRST_DDD_WITHOUT_NINTH_DIGIT:
        return f"55{brazilian[1]}{brazilian[2]}"
    return digits
