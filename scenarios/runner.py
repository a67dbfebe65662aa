"""Runs one scenario as one phase of a run: an empty fake, tenants, N channels that live the journey, and the end.

A phase ends when every journey has, or at once when the backend dies. Whatever happens, what was seen is on
record: records are written one by one, and the end of the phase is always one of them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Protocol, TypeVar

from fake_evolution import World
from scenarios.adapters.base import Adapter, Tenant
from scenarios.company import Company, Hands, closing
from scenarios.dsl import Scenario
from scenarios.itinerary import Ends, JourneyResult, JourneySpec, Outcome, Phone
from scenarios.journey import run_journey
from scenarios.life import Director, Life, Nobody
from scenarios.outages import NotBackError
from scenarios.page import Page, Recorder, open_page
from scenarios.people import People
from scenarios.progress import Reporter
from scenarios.timing import Clock

# A phase ends when nothing new happened for so long: what a click set off in the background belongs to it.
QUIET_S = 1.2
QUIET_WAIT_S_MAX = 5.0
# A click that fails while something is broken on purpose is clicked again.
CLICKS_A_START_MAX = 4


T = TypeVar("T")


class BackendDiedError(Exception):
    """The system under test ended while it was needed."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"the backend ended with exit code {exit_code} while it was needed")
        self.exit_code = exit_code


class Provider(Protocol):
    """The provider that the backend talks to; `fake_evolution.FakeServer` is one."""

    async def reset(self, *, world: World | None = None, seed: int | None = None) -> None:
        """Forget everything and go on in this world."""


class PhaseJournal(Recorder, Protocol):
    """Where the phase is recorded; `fake_evolution.Journal` is one."""

    @property
    def last_seq(self) -> int:
        """The number of the newest record."""


class Living(Protocol):
    """What can die while a phase runs."""

    @property
    def exited(self) -> "asyncio.Future[int]":
        """Resolves with the exit code when it ends before it is asked to."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all phases of a run share."""

    fake: Provider
    journal: PhaseJournal
    clock: Clock
    adapter: Adapter
    phone: Phone
    backend: Living
    reporter: Reporter
    keep: Callable[[JourneyResult, str], None]
    hands: Hands | None = None


@asynccontextmanager
async def phase(bench: Bench, name: str, *, scenario: str | None, seed: int, world: World) -> AsyncIterator[None]:
    """An empty fake with this world; the phase is on record from its start to its end."""
    await bench.fake.reset(world=world, seed=seed)
    faults = [rule.name for rule in world.faults]
    bench.journal.write("phase.start", phase=name, scenario=scenario, seed=seed, faults=faults)
    try:
        yield
    finally:
        bench.journal.write("phase.end", phase=name)


async def run_scenario(bench: Bench, scenario: Scenario, *, seed: int) -> tuple[JourneyResult, ...]:
    """One scenario as a phase of its name; BackendDiedError when the backend does not outlive it."""
    run = _PhaseRun(bench, scenario, seed)
    name = scenario.name
    async with phase(bench, name, scenario=name, seed=seed, world=scenario.world), closing(run.company):
        await _on_record(bench, unless_it_dies(bench.backend, run.live(), lost=run.company.director.lost))
    await unless_it_dies(bench.backend, run.company.clear_up())
    return tuple(run.results)


async def _on_record(bench: Bench, living: Awaitable[None]) -> None:
    """A backend that dies is on record inside of the phase that it died in."""
    try:
        await living
    except BackendDiedError as error:
        about: dict[str, Any] = {"pid": None, "exit_code": error.exit_code, "log_tail": []}
        bench.journal.write("sut", what="exited", detail=f"exit code {error.exit_code}", **about)
        raise


async def unless_it_dies(
    backend: Living, work: Awaitable[T], *, lost: "asyncio.Future[NotBackError] | None" = None
) -> T:
    """The work's result; when the backend dies first, or is lost, the work is cancelled and that is raised."""
    task = asyncio.ensure_future(work)
    ends: set[asyncio.Future[Any]] = {task, backend.exited}
    if lost is not None:
        ends.add(lost)
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if lost is not None and lost.done():
            raise lost.result()
        raise BackendDiedError(backend.exited.result())
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


class _PhaseRun:
    """The journeys of one phase, and the company they are in."""

    def __init__(self, bench: Bench, scenario: Scenario, seed: int) -> None:
        self.results: list[JourneyResult] = []
        self.company = Company(
            scenario,
            seed,
            adapter=bench.adapter,
            phone=bench.phone,
            recorder=bench.journal,
            clock=bench.clock,
            hands=bench.hands,
            relive=self._relive,
        )
        self._bench = bench
        self._scenario = scenario
        self._seed = seed
        self._people = People(seed)

    async def live(self) -> None:
        """Every journey, every step, and the last looks."""
        bench, scenario = self._bench, self._scenario
        about: dict[str, Any] = {"phase": scenario.name, "recorder": bench.journal, "clock": bench.clock}
        tenants = tuple([await self._tenant(number) for number in range(scenario.channels.tenants)])
        async with AsyncExitStack() as opened:
            pages = [await opened.enter_async_context(open_page(bench.adapter, one, **about)) for one in tenants]
            await self._all_journeys(pages)
            await self.company.director.finished()
            await _quiet(bench)
            await self.company.finish(tenants)

    async def _tenant(self, number: int) -> Tenant:
        """A tenant whose plan has room for its share of the channels, and for every start of them."""
        scenario = self._scenario
        share = ceil(scenario.channels.count / scenario.channels.tenants)
        label = f"{scenario.name}-{self._seed}" + (f"-{number + 1}" if number else "")
        return await self._bench.adapter.provision(label, channels_max=starts_max(scenario, share))

    async def _all_journeys(self, pages: Sequence[Page]) -> None:
        """Every journey at its time, or one after the other."""
        channels, clock, start_s = self._scenario.channels, self._bench.clock, self._bench.clock.now()

        async def live(index: int) -> None:
            intended_s = clock.now() if channels.one_by_one else start_s + index * channels.every_s
            await clock.sleep(intended_s - clock.now())
            spec = _spec(self._scenario, index, self._people, intended_s)
            await self._live(spec, pages[index % len(pages)], self.company.director)

        self._bench.reporter.count(self._scenario.name, 0, channels.count)
        if channels.one_by_one:
            for index in range(channels.count):
                await live(index)
        else:
            async with asyncio.TaskGroup() as group:
                for index in range(channels.count):
                    group.create_task(live(index))

    async def _live(self, spec: JourneySpec, page: Page, director: Director) -> None:
        result = await run_journey(spec, page, phone=self._bench.phone, director=director)
        self.results.append(result)
        self._bench.keep(result, self._scenario.name)
        failed = sum(one.outcome != Outcome.COMPLETED for one in self.results)
        total = max(self._scenario.channels.count, len(self.results))
        self._bench.reporter.count(self._scenario.name, len(self.results), total, failed=failed)

    async def _relive(self, life: Life) -> None:
        """The person of this life starts over with a new channel of the same name; no script is on for it."""
        index = self._scenario.channels.count + len(self.results)
        spec = _spec(self._scenario, index, self._people, self._bench.clock.now())
        again = replace(
            spec, journey=f"{life.journey}-again", channel_name=life.channel_name, again=False, ends=Ends.DELETE
        )
        await self._live(again, life.page, Nobody())


def starts_max(scenario: Scenario, channels: int) -> int:
    """How many sessions so many channels may begin, clicks that are repeated included.

    There are backends that count every start against the plan and never count one down, so the limit of a tenant must
    have room for all of them.
    """
    journeys = 2 if scenario.journey.again else 1
    return channels * CLICKS_A_START_MAX * (journeys + len(scenario.script))


def _spec(scenario: Scenario, index: int, people: People, intended_s: float) -> JourneySpec:
    person, plan = people[index], scenario.journey
    return JourneySpec(
        journey=f"{scenario.name}-{index + 1:04d}",
        channel_name=f"{scenario.name[:40]} {index + 1:04d}",
        intended_s=intended_s,
        number=person.number,
        profile_name=person.profile_name,
        reaction_s=plan.reaction_s,
        stay_s=plan.stay_s,
        stay_after_s=plan.stay_after_s,
        again=plan.again,
        again_by=plan.again_by,
        qr_by=plan.qr_by,
        ends=plan.ends,
        deadlines=plan.deadlines,
    )


async def _quiet(bench: Bench) -> None:
    """Let the backend finish what the last clicks set off."""
    until_s = bench.clock.now() + QUIET_WAIT_S_MAX
    last_seq = -1
    while last_seq != bench.journal.last_seq and bench.clock.now() < until_s:
        last_seq = bench.journal.last_seq
        await bench.clock.sleep(QUIET_S)
