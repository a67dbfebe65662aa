"""How far a load run is, counted as it goes."""

from dataclasses import dataclass, field
from math import inf, isfinite

from load.meters import percentile

_GOOD = "completed"
_BROKEN = "error"


@dataclass(slots=True)
class Tally:
    """Counts for the progress line; the verdict never comes from here."""

    planned: int
    opened: int = 0
    cut_off: int = 0
    connected: int = 0
    failed: int = 0
    broken: list[str] = field(default_factory=list)
    qr_s: list[float] = field(default_factory=list)

    @property
    def ended(self) -> int:
        """Journeys that are over, however they went."""
        return len(self.qr_s) + self.cut_off + len(self.broken)

    def add(self, *, outcome: str, reason: str, qr_s: float | None, connected: bool) -> None:
        """A journey ended by itself; an error is the harness's own and no failure of the backend."""
        if outcome == _BROKEN:
            self.broken.append(reason)
            return
        self.qr_s.append(inf if qr_s is None else qr_s)
        self.connected += connected
        self.failed += outcome != _GOOD

    def line(self, phase: str) -> str:
        """The state of the run in one line."""
        p95_s = percentile(self.qr_s, 95)
        p95 = "" if not self.qr_s else f", QR p95 {p95_s:.1f} s" if isfinite(p95_s) else ", QR p95 never"
        return (
            f"{phase} {self.opened}/{self.planned} opened, {self.ended} ended, {self.connected} connected, "
            f"{self.failed} failed{p95}"
        )
