"""What will be sent: values between the event and the socket."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How an attempt ended: answered 2xx, failed for sure, or nobody knows whether it was received."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand over a webhook, `due_s` seconds after the plan was made.

    With `hold_past` it waits, once due, until that many later deliveries of its instance have ended, but at most
    `hold_s_max` seconds.
    """

    due_s: float = 0.0
    hold_past: int = 0
    hold_s_max: float = 0.0


Plan = tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Webhook:
    """The HTTP message for one event and one endpoint; the same octets on every attempt."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Delivery:
    """The duty to hand one webhook to one endpoint."""

    delivery_id: str
    event_id: str
    instance: str
    order: int  # of the event among all events of its instance
    event: str
    state: str | None  # `data.state` of the event, where it has one
    webhook: Webhook


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt on the wire."""

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    sent_s: float | None = None  # when it left, on the run's clock; None: as soon as it was asked for
