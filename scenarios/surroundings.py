"""What one channel's history needs to know of the phase around it; small, however long the phase is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fake_evolution import Record
from scenarios.happened import Qr
from scenarios.staged import JourneyLife

# The grain of time in which acknowledgements are remembered.
_GRAIN_S = 0.25
# No attempt lasts longer: the server's own timeout, and a margin.
ATTEMPT_S_MAX = 35.0


class Acks:
    """How long the backend took for its slowest webhook at any time; of all attempts only that is kept.

    Attempts that were made slow on purpose do not count.
    """

    def __init__(self) -> None:
        self._slowest: dict[int, tuple[float, int]] = {}

    def add(self, sent_s: float, ended_s: float, seq: int) -> None:
        """One attempt, from when to when."""
        took = ended_s - sent_s, seq
        slowest = self._slowest
        first = int(max(sent_s, ended_s - ATTEMPT_S_MAX) / _GRAIN_S)
        for at in range(first, int(ended_s / _GRAIN_S) + 1):
            if took > slowest.get(at, _NONE):
                slowest[at] = took

    def slowest_s(self, *, from_s: float, to_s: float) -> float:
        """The longest that an attempt under way in this time took; 0 without any."""
        found = self.slowest(from_s=from_s, to_s=to_s)
        return 0.0 if found is None else found[0]

    def slowest(self, *, from_s: float, to_s: float) -> tuple[float, int] | None:
        """As `slowest_s`, with the attempt's `seq`; None without any."""
        slowest = self._slowest
        times = range(int(from_s / _GRAIN_S), int(to_s / _GRAIN_S) + 1)
        if len(times) > len(slowest):
            return max((took for at, took in slowest.items() if at in times), default=None)
        return max((slowest[at] for at in times if at in slowest), default=None)


_NONE = (-1.0, 0)


def _nothing(_seqs: Iterable[int]) -> Sequence[Record]:
    return ()


@dataclass(slots=True)
class Surroundings:
    """Facts of a whole phase: whose every QR is, which channel every instance belongs to, who lived when."""

    qrs: Mapping[str, Qr] = field(default_factory=dict)
    channel_of: Mapping[str, str] = field(default_factory=dict)
    lives: Mapping[str, JourneyLife] = field(default_factory=dict)
    acks: Acks = field(default_factory=Acks)
    end_s: float = 0.0
    fetch: Callable[[Iterable[int]], Sequence[Record]] = _nothing
