"""Later: the only place of the fake that sleeps.

Whatever happens later (an attempt, the next QR code, a delayed answer) is an action in one heap. One timer of the event
loop is armed for the earliest of them. Loop timers may fire a little early, so an action runs only once its due time
has been reached.

While whoever handed it in says that it is congested, only few actions run a turn: what is due stays in the heap, where
it costs little, and is late, which is measured, instead of piling up as webhooks that nobody can send yet.
"""

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from math import ceil, inf, isinf

from fake_evolution.clock import Clock

Action = Callable[[], None]

_UVLOOP_STEP_S = 0.001

_LOOP_TIMER_S_MAX = 3600.0
_ACTIONS_A_TURN_MAX = 500
_ACTIONS_A_CONGESTED_TURN_MAX = 8
_CONGESTED_PAUSE_S = 0.001


@dataclass(slots=True, eq=False)
class Ticket:
    """One action waiting in the heap; `cancel` makes it never happen."""

    due_s: float
    action: Action | None

    def cancel(self) -> None:
        """Forget the action; harmless when it has already run."""
        self.action = None


class Scheduler:
    """Runs actions at their due time on an injected clock; never early."""

    def __init__(
        self,
        clock: Clock,
        *,
        on_bug: Callable[[BaseException], None],
        congested: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock, self._on_bug, self._congested = clock, on_bug, congested
        self._heap: list[tuple[float, int, Ticket]] = []
        self._sleepers: set[asyncio.Future[None]] = set()
        self._numbers = count()
        self._timer: asyncio.Handle | None = None
        self._armed_for_s = inf
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many actions wait, cancelled ones included."""
        return len(self._heap)

    def waiting_for(self, *functions: Callable[..., None]) -> int:
        """How many of the actions that wait call one of these functions with arguments of their own."""
        actions = (ticket.action for _, _, ticket in self._heap)
        return sum(isinstance(action, partial) and action.func in functions for action in actions)

    @property
    def next_due_s(self) -> float:
        """When the earliest action is due; infinite while none waits."""
        return self._heap[0][0] if self._heap else inf

    @property
    def overdue_s(self) -> float:
        """For how long the earliest action has been due; 0 while none is."""
        return max(0.0, self._clock.now() - self.next_due_s)

    def at(self, due_s: float, action: Action) -> Ticket:
        """Run `action` once the clock shows `due_s`; actions of the same moment keep their order."""
        ticket = Ticket(due_s, action)
        if not self._closed:
            heapq.heappush(self._heap, (due_s, next(self._numbers), ticket))
            if due_s < self._armed_for_s:
                self._arm()
        return ticket

    def after(self, delay_s: float, action: Action) -> Ticket:
        """Run `action` in `delay_s` seconds of the clock."""
        return self.at(self._clock.now() + delay_s, action)

    async def sleep(self, delay_s: float) -> None:
        """Wait `delay_s` seconds of the clock; cancelled when everything that waits is forgotten."""
        over = asyncio.get_running_loop().create_future()
        ticket = self.after(delay_s, lambda: None if over.done() else over.set_result(None))
        self._sleepers.add(over)
        if self._closed:
            over.cancel()
        try:
            await over
        finally:
            ticket.cancel()
            self._sleepers.discard(over)

    def wake(self) -> None:
        """Look at the clock again: it was advanced by hand or its rate was changed."""
        self._arm()

    def clear(self) -> None:
        """Forget everything that waits; who sleeps is cancelled."""
        self._heap.clear()
        self._disarm()
        for sleeper in tuple(self._sleepers):
            sleeper.cancel()

    def close(self) -> None:
        """Forget everything and accept nothing more."""
        self._closed = True
        self.clear()

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._armed_for_s = None, inf

    def _arm(self, *, least_s: float = 0.0) -> None:
        self._disarm()
        if not self._heap or self._closed:
            return
        due_s = self._heap[0][0]
        delay_s = max(self._clock.real_delay(due_s), least_s)
        if isinf(delay_s):
            return
        self._armed_for_s = due_s
        loop = asyncio.get_running_loop()
        if delay_s <= 0:
            self._timer = loop.call_soon(self._run_due)
        else:
            self._timer = loop.call_later(_in_steps(loop, min(delay_s, _LOOP_TIMER_S_MAX)), self._run_due)

    def _run_due(self) -> None:
        self._timer, self._armed_for_s = None, inf
        for number in range(_ACTIONS_A_TURN_MAX):
            if not self._heap or self._heap[0][0] > self._clock.now():
                break
            if number >= _ACTIONS_A_CONGESTED_TURN_MAX and self._congested():
                self._arm(least_s=_CONGESTED_PAUSE_S)
                return
            action = heapq.heappop(self._heap)[2].action
            if action is not None:
                self._run(action)
        self._arm()

    def _run(self, action: Action) -> None:
        try:
            action()
        except Exception as bug:  # noqa: BLE001  time goes on for all others; the owner of the fake is told
            self._on_bug(bug)


def _in_steps(loop: asyncio.AbstractEventLoop, delay_s: float) -> float:
    """The delay that this kind of loop can keep: uvloop has steps of a millisecond and takes less than half for none.

    Without rounding up, the last half millisecond before every action would be spent turning the loop.
    """
    if not type(loop).__module__.startswith("uvloop"):
        return delay_s
    return ceil(delay_s / _UVLOOP_STEP_S) * _UVLOOP_STEP_S
