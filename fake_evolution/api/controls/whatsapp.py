"""How WhatsApp behaves, changed while the fake runs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_json
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.control_types import WhatsAppBody
from fake_evolution.errors import ConfigError, unknown_name

_KNOWN = tuple(WhatsAppBody.__annotations__)


async def change(request: web.Request) -> web.Response:
    """Refuse every message with a text (null: take them again), or change which numbers exist and show a picture."""
    engine, given = request.app[ENGINE], _given(await read_json(request) if await request.read() else None)
    engine.world = replace(engine.world, whatsapp=replace(engine.world.whatsapp, **given))
    engine.journal.write("world", **engine.world.describe())
    return answer(engine.world.describe()["whatsapp"])


def _given(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict) or not found:
        raise ConfigError(f"the body says nothing to change; legal: an object with {', '.join(_KNOWN)}")
    return {name: _value(name, value) for name, value in found.items()}


def _value(name: str, value: Any) -> str | tuple[str, ...] | None:
    if name not in _KNOWN:
        raise ConfigError(unknown_name("key", name, _KNOWN))
    if name == "fail_send":
        if value is not None and not isinstance(value, str):
            raise ConfigError(f"'fail_send' is {value!r}; legal: the text of the refusal, or null")
        return value
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ConfigError(f"'{name}' is {value!r}; legal: a list of texts")
    return tuple(value)


ENDPOINTS: Endpoints = (Control("POST", "/whatsapp", change, dict[str, Any], takes=WhatsAppBody),)
