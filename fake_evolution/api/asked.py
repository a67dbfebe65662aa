"""What is asked of the control API: keys of a body, numbers of a query, each refused in one sentence."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeVar, cast, get_origin, get_type_hints

import orjson
from aiohttp import web

from fake_evolution.control_types import InstanceShown
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, unknown_name

PREFIX = "/__fake__"
JSON = "application/json"

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = TypeVar("Body")

_TOLD = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
}


@dataclass(frozen=True, slots=True)
class Control:
    """One call of the control API: how it is reached, what answers, what it takes and gives.

    `gives` is the type of the answer; where `media` is no JSON it is None. `also` are further statuses and what they
    mean. The docstring of what answers is the call's description.
    """

    method: str
    path: str
    answer: Endpoint
    gives: Any
    takes: Any = None
    query: Any = None
    status: int = 200
    media: str = JSON
    also: Mapping[int, str] = field(default_factory=dict)
    open_to_all: bool = False  # whether no key is asked for: pages without data, which then ask for the key


def answer(body: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=orjson.dumps(body, default=str), status=status, content_type=JSON, charset="utf-8")


async def read_json(request: web.Request) -> Any:
    """The body, whatever JSON it is."""
    try:
        return orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the body is no JSON: {error}") from error


async def read_keys(request: web.Request, kind: type[Body]) -> Body:
    """The JSON body, with its keys checked by their types; an empty body counts as no keys."""
    found = await read_json(request) if (await request.read()).strip() else {}
    hashable: Any = kind
    known = _keys(hashable)
    if not isinstance(found, dict):
        raise ConfigError(f"the body is a {type(found).__name__}; legal: an object with {', '.join(known) or 'no key'}")
    for key, value in found.items():
        if key not in known:
            raise ConfigError(unknown_name("key", key, known))
        if value is not None and not _fits(value, known[key]):
            raise ConfigError(f"'{key}' is {value!r}; legal: {_TOLD[known[key]]}")
    return cast("Body", found)


@cache
def _keys(kind: Any) -> Mapping[str, Any]:
    """The keys of a body with what they must be; words are texts here, and checked by who knows them."""
    return {
        key: str if get_origin(hint) is Literal else get_origin(hint) or hint
        for key, hint in get_type_hints(kind).items()
    }


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind; true and false are no numbers here."""
    if kind is Any:
        return True
    return kind is bool if isinstance(value, bool) else isinstance(value, (int, float) if kind is float else kind)


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


def shown(engine: Engine, instance: Instance) -> InstanceShown:
    """An instance as this API shows it."""
    kept = engine.archives.get(instance.instance_id)
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
        "counters": {
            "events": engine.events_of(instance.name),
            "messages": len(kept.messages) if kept else 0,
            "contacts": len(kept.contacts) if kept else 0,
            "chats": len(kept.chats) if kept else 0,
        },
    }
