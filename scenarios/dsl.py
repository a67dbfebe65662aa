"""A scenario: a world, a journey, how many channels live it, and what is expected. A plain value."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from fake_evolution import World
from scenarios.itinerary import Deadlines

CHANNELS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class JourneyPlan:
    """The journey that every channel of the scenario lives."""

    again: bool = True
    reaction_s: float = 0.8
    stay_s: float = 0.0
    deadlines: Deadlines = field(default_factory=Deadlines)


@dataclass(frozen=True, slots=True)
class Channels:
    """How many channels, and how far apart they begin; `one_by_one` waits for each to end."""

    count: int = 3
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
