"""The real server's error webhook: every API error is posted to one address, once, whatever becomes of it."""

from typing import Any

import orjson

from fake_evolution.delivery.endpoints import base_headers
from fake_evolution.engine import Engine
from fake_evolution.errors import ApiError
from fake_evolution.plan import Webhook


async def tell(engine: Engine, error: ApiError) -> None:
    """Post the error where WEBHOOK_EVENTS_ERRORS_WEBHOOK says; nothing where it says nothing."""
    url = engine.settings.errors_url
    if url is not None:
        webhook = Webhook(url, base_headers(engine.settings), orjson.dumps(body(engine, error)))
        await engine.chores.start(engine.post(webhook, kind="error_webhook"))


def body(engine: Engine, error: ApiError) -> dict[str, Any]:
    """The message, with the global key in it."""
    message = error.body["response"]["message"]
    return {
        "event": "error",
        "data": {
            "error": error.body["error"],
            "message": message,
            "status": error.status,
            "response": {"message": message},
        },
        "date_time": engine.settings.local_time(engine.clock.wall()),
        "api_key": engine.settings.api_key,
        "server_url": engine.settings.server_url,
    }
