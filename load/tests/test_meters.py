"""Tests of the exact numbers."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from load.meters import (
    Limits,
    Verdict,
    binomial_verdict,
    lower_bound,
    percentile,
    share_within,
    times,
    upper_bound,
)

counts = st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
waits_s = st.lists(st.floats(0, 100) | st.just(inf), min_size=1, max_size=200)


def pass_probability(n: int, *, true_rate: float) -> float:
    """The exact chance that a gate with n samples of a system with this true rate is a PASS."""
    least = next((k for k in range(n + 1) if binomial_verdict(k, n).verdict is Verdict.PASS), n + 1)
    return float(binom.sf(least - 1, n, true_rate))


def fail_probability(n: int, *, true_rate: float) -> float:
    """The exact chance that a gate with n samples of a system with this true rate is a FAIL."""
    most = max(k for k in range(n + 1) if binomial_verdict(k, n).verdict is Verdict.FAIL)
    return float(binom.cdf(most, n, true_rate))


def test_sixty_of_sixty_pass() -> None:
    """Sixty journeys without a failure are just enough for a PASS."""
    sixty, fifty_eight = binomial_verdict(60, 60), binomial_verdict(58, 58)

    assert sixty.verdict is Verdict.PASS
    assert sixty.lower == pytest.approx(0.05 ** (1 / 60))
    assert (fifty_eight.verdict, fifty_eight.further) == (Verdict.INCONCLUSIVE, 1)


@pytest.mark.parametrize(
    ("successes", "n", "verdict", "further"),
    [
        (59, 60, Verdict.INCONCLUSIVE, 33),
        (92, 93, Verdict.PASS, None),
        (52, 60, Verdict.FAIL, None),
        (0, 0, Verdict.INCONCLUSIVE, 59),
        (0, 1, Verdict.INCONCLUSIVE, 92),
        (0, 60, Verdict.FAIL, None),
    ],
)
def test_verdicts(successes: int, n: int, verdict: Verdict, further: int | None) -> None:
    """Too few samples are INCONCLUSIVE and say how many good ones would decide."""
    rate = binomial_verdict(successes, n)

    assert (rate.verdict, rate.further) == (verdict, further)


@given(counts)
def test_bounds_are_those_of_scipy(pair: tuple[int, int]) -> None:
    """Both bounds equal what scipy's exact test gives."""
    successes, n = pair

    below = binomtest(successes, n, alternative="greater").proportion_ci(0.95, "exact").low
    above = binomtest(successes, n, alternative="less").proportion_ci(0.95, "exact").high

    assert lower_bound(successes, n, confidence=0.95) == pytest.approx(below, abs=1e-9)
    assert upper_bound(successes, n, confidence=0.95) == pytest.approx(above, abs=1e-9)


@given(counts)
def test_further_successes_are_the_fewest_that_decide(pair: tuple[int, int]) -> None:
    """With the promised number of good samples it is a PASS, with one fewer it is not."""
    successes, n = pair
    further = binomial_verdict(successes, n).further

    if further is not None:
        assert binomial_verdict(successes + further, n + further).verdict is Verdict.PASS
        assert binomial_verdict(successes + further - 1, n + further - 1).verdict is not Verdict.PASS


@pytest.mark.parametrize("n", [59, 60, 100, 200, 1_000])
def test_a_system_at_the_limit_is_misjudged_in_few_gates(n: int) -> None:
    """At a true 95 % a gate passes, or fails, in at most 5 % of all cases, whatever its size."""
    assert 0 < pass_probability(n, true_rate=0.95) <= 0.05
    assert 0 < fail_probability(n, true_rate=0.95) <= 0.05


def test_a_good_system_passes_a_large_gate() -> None:
    """At a true 97 % a gate of 1,000 passes by its count alone in 93.8 % of all cases."""
    assert pass_probability(1_000, true_rate=0.97) == pytest.approx(0.938, abs=5e-4)


@given(waits_s, st.sampled_from([50.0, 95.0, 99.0, 100.0]))
def test_percentile_is_the_smallest_sample_that_covers_enough(samples: list[float], percent: float) -> None:
    """A percentile is a sample; at least so many per cent are no longer, and fewer are shorter."""
    found = percentile(samples, percent)

    assert found in samples
    assert 100 * sum(sample <= found for sample in samples) >= percent * len(samples)
    assert 100 * sum(sample < found for sample in samples) < percent * len(samples)


def test_percentile_of_known_samples() -> None:
    """The 95th percentile of 1 to 20 is 19, a time that somebody waited, not something in between."""
    assert percentile([float(second) for second in range(20, 0, -1)], 95) == 19.0
    assert percentile([], 95) == inf


def test_missing_samples_sort_last() -> None:
    """A QR that never shows counts as infinitely late, and is counted as missing."""
    found = times([1.0] * 18 + [inf] * 2)

    assert (found.n, found.missing, found.p50_s, found.p95_s) == (20, 2, 1.0, inf)


def test_exactly_the_limit_is_not_below_it() -> None:
    """A QR after exactly ten seconds is one that missed the limit."""
    judged = share_within([10.0, 9.999, inf], Limits())

    assert judged.successes == 1


@pytest.mark.parametrize(("successes", "n"), [(-1, 3), (4, 3)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    """More successes than tries say that the caller miscounted."""
    with pytest.raises(ValueError, match=f"legal: 0 to {n}"):
        binomial_verdict(successes, n)
