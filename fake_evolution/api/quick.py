"""The quick way of a call about which nothing is unusual: the same answer, without the web framework's rounds.

    request ─▶ plain? ─yes─▶ note the call ─▶ guards ─▶ handler ─▶ note the answer ─▶ octets
                  └─no─▶ the whole application

Plain is a call to a known route by its very path, without a query, with a small body that is announced, from no page of
a browser, while no fault rule is about calls. All others go through the application, which answers just the same.
"""

from collections.abc import Callable, Container
from typing import Any

from aiohttp import HttpVersion11, hdrs, web

from fake_evolution import error_webhook
from fake_evolution.api.call import Reply, Route, parsed_body
from fake_evolution.api.encoded import Encoded, encoded
from fake_evolution.api.express import COMPRESSED_FROM_OCTETS, dress
from fake_evolution.api.middleware import Endpoint, noted, noted_unread, told_bug, unknown_route
from fake_evolution.api.replies import headers_of, octets_of
from fake_evolution.api.routes import Given, guarded, routes
from fake_evolution.config import Config
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError
from fake_evolution.profiles import version_order

_BODY_OCTETS_MAX = 64 * 1024
_INSTANCE = "{instance}"
_UNUSUAL = (hdrs.ORIGIN, hdrs.EXPECT, hdrs.UPGRADE, hdrs.TRANSFER_ENCODING, hdrs.CONTENT_ENCODING, hdrs.IF_NONE_MATCH)


class QuickWay:
    """Answers plain calls itself, and hands all others on."""

    def __init__(
        self, engine: Engine, config: Config, on_bug: Callable[[BaseException], None], whole: Endpoint
    ) -> None:
        self._engine, self._config, self._on_bug, self._whole = engine, config, on_bug, whole
        self._body_octets_max = min(_BODY_OCTETS_MAX, config.body_bytes_max)
        quick = [route for route in routes() if not route.takes_file]
        self._fixed = {(route.method, route.path): route for route in quick if "{" not in route.path}
        self._named = {
            (route.method, route.path.removesuffix(_INSTANCE)): route
            for route in quick
            if route.path.endswith(f"/{_INSTANCE}") and route.path.count("{") == 1
        }

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """The answer to a request."""
        route, name = self._found(request)
        if route is None or not self._is_plain(route, request):
            return await self._whole(request)
        whole = request.content.is_eof()  # as a small body nearly always is, by the time somebody looks
        raw = request.content.read_nowait() if whole else await request.read()
        journal, clock = self._engine.journal, self._engine.clock
        named = {
            "call": journal.last_seq + 1,
            "method": request.method,
            "path": request.raw_path,
            "instance": name or None,
        }
        journal.note("call", {**named, "query": {}, "body": noted(raw)}, waits=True)
        began_s = clock.now()
        reply = await self._reply(route, request, name, raw)
        octets = octets_of(reply)
        took_s = round(clock.now() - began_s, 6)
        body = noted(octets) if reply.content_type or journal.hears("answer") else noted_unread(octets)
        journal.note("answer", {**named, "status": reply.status, "body": body, "duration_s": took_s})
        return self._response(request, reply, octets)

    def _found(self, request: web.Request) -> tuple[Route | None, str]:
        """The route of a path that is written in the plainest way, and the instance in it."""
        path, method = request.raw_path, request.method
        route = self._fixed.get((method, path))
        if route is not None:
            return route, ""
        place, _, name = path.rpartition("/")
        plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        return (self._named.get((method, f"{place}/")) if plain else None), name

    def _is_plain(self, route: Route, request: web.Request) -> bool:
        engine = self._engine
        return not (
            engine.down
            or engine.trouble.treats_calls
            or "*" not in engine.settings.cors.origins
            or (route.since and version_order(route.since) > engine.profile.order)
            or request.version != HttpVersion11
            or not request.keep_alive
            or _is_unusual(request.headers)
            or (request.body_exists and not 0 < (request.content_length or 0) <= self._body_octets_max)
        )

    async def _reply(self, route: Route, request: web.Request, name: str, raw: bytes) -> Reply:
        """What the route says, or how it refuses."""
        engine = self._engine
        try:
            body: dict[str, Any] = {}
            if raw:
                names_line = engine.profile.json_errors_name_the_line
                body = parsed_body(raw, request.content_type, names_line=names_line)
            return await route.handler(guarded(route, request, Given(engine, self._config, name, {}, body)))
        except ApiError as error:
            await error_webhook.tell(engine, error)
            return Reply(error.status, error.body)
        except web.HTTPNotFound:
            return unknown_route(request)
        except Exception as bug:  # noqa: BLE001  the border: told to the caller and kept for the owner
            self._on_bug(bug)
            return told_bug(bug)

    def _response(self, request: web.Request, reply: Reply, octets: bytes) -> Encoded | web.Response:
        cors = self._engine.settings.cors
        if reply.content_type is None and 0 < len(octets) < COMPRESSED_FROM_OCTETS:
            return encoded(reply.status, octets, credentials=cors.credentials)
        response = web.Response(body=octets, status=reply.status, headers=headers_of(reply))
        dress(request, response, cors)
        return response


def _is_unusual(headers: Container[str]) -> bool:
    for name in _UNUSUAL:  # noqa: SIM110  a generator costs more, and this is asked of every call
        if name in headers:
            return True
    return False
