"""How well the harness itself kept its promises: webhooks and clicks at their time, no journey lost to a bug of ours.

A run whose harness was late proves nothing about the backend's times, so beyond a bound it is INVALID.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from scenarios.history import History
from scenarios.itinerary import Outcome
from scenarios.staged import JourneyLife
from scenarios.surroundings import ATTEMPT_S_MAX

# Times to the QR are judged against ten seconds: a person's click may be late by a tenth of that.
CLICKS_LATE_MS_MAX = 1_000.0
_CUT_OFF = "cut off"


def measured(history: History, phases: Mapping[str, History]) -> dict[str, Any]:
    """The numbers that stand in run.json."""
    lateness = sorted(attempt.lateness_ms for attempt in history.attempts)
    clicks = sorted(_clicks_late_ms(history))
    return {
        "lateness_p99_ms": _percentile(lateness, 0.99),
        "lateness_max_ms": lateness[-1] if lateness else None,
        "clicks_late_p99_ms": _percentile(clicks, 0.99),
        "attempts": len(lateness),
        "dropped": sum(_never_sent(one) for one in phases.values()),
    }


def complaints(history: History, found: Mapping[str, Any], *, lateness_ms_max: float) -> Iterator[str]:
    """Why the run proves nothing, if it does not."""
    bounds = (
        ("lateness_p99_ms", "webhooks left", lateness_ms_max),
        ("clicks_late_p99_ms", "people clicked", CLICKS_LATE_MS_MAX),
    )
    for name, what, late_ms_max in bounds:
        late_ms = found[name]
        if late_ms is not None and late_ms > late_ms_max:
            yield (
                f"the harness was late: {what} {late_ms:.0f} ms after their time (p99), {late_ms_max:g} ms are legal; "
                "run on an idler machine or with fewer --arrivals-per-s"
            )
    lives = history.journeys.values()
    broken = [life for life in lives if life.outcome == Outcome.ERROR and not cut_off(life)]
    if broken:
        yield f"{len(broken)} journeys ended by an error of the harness: {broken[0].reason}"


def cut_off(life: JourneyLife) -> bool:
    """Whether the run ended before the journey did."""
    return life.outcome == Outcome.ERROR and life.reason.startswith(_CUT_OFF)


def _clicks_late_ms(history: History) -> Iterator[float]:
    """How long after its time the first click of each journey came."""
    for life in history.journeys.values():
        if life.intended_s is not None:
            yield max(0.0, life.start_s - life.intended_s) * 1000


def _never_sent(history: History) -> int:
    """Planned deliveries of which nothing was sent although even the slowest attempt would have ended by now."""
    sent = {attempt.delivery for attempt in history.attempts}
    over_s = history.end_s - ATTEMPT_S_MAX
    return sum(
        plan.get("delivery") not in sent
        and any(plan.t + offset_s < over_s for offset_s in plan.get("due_offsets_s") or ())
        for plan in history.by_kind.get("plan", ())
    )


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that so large a share does not exceed."""
    return round(ordered[max(0, ceil(share * len(ordered)) - 1)], 3) if ordered else None
