"""From values to positions, and round numbers for an axis."""

from dataclasses import dataclass
from math import ceil, floor, log10

_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight axis: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands; what lies outside is drawn at the border."""
        inside = min(max(value, self.low), self.high)
        span = self.high - self.low
        share = (inside - self.low) / span if span else 0.0
        return round(self.start + share * (self.end - self.start), 2)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


def round_step(span: float, *, about: int) -> float:
    """A round step that cuts a span in about so many parts."""
    rough = span / about if span > 0 else 1.0
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough - 1e-12)


def ticks(scale: Scale, *, about: int, unit: str = "", times: float = 1.0) -> tuple[Tick, ...]:
    """Marks at round values; `times` is for units, such as 100 for per cent."""
    step = round_step(scale.high - scale.low, about=about)
    first, last = ceil(scale.low / step - 1e-9), floor(scale.high / step + 1e-9)
    values = (index * step for index in range(first, last + 1))
    return tuple(Tick(scale(value), f"{round(value * times, 6):g}{unit}") for value in values)
