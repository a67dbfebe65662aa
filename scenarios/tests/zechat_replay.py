"""A server that answers as the real backend was recorded to answer, and says on its sockets what that one said.

The recordings are in `exchanges/`: what was asked and answered of the channel API, and the socket events of that time.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web

FOLDER = Path(__file__).parent / "exchanges"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request and its answer, as recorded."""

    method: str
    path: str
    body: Any
    status: int
    answer: Any

    def is_like(self, method: str, path: str, body: Any) -> bool:
        """Whether this request is the recorded one; a session's body is a hint that nobody reads."""
        same_body = self.path.startswith("/api/whatsapp-sessions") or self.body == body
        return (self.method, self.path) == (method, path) and same_body


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded flow."""

    name: str
    asked: tuple[Asked, ...]
    told: tuple[tuple[str, Any], ...]


def recordings() -> Iterator[Recording]:
    """Every recording that there is."""
    for path in sorted(FOLDER.glob("*.json")):
        whole = json.loads(path.read_text(encoding="utf-8"))
        steps = whole["steps"]
        yield Recording(
            name=whole["name"],
            asked=tuple(
                Asked(one["method"], one["path"], one["body"], one["status"], one["answer"])
                for one in steps
                if one["kind"] == "request"
            ),
            told=tuple((one["event"], one["data"]) for one in steps if one["kind"] == "socket"),
        )


class Replay:
    """Serves one recording; each request is answered once, in the recorded order of those alike."""

    def __init__(self, recording: Recording) -> None:
        self.url = ""
        self._recording = recording
        self._waiting = list(recording.asked)
        self._sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins=[], always_connect=True)
        self._sio.on("connect", self._connect)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Replay"]:
        """Serve on a free port until the block ends."""
        app = web.Application()
        self._sio.attach(app)
        app.router.add_route("*", "/api/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await self._sio.shutdown()
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else None
        for nth, asked in enumerate(self._waiting):
            if asked.is_like(request.method, request.path, body):
                del self._waiting[nth]
                return _as_recorded(asked)
        return web.Response(status=599, text=f"not recorded: {request.method} {request.path} {body}")

    async def _connect(self, sid: str, _environ: object, _auth: object) -> None:
        """Everything that was said, to everybody: the real one keeps no tenants apart."""
        for event, data in self._recording.told:
            await self._sio.emit(event, data, to=sid)


def _as_recorded(asked: Asked) -> web.Response:
    if isinstance(asked.answer, str):
        return web.Response(status=asked.status, text=asked.answer, content_type="text/html")
    return web.json_response(asked.answer, status=asked.status)
