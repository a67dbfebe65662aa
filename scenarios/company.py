"""Everybody beside the journeys of one phase: the script's director, a second tenant, and who looks at the numbers."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol, cast

from scenarios.adapters.base import Adapter, Tenant
from scenarios.director import ScriptDirector
from scenarios.dsl import Scenario
from scenarios.itinerary import Phone
from scenarios.life import Life
from scenarios.looks import Looks
from scenarios.outages import Outages
from scenarios.page import Recorder
from scenarios.stack.controls import Controls, Links
from scenarios.stage import Phones, Stage
from scenarios.strangers import Stranger
from scenarios.timing import Clock


class Hands(Protocol):
    """What can be done to the system under test on purpose; a `Stack` is one."""

    @property
    def controls(self) -> Controls | None:
        """The hands on its parts."""

    @property
    def links(self) -> Links | None:
        """The hands on its links."""


@dataclass(slots=True)
class Company:
    """Opened by `company`; lives as long as the phase."""

    scenario: Scenario
    seed: int
    adapter: Adapter
    phone: Phone
    recorder: Recorder
    clock: Clock
    hands: Hands | None
    relive: Callable[[Life], Awaitable[None]]
    looks: Looks = field(init=False)
    outages: Outages = field(init=False)
    director: ScriptDirector = field(init=False)
    _opened: AsyncExitStack = field(init=False, default_factory=AsyncExitStack)
    _stranger: Stranger | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        phase, recorder, clock, hands = self.scenario.name, self.recorder, self.clock, self.hands
        self.looks = Looks(self.adapter, phase=phase, recorder=recorder, clock=clock)
        self.outages = Outages(
            phase=phase,
            recorder=recorder,
            clock=clock,
            controls=None if hands is None else hands.controls,
            links=None if hands is None else hands.links,
        )
        self.director = ScriptDirector(
            self.scenario, make_stage=self._stage, outages=self.outages, recorder=recorder, clock=clock
        )

    async def finish(self, tenants: tuple[Tenant, ...]) -> None:
        """The last looks of the phase: at conversations of channels that stay, at usage, at the backend's numbers."""
        for life in self.director.lives:
            if life.channel is not None and not life.deleted:
                await self.looks.messages(life.page.tenant, life.channel, journey=life.journey)
        for tenant in tenants:
            await self.looks.usage(tenant)
        await self.looks.metrics()

    async def clear_up(self) -> None:
        """Delete what the phase made and left: the next one begins with a backend that has nothing to do."""
        for life in self.director.lives:
            if life.channel is not None and not life.deleted:
                await self.adapter.delete(life.page.tenant, life.channel)

    async def close(self) -> None:
        """End the steps that are still under way, and let the second tenant go."""
        await self.director.stop()
        await self._opened.aclose()

    def _stage(self, life: Life) -> Stage:
        return Stage(
            life=life,
            # Steps that need more than a phone's camera were refused before the run where there is no more.
            phones=cast("Phones", self.phone),
            outages=self.outages,
            looks=self.looks,
            stranger=self._second_tenant,
            relive=self.relive,
        )

    async def _second_tenant(self) -> Stranger:
        if self._stranger is None:
            label = f"{self.scenario.name}-{self.seed}-stranger"
            tenant = await self.adapter.provision(label, channels_max=1)
            if self._stranger is None:
                self._stranger = Stranger(self.adapter, tenant, self.scenario.name, self.recorder)
                await self._opened.enter_async_context(self._stranger.listening())
        return self._stranger


@asynccontextmanager
async def closing(company: Company) -> AsyncIterator[Company]:
    """The company until the block ends."""
    try:
        yield company
    finally:
        await company.close()
