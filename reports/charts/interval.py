"""A criterion on a line: the exact interval, what was observed, and the limit."""

from dataclasses import dataclass

from reports.charts.scale import Scale, Tick, ticks
from reports.criteria import Criterion
from reports.values import percent

WIDTH, HEIGHT = 330, 84
_LEFT, _RIGHT = 20, WIDTH - 20


@dataclass(frozen=True, slots=True)
class Interval:
    """Positions of everything on the line."""

    title: str
    lower: float
    upper: float
    observed: float | None
    limit: float
    limit_label: str
    ticks: tuple[Tick, ...]


def interval_of(criterion: Criterion) -> Interval | None:
    """The drawing of a criterion; None when the run has no interval for it."""
    if criterion.lower is None or criterion.rate is None or not criterion.n:
        return None
    upper = 1.0 if criterion.upper is None else criterion.upper
    scale = Scale(_floor(min(criterion.lower, criterion.limit)), 1.0, _LEFT, _RIGHT)
    return Interval(
        title=f"{criterion.title}: {criterion.good} of {criterion.n}; {criterion.bounds}",
        lower=scale(criterion.lower),
        upper=scale(upper),
        observed=scale(criterion.rate),
        limit=scale(criterion.limit),
        limit_label=f"limit {percent(criterion.limit)}",
        ticks=ticks(scale, about=4, unit=" %", times=100),
    )


def _floor(least: float) -> float:
    """Where the line begins: what matters should fill it."""
    return next(floor for floor in (0.9, 0.8, 0.6, 0.0) if least >= floor + 0.01 or floor == 0.0)
