"""The gevent half of a load run: users who take the next arrival, wait for its time, and live one journey.

The queue is filled once, when all users are there. An arrival keeps its intended time however long it waits for
a user, and what is measured counts from that time.
"""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.event import Event
from gevent.queue import SimpleQueue

from load.arrivals import Arrival, plan_arrivals
from load.bridge import LoopThread
from load.stage import Stage, StageKeeper
from load.tally import Tally
from load.target import Target
from scenarios.itinerary import JourneyResult

PROGRESS_S = 3.0
# From the last user's arrival to the first journey's: nobody is late before it begins.
LEAD_S = 0.25

_log = logging.getLogger("load")


@dataclass(frozen=True, slots=True)
class _Due:
    """An arrival with its intended time on the run's clock."""

    arrival: Arrival
    intended_s: float


class Swarm:
    """The users' common state; `say` gets the progress lines."""

    def __init__(self, target: Target, keeper: StageKeeper, loop: LoopThread, *, say: Callable[[str], None]) -> None:
        self.target = target
        self.tally = Tally(planned=target.channels)
        self.finished = Event()
        self._keeper = keeper
        self._loop = loop
        self._say = say
        self._stage: Stage | None = None
        self._queue: SimpleQueue[_Due] = SimpleQueue()

    def open(self) -> None:
        """Open the stage: nothing arrives before every tenant and page is there."""
        self._stage = self._loop.call(self._keeper.open())
        self._say(f"{self.target.phase}: {len(self._stage.pages)} tenants, {self.target.channels} channels to open")

    def begin(self) -> None:
        """Fix the first moment and hand out every arrival."""
        if self._stage is None:
            return
        first_s = self._stage.clock.now() + LEAD_S
        target = self.target
        planned = plan_arrivals(
            profile=target.profile, count=target.channels, per_s=target.arrivals_per_s, seed=target.seed
        )
        for arrival in planned:
            self._queue.put(_Due(arrival, first_s + arrival.due_s))

    def live_next(self) -> JourneyResult | None:
        """Wait for the next arrival's time and live its journey; None when the run ended first."""
        due = self._queue.get()
        stage = self._stage
        assert stage is not None, "arrivals are handed out after the stage is open"  # noqa: S101  our own order
        gevent.sleep(stage.clock.real_delay(due.intended_s))
        self.tally.opened += 1
        result = self._lived(stage, due)
        if self.tally.ended >= self.tally.planned:
            self.finished.set()
        return result

    def _lived(self, stage: Stage, due: _Due) -> JourneyResult | None:
        try:
            journey = stage.live(due.arrival, intended_s=due.intended_s)
            result = self._loop.call(self._keeper.live(journey))
        except CancelledError:
            self.tally.cut_off += 1
            return None
        except Exception as error:  # noqa: BLE001  a bug of ours is no failure of the backend: exit code 3
            _log.info("a journey broke", exc_info=True)
            self.tally.broken.append(f"{type(error).__name__}: {error}")
            return None
        self._count(result)
        return result

    def tell_progress(self) -> None:
        """A line every few seconds, for as long as the run lasts."""
        while not self.finished.wait(timeout=PROGRESS_S):
            self._say(self.tally.line(self.target.phase))

    def close(self) -> None:
        """Cut off what still runs, close the stage, and say how it ended."""
        try:
            self._loop.call(self._keeper.close())
        finally:
            self._loop.close()
        self._say(self.tally.line(self.target.phase))

    def _count(self, result: JourneyResult) -> None:
        self.tally.add(
            outcome=result.outcome,
            reason=f"{result.journey}: {result.reason}",
            qr_s=result.time_to_qr_s,
            connected=result.connected,
        )


def events_of(result: JourneyResult) -> list[dict[str, Any]]:
    """What Locust's own statistics are told of a journey; the acceptance numbers never come from them."""
    failure = None if result.outcome == "completed" else RuntimeError(f"{result.outcome}: {result.reason}")
    times = {"time to QR": result.time_to_qr_s, "time to CONNECTED": result.time_to_connected_s}
    return [
        {
            "request_type": "journey",
            "name": name,
            "response_time": 0 if took_s is None else took_s * 1000,
            "response_length": 0,
            "exception": failure if took_s is None else None,
            "context": {},
        }
        for name, took_s in times.items()
    ]
