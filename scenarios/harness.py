"""How well the harness itself kept its promises: webhooks and clicks at their time, no journey lost to a bug of ours.

A run whose harness was late proves nothing about the backend's times, so beyond a bound it is INVALID.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from math import ceil
from typing import Any

from fake_evolution import Record
from scenarios.itinerary import Outcome
from scenarios.staged import JourneyLife

# Times to the QR are judged against ten seconds: a person's click may be late by a tenth of that.
CLICKS_LATE_MS_MAX = 1_000.0
_CUT_OFF = "cut off"


class Punctuality:
    """When webhooks left and people clicked, against when they should have; fed record by record."""

    def __init__(self) -> None:
        self.never_sent = 0
        self._lateness_ms = array("d")
        self._clicks_late_ms = array("d")
        self._broken: list[str] = []

    def take(self, record: Record) -> None:
        """One record of the run."""
        with suppress(KeyError, TypeError, ValueError):
            if record.kind == "attempt":
                self._lateness_ms.append(float(record.get("lateness_ms") or 0.0))
            elif record.kind == "journey.start" and record.get("intended_s") is not None:
                self._clicks_late_ms.append(max(0.0, record.t - float(record["intended_s"])) * 1000)
            elif record.kind == "journey.end" and record.get("outcome") == Outcome.ERROR:
                reason = str(record.get("reason") or "")
                self._broken.extend([] if reason.startswith(_CUT_OFF) else [reason])

    def measured(self) -> dict[str, Any]:
        """The numbers that stand in run.json."""
        lateness, clicks = sorted(self._lateness_ms), sorted(self._clicks_late_ms)
        return {
            "lateness_p99_ms": _percentile(lateness, 0.99),
            "lateness_max_ms": lateness[-1] if lateness else None,
            "clicks_late_p99_ms": _percentile(clicks, 0.99),
            "attempts": len(lateness),
            "dropped": self.never_sent,
        }

    def complaints(self, found: Mapping[str, Any], *, lateness_ms_max: float) -> Iterator[str]:
        """Why the run proves nothing, if it does not."""
        bounds = (
            ("lateness_p99_ms", "webhooks left", lateness_ms_max),
            ("clicks_late_p99_ms", "people clicked", CLICKS_LATE_MS_MAX),
        )
        for name, what, late_ms_max in bounds:
            late_ms = found[name]
            if late_ms is not None and late_ms > late_ms_max:
                yield (
                    f"the harness was late: {what} {late_ms:.0f} ms after their time (p99), {late_ms_max:g} ms are "
                    "legal; run on an idler machine or with fewer --arrivals-per-s"
                )
        if self._broken:
            yield f"{len(self._broken)} journeys ended by an error of the harness: {self._broken[0]}"


def cut_off(life: JourneyLife) -> bool:
    """Whether the run ended before the journey did."""
    return life.outcome == Outcome.ERROR and life.reason.startswith(_CUT_OFF)


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest value that so large a share does not exceed."""
    return round(ordered[max(0, ceil(share * len(ordered)) - 1)], 3) if ordered else None
