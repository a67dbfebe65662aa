"""Trouble that the scenario asked for: parts that go and come back, links that slow down or break, all on record.

While something is broken on purpose nobody may be blamed for an answer that did not come: `excuses` says so, and
waits until it is whole again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from scenarios.adapters.base import Answer
from scenarios.page import Recorder
from scenarios.stack.controls import Controls, Link, Links, Part
from scenarios.stack.errors import StackError
from scenarios.steps.base import StepError
from scenarios.timing import Clock

# A backend that has just come back may need a moment until its own connections are.
SETTLING_S = 1.0
MENDED_S_MAX = 120.0
_SERVER_ERROR = 500


class NotBackError(Exception):
    """The backend did not come back after an outage that the scenario asked for."""

    def __init__(self, reason: str, log_tail: tuple[str, ...]) -> None:
        super().__init__(f"the backend did not come back after the scenario had ended it: {reason}")
        self.log_tail = log_tail


@dataclass(slots=True)
class Outages:
    """What is broken on purpose in one phase, and what was."""

    phase: str
    recorder: Recorder
    clock: Clock
    controls: Controls | None = None
    links: Links | None = None
    _broken: set[str] = field(default_factory=set)
    _mended_s: float = float("-inf")
    _whole: asyncio.Event = field(default_factory=asyncio.Event)
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def kill(self, part: Part, down_s: float) -> None:
        """The part dies by force and is started again so much later."""
        controls = self._hands(part)
        async with self._turn(part.value):
            code = await controls.kill(part)
            await self._away(controls, part, "kill", down_s, code)

    async def restart(self, part: Part, down_s: float) -> None:
        """The part ends in its own way and is started again so much later."""
        controls = self._hands(part)
        async with self._turn(part.value):
            code = await controls.stop(part)
            await self._away(controls, part, "restart", down_s, code)

    async def pause(self, part: Part, for_s: float) -> None:
        """The part stands still for so long."""
        controls = self._hands(part)
        async with self._turn(part.value):
            await controls.pause(part)
            async with self._down(part.value, "pause", detail=f"stands still for {for_s:g} s"):
                try:
                    await self.clock.sleep(for_s)
                finally:
                    await controls.resume(part)

    async def slow(self, link: Link, delay_s: float, for_s: float) -> None:
        """Whatever passes the link takes so much longer in each direction."""
        links = self._links(link)
        async with self._turn(link.value):
            await links.delay(link, delay_s)
            detail = f"{link.value}: {delay_s:g} s longer, for {for_s:g} s"
            async with self._down("link", "latency", detail=detail):
                await self._mended(links, link, for_s)

    async def cut(self, link: Link, for_s: float) -> None:
        """Nothing passes the link, and connections over it are reset."""
        links = self._links(link)
        async with self._turn(link.value):
            await links.cut(link)
            async with self._down("link", "cut", detail=f"{link.value}: cut for {for_s:g} s"):
                await self._mended(links, link, for_s)

    async def provider_restart(self, down_s: float, restart: Callable[[], Any]) -> None:
        """The provider's own server goes away and comes back by itself."""
        async with self._turn("evolution"):
            await restart()
            async with self._down("evolution", "restart", detail=f"away for {down_s:g} s"):
                await self.clock.sleep(down_s)

    async def excuses(self, answer: Answer, asked_s: float) -> bool:
        """Whether something was broken on purpose since then; returns when it is whole again."""
        if answer.ok or 0 < answer.status_code < _SERVER_ERROR:
            return False
        if not self._broken and self._mended_s + SETTLING_S < asked_s:
            return False
        if self._broken:
            await self.clock.wait(self._whole, MENDED_S_MAX)
        await self.clock.sleep(self._mended_s + SETTLING_S - self.clock.now())
        return True

    async def _away(self, controls: Controls, part: Part, how: str, down_s: float, code: int | None) -> None:
        async with self._down(part.value, how, exit_code=code, detail=f"away for {down_s:g} s"):
            await self.clock.sleep(down_s)
            try:
                await controls.start(part)
            except StackError as error:
                if part is Part.BACKEND:
                    raise NotBackError(str(error.args[0]), tuple(error.log_tail)) from error
                raise

    async def _mended(self, links: Links, link: Link, for_s: float) -> None:
        try:
            await self.clock.sleep(for_s)
        finally:
            await links.mend(link)

    @asynccontextmanager
    async def _down(
        self, part: str, how: str, *, exit_code: int | None = None, detail: str = ""
    ) -> AsyncIterator[None]:
        """On record as down until the block ends; what does not end in order stays down on record, too."""
        about: dict[str, Any] = {"phase": self.phase, "part": part, "how": how}
        self.recorder.write("outage", **about, action="down", exit_code=exit_code, detail=detail)
        yield
        self.recorder.write("outage", **about, action="up", exit_code=None, detail=detail)

    @asynccontextmanager
    async def _turn(self, what: str) -> AsyncIterator[None]:
        """One thing at a time for each part or link."""
        async with self._locks.setdefault(what, asyncio.Lock()):
            self._broken.add(what)
            self._whole.clear()
            try:
                yield
            finally:
                self._broken.discard(what)
                self._mended_s = self.clock.now()
                if not self._broken:
                    self._whole.set()

    def _hands(self, part: Part) -> Controls:
        if self.controls is None:
            raise StepError(f"this stack has no hands on the {part.value}; use the embedded or the containers stack")
        return self.controls

    def _links(self, link: Link) -> Links:
        if self.links is None:
            raise StepError(f"this stack has no hand on the link {link.value}; use the embedded or containers stack")
        return self.links
