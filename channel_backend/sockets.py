"""The socket.io server: tells each tenant, in a room of its own, what changed."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import socketio

from channel_backend.access import Tokens, room_of
from channel_backend.errors import ApiError

log = logging.getLogger(__name__)
library_log = logging.getLogger(f"{__name__}.library")

REDIS_CHANNEL = "channel-backend:sockets"
TELL_S_MAX = 2.0
GOODBYE_S_MAX = 1.0
CANCEL_AGAIN_S = 0.1


class Sockets:
    """Admits clients with an access token and implements `announcing.Announcer`; Redis joins several processes."""

    def __init__(
        self,
        tokens: Tokens,
        redis_url: str,
        *,
        origins: tuple[str, ...] = (),
        room_of: Callable[[int], str] = room_of,
    ) -> None:
        """`origins` are those of pages that may connect beside the ones this backend serves."""
        self._tokens = tokens
        self._room_of = room_of
        redis = socketio.AsyncRedisManager(redis_url, channel=REDIS_CHANNEL)
        # Loggers of our own, because the library gives its own ones a handler that writes plain lines.
        self.server = socketio.AsyncServer(
            async_mode="aiohttp",
            client_manager=redis,
            cors_allowed_origins=_admits(origins),
            logger=library_log,
            engineio_logger=library_log,
        )
        self._redis = redis
        self.server.on("connect", self._connect)

    async def close(self) -> None:
        """Say goodbye to the clients, as far as they listen, and stop."""
        if self.server.eio.sockets:
            try:
                async with asyncio.timeout(GOODBYE_S_MAX):
                    await self.server.eio.disconnect()
            except TimeoutError:
                log.info("some sockets did not take leave")
        await self._stop_listening()
        if self._redis.redis is not None:
            await self._redis.redis.aclose()
        await self.server.shutdown()

    async def _stop_listening(self) -> None:
        """End the task that listens to Redis; the client library can swallow a cancellation, so one may not do."""
        listener = getattr(self._redis, "thread", None)
        while listener is not None and not listener.done():
            listener.cancel()
            await asyncio.wait({listener}, timeout=CANCEL_AGAIN_S)

    async def tell(self, tenant_id: int, name: str, payload: dict[str, Any]) -> None:
        """Clients of this process are served first; a Redis that hangs only keeps those of the others waiting."""
        try:
            async with asyncio.timeout(TELL_S_MAX):
                await self.server.emit(f"{tenant_id}:{name}", payload, room=self._room_of(tenant_id))
        except TimeoutError:
            log.warning("other processes were not told", extra={"tenant": tenant_id, "event": name})

    async def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        try:
            identity = self._tokens.identity(_token(environ, auth))
        except ApiError as error:
            raise socketio.exceptions.ConnectionRefusedError("authentication error") from error
        await self.server.enter_room(sid, self._room_of(identity.tenant_id))
        await self.server.emit(f"{identity.tenant_id}:joinSuccessfully", {}, to=sid)


def _admits(origins: tuple[str, ...]) -> Callable[[str | None, dict[str, Any]], bool]:
    """Whether a browser may connect from a page of some origin; programs, which send none, prove themselves anyway."""

    def admitted(origin: str | None, environ: dict[str, Any]) -> bool:
        scheme = str(environ.get("HTTP_X_FORWARDED_PROTO", environ.get("wsgi.url_scheme", "http")))
        host = str(environ.get("HTTP_X_FORWARDED_HOST", environ.get("HTTP_HOST", "")))
        own = f"{scheme.partition(',')[0].strip()}://{host.partition(',')[0].strip()}"
        return origin in (None, own) or origin in origins

    return admitted


def _token(environ: dict[str, Any], auth: object) -> str:
    """The token from `auth.token`, or else from the Authorization header of the handshake."""
    given = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(given, str):
        return given
    scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    return token if scheme.lower() == "bearer" else ""
