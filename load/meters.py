"""Exact numbers from raw samples. Pure: lists in, values out.

*Percentile*: nearest rank. The p-th percentile of n samples is the ⌈p/100 · n⌉-th smallest, so it is always a
time that somebody really waited. A missing sample (a QR that never showed) counts as +∞ and sorts last.

*Verdict*: the true rate behind k successes in n tries lies above the exact (Clopper-Pearson) one-sided lower
bound with 95 % confidence, and below the upper one with 95 % confidence. PASS when the lower bound reaches
the limit, FAIL when the upper bound does not, INCONCLUSIVE in between. A system that is exactly at the limit
therefore passes in at most 5 % of all gates, however many samples each takes. Where the order of the samples is
known, a second look at the first half spends what the last one leaves of these 5 % (`load.looks`).

An INCONCLUSIVE one says what would decide it: how many further samples if all are good, and about how many if they
are like those that were taken.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, inf

from scipy.special import betaincinv

from load.looks import plan_of

FURTHER_MAX = 1_000_000


class Verdict(StrEnum):
    """What the samples say about a limit."""

    PASS = "PASS"  # noqa: S105  a verdict
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked of the backend."""

    connect_success: float = 0.95
    qr_within_s: float = 10.0
    qr_share: float = 0.95
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """k successes in n tries, and between which bounds the true rate lies.

    `early` of the first `early_n` were successes, when it was these that made a PASS of one success too few.
    """

    n: int
    successes: int
    lower: float
    upper: float
    limit: float
    verdict: Verdict
    further: int | None
    further_alike: int | None = None
    early: int | None = None
    early_n: int | None = None

    @property
    def observed(self) -> float | None:
        """The plain share; None without samples."""
        return self.successes / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Times:
    """The distribution of one duration; infinite where so many samples are missing."""

    n: int
    missing: int
    p50_s: float
    p95_s: float
    p99_s: float


def percentile(samples: Iterable[float], percent: float) -> float:
    """The nearest-rank percentile; infinite for no samples, because nothing was ever shown."""
    if not 0 < percent <= 100:  # noqa: PLR2004  per cent
        raise ValueError(f"percentile {percent:g}; legal: above 0, up to 100")
    ordered = sorted(samples)
    return ordered[max(ceil(percent * len(ordered) / 100), 1) - 1] if ordered else inf


def lower_bound(successes: int, n: int, *, confidence: float) -> float:
    """The exact one-sided lower bound of the true rate."""
    if successes == 0:
        return 0.0
    return float(betaincinv(successes, n - successes + 1, 1 - confidence))


def upper_bound(successes: int, n: int, *, confidence: float) -> float:
    """The exact one-sided upper bound of the true rate."""
    if successes == n:
        return 1.0
    return float(betaincinv(successes + 1, n - successes, confidence))


def binomial_verdict(successes: int, n: int, *, limit: float = 0.95, confidence: float = 0.95) -> Rate:
    """Judge k successes in n tries against a limit, whatever their order."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes in {n} tries; legal: 0 to {n}")
    lower = lower_bound(successes, n, confidence=confidence)
    upper = upper_bound(successes, n, confidence=confidence)
    verdict = _word(successes, n, limit=limit, confidence=confidence)
    further = alike = None
    if verdict is Verdict.INCONCLUSIVE:
        further = further_successes(successes, n, limit=limit, confidence=confidence)
        alike = further_alike(successes, n, limit=limit, confidence=confidence)
    return Rate(n, successes, lower, upper, limit, verdict, further, alike)


def ordered_verdict(outcomes: Sequence[bool], *, limit: float = 0.95, confidence: float = 0.95) -> Rate:
    """Judge tries in the order in which they were meant to begin: both looks of the plan."""
    n, successes = len(outcomes), sum(outcomes)
    rate = binomial_verdict(successes, n, limit=limit, confidence=confidence)
    plan = plan_of(n, limit=limit, confidence=confidence)
    early = sum(outcomes[: plan.first_n])
    if rate.verdict is not Verdict.INCONCLUSIVE or not plan.passes(early, successes):
        return rate
    found = replace(rate, verdict=Verdict.PASS, further=None, further_alike=None)
    return replace(found, early=early, early_n=plan.first_n)


def _word(successes: int, n: int, *, limit: float, confidence: float) -> Verdict:
    if lower_bound(successes, n, confidence=confidence) >= limit:
        return Verdict.PASS
    return Verdict.FAIL if upper_bound(successes, n, confidence=confidence) < limit else Verdict.INCONCLUSIVE


def further_successes(successes: int, n: int, *, limit: float, confidence: float) -> int | None:
    """How many further samples, all good, would make it a PASS; None when no sensible number does."""
    return _fewest(lambda more: lower_bound(successes + more, n + more, confidence=confidence) >= limit)


def further_alike(successes: int, n: int, *, limit: float, confidence: float) -> int | None:
    """About how many further samples would decide, either way, if they go like those so far; None without any."""
    if not n:
        return None

    def decides(more: int) -> bool:
        good = successes + round(successes / n * more)
        return _word(good, n + more, limit=limit, confidence=confidence) is not Verdict.INCONCLUSIVE

    return _fewest(decides)


def _fewest(decides: Callable[[int], bool]) -> int | None:
    """The fewest further samples from which on it is decided; None when FURTHER_MAX do not suffice."""
    if not decides(FURTHER_MAX):
        return None
    enough, too_few = FURTHER_MAX, -1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        enough, too_few = (middle, too_few) if decides(middle) else (enough, middle)
    return enough


def times(samples: Sequence[float]) -> Times:
    """Sum up one duration."""
    missing = sum(sample == inf for sample in samples)
    p50_s, p95_s, p99_s = (percentile(samples, percent) for percent in (50, 95, 99))
    return Times(n=len(samples), missing=missing, p50_s=p50_s, p95_s=p95_s, p99_s=p99_s)


def share_within(samples: Sequence[float], limits: Limits) -> Rate:
    """Judge "p95 below the limit" as what it is: a share of at least 95 % stays below it; samples in order."""
    within = [sample < limits.qr_within_s for sample in samples]
    return ordered_verdict(within, limit=limits.qr_share, confidence=limits.confidence)
