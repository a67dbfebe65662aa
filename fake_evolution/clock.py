"""Time, injected.

All times inside the fake are seconds since the start of a run, on one clock with a *rate*: 1 is real time, 20 is
twenty times faster, 0 stands still until it is advanced by hand. Second 0 is a value of the machine's monotonic clock
(`origin`), so another process of the same machine builds the same time line from it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf, isfinite
from typing import Protocol

from fake_evolution.errors import ConfigError

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_ADVANCE_S_MAX = 100 * 365 * 86_400.0


class Clock(Protocol):
    """What the scheduler needs to know of time."""

    def now(self) -> float:
        """Seconds since the start of the run."""

    def wall(self) -> datetime:
        """The same moment as a time of day in UTC; runs at the clock's rate, too."""

    def real_delay(self, until_s: float) -> float:
        """Real seconds from now until `until_s`; infinite while the clock stands still."""


class MonotonicClock:
    """The clock of a run: the machine's monotonic clock times `rate`.

    Another source of seconds can be handed in as `ticks`, and another time of day for second 0 as `wall_zero`.
    """

    def __init__(
        self,
        *,
        rate: float = 1.0,
        origin: float | None = None,
        ticks: Callable[[], float] = time.monotonic,
        wall_zero: datetime | None = None,
    ) -> None:
        self._ticks = ticks
        self.origin = ticks() if origin is None else origin
        self._base_real = self.origin
        self._base_s = 0.0
        self._rate = _checked_rate(rate)
        self._ms, self._ms_from_s, self._ms_until_s = _LONG_AGO, 0.0, 0.0
        self._wall_zero = wall_zero or datetime.now(UTC) - timedelta(seconds=ticks() - self.origin)

    @property
    def rate(self) -> float:
        """How many seconds of the run pass in one real second."""
        return self._rate

    def now(self) -> float:
        """Seconds since the start of the run."""
        return self._base_s + (self._ticks() - self._base_real) * self._rate

    def wall(self) -> datetime:
        """The same moment as a time of day in UTC."""
        return self._wall_zero + timedelta(seconds=self.now())

    def wall_ms(self) -> datetime:
        """The time of day in whole milliseconds; made anew only when another one has begun."""
        now_s = self.now()
        if not self._ms_from_s <= now_s < self._ms_until_s:
            wall = self._wall_zero + timedelta(seconds=now_s)
            into_us = wall.microsecond % 1000
            self._ms = wall - timedelta(microseconds=into_us)
            self._ms_from_s = now_s - into_us / 1_000_000
            self._ms_until_s = self._ms_from_s + 0.001
        return self._ms

    def real_delay(self, until_s: float) -> float:
        """Real seconds until `until_s` (0 when it is past); infinite while the clock stands still."""
        ahead_s = until_s - self.now()
        if ahead_s <= 0:
            return 0.0
        return ahead_s / self._rate if self._rate else inf

    def set_rate(self, rate: float) -> None:
        """Go on at another rate from this moment; 0 stops the clock."""
        checked = _checked_rate(rate)
        self._rebase(self.now())
        self._rate = checked

    def advance(self, seconds: float) -> None:
        """Move the clock forward by hand."""
        if not 0 <= seconds <= _ADVANCE_S_MAX - self.now():
            legal = f"0 to {_ADVANCE_S_MAX:g} in all (a hundred years)"
            raise ConfigError(f"clock cannot be advanced by {seconds!r} s; legal: {legal}")
        self._rebase(self.now() + seconds)

    def _rebase(self, now_s: float) -> None:
        self._base_s, self._base_real = now_s, self._ticks()


def _checked_rate(rate: float) -> float:
    if not (isfinite(rate) and 0 <= rate <= 10_000):  # noqa: PLR2004  beyond that timers are only noise
        raise ConfigError(f"clock rate is {rate!r}; legal: 0 (stands still) to 10000 (times real time)")
    return float(rate)
