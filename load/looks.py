"""From how many successes on a gate passes, planned before the first sample is taken.

A count is a whole number, so a test on the count alone cannot spend the 5 % of false passes that are allowed. With
1,000 samples at a limit of 95 % it passes from 962 on, which a system exactly at the limit reaches in 4.33 % of all
gates, and a system at 97 % in 93.81 %; from 961 on, it would be 5.98 % of false passes. Two looks, at the first half
of the samples in the order of the clicks and at all of them, spend what is left. A gate passes

    with enough successes in all    the exact one-sided test, as if there were no other look; or
    with one fewer                  when its first half alone holds so many that even with this way to pass, a system
                                    exactly at the limit passes in at most 5 % of all gates.

Both probabilities are sums of exact binomial terms, no approximation. With 1,000 samples: 962, or 961 with at least
482 in the first 500; a system at 95 % passes in 4.95 %, one at 97 % in 94.48 % of all gates. With 200 samples the
power at 97 % grows from 28.1 % to 36.2 %. Both ways to pass ask for many successes, so a system below the limit
passes even more rarely.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
from scipy.special import bdtrc, gammaln, xlog1py, xlogy

FIRST_LOOK_SHARE = 0.5
_PLANS_KEPT = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """From how many successes on a gate of n samples passes; None where no number suffices.

    `from_all` of all suffice, whatever the order; one fewer does with `from_first` of the first `first_n`.
    """

    n: int
    first_n: int
    from_first: int | None
    from_all: int | None

    def passes(self, early: int, successes: int) -> bool:
        """Whether `successes` in all pass, `early` of them in the first `first_n`."""
        if self.from_all is None:
            return False
        one_short = self.from_first is not None and early >= self.from_first and successes == self.from_all - 1
        return one_short or successes >= self.from_all

    def pass_probability(self, true_rate: float) -> float:
        """How often a system with this rate passes, exactly."""
        if self.from_all is None:
            return 0.0
        by_count = _at_least(self.from_all, self.n, true_rate)
        return by_count + (0.0 if self.from_first is None else _one_short(self, self.from_first, true_rate))


@lru_cache(maxsize=_PLANS_KEPT)
def plan_of(n: int, *, limit: float, confidence: float) -> Plan:
    """The plan of a gate of n samples, as fixed before any of them is taken."""
    first_n = ceil(n * FIRST_LOOK_SHARE)
    from_all = _fewest(n, limit, 1 - confidence)
    by_count = Plan(n, first_n, None, from_all)
    if from_all is None:
        return by_count
    left = 1 - confidence - by_count.pass_probability(limit)
    # The more successes the first half must hold, the less is spent: the fewest that spend no more than is left.
    low, high = 0, first_n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _one_short(by_count, middle, limit) <= left else (middle + 1, high)
    reachable = low <= first_n and _one_short(by_count, low, limit) > 0
    return Plan(n, first_n, low if reachable else None, from_all)


def _fewest(n: int, limit: float, level: float) -> int | None:
    """The fewest successes that a system at the limit reaches no more often than this."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _at_least(middle, n, limit) <= level else (middle + 1, high)
    return low if low <= n else None


def _at_least(successes: int, n: int, rate: float) -> float:
    return 1.0 if successes <= 0 else float(bdtrc(successes - 1, n, rate))


def _one_short(plan: Plan, from_first: int, rate: float) -> float:
    """The probability of one success too few in all, with at least so many of them in the first part."""
    missing = 0 if plan.from_all is None else plan.from_all - 1
    rest_n = plan.n - plan.first_n
    early = np.arange(max(from_first, missing - rest_n), min(plan.first_n, missing) + 1)
    return float(np.sum(_exactly(early, plan.first_n, rate) * _exactly(missing - early, rest_n, rate)))


def _exactly(successes: np.ndarray, n: int, rate: float) -> np.ndarray:
    ways = gammaln(n + 1) - gammaln(successes + 1) - gammaln(n - successes + 1)
    return np.asarray(np.exp(ways + xlogy(successes, rate) + xlog1py(n - successes, -rate)))
