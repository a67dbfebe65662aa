"""The receiver of the replayed webhooks: pairs each with a recorded one and replies as the recording does."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from contracts.compare import learn
from contracts.deliveries import Arrival, Matcher
from contracts.recording import RESET, Json, Reply
from contracts.served import PREFIX

_BODY_BYTES_MAX = 16 * 2**20


class Sink:
    """Listens on a free port of the loopback address."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Takes the sleep that a late reply waits with, in seconds of the recording."""
        self.arrivals: list[Arrival] = []
        self.origin = ""
        self._sleep = sleep
        self._matcher: Matcher | None = None
        self._now: Callable[[], float] = lambda: 0.0
        self._file_at: Callable[[str], bytes | None] = lambda _: None
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    def expect(self, matcher: Matcher, now: Callable[[], float]) -> None:
        """What to pair arrivals with, and the clock of the recording that stamps them."""
        self._matcher, self._now = matcher, now

    def serve(self, file_at: Callable[[str], bytes | None]) -> None:
        """Gives files to whoever asks under /media/."""
        self._file_at = file_at

    def has(self, position: int) -> bool:
        """Whether the recorded webhook at that position has arrived."""
        return any(a.recorded is not None and a.recorded.position == position for a in self.arrivals)

    async def wait_for(self, positions: tuple[int, ...], timeout_s: float) -> bool:
        """Waits until the recorded webhooks at those positions have arrived; False after so many real seconds."""
        return await self.wait_until(lambda: all(self.has(position) for position in positions), timeout_s)

    async def wait_until(self, there: Callable[[], bool], timeout_s: float) -> bool:
        """Waits until something is true of what has arrived; False after so many real seconds."""
        try:
            async with asyncio.timeout(timeout_s), self._arrived:
                await self._arrived.wait_for(there)
        except TimeoutError:
            return False
        return True

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_BODY_BYTES_MAX)
        app.router.add_route("*", "/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.origin = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and request.path.startswith(PREFIX):
            file = self._file_at(request.path)
            return web.Response(status=404) if file is None else web.Response(body=file)
        at_s = self._now()
        raw = await request.read()
        reply = await self._note(request, at_s, raw)
        if reply.delay_s:
            await self._sleep(reply.delay_s)
        if reply.status == RESET:
            _reset(request)
            return web.Response(status=500)
        return web.Response(status=int(reply.status), headers=dict(reply.headers))

    async def _note(self, request: web.Request, at_s: float, raw: bytes) -> Reply:
        if self._matcher is None:
            return Reply()
        body = _json(raw)
        delivery, attempt, reply = self._matcher.match(request.method, request.path_qs, raw, body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.arrivals.append(Arrival(at_s, request.method, request.path_qs, headers, body, delivery, attempt))
        if delivery is not None:
            learn(delivery.first.body, body, self._matcher.context)
        async with self._arrived:
            self._arrived.notify_all()
        return reply


def _reset(request: web.Request) -> None:
    """Closes the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()


def _json(raw: bytes) -> Json:
    """The body as JSON, or as text where it is none; no body is None."""
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")
