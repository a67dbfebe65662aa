"""Open-loop arrivals: when each journey is meant to begin, decided before the first one does.

A user who is busy does not make the next arrival later: the intended time stays, and what is measured counts
from it. That is the whole defence against coordinated omission.
"""

from bisect import bisect_left
from dataclasses import dataclass
from random import Random

from load.profiles import known_profiles

ARRIVALS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One journey's place in the plan; `due_s` counts from the first moment of the load."""

    index: int
    due_s: float


def plan_arrivals(*, profile: str, count: int, per_s: float, seed: int) -> tuple[Arrival, ...]:
    """The arrivals of a run; the same arguments give the same plan, on any machine."""
    shapes = known_profiles()
    if profile not in shapes:
        raise ValueError(f"unknown profile '{profile}'; known: {', '.join(shapes)}")
    if not 0 < count <= ARRIVALS_MAX:
        raise ValueError(f"{count} arrivals; legal: 1 to {ARRIVALS_MAX}")
    if not 0 < per_s <= ARRIVALS_MAX:
        raise ValueError(f"{per_s:g} arrivals a second; legal: above 0, up to {ARRIVALS_MAX}")
    rng = Random(f"{seed}/arrivals/{profile}")  # noqa: S311  chance that can be repeated, not secrets
    return tuple(Arrival(index, due_s) for index, due_s in enumerate(shapes[profile](rng, count, per_s)))


def users_needed(arrivals: tuple[Arrival, ...], *, journey_s_max: float) -> int:
    """How many journeys overlap at most when each takes its longest: with so many users nobody waits."""
    due_s = [arrival.due_s for arrival in arrivals]
    under_way = (index - bisect_left(due_s, at_s - journey_s_max) + 1 for index, at_s in enumerate(due_s))
    return max(under_way, default=0)


def tenants_needed(count: int, *, channels_each: int) -> int:
    """A few tenants share the journeys, so that a page shows many channels and tenants stay apart."""
    return count // channels_each + 1
