"""What is true of the whole backend at one moment, read from the database: values for metrics and health."""

from dataclasses import dataclass, field
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Spread:
    """How many waits fell into each bucket (the last one is open), and their sum."""

    counts: tuple[int, ...]
    sum_s: float

    def cumulative(self) -> list[int]:
        """How many waits were at most as long as each bound."""
        return list(accumulate(self.counts))


@dataclass(frozen=True, slots=True)
class InboxFacts:
    """Events that were acknowledged and wait to be applied, and message events that were given up."""

    size: int = 0
    oldest_s: float = 0.0
    messages_lost: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts by tenant; the first part of a pair is the tenant."""

    attempts: dict[tuple[int, str], int] = field(default_factory=dict)
    under_way: dict[int, int] = field(default_factory=dict)
    time_to_qr: dict[int, Spread] = field(default_factory=dict)
    time_to_connected: dict[int, Spread] = field(default_factory=dict)
    statuses: dict[tuple[int, str], int] = field(default_factory=dict)
    messages: dict[tuple[int, str], int] = field(default_factory=dict)
    drift: dict[int, int] = field(default_factory=dict)
    inbox: InboxFacts = InboxFacts()


def as_read(facts: Facts) -> Facts | None:
    """What is published of the facts: all of them, as they were read."""
    return facts
