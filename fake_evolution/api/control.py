"""The control API under /__fake__: what tests and people may do to the fake and its phones. Its calls are walked.

Not imitated: errors here are `{"error": one sentence}`, and say what was found and what would be legal.
"""

import hmac
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from aiohttp import web

from fake_evolution.api import controls
from fake_evolution.api.asked import PREFIX, Endpoint, answer
from fake_evolution.api.call import CONFIG
from fake_evolution.errors import FakeEvolutionError, IllegalSignalError, UnknownInstanceError

_STATUS: Mapping[type[FakeEvolutionError], int] = {UnknownInstanceError: 404, IllegalSignalError: 409}

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
    if key and not _same(request.headers.get("x-control-key", ""), key):
        return answer({"error": "the control API wants its key in the header x-control-key"}, 401)
    try:
        return await handler(request)
    except FakeEvolutionError as error:
        return answer({"error": str(error)}, _STATUS.get(type(error), 400))
    except web.HTTPNotFound:
        known = ", ".join(f"{method} {path}" for method, path, _ in ENDPOINTS)
        return answer({"error": f"no {request.method} {request.path} in the control API (known: {known})"}, 404)
    except web.HTTPMethodNotAllowed as error:
        legal = ", ".join(sorted(error.allowed_methods))
        return answer({"error": f"{request.path} does not take {request.method}; legal: {legal}"}, 405)


def _same(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())


def add_to(app: web.Application) -> None:
    """Register the control API."""
    for method, path, endpoint in ENDPOINTS:
        app.router.add_route(method, PREFIX + path, endpoint)
