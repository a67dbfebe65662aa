"""Around every call: the journal's two records, and errors as the bodies they stand for.

    request ─▶ note the call ─▶ render errors ─▶ route ─▶ … ─▶ note the answer

An exception that is no ApiError is a fault of the fake's own. It is never disguised as an imitated one: the caller gets
a 500 that says so, and the server keeps the exception for whoever started it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from aiohttp import web

from fake_evolution import error_webhook
from fake_evolution.answers import failure, not_found
from fake_evolution.api.call import ENGINE, Reply, asked, read_body
from fake_evolution.api.express import is_socket
from fake_evolution.api.replies import json_response
from fake_evolution.errors import ApiError

ON_BUG: web.AppKey[Callable[[BaseException], None]] = web.AppKey("on_bug")

_CONTROL_PREFIX = "/__fake__"
_NOTED_OCTETS_MAX = 4096
_IMAGE = "data:image/"

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def close_while_down(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """While the server's process is restarting, connections end without an answer; the control API stays."""
    if request.path.startswith(_CONTROL_PREFIX) or not request.app[ENGINE].down:
        return await handler(request)
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


@web.middleware
async def note_calls(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Write `call` and `answer` records for everything but the control API."""
    if request.path.startswith(_CONTROL_PREFIX) or is_socket(request):
        return await handler(request)
    journal, clock = request.app[ENGINE].journal, request.app[ENGINE].clock
    try:
        body = await request.read() if request.body_exists else b""
    except web.HTTPRequestEntityTooLarge:
        return _too_large()
    named = {"call": journal.last_seq + 1, "method": request.method, "path": request.path}
    named["instance"] = request.match_info.get("instance")
    journal.note("call", {**named, "query": asked(request), "body": noted(body)}, waits=True)
    began_s = clock.now()
    response = await handler(request)
    answer = noted(response.body) if isinstance(response, web.Response) else None
    took_s = round(clock.now() - began_s, 6)
    journal.note("answer", {**named, "status": response.status, "body": answer, "duration_s": took_s})
    return response


@web.middleware
async def render_errors(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Turn an ApiError into its body, an unknown route into the real server's 404, a bug into an honest 500."""
    try:
        return await handler(request)
    except ApiError as error:
        await error_webhook.tell(request.app[ENGINE], error)
        return json_response(Reply(error.status, error.body))
    except web.HTTPRequestEntityTooLarge:
        return _too_large()
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return await _unknown_route(request)
    except web.HTTPException:
        raise
    except Exception as bug:  # noqa: BLE001  the border: told to the caller and kept for the owner
        request.app[ON_BUG](bug)
        return json_response(told_bug(bug))


def told_bug(bug: Exception) -> Reply:
    """The honest 500."""
    text = f"this is a fault of the fake itself, not an imitated answer: {type(bug).__name__}: {bug}"
    return Reply(500, {"status": 500, "error": "Fault of the fake", "response": {"message": text}})


def _too_large() -> web.Response:
    """Like every error of the body parser it has no name of its own, so `error` is the general one."""
    error = failure(413, "request entity too large", phrase="Internal Server Error")
    return json_response(Reply(error.status, error.body))


async def _unknown_route(request: web.Request) -> web.Response:
    try:
        await read_body(request)
    except ApiError as malformed:
        await error_webhook.tell(request.app[ENGINE], malformed)
        return json_response(Reply(malformed.status, malformed.body))
    return json_response(unknown_route(request.method, request.raw_path))


def unknown_route(method: str, path: str) -> Reply:
    """The 404 of the framework, with the path as it was asked for."""
    error = not_found(f"Cannot {method} {path}")
    return Reply(error.status, error.body)


def noted(octets: Any) -> Any:
    """A body as the journal keeps it: JSON with images left out, bounded."""
    if not octets:
        return None
    try:
        found = orjson.loads(octets)
        return _without_images(found) if _IMAGE.encode() in octets else found
    except orjson.JSONDecodeError:
        return bytes(octets[:_NOTED_OCTETS_MAX]).decode("utf-8", "replace")


def noted_unread(octets: bytes) -> Any:
    """The same of JSON that we wrote ourselves, on one line: it need not be read where nobody looks into the record."""
    return orjson.Fragment(octets) if octets and _IMAGE.encode() not in octets else noted(octets)


def _without_images(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_images(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_without_images(part) for part in value]
    if isinstance(value, str) and value.startswith(_IMAGE):
        return "<png>"
    return value
