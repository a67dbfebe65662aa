"""Messages that come in."""

from aiohttp import web

from fake_evolution import messaging
from fake_evolution.api.asked import answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.errors import ConfigError

_MESSAGES_MAX = 1000


async def messages(request: web.Request) -> web.Response:
    """The phone receives texts."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, **{"from": str, "text": str, "push_name": str, "count": int})
    count = body.get("count") or 1
    if not 1 <= count <= _MESSAGES_MAX:
        raise ConfigError(f"'count' is {count}; legal: 1 to {_MESSAGES_MAX}")
    sender = body.get("from") or "5511900000000"
    if not sender.isdigit():
        raise ConfigError(f"'from' is {sender!r}; legal: digits, country code first")
    text, push_name = body.get("text") or "Olá!", body.get("push_name")
    ids = [messaging.receive_text(engine, name, number=sender, text=text, push_name=push_name) for _ in range(count)]
    return answer({"message_ids": ids}, 201)


ENDPOINTS: Endpoints = (("POST", "/instances/{name}/messages", messages),)
