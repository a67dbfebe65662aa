"""Which part of the system under test was away, and from when to when."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from scenarios.history import History
from scenarios.staged import Outage

# A slow link is no outage: everything still gets there.
_SLOW = "latency"
_BEHIND_LINK = {
    "backend-to-database": "database",
    "backend-to-redis": "redis",
    "backend-to-evolution": "evolution",
    "evolution-to-backend": "way in",
}


@dataclass(frozen=True, slots=True)
class Downtime:
    """A part was away; `up_s` is infinite where it never came back. `part` is what the backend misses by it."""

    part: str
    how: str
    down_s: float
    up_s: float
    witness: tuple[int, ...]

    def covers(self, moment_s: float) -> bool:
        """Whether the part was away at that moment."""
        return self.down_s <= moment_s <= self.up_s

    def overlaps(self, from_s: float, to_s: float) -> bool:
        """Whether the part was away at some moment between the two."""
        return self.down_s <= to_s and self.up_s >= from_s

    def __str__(self) -> str:
        return f"{self.part} ({self.how})"


def downtimes(history: History, *parts: str, slow_too: bool = False) -> list[Downtime]:
    """Every time that one of these parts was away (any part, if none is named), in order."""
    found = (one for one in _paired(history) if slow_too or one.how != _SLOW)
    return sorted((one for one in found if not parts or one.part in parts), key=lambda one: one.down_s)


def disturbed(history: History, from_s: float, to_s: float) -> bool:
    """Whether anything was away or slow on purpose at some moment between the two."""
    return any(one.overlaps(from_s, to_s) for one in downtimes(history, slow_too=True))


def _paired(history: History) -> Iterator[Downtime]:
    open_: dict[tuple[str, str, str], Outage] = {}
    for outage in history.outages:
        key = (_missed(outage), outage.how or "", outage.detail or "")
        if outage.action == "down":
            open_.setdefault(key, outage)
        elif key in open_:
            down = open_.pop(key)
            yield Downtime(key[0], key[1], down.t, outage.t, (down.seq, outage.seq))
    for key, down in open_.items():
        yield Downtime(key[0], key[1], down.t, inf, (down.seq,))


def _missed(outage: Outage) -> str:
    if outage.part != "link":
        return outage.part
    link = (outage.detail or "").partition(":")[0]
    return _BEHIND_LINK.get(link, link or "link")
