"""What is asked of the control API: keys of a body, numbers of a query, each refused in one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from fake_evolution.domain.instance import Instance
from fake_evolution.errors import ConfigError

PREFIX = "/__fake__"

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer(body: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(
        body=orjson.dumps(body, default=str), status=status, content_type="application/json", charset="utf-8"
    )


async def read_keys(request: web.Request, **known: type | tuple[type, ...]) -> Mapping[str, Any]:
    """The JSON body with its known keys checked; an empty body counts as no keys."""
    raw = await request.read()
    try:
        found = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"the body is a {type(found).__name__}; legal: an object with {', '.join(known) or 'no key'}")
    for key, value in found.items():
        if key not in known:
            raise ConfigError(f"unknown key '{key}' (known: {', '.join(known) or 'none'})")
        if value is not None and not _fits(value, known[key]):
            raise ConfigError(f"'{key}' is {value!r}; legal: {_told(known[key])}")
    return found


def _fits(value: Any, kind: type | tuple[type, ...]) -> bool:
    """Whether a value is of a kind; true and false are no numbers here."""
    return kind is bool if isinstance(value, bool) else isinstance(value, kind)


def _told(kind: type | tuple[type, ...]) -> str:
    names = {str: "a text", int: "a whole number", float: "a number", dict: "an object", list: "a list"}
    names[bool] = "true or false"
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(names[one] for one in kinds)


def number_in_query(request: web.Request, name: str, default: float, maximum: float) -> float:
    """A number of the query string, from 0 to `maximum`."""
    text = request.query.get(name)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= maximum:
        raise ConfigError(f"{name} is '{text}'; legal: a number from 0 to {maximum:g}")
    return value


def shown(instance: Instance) -> dict[str, Any]:
    """An instance as this API shows it."""
    return {
        "name": instance.name,
        "instance_id": instance.instance_id,
        "phase": instance.phase,
        "memory": instance.memory,
        "database": instance.row,
        "qr_count": instance.qr.count,
        "code": instance.qr.code if instance.phase == "qr" else None,
        "owner": instance.owner.number if instance.owner else None,
        "webhook": instance.webhook.answer() if instance.webhook else None,
    }
