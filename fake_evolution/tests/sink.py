"""A receiver of webhooks for tests over real sockets: notes what comes and answers as it was told."""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

WAIT_S_MAX = 60.0  # a guard against hanging, never a measure


@dataclass(frozen=True, slots=True)
class Received:
    """One request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        """The JSON in it, or None."""
        return orjson.loads(self.raw) if self.raw else None

    @property
    def event(self) -> str:
        """The event's name, with its state where it has one: `connection.update open`."""
        data = self.body["data"]
        state = data.get("state") if isinstance(data, dict) else None
        return f"{self.body['event']} {state}" if state else str(self.body["event"])


class Sink:
    """Listens on a free port of this machine; `answers` are statuses, used up one by one, then everything gets 200.

    A redirect leads to `/moved` here.
    """

    def __init__(self) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.let_go = asyncio.Event()
        self.let_go.set()
        self._came = asyncio.Condition()

    @property
    def events(self) -> list[str]:
        """What came, in the order of arrival."""
        return [one.event for one in self.received]

    async def count(self, wanted: int) -> list[Received]:
        """Wait until so many requests came."""
        async with asyncio.timeout(WAIT_S_MAX), self._came:
            await self._came.wait_for(lambda: len(self.received) >= wanted)
        return self.received

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        async with self._came:
            self.received.append(
                Received(
                    request.method,
                    request.path_qs,
                    {name.lower(): value for name, value in request.headers.items()},
                    raw,
                )
            )
            self._came.notify_all()
        await self.let_go.wait()
        status = self.answers.pop(0) if self.answers else 200
        headers = {"location": f"{self.url}/moved"} if 300 <= status < 400 else {}
        return web.Response(status=status, headers=headers)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.let_go.set()
        await self._runner.cleanup()
