"""Tests of drawn times: their shape, their limits, and what is no distribution."""

from collections.abc import Callable
from math import inf

import pytest

from fake_evolution import Rng
from fake_evolution.distributions import DRAWN_S_MAX, Distribution, Empirical, Lognormal, Pareto, Uniform, drawn_s


def quantile(distribution: Distribution, share: float) -> float:
    """Below which time so large a share of 4,000 draws lies."""
    drawn = sorted(distribution.draw(Rng(1).keyed(number)) for number in range(4000))
    return drawn[int(share * len(drawn))]


@pytest.mark.parametrize(
    ("distribution", "share", "expected_s"),
    [
        (Uniform(2.0, 6.0), 0.5, 4.0),
        (Lognormal(2.0, 9.0), 0.5, 2.0),
        (Lognormal(2.0, 9.0), 0.95, 9.0),
        (Pareto(1.0, 2.0), 0.5, 2.0),
        (Pareto(1.0, 2.0), 0.0, 1.0),
        (Empirical((1.0, 1.0, 5.0)), 0.5, 1.0),
    ],
)
def test_draws_have_the_declared_quantiles(distribution: Distribution, share: float, expected_s: float) -> None:
    """Medians and tails are where the file says."""
    assert quantile(distribution, share) == pytest.approx(expected_s, rel=0.08)


def test_fixed_time_draws_nothing() -> None:
    """A number is what it is, and leaves the row of draws alone."""
    draws, untouched = Rng(1).keyed("a"), Rng(1).keyed("a")

    assert drawn_s(4.0, draws) == 4.0
    assert draws.unit() == untouched.unit()


def test_tails_end_after_a_day() -> None:
    """However heavy the tail, no draw is longer than a day."""
    heavy = Pareto(1.0, 1e9)

    assert max(heavy.draw(Rng(1).keyed(number)) for number in range(200)) == DRAWN_S_MAX


@pytest.mark.parametrize(
    "make",
    [
        lambda: Uniform(2.0, 1.0),
        lambda: Uniform(0.0, inf),
        lambda: Lognormal(0.0, 1.0),
        lambda: Lognormal(2.0, 1.0),
        lambda: Pareto(1.0, 1.0),
        lambda: Empirical(()),
        lambda: Empirical((inf,)),
    ],
)
def test_impossible_distribution_is_refused(make: Callable[[], Distribution]) -> None:
    """Times are finite, not negative, and in order."""
    with pytest.raises(ValueError, match=r"time|median"):
        make()
