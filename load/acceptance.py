"""The acceptance block of a run: both criteria judged by the same exact test. Pure: samples in, JSON out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from load.meters import Limits, Rate, Times, ordered_verdict, share_within, times
from load.samples import Sample, finite_or_none


def acceptance(samples: Iterable[Sample], limits: Limits) -> dict[str, Any]:
    """What the samples of one phase say of the backend.

    A journey with outcome `error` was cut off or broken by the harness. It is no success and no failure of
    the backend: it is left out of both criteria and counted under `excluded`.
    """
    found = list(samples)
    counted = sorted((sample for sample in found if sample.counts), key=lambda sample: sample.intended_s)
    qr_s = [sample.qr_s for sample in counted]
    connected_s = [sample.connected_s for sample in counted]
    connected = [sample.connected for sample in counted]
    success = ordered_verdict(connected, limit=limits.connect_success, confidence=limits.confidence)
    within = share_within(qr_s, limits)
    return {
        "connect_success": {"failures": success.n - success.successes, **_rate(success)},
        "time_to_qr": {
            **_times(times(qr_s)),
            "limit_s": limits.qr_within_s,
            "within": within.successes,
            **_rate(within),
        },
        "time_to_connected": _times(times(connected_s)),
        "excluded": dict(Counter(sample.reason or sample.outcome for sample in found if not sample.counts)),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "n": rate.n,
        "rate": rate.observed,
        "lower_95": rate.lower,
        "upper_95": rate.upper,
        "limit": rate.limit,
        "verdict": rate.verdict.value,
        "further_successes": rate.further,
        "further_alike": rate.further_alike,
        "first_look": None if rate.early is None else {"successes": rate.early, "n": rate.early_n},
    }


def _times(found: Times) -> dict[str, Any]:
    return {
        "n": found.n,
        "missing": found.missing,
        "p50_s": finite_or_none(found.p50_s),
        "p95_s": finite_or_none(found.p95_s),
        "p99_s": finite_or_none(found.p99_s),
    }
