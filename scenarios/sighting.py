"""What a person could see of one channel at one moment, verbatim."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Via(StrEnum):
    """Where it was seen."""

    LIST = "list"
    READ = "read"
    SOCKET = "socket"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look at a channel.

    `asked_s` is when the question was sent, for answers to a question: what they show was true at some moment
    between then and `at_s`. A socket announcement has none.
    """

    channel: str
    via: str
    at_s: float
    asked_s: float | None
    status: str | None
    code: str | None = None
    qr_error: str | None = None
    number: str | None = None
    name: str | None = None
    action: str | None = None
    announcement: str | None = None
    phase: str | None = None
    journey: str | None = None
    tenant: str | None = None
    seq: int = 0

    @property
    def content(self) -> tuple[str | None, ...]:
        """What was shown, without when and where."""
        return (self.status, self.code, self.qr_error, self.number, self.name)

    @property
    def as_of_s(self) -> float:
        """The earliest moment whose truth it can show."""
        return self.at_s if self.asked_s is None else self.asked_s

    def fresh_since(self, moment_s: float) -> bool:
        """Whether it can only show what was true at `moment_s` or later."""
        return self.as_of_s >= moment_s

    def fields(self) -> dict[str, Any]:
        """The fields of its journal record."""
        names = ("phase", "journey", "channel", "via", "status", "code", "qr_error", "number", "name")
        shown = {name: getattr(self, name) for name in names} | {"at_s": self.at_s}
        extra = {name: getattr(self, name) for name in ("action", "announcement", "asked_s", "tenant")}
        return shown | {name: value for name, value in extra.items() if value is not None}

    @classmethod
    def of_record(cls, seq: int, t: float, fields: Mapping[str, Any]) -> Self:
        """Read back from a journal record; older records lack the optional fields."""
        texts = ("qr_error", "number", "name", "action", "announcement", "phase", "journey", "tenant")
        return cls(
            channel=str(fields["channel"]),
            via=str(fields["via"]),
            at_s=float(fields.get("at_s", t)),
            asked_s=None if fields.get("asked_s") is None else float(fields["asked_s"]),
            status=_text(fields["status"]),
            code=_text(fields.get("code")),
            seq=seq,
            **{name: _text(fields.get(name)) for name in texts},
        )


def _text(value: object) -> str | None:
    """As it stands; what is no text, which a backend may show in place of one, is written out."""
    return value if value is None or isinstance(value, str) else repr(value)
