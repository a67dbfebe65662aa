"""The control API under /__fake__: what tests and people may do to the fake and its phones. Its calls are walked.

Not imitated: errors here are `{"error": one sentence, "kind": a word}`, and say what was found and what would be legal.
"""

import hmac
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from aiohttp import web

from fake_evolution.api import controls
from fake_evolution.api.asked import PREFIX, Endpoint, answer
from fake_evolution.api.call import CONFIG, DESCRIPTION
from fake_evolution.api.description import described
from fake_evolution.api.paths import add_route
from fake_evolution.api.streaming import STREAMS, end_streams
from fake_evolution.errors import (
    FakeEvolutionError,
    IllegalSignalError,
    LimitReachedError,
    UnknownInstanceError,
)

_REFUSALS: Mapping[type[FakeEvolutionError], tuple[int, str]] = {
    UnknownInstanceError: (404, "unknown-instance"),
    IllegalSignalError: (409, "not-now"),
    LimitReachedError: (429, "limit-reached"),
}

ENDPOINTS: controls.Endpoints = tuple(
    endpoint
    for found in iter_modules(controls.__path__)
    for endpoint in import_module(f"{controls.__name__}.{found.name}").ENDPOINTS
)


@web.middleware
async def guard_control(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Ask for the control key where there is one, and tell errors of this API in one sentence."""
    if not request.path.startswith(PREFIX):
        return await handler(request)
    key = request.app[CONFIG].control_key
    if key and not _is_open(request) and not _same(request.headers.get("x-control-key", ""), key):
        return _refused(401, "wrong-key", "the control API wants its key in the header x-control-key")
    try:
        return await handler(request)
    except FakeEvolutionError as error:
        status, kind = _REFUSALS.get(type(error), (400, "bad-request"))
        return _refused(status, kind, str(error))
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed, web.HTTPRequestEntityTooLarge) as error:
        return _refused(error.status, *_told(request, error))


def _told(request: web.Request, error: web.HTTPException) -> tuple[str, str]:
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        octets = request.app[CONFIG].body_bytes_max
        return "limit-reached", f"the body is too large; legal: {octets} bytes (body_bytes_max)"
    if isinstance(error, web.HTTPMethodNotAllowed):
        legal = ", ".join(sorted(error.allowed_methods))
        return "unknown-call", f"{request.path} does not take {request.method}; legal: {legal}"
    known = ", ".join(f"{call.method} {call.path}" for call in ENDPOINTS)
    return "unknown-call", f"no {request.method} {request.path} in the control API (known: {known})"


def _refused(status: int, kind: str, text: str) -> web.Response:
    return answer({"error": text, "kind": kind}, status)


def _is_open(request: web.Request) -> bool:
    """Whether the call is one that asks for no key."""
    resource = request.match_info.route.resource
    path = "" if resource is None else resource.canonical.removeprefix(PREFIX)
    return any(call.open_to_all and call.path == path for call in ENDPOINTS)


def _same(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())


def add_to(app: web.Application) -> None:
    """Register the control API."""
    describe: Callable[[], dict[str, Any]] = _description
    app[DESCRIPTION] = describe
    app[STREAMS] = set()
    app.on_shutdown.append(end_streams)
    for call in ENDPOINTS:
        add_route(app, call.method, PREFIX + call.path, call.answer)


@cache
def _description() -> dict[str, Any]:
    return described(ENDPOINTS, version=_own_version(), prefix=PREFIX)


def _own_version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  costs more than it is asked for

    try:
        return version("fake-evolution")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0"
