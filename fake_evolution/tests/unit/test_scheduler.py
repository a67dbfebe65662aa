"""Tests of the scheduler, on a clock that is advanced by hand."""

import asyncio
from itertools import pairwise
from math import inf

import pytest

from fake_evolution import MonotonicClock
from fake_evolution.scheduler import Scheduler


class Bench:
    """A scheduler on a standing clock, and what it ran when."""

    def __init__(self) -> None:
        self.clock = MonotonicClock(rate=0)
        self.bugs: list[BaseException] = []
        self.scheduler = Scheduler(self.clock, on_bug=self.bugs.append)
        self.ran: list[tuple[str, float]] = []

    def plan(self, name: str, due_s: float) -> None:
        """Run an action that notes its name and its time."""
        self.scheduler.at(due_s, lambda: self.ran.append((name, self.clock.now())))

    async def advance(self, seconds: float) -> None:
        """Advance and let everything that is due run."""
        self.clock.advance(seconds)
        self.scheduler.wake()
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def bench() -> Bench:
    """A fresh scheduler."""
    return Bench()


async def test_nothing_runs_early(bench: Bench) -> None:
    """Up to the last instant before its due time an action does not run."""
    bench.plan("a", 5.0)

    await bench.advance(4.75)
    early = list(bench.ran)
    await bench.advance(0.25)

    assert (early, bench.ran) == ([], [("a", 5.0)])


async def test_loop_timer_that_fires_early_runs_nothing(bench: Bench) -> None:
    """When the event loop wakes it too soon the scheduler looks at its own clock."""
    bench.plan("a", 5.0)

    bench.scheduler._run_due()

    assert (bench.ran, bench.scheduler.waiting) == ([], 1)


async def test_order_is_due_time_then_asking(bench: Bench) -> None:
    """Earlier actions run first; actions of the same moment run in the order in which they were asked for."""
    for name, due_s in (("late", 3.0), ("first", 1.0), ("second", 1.0), ("third", 1.0), ("middle", 2.0)):
        bench.plan(name, due_s)

    await bench.advance(10)

    assert [name for name, _ in bench.ran] == ["first", "second", "third", "middle", "late"]


async def test_cancelled_action_never_runs(bench: Bench) -> None:
    """A ticket that was cancelled is skipped; to cancel it again, or after it ran, does no harm."""
    ran: list[str] = []
    ticket = bench.scheduler.after(1.0, lambda: ran.append("cancelled"))
    other = bench.scheduler.after(1.0, lambda: ran.append("kept"))

    ticket.cancel()
    await bench.advance(1)
    ticket.cancel()
    other.cancel()

    assert ran == ["kept"]


async def test_action_may_ask_for_more(bench: Bench) -> None:
    """What an action schedules for now runs in the same turn of the clock."""
    bench.scheduler.after(1.0, lambda: bench.plan("child", bench.clock.now()))

    await bench.advance(1)

    assert bench.ran == [("child", 1.0)]


async def test_what_is_past_runs_at_once(bench: Bench) -> None:
    """A due time in the past is due now, also while the clock stands still."""
    await bench.advance(10)

    bench.plan("past", 3.0)
    await bench.advance(0)

    assert bench.ran == [("past", 10.0)]


async def test_thousands_at_one_moment_all_run(bench: Bench) -> None:
    """A moment with more actions than one turn takes is worked off without another call, in order."""
    for number in range(1700):
        bench.plan(str(number), 1.0)

    await bench.advance(1)

    assert [name for name, _ in bench.ran] == [str(number) for number in range(1700)]


async def test_never_is_never(bench: Bench) -> None:
    """An action due at infinity waits and does not stop the others."""
    bench.plan("never", inf)
    bench.plan("soon", 1.0)

    await bench.advance(1e9)

    assert (bench.ran, bench.scheduler.waiting) == ([("soon", 1e9)], 1)


async def test_sleep_lasts_as_long_as_the_clock_says(bench: Bench) -> None:
    """A sleeper wakes at its time and not before."""
    sleeper = asyncio.ensure_future(bench.scheduler.sleep(5))
    await bench.advance(0)
    await bench.advance(4.75)
    early = sleeper.done()

    await bench.advance(0.25)

    assert (early, sleeper.done()) == (False, True)


async def test_cleared_sleepers_are_cancelled(bench: Bench) -> None:
    """Who sleeps while everything is forgotten does not hang for ever."""
    sleeper = asyncio.ensure_future(bench.scheduler.sleep(5))
    await bench.advance(0)

    bench.scheduler.clear()

    with pytest.raises(asyncio.CancelledError):
        await sleeper


async def test_closed_scheduler_accepts_nothing(bench: Bench) -> None:
    """After its end actions are forgotten and sleeping is refused."""
    bench.plan("before", 1.0)
    bench.scheduler.close()
    bench.plan("after", 1.0)

    await bench.advance(10)

    assert (bench.ran, bench.scheduler.waiting) == ([], 0)
    with pytest.raises(asyncio.CancelledError):
        await bench.scheduler.sleep(1)


async def test_bug_in_an_action_is_told_and_time_goes_on(bench: Bench) -> None:
    """An action that raises does not keep the later ones from running."""

    def broken() -> None:
        raise LookupError("a bug")

    bench.scheduler.at(1.0, broken)
    bench.plan("after", 1.0)

    await bench.advance(1)

    assert bench.ran == [("after", 1.0)]
    assert [type(bug) for bug in bench.bugs] == [LookupError]


async def test_running_clock_wakes_it_by_itself() -> None:
    """On a clock that runs nobody has to wake the scheduler, and it is never early."""
    clock = MonotonicClock(rate=1000)
    scheduler = Scheduler(clock, on_bug=lambda _bug: None)

    woke_s = [clock.now()]
    async with asyncio.timeout(60):
        for _ in range(20):
            await scheduler.sleep(1.0)
            woke_s.append(clock.now())

    assert all(after - before >= 1.0 for before, after in pairwise(woke_s))
