"""Times that are drawn: a fixed one, or one of a distribution. Values; chance is handed in.

    4s                                        always the same
    {uniform: [1s, 4s]}                       any time in between, all alike
    {lognormal: {median: 2s, p95: 9s}}        as people and networks are: most near the median, some far above
    {pareto: {least: 500ms, median: 1s}}      a long tail of rare, very late ones
    {empirical: [900ms, 1.1s, 14s]}           one of these samples, or of a file with one a line

No draw is longer than a day: a tail is long, not endless.
"""

from dataclasses import dataclass
from math import cos, exp, inf, isfinite, log, pi, sqrt

from fake_evolution.rng import Draws

DRAWN_S_MAX = 86_400.0
SAMPLES_MAX = 10_000
_Z95 = 1.6448536269514722  # standard deviations from the median to the 95th percentile


@dataclass(frozen=True, slots=True)
class Uniform:
    """Any time from `low_s` to `high_s`."""

    low_s: float
    high_s: float

    def __post_init__(self) -> None:
        _demand(0 <= self.low_s <= self.high_s < inf, "two times, the smaller one first")

    def draw(self, draws: Draws) -> float:
        """One time."""
        return draws.uniform(self.low_s, self.high_s)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Half of the times below `median_s`, 95 % below `p95_s`."""

    median_s: float
    p95_s: float

    def __post_init__(self) -> None:
        _demand(0 < self.median_s <= self.p95_s < inf, "a median above 0 and a p95 that is not below it")

    def draw(self, draws: Draws) -> float:
        """One time."""
        sigma = log(self.p95_s / self.median_s) / _Z95
        normal = sqrt(-2 * log(1 - draws.unit())) * cos(2 * pi * draws.unit())
        return min(self.median_s * exp(sigma * normal), DRAWN_S_MAX)


@dataclass(frozen=True, slots=True)
class Pareto:
    """Never below `least_s`, half of the times below `median_s`, and some very far above."""

    least_s: float
    median_s: float

    def __post_init__(self) -> None:
        _demand(0 < self.least_s < self.median_s < inf, "a least time above 0 and a median above that")

    def draw(self, draws: Draws) -> float:
        """One time."""
        alpha = log(2) / log(self.median_s / self.least_s)
        exponent = -log(1 - draws.unit()) / alpha
        return DRAWN_S_MAX if exponent > log(DRAWN_S_MAX / self.least_s) else self.least_s * exp(exponent)


@dataclass(frozen=True, slots=True)
class Empirical:
    """One of these samples, each as likely as it is frequent."""

    samples_s: tuple[float, ...]

    def __post_init__(self) -> None:
        fine = 0 < len(self.samples_s) <= SAMPLES_MAX and all(isfinite(sample) for sample in self.samples_s)
        _demand(fine and min(self.samples_s) >= 0, f"1 to {SAMPLES_MAX} times")

    def draw(self, draws: Draws) -> float:
        """One time."""
        return self.samples_s[draws.integer(len(self.samples_s))]


Distribution = Uniform | Lognormal | Pareto | Empirical
Duration = float | Distribution


def drawn_s(duration: Duration, draws: Draws) -> float:
    """The time itself, or one of its distribution; a fixed time draws nothing."""
    return duration if isinstance(duration, int | float) else duration.draw(draws)


def _demand(fine: bool, legal: str) -> None:  # noqa: FBT001  a condition and what it stands for
    if not fine:
        raise ValueError(legal)
