"""A server that takes a bounded number of connections: whoever comes when all are taken is told so, and let go."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import orjson
from aiohttp import web

_TOLD_EVERY = 1000

Endpoint = Callable[[Any], Awaitable[web.StreamResponse]]


class BoundedRunner(web.AppRunner):
    """Runs an application on at most `connections_max` connections; refusals are reported, the first and then some."""

    def __init__(
        self,
        app: web.Application,
        *,
        connections_max: int,
        on_refusal: Callable[..., Any],
        before: Callable[[Endpoint], Endpoint] = lambda whole: whole,
        **options: Any,
    ) -> None:
        super().__init__(app, **options)
        self._before = before
        self._connections_max, self._on_refusal, self._refusals = connections_max, on_refusal, 0

    async def setup(self) -> None:
        """Make the server ready; what stands `before` the application takes its calls first."""
        await super().setup()
        served = super().server
        assert served is not None  # noqa: S101  it has just been made
        served.request_handler = self._before(served.request_handler)

    @property
    def server(self) -> web.Server | None:
        """What makes a protocol for every connection that comes in."""
        served = super().server
        if served is None:
            return None

        def protocol() -> asyncio.BaseProtocol:
            taken = len(served.connections)
            return served() if taken < self._connections_max else self._refusal(taken)

        return cast("web.Server", protocol)

    def _refusal(self, taken: int) -> asyncio.Protocol:
        if self._refusals % _TOLD_EVERY == 0:
            self._on_refusal(connections=taken, refused=self._refusals + 1, limit="api_connections_max")
        self._refusals += 1
        told = f"{taken} connections are open already; legal: {self._connections_max} (api_connections_max)"
        return _Refusing(orjson.dumps({"status": 503, "error": "Service Unavailable", "response": {"message": [told]}}))


class _Refusing(asyncio.Protocol):
    """Answers whatever comes with one sentence, and hangs up."""

    def __init__(self, body: bytes) -> None:
        head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        self._answer = head.encode() + b"Content-Type: application/json; charset=utf-8\r\n\r\n" + body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if data and not self._transport.is_closing():
            self._transport.write(self._answer)
            self._transport.close()
