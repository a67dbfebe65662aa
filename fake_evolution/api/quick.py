"""The quick way of a call about which nothing is unusual: the same answer, without the web framework's rounds.

    plain request ─▶ note the call ─▶ guards ─▶ handler ─▶ note the answer ─▶ octets

It takes plain requests to known routes while no fault rule is about calls. All others go through the application, which
answers just the same.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from aiohttp import web

from fake_evolution import error_webhook
from fake_evolution.api.call import Reply, Route, parsed_body
from fake_evolution.api.encoded import encoded
from fake_evolution.api.middleware import noted, noted_unread, told_bug, unknown_route
from fake_evolution.api.plain import Plain, read_plain
from fake_evolution.api.replies import headers_of, octets_of
from fake_evolution.api.routes import Caller, Given, guarded, routes
from fake_evolution.config import Config
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError
from fake_evolution.profiles import version_order

_BODY_OCTETS_MAX = 64 * 1024
_INSTANCE, _IMAGE = "{instance}", b"data:image/"


class Taken(NamedTuple):
    """A call that takes the quick way."""

    route: Route
    instance: str
    request: Plain


class QuickWay:
    """Answers plain calls, octets for octets."""

    def __init__(self, engine: Engine, config: Config, on_bug: Callable[[BaseException], None]) -> None:
        self._engine, self._config, self._on_bug = engine, config, on_bug
        self._body_octets_max = min(_BODY_OCTETS_MAX, config.body_bytes_max)
        quick = [(f"{route.method} {route.path}", route) for route in routes() if not route.takes_file]
        self._fixed = {line.encode(): route for line, route in quick if "{" not in line}
        self._named = {
            line.removesuffix(_INSTANCE).encode(): route
            for line, route in quick
            if line.endswith(f"/{_INSTANCE}") and line.count("{") == 1
        }

    def take(self, octets: bytes) -> Taken | None:
        """The call that these octets are, if they are exactly one that may take this way now."""
        engine = self._engine
        if engine.down or engine.trouble.treats_calls or "*" not in engine.settings.cors.origins:
            return None
        request = read_plain(octets, body_octets_max=self._body_octets_max)
        if request is None:
            return None
        route, name = self._fixed.get(request.line), b""
        if route is None:
            place, slash, name = request.line.rpartition(b"/")
            route = self._named.get(place + slash)
            if route is None or not name.replace(b"-", b"").replace(b"_", b"").isalnum():
                return None
        if route.since and version_order(route.since) > engine.profile.order:
            return None
        return Taken(route, name.decode(), request)

    async def answer(self, call: Taken, address: str) -> bytes:
        """The octets to send to the caller at this address."""
        route, name, request = call
        journal, clock = self._engine.journal, self._engine.clock
        named = {
            "call": journal.last_seq + 1,
            "method": route.method,
            "path": request.path,
            "instance": name or None,
        }
        given = self._body(request)
        heard = given if given and _IMAGE not in request.body and isinstance(given, dict) else noted(request.body)
        journal.note("call", {**named, "query": request.query, "body": heard}, waits=True)
        began_s = clock.now()
        reply = await (self._refused(given) if isinstance(given, ApiError) else self._reply(call, given, address))
        octets = octets_of(reply)
        took_s = round(clock.now() - began_s, 6)
        body = noted(octets) if reply.content_type or journal.hears("answer") else noted_unread(octets)
        journal.note("answer", {**named, "status": reply.status, "body": body, "duration_s": took_s}, waits=True)
        credentials = self._engine.settings.cors.credentials
        takes_gzip = request.head.takes_gzip
        return encoded(reply.status, headers_of(reply), octets, credentials=credentials, takes_gzip=takes_gzip)

    def _body(self, request: Plain) -> dict[str, Any] | ApiError:
        """What the parsers make of the body, or how they refuse it."""
        if not request.body:
            return {}
        try:
            names_line = self._engine.profile.json_errors_name_the_line
            return parsed_body(request.body, request.head.kind, names_line=names_line)
        except ApiError as error:
            return error

    async def _refused(self, error: ApiError) -> Reply:
        await error_webhook.tell(self._engine, error)
        return Reply(error.status, error.body)

    async def _reply(self, call: Taken, body: dict[str, Any], address: str) -> Reply:
        """What the route says, or how it refuses."""
        engine, (route, name, request) = self._engine, call
        head = request.head
        try:
            caller = Caller(head.apikey, head.authorization, head.host, request.path, address)
            given = Given(engine, self._config, name, request.query, body)
            return await route.handler(guarded(route, caller, given))
        except ApiError as error:
            return await self._refused(error)
        except web.HTTPNotFound:
            return unknown_route(route.method, request.path)
        except Exception as bug:  # noqa: BLE001  the border: told to the caller and kept for the owner
            self._on_bug(bug)
            return told_bug(bug)
