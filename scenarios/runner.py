"""Runs one scenario as one phase of a run: an empty fake, a tenant, N channels that live the journey, and the end.

A phase ends when every journey has, or at once when the backend dies. Whatever happens, what was seen is on
record: records are written one by one, and the end of the phase is always one of them.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from fake_evolution import World
from scenarios.adapters.base import Adapter
from scenarios.dsl import Scenario
from scenarios.itinerary import JourneyResult, JourneySpec, Outcome, Phone
from scenarios.journey import run_journey
from scenarios.page import Page, Recorder, open_page
from scenarios.people import People
from scenarios.progress import Reporter
from scenarios.timing import Clock

# A phase ends when nothing new happened for so long: what a click set off in the background belongs to it.
QUIET_S = 0.5
QUIET_WAIT_S_MAX = 5.0


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
    name = scenario.name
    async with phase(bench, name, scenario=name, seed=seed, world=scenario.world):
        return await unless_it_dies(bench.backend, _journeys(bench, scenario, seed))


async def unless_it_dies(backend: Living, work: Awaitable[T]) -> T:
    """The work's result; when the backend dies first the work is cancelled and BackendDiedError raised."""
    task = asyncio.ensure_future(work)
    either: set[asyncio.Future[Any]] = {task, backend.exited}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise BackendDiedError(backend.exited.result())
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


async def _journeys(bench: Bench, scenario: Scenario, seed: int) -> tuple[JourneyResult, ...]:
    count = scenario.channels.count
    tenant = await bench.adapter.provision(f"{scenario.name}-{seed}", channels_max=count)
    async with open_page(bench.adapter, tenant, phase=scenario.name, recorder=bench.journal, clock=bench.clock) as page:
        results = await _all_journeys(bench, scenario, page, seed)
        await _quiet(bench)
    return results


async def _all_journeys(bench: Bench, scenario: Scenario, page: Page, seed: int) -> tuple[JourneyResult, ...]:
    """Every journey at its time, or one after the other."""
    people, start_s = People(seed), bench.clock.now()
    results: list[JourneyResult] = []

    async def live(index: int) -> None:
        intended_s = start_s + index * scenario.channels.every_s
        if scenario.channels.one_by_one:
            intended_s = bench.clock.now()
        await bench.clock.sleep(intended_s - bench.clock.now())
        spec = _spec(scenario, index, people, intended_s)
        result = await run_journey(spec, page, phone=bench.phone)
        results.append(result)
        bench.keep(result, scenario.name)
        failed = sum(one.outcome != Outcome.COMPLETED for one in results)
        bench.reporter.count(scenario.name, len(results), scenario.channels.count, failed=failed)

    bench.reporter.count(scenario.name, 0, scenario.channels.count)
    if scenario.channels.one_by_one:
        for index in range(scenario.channels.count):
            await live(index)
    else:
        async with asyncio.TaskGroup() as group:
            for index in range(scenario.channels.count):
                group.create_task(live(index))
    return tuple(results)


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
        again=plan.again,
        deadlines=plan.deadlines,
    )


async def _quiet(bench: Bench) -> None:
    """Let the backend finish what the last clicks set off."""
    until_s = bench.clock.now() + QUIET_WAIT_S_MAX
    last_seq = -1
    while last_seq != bench.journal.last_seq and bench.clock.now() < until_s:
        last_seq = bench.journal.last_seq
        await bench.clock.sleep(QUIET_S)
