"""A scenario: a world, a journey, what happens beside it, how many channels live it, and what is expected.

All of it is plain, frozen values: comparable, hashable as far as they hold no mapping, and cheap to vary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from fake_evolution import World
from scenarios.itinerary import Deadlines, Ends, QrBy

CHANNELS_MAX = 1_000
TENANTS_MAX = 10


class Moment(StrEnum):
    """The moments of a channel's journey at which a step can begin."""

    START = "start"  # before the channel is created
    CREATED = "created"  # the backend has made the channel
    STARTED = "started"  # the click on "connect" is on its way
    QR = "qr"  # a QR is shown that can be scanned
    SCANNED = "scanned"  # WhatsApp has linked the phone
    CONNECTED = "connected"  # CONNECTED is shown
    DISCONNECTED = "disconnected"  # DISCONNECTED is shown after the click on "disconnect"
    END = "end"  # the journey is over, however it ended


@dataclass(frozen=True, slots=True)
class Step:
    """One action beside the journey: at a moment, for every channel that gets there or `once` in the phase.

    `do` names a step of `scenarios/steps/`; `args` are its fields.
    """

    at: Moment
    do: str
    after_s: float = 0.0
    once: bool = False
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """The journey that every channel of the scenario lives."""

    again: bool = True
    again_by: QrBy = QrBy.PUT
    qr_by: QrBy = QrBy.START
    ends: Ends = Ends.DELETE
    reaction_s: float = 0.8
    stay_s: float = 0.0
    stay_after_s: float | None = None  # on DISCONNECTED; None: as on CONNECTED
    deadlines: Deadlines = field(default_factory=Deadlines)


@dataclass(frozen=True, slots=True)
class Channels:
    """How many channels, dealt out to how many tenants, and how far apart they begin.

    `one_by_one` waits for each to end.
    """

    count: int = 3
    tenants: int = 1
    every_s: float = 0.25
    one_by_one: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a run must show to count: the invariants that it must have put to the test."""

    exercises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What we try, under a name."""

    name: str
    description: str
    seed: int = 1
    world: World = field(default_factory=World)
    journey: JourneyPlan = field(default_factory=JourneyPlan)
    script: tuple[Step, ...] = ()
    channels: Channels = field(default_factory=Channels)
    expect: Expectation = field(default_factory=Expectation)
    gate: bool = False
    path: Path | None = None

    @property
    def must_fire(self) -> tuple[str, ...]:
        """The fault rules without which a run of this scenario shows nothing."""
        return tuple(rule.name for rule in self.world.faults if rule.probability > 0)

    def with_channels(self, count: int) -> Self:
        """The same with another number of channels."""
        return replace(self, channels=replace(self.channels, count=count))
