"""The socket.io side of one fake: an engine tells it what is emitted, clients come in through `/socket.io/`.

    engine.emit ─▶ announce ─▶ root namespace (global mode)  ─▶ clients
                            └▶ /<instance>, made by its first emission

The library is loaded with the first request or emission that needs it, so a fake without websockets starts fast.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import hdrs, web

from fake_evolution.delivery.endpoints import Emission, told
from fake_evolution.domain.events import configuration_name
from fake_evolution.engine import Engine
from fake_evolution.sockets.door import Knock, Refusal, refusal

if TYPE_CHECKING:
    from socketio import AsyncServer

PATH = "/socket.io/"
_ROOT = "/"
_HANDSHAKE_OCTETS_MAX = 1_000_000


class SocketHub:
    """Namespaces and clients of one imitated server."""

    def __init__(self, engine: Engine, on_bug: Callable[[BaseException], None]) -> None:
        self._engine, self._on_bug = engine, on_bug
        self._server: AsyncServer | None = None
        self._namespaces = {_ROOT}
        self._sending: set[asyncio.Task[None]] = set()

    def announce(self, emission: Emission) -> None:
        """Tell an event to the clients that may hear it: the root namespace first, then the instance's own."""
        settings = self._engine.settings
        if not settings.socket.enabled:
            return
        targets = [_ROOT] if settings.socket.global_events else []
        row = emission.websocket
        if row is not None and row.enabled and configuration_name(emission.event.NAME) in row.events:
            targets.append(f"/{emission.instance}")
            self._namespaces.add(targets[-1])
        if targets and self._server is not None:
            message = orjson.loads(orjson.dumps(told(emission, settings)))
            self._soon(self._emit(self._server, emission.event.NAME, message, targets))

    async def forget(self) -> None:
        """The process ends: all clients are cut off, and the namespaces are gone."""
        self._namespaces = {_ROOT}
        server, self._server = self._server, None
        if server is None:
            return
        sessions = list(server.eio.sockets.values())
        if sessions:
            await server.eio.disconnect()
        for session in sessions:
            await _let_go(session)
        await server.shutdown()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request to `/socket.io/`; the ordinary 404 while websockets are off."""
        if not self._engine.settings.socket.enabled:
            raise web.HTTPNotFound
        server = self._started()
        knock = Knock(
            method=request.method,
            query=request.query,
            apikey=request.headers.get("apikey"),
            address=request.remote or "",
            upgrades=request.headers.get(hdrs.UPGRADE, "").lower() == "websocket",
        )
        problem = refusal(
            knock,
            self._engine.settings.socket,
            door=self._engine.profile.socket_door,
            known_session=lambda session: session in server.eio.sockets,
            known_key=self._known_key,
        )
        if problem is not None and request.method != hdrs.METH_OPTIONS:
            return self._refused(knock, problem)
        session = server.eio.sockets.get(request.query.get("sid"))
        response: web.StreamResponse = await server.handle_request(request)
        if session is not None and session.closed:
            await _let_go(session)
        return response

    def _refused(self, knock: Knock, problem: Refusal) -> web.Response:
        self._engine.journal.write("socket.refused", address=knock.address, code=problem.code, message=problem.message)
        if knock.upgrades:
            return web.Response(status=400, text=problem.message, content_type="text/html", headers=_CLOSE)
        body = orjson.dumps({"code": problem.code, "message": problem.message})
        return web.Response(status=problem.status, body=body, content_type="application/json")

    def _known_key(self, key: str) -> bool:
        engine = self._engine
        return key == engine.settings.api_key or any(found.token == key for found in engine.instances.values())

    def _started(self) -> "AsyncServer":
        if self._server is None:
            from socketio import AsyncServer  # noqa: PLC0415  a third of a second that few fakes need

            self._server = AsyncServer(
                async_mode="aiohttp",
                cors_allowed_origins="*",
                cors_credentials=False,
                namespaces="*",
                ping_interval=25,
                ping_timeout=20,
                max_http_buffer_size=_HANDSHAKE_OCTETS_MAX,
            )
            self._server.on("connect", self._on_connect, namespace="*")
            self._server.on("sendNode", self._on_send_node, namespace=_ROOT)
        return self._server

    async def _on_connect(self, namespace: str, sid: str, _environ: Any, _auth: Any = None) -> None:
        from socketio.exceptions import ConnectionRefusedError as Refused  # noqa: PLC0415  loaded by now

        known = namespace in self._namespaces
        self._engine.journal.write("socket.connect", namespace=namespace, sid=sid, accepted=known)
        if not known:
            raise Refused("Invalid namespace")

    async def _on_send_node(self, sid: str, data: Any = None) -> None:
        """A stanza for WhatsApp: noted, and answered by nobody."""
        self._engine.journal.write("socket.node", sid=sid, data=data)

    async def _emit(self, server: "AsyncServer", event: str, message: Any, namespaces: list[str]) -> None:
        for namespace in namespaces:
            await server.emit(event, message, namespace=namespace)

    def _soon(self, sending: Any) -> None:
        task = asyncio.get_running_loop().create_task(sending)
        self._sending.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            self._on_bug(bug)


async def _let_go(session: Any) -> None:
    """End the poll that a closed session may still have open, which the library leaves waiting."""
    await session.queue.put(None)


_CLOSE = {"connection": "close"}
