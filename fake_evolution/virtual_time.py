"""Virtual time: an event loop that does not wait, but jumps to the moment when something is due.

    value = run_virtually(story())        # a day of waiting in a blink; a wait for nothing is an error, not a hang

Everything in such a loop has to be in the process: with sockets, threads or processes in play the clock would jump
while they are still at work, so there `rate` is the way to be faster. `VirtualFake` is a whole fake without sockets:
its webhooks go to a function.
"""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from fake_evolution import operations, phones
from fake_evolution.clock import MonotonicClock
from fake_evolution.config import Config
from fake_evolution.delivery.sender import Sender
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, StuckError
from fake_evolution.journal import Journal
from fake_evolution.plan import Answer, Outcome, Webhook, Wire
from fake_evolution.scheduler import Scheduler
from fake_evolution.server import settings_of
from fake_evolution.world import World

_RESOLUTION_S = 1e-6
_WALL_ZERO = datetime(2026, 1, 1, tzinfo=UTC)

Value = TypeVar("Value")
Receive = Callable[[Webhook], Awaitable[Answer]]


class _Jumps(selectors.DefaultSelector):
    """Where the loop would wait, time passes instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise StuckError("everybody waits and nothing is due: in virtual time this would last for ever")
        self.now_s += timeout
        return ready


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is 0 at first, stands still while there is work, and jumps when there is none."""

    def __init__(self) -> None:
        self._jumps = _Jumps()
        super().__init__(self._jumps)
        # What is due within this time counts as due; after months a float's own steps are wider than asyncio's default.
        self._clock_resolution = _RESOLUTION_S

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumps.now_s


def run_virtually(main: Coroutine[Any, Any, Value]) -> Value:
    """Run a coroutine in a virtual loop of its own; StuckError when it waits for what cannot come."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)


def virtual_clock() -> MonotonicClock:
    """A clock that shows the time of the running virtual loop; its first day is 1 January 2026, so runs are alike."""
    return MonotonicClock(ticks=_virtual_loop().time, wall_zero=_WALL_ZERO)


async def virtual_pause(seconds: float) -> None:
    """Let virtual seconds go by; refused where they would be real ones."""
    loop = _virtual_loop()
    over = loop.create_future()
    timer = loop.call_later(seconds, over.set_result, None)
    try:
        await over
    finally:
        timer.cancel()


def _virtual_loop() -> VirtualTimeLoop:
    loop = asyncio.get_running_loop()
    if not isinstance(loop, VirtualTimeLoop):
        raise ConfigError("virtual time needs a virtual loop; run your coroutine with run_virtually(...)")
    return loop


class VirtualFake:
    """A fake without sockets, in virtual time: `receive` answers its webhooks, `engine` is what is asked.

    Exceptions of the fake's own are raised when the context ends.
    """

    def __init__(self, receive: Receive, *, config: Config | None = None, world: World | None = None) -> None:
        self._receive = receive
        self._config, self._world = config or Config(), world or World()
        self._bugs: list[BaseException] = []

    async def __aenter__(self) -> Self:
        self.clock = virtual_clock()
        self.journal = Journal(self._config.journal, clock=self.clock)
        self._scheduler = Scheduler(self.clock, on_bug=self._bugs.append)
        self.engine = Engine(
            clock=self.clock,
            scheduler=self._scheduler,
            journal=self.journal,
            sender=_InMemorySender(self._receive),
            world=self._world,
            seed=self._config.seed,
            settings=lambda world: settings_of(self._config, world),
            on_bug=self._bugs.append,
        )
        return self

    async def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create an instance, as POST /instance/create does after its schema."""
        return await operations.create(self.engine, body, instances_max=self._config.instances_max)

    async def connect(self, name: str, number: str | None = None) -> dict[str, Any]:
        """Ask for a QR code, as GET /instance/connect does."""
        return await operations.connect(self.engine, name, number)

    def scan(self, name: str, code: str | None = None) -> dict[str, Any]:
        """A phone scans the code, or the current one of the instance."""
        return phones.scan(self.engine, code=code, instance=name, number=None, profile_name=None)

    def phone(self, name: str, action: str, *, for_s: float | None = None) -> None:
        """Something happens to the phone of a connected instance."""
        phones.act(self.engine, name, action, code=None, for_s=for_s)

    async def pass_time(self, seconds: float) -> None:
        """Let so much time go by, and everything happen that happens in it."""
        await self._scheduler.sleep(seconds)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.close()
        await self.engine.courier.stop(grace_s=0)
        self.journal.close()
        if self._bugs and error is None:
            raise BaseExceptionGroup("faults of the fake itself", self._bugs)


class _InMemorySender(Sender):
    """Hands webhooks to a function; the timeout is kept as on a socket."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def send(self, webhook: Webhook, timeout_s: float) -> Answer:
        try:
            async with asyncio.timeout(timeout_s):
                return await self._receive(webhook)
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, error=f"no answer within {timeout_s:g} s")

    async def send_departing(self, webhook: Webhook, wire: Wire, timeout_s: float) -> Answer:
        """Hand over what a receiver would make of it; what is cut off on the way is no request at all."""
        if wire.sent_share < 1:
            return Answer(Outcome.UNKNOWN, error=f"{wire.ending} after {wire.sent_share:.0%} of the body")
        return await self.send(wire.edited(webhook), timeout_s)

    async def close(self) -> None:
        """Nothing is open."""
