"""Tries plans on a backend that stays up: an empty fake, new tenants, the journeys, and what the invariants say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fake_evolution import Journal, MonotonicClock
from scenarios.dsl import Scenario
from scenarios.itinerary import JourneyResult
from scenarios.judging import Finding, Truth
from scenarios.options import RunOptions
from scenarios.outages import NotBackError
from scenarios.progress import Reporter
from scenarios.rig import open_bench, open_rig
from scenarios.runner import BackendDiedError, Bench, run_scenario
from scenarios.trial import judge_journal

DIED = "died"
"""Stands beside the invariants: the backend ended, or did not come back, while it was needed."""


class OverError(Exception):
    """Nothing is tried any more: whoever asked for the search has had enough."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one try: what was broken, with its first finding; nothing is a good answer."""

    broken: dict[str, Finding | None] = field(default_factory=dict)
    exercised: frozenset[str] = frozenset()

    @property
    def first(self) -> str | None:
        """What broke first; a backend that died comes before everything."""
        if DIED in self.broken:
            return DIED
        found = [(one.t, name) for name, one in self.broken.items() if one is not None]
        return min(found)[1] if found else None


class Live:
    """One backend after the other: whoever dies is replaced."""

    def __init__(self, options: RunOptions, folder: Path, reporter: Reporter) -> None:
        self.is_over = False
        self._options = options
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._reporter = reporter
        self._opened: AsyncExitStack | None = None
        self._bench: Bench | None = None
        self._journal = folder / "journal.jsonl"
        self._backends = 0

    async def attempt(self, scenario: Scenario) -> Tried:
        """Run it once and judge it; OverError at the end, StackError when there is no backend to run it on."""
        if self.is_over:
            raise OverError
        bench = await self.up()
        start = self._journal.stat().st_size
        try:
            await run_scenario(bench, scenario, seed=scenario.seed)
        except (BackendDiedError, NotBackError):
            await self.close()
            return Tried({DIED: None})
        return await asyncio.to_thread(self._judged, scenario, start)

    async def up(self) -> Bench:
        """What tries are made on; brought up when it is not there."""
        return self._bench or await self._up()

    async def close(self) -> None:
        """Take everything down."""
        opened, self._opened, self._bench = self._opened, None, None
        if opened is not None:
            await opened.aclose()

    def _judged(self, scenario: Scenario, start: int) -> Tried:
        verdicts = judge_journal(self._journal, start=start).phases[scenario.name].verdicts
        broken = {one.id: one.first for one in verdicts if one.verdict is Truth.FALSE}
        return Tried(broken, frozenset(one.id for one in verdicts if one.exercised))

    async def _up(self) -> Bench:
        self._backends += 1
        self._journal = self._folder / f"journal-{self._backends}.jsonl"
        async with AsyncExitStack() as opened:
            journal = opened.enter_context(Journal(self._journal, clock=MonotonicClock()))
            stack_folder = self._folder / f"stack-{self._backends}"
            opening = open_rig(self._options, journal=journal, folder=stack_folder, links=(), say=self._reporter.say)
            rig = await opened.enter_async_context(opening)
            quiet = _Quiet(self._reporter.say)
            bench = open_bench(rig, self._options, journal=journal, reporter=quiet, keep=_keep_nothing)
            self._bench = await opened.enter_async_context(bench)
            self._opened = opened.pop_all()
        return self._bench


@asynccontextmanager
async def living(options: RunOptions, folder: Path, reporter: Reporter) -> AsyncIterator[Live]:
    """Tries inside the block, where a backend is up; nothing is after it."""
    live = Live(options, folder, reporter)
    try:
        await live.up()
        yield live
    finally:
        live.is_over = True
        await live.close()


@dataclass(frozen=True, slots=True)
class _Quiet:
    """Says what a try says, and does not count its journeys."""

    say: Callable[[str], None]

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """Nobody wants to see the journeys of hundreds of tries."""


def _keep_nothing(_result: JourneyResult, _phase: str) -> None:
    """The times of a try are not kept."""
