"""Exact numbers from raw samples. Pure: lists in, values out.

*Percentile*: nearest rank. The p-th percentile of n samples is the ⌈p/100 · n⌉-th smallest, so it is always a
time that somebody really waited. A missing sample (a QR that never showed) counts as +∞ and sorts last.

*Verdict*: the true rate behind k successes in n tries lies above the exact (Clopper-Pearson) one-sided lower
bound with 95 % confidence, and below the upper one with 95 % confidence. PASS when the lower bound reaches
the limit, FAIL when the upper bound does not, INCONCLUSIVE in between. A system that is exactly at the limit
therefore passes in at most 5 % of all gates, however many samples each takes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf

from scipy.special import betaincinv

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
    """k successes in n tries, and between which bounds the true rate lies."""

    n: int
    successes: int
    lower: float
    upper: float
    limit: float
    verdict: Verdict
    further: int | None

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
    """Judge k successes in n tries against a limit."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes in {n} tries; legal: 0 to {n}")
    lower = lower_bound(successes, n, confidence=confidence)
    upper = upper_bound(successes, n, confidence=confidence)
    verdict = Verdict.PASS if lower >= limit else Verdict.FAIL if upper < limit else Verdict.INCONCLUSIVE
    further = None
    if verdict is Verdict.INCONCLUSIVE:
        further = further_successes(successes, n, limit=limit, confidence=confidence)
    return Rate(n, successes, lower, upper, limit, verdict, further)


def further_successes(successes: int, n: int, *, limit: float, confidence: float) -> int | None:
    """How many further samples, all good, would make it a PASS; None when no sensible number does."""

    def passes(more: int) -> bool:
        return lower_bound(successes + more, n + more, confidence=confidence) >= limit

    if not passes(FURTHER_MAX):
        return None
    enough, too_few = FURTHER_MAX, -1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        enough, too_few = (middle, too_few) if passes(middle) else (enough, middle)
    return enough


def times(samples: Sequence[float]) -> Times:
    """Sum up one duration."""
    missing = sum(sample == inf for sample in samples)
    p50_s, p95_s, p99_s = (percentile(samples, percent) for percent in (50, 95, 99))
    return Times(n=len(samples), missing=missing, p50_s=p50_s, p95_s=p95_s, p99_s=p99_s)


def share_within(samples: Sequence[float], limits: Limits) -> Rate:
    """Judge "p95 below the limit" as what it is: a share of at least 95 % stays below it."""
    within = sum(sample < limits.qr_within_s for sample in samples)
    return binomial_verdict(within, len(samples), limit=limits.qr_share, confidence=limits.confidence)
