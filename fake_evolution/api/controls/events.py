"""Events made by hand: any webhook event as it is, and whatever WhatsApp may tell the server."""

from typing import Any

from aiohttp import web

from fake_evolution import incoming
from fake_evolution.api.asked import Control, answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import EventBody, EventTold
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
    body = await read_keys(request, EventBody)
    if not body.get("event"):
        raise ConfigError("'event' is missing; legal: the name of an event, a text")
    return body["event"], body.get("data")


ENDPOINTS: Endpoints = (
    Control("POST", "/instances/{name}/emit", emit, EventTold, takes=EventBody, status=202),
    Control("POST", "/instances/{name}/whatsapp", whatsapp, EventTold, takes=EventBody, status=202, also=NOT_NOW),
)
