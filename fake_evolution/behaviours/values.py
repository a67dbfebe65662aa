"""How phones behave, as values: who scans which QR code when, and what happens to a phone once it is linked."""

from dataclasses import dataclass
from enum import StrEnum

from fake_evolution.distributions import Duration


class Shown(StrEnum):
    """Which code a person holds the phone to."""

    CURRENT = "current"
    EXPIRED = "expired"  # the n-th one, when the next is there already
    EXPIRED_FIRST = "expired-first"  # the same, and after the refusal the current one


@dataclass(frozen=True, slots=True)
class Scan:
    """A person scans the `nth_qr` code of a session, `after_s` seconds after it came."""

    after_s: Duration = 4.0
    nth_qr: int = 1
    code: Shown = Shown.CURRENT
    number: str = ""  # the phone's; drawn where none is given


@dataclass(frozen=True, slots=True)
class LoseConnection:
    """At `at_s` WhatsApp drops the connection, and lets the session in again `for_s` seconds later.

    Infinite: not before the phone recovers, which the control API makes it do.
    """

    at_s: Duration
    for_s: float = 0.0
    code: int = 408


@dataclass(frozen=True, slots=True)
class Flap:
    """From `at_s` on the connection is lost `times` times, evenly spread `within_s` seconds; each makes two events."""

    at_s: Duration
    times: int = 18
    within_s: float = 10.0
    code: int = 440


@dataclass(frozen=True, slots=True)
class DieSilently:
    """At `at_s` the socket dies; the server notices `for_s` seconds later (never: not before a restart)."""

    at_s: Duration
    for_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Receive:
    """From `at_s` on `count` messages come in, `every_s` apart; `lid` hides the sender's number."""

    at_s: Duration
    count: int = 1
    every_s: Duration = 1.0
    text: str = "Olá!"
    sender: str = ""  # a number; drawn where none is given
    lid: bool = False


@dataclass(frozen=True, slots=True)
class Unlink:
    """At `at_s` the person removes the device on the phone."""

    at_s: Duration
    code: int = 401


@dataclass(frozen=True, slots=True)
class Ban:
    """At `at_s` WhatsApp bans the number."""

    at_s: Duration
    code: int = 403


Act = LoseConnection | Flap | DieSilently | Receive | Unlink | Ban
ACTS: dict[str, type[Act]] = {
    "lose-connection": LoseConnection,
    "flap": Flap,
    "die-silently": DieSilently,
    "receive": Receive,
    "unlink": Unlink,
    "ban": Ban,
}
LAST_ACTS = (Unlink, Ban)


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose phones: of instances by name (with *), by the order of their creation, or a share of them all."""

    instance: str = "*"
    nth_instance: tuple[int, ...] = ()
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a phone behaves; the first behaviour of a world that is about an instance is its phone's.

    Without a `scan` the phone never scans by itself. The times of `then` count from the moment when the session opens
    for the first time after a scan, whoever scanned.
    """

    name: str
    select: Owners = Owners()
    scan: Scan | None = None
    then: tuple[Act, ...] = ()
