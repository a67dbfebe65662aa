"""A server that takes a bounded number of connections: whoever comes when all are taken is told so, and let go."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import orjson
from aiohttp import web

from fake_evolution.door import Doors, Framework

_TOLD_EVERY = 1000


class BoundedRunner(web.AppRunner):
    """Runs an application on at most `connections_max` connections; refusals are reported, the first and then some.

    Every connection begins at the doors, which hand what is unusual over to the application.
    """

    def __init__(
        self,
        app: web.Application,
        *,
        connections_max: int,
        on_refusal: Callable[..., Any],
        doors: Callable[[Framework], Doors],
        shutdown_timeout: float,
        **options: Any,
    ) -> None:
        super().__init__(app, shutdown_timeout=shutdown_timeout, **options)
        self._make_doors, self._grace_s = doors, shutdown_timeout
        self._connections_max, self._on_refusal, self._refusals = connections_max, on_refusal, 0
        self._doors: Doors | None = None

    async def setup(self) -> None:
        """Make the server ready."""
        await super().setup()
        served = super().server
        assert served is not None  # noqa: S101  it has just been made
        self._doors = self._make_doors(served)

    async def shutdown(self) -> None:
        """Let what is being answered end."""
        await super().shutdown()
        if self._doors is not None:
            await self._doors.close(self._grace_s)

    @property
    def server(self) -> web.Server | None:
        """What makes a protocol for every connection that comes in."""
        served, doors = super().server, self._doors
        if served is None or doors is None:
            return None

        def protocol() -> asyncio.BaseProtocol:
            taken = len(served.connections) + len(doors.open)
            return doors() if taken < self._connections_max else self._refusal(taken)

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
