"""A journey as values: who travels, how patient they are, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """How a journey ended."""

    COMPLETED = "completed"
    NO_QR = "no_qr"
    NOT_CONNECTED = "not_connected"
    NOT_DISCONNECTED = "not_disconnected"
    REFUSED = "refused"
    ERROR = "error"


class Ends(StrEnum):
    """What a person does at the end of a journey."""

    DELETE = "delete"  # disconnects, then deletes the channel
    DELETE_CONNECTED = "delete-connected"  # deletes the channel while it is connected
    DISCONNECT = "disconnect"  # disconnects, and the channel stays
    STAY = "stay"  # leaves it connected


class QrBy(StrEnum):
    """Which click brings the QR."""

    START = "start"
    PUT = "put"


class Phone(Protocol):
    """A phone that can scan a code; `fake_evolution.Client` is one."""

    async def scan(self, *, code: str, number: str | None = None, profile_name: str | None = None) -> Mapping[str, Any]:
        """Scan what the person was shown; the verdict says whether WhatsApp linked it."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a person waits for each thing, from the click that should bring it."""

    qr_s: float = 30.0
    connected_s: float = 30.0
    disconnected_s: float = 15.0


@dataclass(frozen=True, slots=True)
class JourneySpec:
    """One journey: who, when, and how patient."""

    journey: str
    channel_name: str
    intended_s: float
    number: str
    profile_name: str
    reaction_s: float = 0.8
    stay_s: float = 0.0
    stay_after_s: float | None = None
    again: bool = True
    again_by: QrBy = QrBy.PUT
    qr_by: QrBy = QrBy.START
    ends: Ends = Ends.DELETE
    deadlines: Deadlines = field(default_factory=Deadlines)


@dataclass(frozen=True, slots=True)
class JourneyResult:
    """What came of a journey; times are seconds from the moment the start click was meant to happen."""

    journey: str
    channel: str | None
    intended_s: float
    outcome: str
    reason: str
    time_to_qr_s: float | None
    time_to_connected_s: float | None
    connected: bool

    def sample(self, phase: str) -> dict[str, Any]:
        """The journey as a line of `samples.ndjson`."""
        return {
            "journey": self.journey,
            "phase": phase,
            "channel": self.channel,
            "intended_s": self.intended_s,
            "qr_s": self.time_to_qr_s,
            "connected_s": self.time_to_connected_s,
            "outcome": str(self.outcome),
            "reason": self.reason,
        }
