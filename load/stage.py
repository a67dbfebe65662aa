"""The asyncio half of a load run: tenants and their pages, and one journey for each arrival.

Driver code is the scenarios' own: the adapter clicks, the page watches, the journey decides. What is here only
opens them once, for many journeys, and writes down what comes of each.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from aiohttp import ClientError

from fake_evolution import Client, FakeEvolutionError, Journal, MonotonicClock
from load.arrivals import Arrival, tenants_needed
from load.errors import TargetError, UnreachableError
from load.samples import FILE_NAME, JOURNAL, encoded
from load.target import Target
from scenarios.adapters.base import Adapter, Credentials, open_adapter
from scenarios.adapters.tidying import tidying
from scenarios.itinerary import Deadlines, JourneyResult, JourneySpec, Phone
from scenarios.journey import run_journey
from scenarios.page import Page, open_page
from scenarios.people import People
from scenarios.timing import LoopClock


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that journeys share."""

    target: Target
    clock: MonotonicClock
    journal: Journal
    pages: tuple[Page, ...]
    phone: Phone
    people: People
    samples: Path

    async def live(self, arrival: Arrival, *, intended_s: float) -> JourneyResult:
        """One journey to its end; its sample is on disk when this returns."""
        page = self.pages[arrival.index % len(self.pages)]
        spec = self._spec(arrival, intended_s)
        async with asyncio.timeout(self.target.journey.journey_s_max):
            result = await run_journey(spec, page, phone=self.phone)
        with self.samples.open("ab") as file:
            file.write(encoded(result.sample(self.target.phase)))
        return result

    def _spec(self, arrival: Arrival, intended_s: float) -> JourneySpec:
        person, patience = self.people[arrival.index], self.target.journey
        name = f"{self.target.phase}-{arrival.index + 1:04d}"
        return JourneySpec(
            journey=name,
            channel_name=name,
            intended_s=intended_s,
            number=person.number,
            profile_name=person.profile_name,
            reaction_s=patience.reaction_s,
            stay_s=patience.stay_s,
            again=patience.again,
            deadlines=Deadlines(
                qr_s=patience.qr_s, connected_s=patience.connected_s, disconnected_s=patience.disconnected_s
            ),
        )


@asynccontextmanager
async def open_stage(target: Target, out: Path) -> AsyncIterator[Stage]:
    """The stage with its tenants provisioned and their pages open; the phase is on record from start to end."""
    clock = MonotonicClock(origin=target.clock_origin)
    async with AsyncExitStack() as opened:
        journal = opened.enter_context(Journal(out / JOURNAL, clock=clock))
        journal.write("phase.start", phase=target.phase, scenario=target.phase, seed=target.seed, faults=[])
        opened.callback(lambda: journal.write("phase.end", phase=target.phase))
        credentials = Credentials(**target.credentials) if target.credentials else None
        adapter = open_adapter(target.adapter, url=target.url, credentials=credentials)
        if target.tidy:
            adapter = tidying(adapter, _say)
        opened.push_async_callback(adapter.close)
        yield Stage(
            target=target,
            clock=clock,
            journal=journal,
            phone=await _phone(target, adapter, opened),
            pages=await _pages(target, adapter, journal, LoopClock(clock), opened),
            people=People(target.seed),
            samples=out / FILE_NAME,
        )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _phone(target: Target, adapter: Adapter, opened: AsyncExitStack) -> Phone:
    """The phone behind the control API; an adapter in memory brings its own."""
    if target.control_url is not None:
        client = await opened.enter_async_context(Client(target.control_url, key=target.control_key))
        try:
            await client.health()
        except (FakeEvolutionError, ClientError, TimeoutError) as error:
            raise UnreachableError(f"nothing with a phone answers at {target.control_url}: {error}") from error
        return client
    if not hasattr(adapter, "scan"):
        raise TargetError(f"control_url is null, and the adapter '{target.adapter}' has no phone of its own; give it")
    return cast(Phone, adapter)


async def _pages(
    target: Target, adapter: Adapter, journal: Journal, clock: LoopClock, opened: AsyncExitStack
) -> tuple[Page, ...]:
    """A page for each tenant; one more channel each than can come, so that no limit is met by accident."""
    pages = []
    count = tenants_needed(target.channels, channels_each=target.channels_each)
    for number in range(1, count + 1):
        label = f"{target.phase}-{target.seed}-{number}"
        tenant = await adapter.provision(label, channels_max=-(-target.channels // count) + 1)
        looking = open_page(adapter, tenant, phase=target.phase, recorder=journal, clock=clock)
        pages.append(await opened.enter_async_context(looking))
    return tuple(pages)


class StageKeeper:
    """Holds a stage open for callers of other tasks: what is opened in a task is closed in that same task."""

    def __init__(self, target: Target, out: Path) -> None:
        self._target = target
        self._out = out
        self._closing = asyncio.Event()
        self._opened: asyncio.Future[Stage] | None = None
        self._task: asyncio.Task[None] | None = None
        self._journeys: set[asyncio.Task[Any]] = set()

    async def open(self) -> Stage:
        """Open the stage; whatever stands in the way is raised here."""
        self._opened = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._hold(self._opened))
        either: set[asyncio.Future[Any]] = {self._opened, self._task}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._opened.done():
            await self._task  # it ended before there was a stage: raises why
        return self._opened.result()

    async def live(self, journey: Coroutine[Any, Any, JourneyResult]) -> JourneyResult:
        """A journey on the stage; CancelledError when the stage closes first."""
        task = asyncio.ensure_future(journey)
        if self._task is None or self._task.done():
            task.cancel()
        self._journeys.add(task)
        task.add_done_callback(self._journeys.discard)
        return await task

    async def close(self) -> None:
        """Cut off what still runs and close the stage; a bug in looking is raised here."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def _hold(self, opened: asyncio.Future[Stage]) -> None:
        async with open_stage(self._target, self._out) as stage:
            opened.set_result(stage)
            try:
                await self._closing.wait()
            finally:
                for journey in self._journeys:
                    journey.cancel()
                await asyncio.gather(*self._journeys, return_exceptions=True)
