"""What Evolution reported, once the webhook border has understood it: plain values, no wire words."""

from dataclasses import dataclass
from datetime import datetime

from channel_backend.status import ChannelStatus


@dataclass(frozen=True, slots=True)
class Owner:
    """The phone behind a connected session."""

    number: str
    jid: str
    name: str | None = None
    picture_url: str | None = None


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code: the text inside it and its picture as a data URL; `at` is when Evolution sent it, by its clock."""

    code: str
    image: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StateReported:
    """Evolution says that an instance is in a state.

    `session` is the session number our own webhook header carried (None: the event came without one); `at` is
    Evolution's `date_time`, comparable only with other events of the same instance.
    """

    status: ChannelStatus
    word: str
    session: int | None = None
    at: datetime | None = None
    owner: Owner | None = None


@dataclass(frozen=True, slots=True)
class QrReported:
    """Evolution says that this is now the QR code of an instance; `session` as in `StateReported`."""

    qr: Qr
    session: int | None = None

    @property
    def at(self) -> datetime | None:
        """When Evolution sent it, by its own clock."""
        return self.qr.at


Event = StateReported | QrReported


@dataclass(frozen=True, slots=True)
class Seen:
    """What Evolution answered when it was asked how an instance is; `gone` means that it has no such instance."""

    word: str
    gone: bool = False
    qr: Qr | None = None
    owner: Owner | None = None


GONE = Seen(word="close", gone=True)
