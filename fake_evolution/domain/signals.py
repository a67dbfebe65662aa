"""What can happen to an instance: asked by the API, reported by a WhatsApp socket, done by the phone."""

from dataclasses import dataclass
from typing import ClassVar

from fake_evolution.domain.states import Signal


@dataclass(frozen=True, slots=True)
class Phone:
    """A WhatsApp account: digits with country code, the profile's name and picture address."""

    number: str
    profile_name: str
    picture_url: str | None = None

    @property
    def jid(self) -> str:
        """The account's WhatsApp address."""
        return f"{self.number}@s.whatsapp.net"


@dataclass(frozen=True, slots=True)
class Connect:
    """The API wants a connection; with a `number`, by pairing code."""

    SIGNAL: ClassVar[Signal] = Signal.CONNECT
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """The API closes the socket and connects again."""

    SIGNAL: ClassVar[Signal] = Signal.RESTART


@dataclass(frozen=True, slots=True)
class Logout:
    """The API ends the session with WhatsApp."""

    SIGNAL: ClassVar[Signal] = Signal.LOGOUT


@dataclass(frozen=True, slots=True)
class SocketConnecting:
    """A new socket began to talk to WhatsApp."""

    SIGNAL: ClassVar[Signal] = Signal.SOCKET_CONNECTING
    socket: int


@dataclass(frozen=True, slots=True)
class QrArrived:
    """WhatsApp gave this socket its next reference, or has none left (`reference` 0 is the first)."""

    SIGNAL: ClassVar[Signal] = Signal.QR_ARRIVED
    socket: int
    reference: int
    pairing_code_asked: bool = False
    out_of_turn: bool = False  # one more, between those that come by themselves


@dataclass(frozen=True, slots=True)
class PhonePaired:
    """A phone scanned the code that is shown right now."""

    SIGNAL: ClassVar[Signal] = Signal.PHONE_PAIRED
    phone: Phone


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """WhatsApp let the stored session in."""

    SIGNAL: ClassVar[Signal] = Signal.SOCKET_OPENED
    socket: int


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """A socket ended; `code` None is a close without a reason. `socket` None means the live ones, whichever."""

    SIGNAL: ClassVar[Signal] = Signal.SOCKET_CLOSED
    code: int | None
    message: str = ""
    socket: int | None = None
    away_s: float = 0.0  # how long WhatsApp cannot be reached afterwards; infinite: until the phone recovers


@dataclass(frozen=True, slots=True)
class CleanedUp:
    """The clean-up of a finished session ran, which waits for the delivery of its logout.instance."""

    SIGNAL: ClassVar[Signal] = Signal.CLEANED_UP


Happening = (
    Connect | Restart | Logout | SocketConnecting | QrArrived | PhonePaired | SocketOpened | SocketClosed | CleanedUp
)
