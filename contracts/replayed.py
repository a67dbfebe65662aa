"""What a replay brought: answers, arrivals, and what could not be tried."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.compare import Context
from contracts.deliveries import Arrival
from contracts.recording import Json, Recording, Request
from contracts.sockets import Connected, Heard


@dataclass(frozen=True, slots=True)
class Answered:
    """A replayed request: what was answered, and when, in seconds of the recording."""

    request: Request
    status: int
    headers: Mapping[str, str]
    body: Json
    started_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class NotCovered:
    """A recorded step that cannot be replayed, because the fake does not have what it needs."""

    position: int
    what: str


@dataclass(frozen=True, slots=True)
class Replay:
    """Everything that happened while a recording was replayed."""

    recording: Recording
    answered: tuple[Answered, ...]
    arrivals: tuple[Arrival, ...]
    not_covered: tuple[NotCovered, ...]
    out_of_reach: frozenset[int]
    context: Context
    rate: float
    ended_s: float
    connected: tuple[Connected, ...] = ()
    heard: tuple[Heard, ...] = ()
