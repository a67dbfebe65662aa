"""A fake whose clock is advanced by hand, with a caller of its API: for tests over real sockets that never wait."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from math import ulp
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
import orjson

from fake_evolution import Client, Config, FakeServer, Record, World

KEY = "test-key"
TURNS = 12
WAIT_S_MAX = 60.0  # a guard against hanging, never a measure

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and JSON of an answer."""

    status: int
    body: Any


async def recorded(fake: FakeServer, kind: str, *, after: int = 0) -> Record:
    """Wait until the journal has a record of this kind behind that one; the first."""
    came = asyncio.Event()
    stop_listening = fake.journal.listen(lambda _record: came.set())
    try:
        async with asyncio.timeout(WAIT_S_MAX):
            while not (found := list(fake.journal.after(after, kind=kind))):
                await came.wait()
                came.clear()
    finally:
        stop_listening()
    return found[0]


class Stage:
    """A fake at rate 0, its control API, and somebody who calls it."""

    def __init__(self, *, world: World | None = None, **config: Any) -> None:
        self.fake = FakeServer(Config(**{"api_key": KEY, "seed": 7, "rate": 0.0, **config}), world=world)

    async def __aenter__(self) -> Self:
        self._open = AsyncExitStack()
        await self._open.enter_async_context(self.fake)
        self.control = await self._open.enter_async_context(Client(self.fake.control_url))
        self.session = await self._open.enter_async_context(aiohttp.ClientSession())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.__aexit__(kind, error, trace)

    # --- asking -----------------------------------------------------------------------------------------------------

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = KEY, raw: bytes = b"") -> Reply:
        """One call of the imitated API."""
        headers = {"content-type": "application/json"} | ({} if key is None else {"apikey": key})
        octets = raw or (b"" if body is None else orjson.dumps(body))
        async with self.session.request(method, self.fake.url + path, data=octets, headers=headers) as answer:
            octets = await answer.read()
            return Reply(answer.status, orjson.loads(octets) if octets else None)

    async def create(self, name: str, hook: str | None = None, **fields: Any) -> Reply:
        """Create an instance, with a webhook for all events where an address is given."""
        webhook: Mapping[str, Any] = {} if hook is None else {"webhook": {"url": hook, "events": []}}
        body = {"instanceName": name, "integration": "WHATSAPP-BAILEYS", **webhook, **fields}
        return await self.during(self.call("POST", "/instance/create", body))

    async def state(self, name: str) -> tuple[str, str]:
        """What memory and database say."""
        quoted = quote(name, safe="")
        memory = await self.call("GET", f"/instance/connectionState/{quoted}")
        rows = await self.call("GET", f"/instance/fetchInstances?instanceName={quoted}")
        return memory.body["instance"]["state"], rows.body[0]["connectionStatus"]

    async def open(self, name: str, hook: str | None = None, *, number: str = "5531988887777") -> None:
        """Create an instance and have it scanned."""
        await self.create(name, hook, qrcode=True)
        await self.control.scan(instance=name, number=number, profile_name="Ana Lima")
        await self.pass_time(1)

    # --- time -------------------------------------------------------------------------------------------------------

    async def pass_time(self, seconds: float) -> None:
        """Advance from one due moment to the next, so that nothing is ever late."""
        end_s = self.fake.clock.now() + seconds
        await self.settle()
        while (due_s := self._due_s()) <= end_s:
            await self._advance_to(due_s)
        await self._advance_to(end_s)

    async def during(self, awaitable: Awaitable[Value]) -> Value:
        """The value of a call; whenever the fake sleeps over it, time passes."""
        task = asyncio.ensure_future(awaitable)
        while not task.done():
            await self.settle()
            if self.fake._scheduler._sleepers:
                await self._advance_to(self._due_s())
        return await task

    async def settle(self) -> None:
        """Let everything happen that happens now, webhooks on the wire included."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        while self.fake.engine.courier.in_flight:  # noqa: ASYNC110  the fake has no event for this, nor needs one
            await asyncio.sleep(0)

    def _due_s(self) -> float:
        return self.fake._scheduler.next_due_s

    async def _advance_to(self, moment_s: float) -> None:
        now_s = self.fake.clock.now()
        ahead_s = max(0.0, moment_s - now_s)
        rounding_s = ulp(moment_s) if now_s + ahead_s < moment_s else 0.0
        self.fake.clock.advance(ahead_s + rounding_s)
        self.fake._scheduler.wake()
        await self.settle()

    # --- looking ----------------------------------------------------------------------------------------------------

    def records(self, kind: str) -> list[Record]:
        """The journal's records of a kind."""
        return list(self.fake.journal.after(0, kind=kind))

    def emitted(self) -> list[str]:
        """The events of all instances in the order of emission, with their state: `connection.update open`."""
        found = []
        for record in self.records("event"):
            state = record["data"].get("state") if isinstance(record["data"], dict) else None
            found.append(f"{record['event']} {state}" if state else record["event"])
        return found
