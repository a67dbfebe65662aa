"""What will be sent: values between the event and the socket."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class Outcome(StrEnum):
    """How an attempt ended: answered 2xx, failed for sure, or nobody knows whether it was received."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Edit(Protocol):
    """A change of what is sent: a pure function of the webhook, as a value."""

    def edit(self, webhook: "Webhook", /) -> "Webhook":
        """The webhook as it goes out instead."""


class Ending(StrEnum):
    """How a connection ends that sends no more: closed in good order, or reset."""

    CLOSE = "close"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Wire:
    """How an attempt departs from a plain post of its webhook; what is left out is as it should be.

    The head always announces the whole body. `sent_share` of the body goes out, spread over `body_over_s` seconds;
    where that is not all of it, the connection then ends as `ending` says. With `deaf_for_s` the answer is thrown away
    and the attempt counts as unanswered so many seconds after it began, or when the server's own patience ends, if that
    is sooner. An attempt that happens `once` is never made again, however it ends.
    """

    edits: tuple[Edit, ...] = ()
    sent_share: float = 1.0
    body_over_s: float = 0.0
    ending: Ending = Ending.CLOSE
    deaf_for_s: float | None = None
    once: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """What departs, as the journal says it."""
        departures = {
            "edited": bool(self.edits),
            "cut off": self.sent_share < 1,
            "slow": self.body_over_s > 0,
            "deaf": self.deaf_for_s is not None,
            "once": self.once,
        }
        return tuple(word for word, departs in departures.items() if departs)

    @property
    def needs_own_socket(self) -> bool:
        """Whether this cannot be left to an HTTP client."""
        return self.sent_share < 1 or self.body_over_s > 0

    def edited(self, webhook: "Webhook") -> "Webhook":
        """The webhook after all edits."""
        for change in self.edits:
            webhook = change.edit(webhook)
        return webhook


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand over a webhook, `due_s` seconds after the plan was made.

    With `hold_past` it waits, once due, until that many later deliveries of its instance have ended, but at most
    `hold_s_max` seconds. With `after_removal` it waits for its instance to be removed, and only then for `due_s`; it
    is an extra that nothing waits for. `wire` says what else is wrong with it.
    """

    due_s: float = 0.0
    hold_past: int = 0
    hold_s_max: float = 0.0
    after_removal: bool = False
    wire: Wire | None = None


Plan = tuple[Attempt, ...]

AT_ONCE: Plan = (Attempt(),)  # what every plan is before any rule strikes


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
    instance_number: int = 1  # of the instance among all that were created, from 1


class Answer(NamedTuple):
    """What became of one attempt on the wire; a tuple, because one is made for every attempt."""

    outcome: Outcome
    status: int | None = None
    error: str | None = None
    sent_s: float | None = None  # when it left, on the run's clock; None: as soon as it was asked for


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call of the imitated API, as fault rules see it."""

    number: int  # of the call among all of the same method and path, from 1
    method: str
    path: str
    instance: str
    instance_number: int = 0  # of the instance among all that were created; 0 while there is none


@dataclass(frozen=True, slots=True)
class Treatment:
    """What becomes of an answer of the imitated API; what is left out is as it should be.

    Without `takes_effect` the call never reaches the server. `status` and `body` replace the answer's own, and
    `headers` are added. `delay_s` passes before anything of the answer is sent. A `stale_s` gives the answer that the
    same call had at least so many seconds ago, where there was one.
    """

    delay_s: float = 0.0
    takes_effect: bool = True
    status: int | None = None
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    silent: bool = False
    reset: bool = False
    stale_s: float | None = None


AS_IT_IS = Treatment()
