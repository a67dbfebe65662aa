"""The records of a history as typed values: one class for each kind that judging reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fake_evolution import Record


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to an instance; `seq` orders events as they were emitted."""

    seq: int
    t: float
    event_id: str
    instance: str
    event: str
    data: Mapping[str, Any]

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        data = record.get("data")
        return cls(
            seq=record.seq,
            t=record.t,
            event_id=str(record["event_id"]),
            instance=str(record["instance"]),
            event=str(record["event"]),
            data=data if isinstance(data, Mapping) else {},
        )

    @property
    def state(self) -> str | None:
        """The connection state it tells of, if it does."""
        return self.data.get("state") if self.event == "connection.update" else None

    @property
    def code(self) -> str | None:
        """The QR code it carries, if it does."""
        qrcode = self.data.get("qrcode") if self.event == "qrcode.updated" else None
        return qrcode.get("code") if isinstance(qrcode, Mapping) else None

    def __str__(self) -> str:
        return f"{self.event} {self.state}" if self.state else self.event


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand a webhook over, after it ended."""

    seq: int
    ended_s: float
    delivery: str
    event_id: str
    instance: str
    event: str
    sent_s: float
    lateness_ms: float
    outcome: str
    status: int | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            ended_s=record.t,
            delivery=str(record["delivery"]),
            event_id=str(record["event_id"]),
            instance=str(record["instance"]),
            event=str(record["event"]),
            sent_s=float(record["sent_s"]),
            lateness_ms=float(record.get("lateness_ms") or 0.0),
            outcome=str(record["outcome"]),
            status=record.get("status"),
        )

    @property
    def ok(self) -> bool:
        """Whether the backend took it."""
        return self.outcome == "ok"

    @property
    def duration_s(self) -> float:
        """How long the backend took to answer."""
        return self.ended_s - self.sent_s


@dataclass(frozen=True, slots=True)
class Qr:
    """WhatsApp gave an instance a QR; the newest is the only one that links."""

    seq: int
    t: float
    instance: str
    code: str

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(seq=record.seq, t=record.t, instance=str(record["instance"]), code=str(record["code"]))


@dataclass(frozen=True, slots=True)
class State:
    """An instance entered a phase of its life."""

    seq: int
    t: float
    instance: str
    phase: str

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(seq=record.seq, t=record.t, instance=str(record["instance"]), phase=str(record["phase"]))


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the fake answered to a call of the backend."""

    seq: int
    t: float
    instance: str | None
    code: str | None
    state: str | None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record; `code` and `state` are the QR and the connection state in the answer, if any."""
        body = record.get("body")
        instance = record.get("instance") or _text_in(body, "instanceName")
        return cls(
            seq=record.seq,
            t=record.t,
            instance=None if instance is None else str(instance),
            code=_code_in(body),
            state=_text_in(body, "state"),
        )

    def tells(self, event: Event) -> bool:
        """Whether it says the same as the event."""
        return self.code == event.code if event.code is not None else self.state == event.state


@dataclass(frozen=True, slots=True)
class Scan:
    """A phone scanned a code."""

    seq: int
    t: float
    instance: str | None
    code: str
    verdict: str

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            instance=record.get("instance"),
            code=str(record["code"]),
            verdict=str(record["verdict"]),
        )


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

    @classmethod
    def of(cls, start: Record, end: Record | None) -> Self:
        """Read from its two records; the end may be missing."""
        ended = {} if end is None else end.fields
        return cls(
            journey=str(start.get("journey")),
            channel=ended.get("channel"),
            channel_name=str(start.get("channel_name")),
            intended_s=start.get("intended_s"),
            start_s=start.t,
            end_s=None if end is None else end.t,
            outcome=ended.get("outcome"),
            reason=str(ended.get("reason") or ""),
        )


def _code_in(body: object) -> str | None:
    """The QR code of an answer: `create` nests it, `connect` does not."""
    if not isinstance(body, Mapping):
        return None
    qrcode = body.get("qrcode")
    code = qrcode.get("code") if isinstance(qrcode, Mapping) else body.get("code")
    return code if isinstance(code, str) and code else None


def _text_in(body: object, name: str) -> str | None:
    """What an answer says of its instance: `create` its name, `connectionState` its state."""
    instance = body.get("instance") if isinstance(body, Mapping) else None
    text = instance.get(name) if isinstance(instance, Mapping) else None
    return text if isinstance(text, str) else None
