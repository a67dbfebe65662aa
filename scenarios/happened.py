"""What the fake put on record, as typed values: one class for each kind that judging reads.

What the harness did and read itself is in `scenarios.staged`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from fake_evolution import Record

# How the fake words an answer that it threw away.
_LOST_OK = re.compile(r"lost: 2\d\d\b")


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened to an instance; `seq` orders events as they were emitted."""

    seq: int
    t: float
    event_id: str
    instance: str
    event: str
    data: Mapping[str, Any]
    instance_id: str | None = None
    order: int = 0

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
            instance_id=_text(record.get("instance_id")),
            order=int(record.get("order") or 0),
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
    number: int = 1
    copy: int = 0
    due_s: float | None = None
    error: str | None = None
    wire: tuple[str, ...] = ()

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
            number=int(record.get("attempt") or 1),
            copy=int(record.get("copy") or 0),
            due_s=None if record.get("due_s") is None else float(record["due_s"]),
            error=_text(record.get("error")),
            wire=tuple(str(word) for word in record.get("wire") or ()),
        )

    @property
    def ok(self) -> bool:
        """Whether the backend took it."""
        return self.outcome == "ok"

    @property
    def unheard(self) -> bool:
        """Whether the backend answered that it took it, and the answer was lost on its way back."""
        return self.outcome == "unknown" and bool(_LOST_OK.search(self.error or ""))

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
    instance_id: str | None = None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            instance=str(record["instance"]),
            code=str(record["code"]),
            instance_id=_text(record.get("instance_id")),
        )


@dataclass(frozen=True, slots=True)
class State:
    """An instance entered a phase of its life."""

    seq: int
    t: float
    instance: str
    phase: str
    instance_id: str | None = None
    cause: str | None = None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            instance=str(record["instance"]),
            phase=str(record["phase"]),
            instance_id=_text(record.get("instance_id")),
            cause=_text(record.get("cause")),
        )


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the fake answered to a call of the backend."""

    seq: int
    t: float
    instance: str | None
    code: str | None
    state: str | None
    call: int | None = None
    method: str = ""
    path: str = ""
    status: int | None = None
    listed: tuple[str, ...] = ()

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
            call=record.get("call"),
            method=str(record.get("method") or ""),
            path=str(record.get("path") or ""),
            status=record.get("status"),
            listed=tuple(_listed(body)),
        )

    def tells(self, event: Event) -> bool:
        """Whether it says the same as the event."""
        return self.code == event.code if event.code is not None else self.state == event.state


@dataclass(frozen=True, slots=True)
class Call:
    """The backend asked the fake for something."""

    seq: int
    t: float
    call: int | None
    method: str
    path: str
    instance: str | None
    query: Mapping[str, Any]
    body: Any
    violations: tuple[str, ...] | None = None

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record; a call without an instance in its path may name one in its body.

        `violations` is what the contract has against the call; None where nobody asked the contract.
        """
        body, query = record.get("body"), record.get("query")
        violations = record.get("violations")
        named = body.get("instanceName") if isinstance(body, Mapping) else None
        return cls(
            seq=record.seq,
            t=record.t,
            call=record.get("call"),
            method=str(record["method"]),
            path=str(record["path"]),
            instance=_text(record.get("instance")) or _text(named),
            query=query if isinstance(query, Mapping) else {},
            body=body,
            violations=None if violations is None else tuple(str(one) for one in violations),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """The attempts of one number that a delivery was to have, after all fault rules; none where it was dropped."""

    seq: int
    t: float
    delivery: str
    event_id: str
    instance: str
    event: str
    number: int
    due_offsets_s: tuple[float, ...]
    faults: tuple[str, ...]
    url: str = ""

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            delivery=str(record["delivery"]),
            event_id=str(record["event_id"]),
            instance=str(record["instance"]),
            event=str(record["event"]),
            number=int(record.get("attempt") or 1),
            due_offsets_s=tuple(float(offset_s) for offset_s in record.get("due_offsets_s") or ()),
            faults=tuple(str(name) for name in record.get("faults") or ()),
            url=str(record.get("url") or ""),
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault rule struck: the attempts `number` of a delivery, or (without one) an answer of the imitated API."""

    seq: int
    t: float
    rule: str
    fault: str
    delivery: str | None
    instance: str | None
    number: int = 1

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read from its record."""
        return cls(
            seq=record.seq,
            t=record.t,
            rule=str(record["rule"]),
            fault=str(record.get("fault") or ""),
            delivery=_text(record.get("delivery")),
            instance=_text(record.get("instance")),
            number=int(record.get("attempt") or 1),
        )


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


def _listed(body: object) -> Iterator[str]:
    """The connection states in a list of instances, as `fetchInstances` answers it."""
    for one in body if isinstance(body, list) else ():
        if isinstance(one, Mapping) and isinstance(one.get("connectionStatus"), str):
            yield one["connectionStatus"]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
