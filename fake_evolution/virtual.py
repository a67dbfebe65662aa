"""A world without sockets and without waiting: an engine on a clock that jumps from one due moment to the next.

Nothing leaves the process: every webhook is answered with 200 at once, and one that is cut off on its way is not.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fake_evolution.clock import MonotonicClock
from fake_evolution.engine import Engine
from fake_evolution.journal import Journal
from fake_evolution.plan import Answer, Outcome, Webhook, Wire
from fake_evolution.profiles import profile
from fake_evolution.scheduler import Scheduler
from fake_evolution.server_settings import ServerSettings, from_environment
from fake_evolution.world import World

Value = TypeVar("Value")

_TURNS = 16
_RECORDS_KEPT_MAX = 1_000_000


class JumpingClock(MonotonicClock):
    """Stands still, and jumps to exactly the moments that it is told."""

    def __init__(self) -> None:
        super().__init__(rate=0)

    def jump_to(self, moment_s: float) -> None:
        """Let it be this moment; never back."""
        self._rebase(max(moment_s, self.now()))


class _Imagined:
    """A receiver that takes everything."""

    async def send(self, _webhook: Webhook, _timeout_s: float) -> Answer:
        """Received, and thanked for."""
        return Answer(Outcome.OK, status=200)

    async def close(self) -> None:
        """There is nothing to close."""


class _ImaginedDeparting:
    async def send(self, _webhook: Webhook, wire: Wire, _timeout_s: float) -> Answer:
        """Received, unless it is cut off."""
        return Answer(Outcome.UNKNOWN, error="cut off") if wire.sent_share < 1 else Answer(Outcome.OK, status=200)


class VirtualWorld:
    """An engine of this world and seed, whose time passes only while `live` or `pass_time` let it."""

    def __init__(self, world: World, *, seed: int) -> None:
        self.bugs: list[BaseException] = []
        self.clock = JumpingClock()
        self.scheduler = Scheduler(self.clock, on_bug=self.bugs.append)
        self.journal = Journal(clock=self.clock, records_kept_max=_RECORDS_KEPT_MAX)
        self.engine = Engine(
            clock=self.clock,
            scheduler=self.scheduler,
            journal=self.journal,
            sender=_Imagined(),
            world=world,
            seed=seed,
            settings=_settings,
            on_bug=self.bugs.append,
        )
        self.engine.courier.departing = _ImaginedDeparting()

    async def live(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Do the work; whatever it waits for comes at once."""
        task = asyncio.ensure_future(work)
        await self._settle()
        while not task.done() and self.scheduler.next_due_s < float("inf"):
            await self._jump(self.scheduler.next_due_s)
        self._raise_bugs()
        return await task

    async def pass_time(self, until_s: float) -> None:
        """Let everything happen that is due until then."""
        await self._settle()
        while self.scheduler.next_due_s <= until_s:
            await self._jump(self.scheduler.next_due_s)
        self.clock.jump_to(until_s)
        self._raise_bugs()

    async def _jump(self, moment_s: float) -> None:
        self.clock.jump_to(moment_s)
        self.scheduler.wake()
        await self._settle()

    async def _settle(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)

    def _raise_bugs(self) -> None:
        if self.bugs:
            raise BaseExceptionGroup("faults of the fake itself", self.bugs)


def _settings(world: World) -> ServerSettings:
    return from_environment(dict(world.server), named_set="official-image", profile=profile(world.profile))
