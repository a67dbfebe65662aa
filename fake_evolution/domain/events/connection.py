"""connection.update in its four shapes, status.instance and logout.instance."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fake_evolution.domain.events.base import Event
from fake_evolution.domain.signals import Phone
from fake_evolution.domain.states import QR_LIMIT_REASON


@dataclass(frozen=True, slots=True)
class ConnectionConnecting(Event):
    """A socket began to talk to WhatsApp: for the first time, after a scan, or to reconnect."""

    NAME: ClassVar[str] = "connection.update"
    instance: str

    def data(self) -> Any:
        """`{instance, state, statusReason: 200}`."""
        return {"instance": self.instance, "state": "connecting", "statusReason": 200}


@dataclass(frozen=True, slots=True)
class ConnectionOpen(Event):
    """The instance is connected as this phone's account."""

    NAME: ClassVar[str] = "connection.update"
    instance: str
    phone: Phone

    def data(self) -> Any:
        """`{instance, wuid, profileName, profilePictureUrl, state, statusReason: 200}`."""
        return {
            "instance": self.instance,
            "wuid": self.phone.jid,
            "profileName": self.phone.profile_name,
            "profilePictureUrl": self.phone.picture_url,
            "state": "open",
            "statusReason": 200,
        }


@dataclass(frozen=True, slots=True)
class ConnectionClosed(Event):
    """The session is over; sent only when the server does not reconnect by itself."""

    NAME: ClassVar[str] = "connection.update"
    instance: str
    code: int

    def data(self) -> Any:
        """`{instance, state, statusReason}`."""
        return {"instance": self.instance, "state": "close", "statusReason": self.code}


@dataclass(frozen=True, slots=True)
class ConnectionRefused(Event):
    """The QR limit is reached; the account of an earlier pairing is still named, without its profile name."""

    NAME: ClassVar[str] = "connection.update"
    instance: str
    phone: Phone | None

    def data(self) -> Any:
        """`{instance, state, statusReason: 428, wuid?, profilePictureUrl?}`."""
        refused = {"instance": self.instance, "state": "refused", "statusReason": QR_LIMIT_REASON}
        if self.phone is None:
            return refused
        return {**refused, "wuid": self.phone.jid, "profilePictureUrl": self.phone.picture_url}


@dataclass(frozen=True, slots=True)
class StatusInstance(Event):
    """The database row of a session that is over; `disconnection` is a JSON text, as in the row."""

    NAME: ClassVar[str] = "status.instance"
    instance: str
    at: str
    code: int
    disconnection: str

    def data(self) -> Any:
        """`{instance, status, disconnectionAt, disconnectionReasonCode, disconnectionObject}`."""
        return {
            "instance": self.instance,
            "status": "closed",
            "disconnectionAt": self.at,
            "disconnectionReasonCode": self.code,
            "disconnectionObject": self.disconnection,
        }


@dataclass(frozen=True, slots=True)
class LogoutInstance(Event):
    """The session is over; its clean-up waits until this event has been delivered."""

    NAME: ClassVar[str] = "logout.instance"

    def data(self) -> Any:
        """Always null."""
        return None
