"""What the harness did and read itself, as typed values: clicks, steps, outages, and what a person could read.

Kinds that came later (`step`, `outage`, `messages`, `usage`, `metrics`, `trespass`) are missing from older journals.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from fake_evolution import Record


@dataclass(frozen=True, slots=True)
class Click:
    """A person clicked."""

    seq: int
    t: float
    channel: str | None
    journey: str | None
    action: str

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            channel=record["channel"],
            journey=record.get("journey"),
            action=str(record["action"]),
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the backend answered to a click."""

    seq: int
    t: float
    channel: str | None
    journey: str | None
    action: str
    status_code: int
    duration_s: float
    error: str | None = None
    body: Any = None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            channel=record["channel"],
            journey=record.get("journey"),
            action=str(record["action"]),
            status_code=int(record["status_code"]),
            duration_s=float(record["duration_s"]),
            error=_text(record.get("error")),
            body=record.get("body"),
        )

    @property
    def ok(self) -> bool:
        """Whether the backend says that it did what was asked."""
        return 200 <= self.status_code < 300  # noqa: PLR2004  the meaning of HTTP's classes

    @property
    def asked_s(self) -> float:
        """When the question was sent."""
        return self.t - self.duration_s


@dataclass(frozen=True, slots=True)
class JourneyLife:
    """When a journey began and ended, and how."""

    journey: str
    channel: str | None
    channel_name: str
    intended_s: float | None
    start_s: float
    end_s: float | None
    outcome: str | None
    reason: str
    tenant: str | None = None

    @classmethod
    def of(cls, start: Record, end: Record | None) -> Self:
        """Read from its two records; the end may be missing."""
        life = cls(
            journey=str(start.get("journey")),
            channel=None,
            channel_name=str(start.get("channel_name")),
            intended_s=start.get("intended_s"),
            start_s=start.t,
            end_s=None,
            outcome=None,
            reason="",
            tenant=_text(start.get("tenant")),
        )
        return life if end is None else life.ended(end)

    def ended(self, end: Record) -> Self:
        """The same with its end."""
        return replace(
            self,
            channel=end.get("channel"),
            end_s=end.t,
            outcome=end.get("outcome"),
            reason=str(end.get("reason") or ""),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the scenario's script did."""

    seq: int
    t: float
    do: str
    outcome: str
    channel: str | None
    journey: str | None
    args: Mapping[str, Any]
    error: str | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        args = record.get("args")
        return cls(
            seq=record.seq,
            t=record.t,
            do=str(record["do"]),
            outcome=str(record.get("outcome") or "done"),
            channel=_text(record.get("channel")),
            journey=_text(record.get("journey")),
            args=args if isinstance(args, Mapping) else {},
            error=_text(record.get("error")),
        )


@dataclass(frozen=True, slots=True)
class Outage:
    """A part of the system under test goes (`down`) or is back (`up`)."""

    seq: int
    t: float
    part: str
    action: str
    how: str | None
    exit_code: int | None
    detail: str | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            part=str(record["part"]),
            action=str(record["action"]),
            how=_text(record.get("how")),
            exit_code=record.get("exit_code"),
            detail=_text(record.get("detail")),
        )


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """One message as a person reads it in a conversation of a channel."""

    message_id: str | None
    ticket: str | None
    contact: str | None
    from_me: bool | None
    text: str | None
    ack: int | None
    at: str | None


@dataclass(frozen=True, slots=True)
class MessagesRead:
    """All that a person reads in the conversations of a channel."""

    seq: int
    channel: str
    tenant: str | None
    asked_s: float
    at_s: float
    messages: tuple[SeenMessage, ...]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            channel=str(record["channel"]),
            tenant=_text(record.get("tenant")),
            asked_s=_asked_s(record),
            at_s=_at_s(record),
            messages=tuple(_message(one) for one in record["messages"] if isinstance(one, Mapping)),
        )


@dataclass(frozen=True, slots=True)
class UsageRead:
    """The sessions that the backend says a tenant uses, and how many it may."""

    seq: int
    tenant: str
    asked_s: float
    at_s: float
    sessions: int | None
    limit: int | None
    body: Any

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            tenant=str(record["tenant"]),
            asked_s=_asked_s(record),
            at_s=_at_s(record),
            sessions=record["sessions"],
            limit=record.get("limit"),
            body=record.get("body"),
        )


@dataclass(frozen=True, slots=True)
class MetricsRead:
    """The backend's own metrics, as it exposes them."""

    seq: int
    asked_s: float
    at_s: float
    text: str

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(seq=record.seq, asked_s=_asked_s(record), at_s=_at_s(record), text=str(record["text"]))


@dataclass(frozen=True, slots=True)
class Trespass:
    """What `tenant` tried with, or heard of, a channel that belongs to `owner`."""

    seq: int
    t: float
    tenant: str
    owner: str
    channel: str
    via: str
    status_code: int | None
    shown: bool
    changed: bool | None
    body: Any

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            tenant=str(record["tenant"]),
            owner=str(record["owner"]),
            channel=str(record["channel"]),
            via=str(record["via"]),
            status_code=record.get("status_code"),
            shown=bool(record["shown"]),
            changed=record.get("changed"),
            body=record.get("body"),
        )


def _message(one: Mapping[str, Any]) -> SeenMessage:
    texts = {name: _text(one.get(name)) for name in ("message_id", "ticket", "contact", "text", "at")}
    return SeenMessage(**texts, from_me=one.get("from_me"), ack=one.get("ack"))


def _asked_s(record: Record) -> float:
    return float(record.get("asked_s", record.t))


def _at_s(record: Record) -> float:
    return float(record.get("at_s", record.t))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
