"""Events made by hand: any webhook event as it is, and whatever WhatsApp may tell the server."""

from typing import Any

import orjson
from aiohttp import web

from fake_evolution import incoming
from fake_evolution.api.asked import answer
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.domain.events import any_event
from fake_evolution.errors import ConfigError


async def emit(request: web.Request) -> web.Response:
    """Any event with any data, through the same delivery pipeline as the server's own."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    event, data = await _event(request)
    engine.instance(name)
    engine.emit(name, any_event(event, data))
    return answer({"event": event}, 202)


async def whatsapp(request: web.Request) -> web.Response:
    """Something WhatsApp tells the server, as its socket library words it; bytes are `{"$b64": text}`."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    event, data = await _event(request)
    await incoming.take(engine, name, event, data)
    return answer({"event": event}, 202)


async def _event(request: web.Request) -> tuple[str, Any]:
    try:
        found = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("event"), str) or set(found) - {"event", "data"}:
        raise ConfigError("legal: an object with `event`, a text, and `data`, anything")
    return found["event"], found.get("data")


ENDPOINTS: Endpoints = (
    ("POST", "/instances/{name}/emit", emit),
    ("POST", "/instances/{name}/whatsapp", whatsapp),
)
