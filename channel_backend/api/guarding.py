"""What browsers are told on every answer: who may read it, and what they must not do with it."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from channel_backend.api.answering import answer

# Answers are data about customers: shown nowhere but where they were asked for, kept nowhere.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
METHODS = "GET, POST, PUT, DELETE, OPTIONS"
PREFLIGHT_S = "600"
# The socket server answers for itself.
SOCKETS = "/socket.io"


def guarding(origins: tuple[str, ...], *, https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Puts the headers on every answer that has not its own; other origins than the named ones read nothing."""
    standing = {**HEADERS, **(HTTPS_ONLY if https else {})}

    async def prepared(request: web.Request, reply: web.StreamResponse) -> None:
        for name, value in standing.items():
            reply.headers.setdefault(name, value)
        if request.path.startswith(SOCKETS):
            return
        reply.headers.update(_for_origin(request, origins))

    return prepared


def preflights(origins: tuple[str, ...]) -> Middleware:
    """Answers a browser that asks before it crosses origins."""

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not asked or request.path.startswith(SOCKETS):
            return await handler(request)
        if not may_read(request.headers.get("Origin"), origins):
            return answer({"error": "ERR_ORIGIN: this origin may not call this backend"}, status=403)
        return web.Response(status=204)

    return answered


def may_read(origin: str | None, origins: tuple[str, ...]) -> bool:
    """Whether a page of this origin may read the answers; closed unless the setting names it."""
    return origin is not None and origin in origins


def _for_origin(request: web.Request, origins: tuple[str, ...]) -> dict[str, str]:
    if not origins:
        return {}
    origin = request.headers.get("Origin")
    if origin is None or not may_read(origin, origins):
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": PREFLIGHT_S,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
