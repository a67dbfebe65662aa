"""Tests of the two looks of a gate: exact sums, and 10,000 simulated gates."""

from functools import cache

import numpy as np
import pytest

from load.looks import plan_of
from load.meters import Verdict, binomial_verdict, ordered_verdict

GATES, SAMPLES = 10_000, 1_000


def simulated_passes(true_rate: float, *, seed: int) -> int:
    """How many of 10,000 gates of 1,000 journeys each are judged PASS."""
    dice = np.random.default_rng(seed)
    first_n = plan_of(SAMPLES, limit=0.95, confidence=0.95).first_n
    early = dice.binomial(first_n, true_rate, GATES)
    late = dice.binomial(SAMPLES - first_n, true_rate, GATES)
    return sum(judged(int(one), int(other)) is Verdict.PASS for one, other in zip(early, late, strict=True))


@cache
def judged(early: int, late: int) -> Verdict:
    """The verdict on a gate of 1,000 with so many successes before and after the first look."""
    outcomes = [True] * early + [False] * (500 - early) + [True] * late + [False] * (500 - late)
    return ordered_verdict(outcomes).verdict


def test_ten_thousand_gates_at_the_limit_pass_falsely_in_at_most_five_per_cent() -> None:
    """At a true 95 % no more than 500 of 10,000 simulated gates pass, as the exact 4.95 % says."""
    passes = simulated_passes(0.95, seed=1)

    assert passes / GATES == pytest.approx(0.0495, abs=0.0022)
    assert passes <= 500


def test_ten_thousand_gates_of_a_good_system_pass_in_ninety_four_per_cent() -> None:
    """At a true 97 % at least 9,400 of 10,000 simulated gates pass, as the exact 94.48 % says."""
    passes = simulated_passes(0.97, seed=1)

    assert passes / GATES == pytest.approx(0.9448, abs=0.0023)
    assert passes >= 9_400


def test_the_exact_sums_keep_both_promises() -> None:
    """With 1,000 samples: false passes 4.95 %, power 94.48 %; the count alone has 93.81 %."""
    plan = plan_of(SAMPLES, limit=0.95, confidence=0.95)

    assert (plan.from_all, plan.first_n, plan.from_first) == (962, 500, 482)
    assert plan.pass_probability(0.95) == pytest.approx(0.049477, abs=5e-7)
    assert plan.pass_probability(0.97) == pytest.approx(0.944848, abs=5e-7)


@pytest.mark.parametrize("n", [1, 2, 20, 59, 60, 61, 100, 200, 999, 1_000, 5_000])
@pytest.mark.parametrize("limit", [0.5, 0.9, 0.95, 0.99])
def test_no_plan_passes_falsely_too_often(n: int, limit: float) -> None:
    """Whatever the size and the limit, a system at the limit or below it passes in at most 5 % of all gates."""
    plan = plan_of(n, limit=limit, confidence=0.95)

    assert plan.pass_probability(limit) <= 0.05
    assert plan.pass_probability(limit - 0.01) <= plan.pass_probability(limit)


@pytest.mark.parametrize("n", [1, 58, 59, 93, 400, 1_000])
def test_the_last_look_is_the_exact_test_of_the_counts(n: int) -> None:
    """What all samples together suffice for does not depend on the first look."""
    plan = plan_of(n, limit=0.95, confidence=0.95)

    by_counts = next((k for k in range(n + 1) if binomial_verdict(k, n).verdict is Verdict.PASS), None)
    assert plan.from_all == by_counts


def test_the_probability_is_that_of_the_judged_gates() -> None:
    """For a small gate the sum equals the share of PASS among all orders of outcomes, each weighed."""
    n, limit, rate = 12, 0.5, 0.7
    plan = plan_of(n, limit=limit, confidence=0.95)
    weight = 0.0
    for number in range(2**n):
        outcomes = [bool(number >> place & 1) for place in range(n)]
        if ordered_verdict(outcomes, limit=limit).verdict is Verdict.PASS:
            weight += rate ** sum(outcomes) * (1 - rate) ** (n - sum(outcomes))

    assert plan.from_first is not None
    assert weight == pytest.approx(plan.pass_probability(rate))


def test_a_gate_that_passes_at_the_first_look_says_so() -> None:
    """482 of the first 500 make a PASS of 961, which is one too few by the count alone."""
    good_first = [True] * 482 + [False] * 18 + [True] * 479 + [False] * 21

    found = ordered_verdict(good_first)

    assert (found.verdict, found.successes, found.early, found.early_n) == (Verdict.PASS, 961, 482, 500)
    assert ordered_verdict(good_first[::-1]).verdict is Verdict.INCONCLUSIVE


def test_a_good_beginning_does_not_save_a_bad_end() -> None:
    """Two successes short, or surely below the limit, nothing that was seen early helps."""
    assert ordered_verdict([True] * 960 + [False] * 40).verdict is Verdict.INCONCLUSIVE
    assert ordered_verdict([True] * 750 + [False] * 250).verdict is Verdict.FAIL


def test_further_samples_like_those_so_far_would_decide() -> None:
    """With about so many more of the same rate the verdict is no longer INCONCLUSIVE, either way."""
    for successes, word in ((970, Verdict.PASS), (930, Verdict.FAIL)):
        few = round(successes / 10)
        rate = binomial_verdict(few, 100)

        assert rate.further_alike is not None
        more = rate.further_alike
        assert binomial_verdict(few + round(few / 100 * more), 100 + more).verdict is word
