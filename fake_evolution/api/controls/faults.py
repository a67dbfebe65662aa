"""The fault rules in force: looked at, exchanged, and taken away, while everything else goes on."""

from dataclasses import replace
from typing import Any

import orjson
from aiohttp import web

from fake_evolution.api.asked import answer
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.world import World


async def read(request: web.Request) -> web.Response:
    """The rules, as a world file has them."""
    return _shown(request.app[ENGINE])


async def exchange(request: web.Request) -> web.Response:
    """These rules instead of the ones before; counts of the n-th begin anew, chance does not."""
    rules = await read_json(request)
    return _follow(request.app[ENGINE], World.from_mapping({"faults": rules}))


async def remove(request: web.Request) -> web.Response:
    """No rules any more; what is on its way already keeps its fate."""
    return _follow(request.app[ENGINE], World())


def _follow(engine: Engine, wanted: World) -> web.Response:
    engine.world = replace(engine.world, faults=wanted.faults)
    engine.trouble.follow(wanted.faults)
    engine.journal.write("world", **engine.world.describe())
    return _shown(engine)


def _shown(engine: Engine) -> web.Response:
    return answer(engine.world.to_mapping()["faults"])


async def read_json(request: web.Request) -> Any:
    """The body, whatever JSON it is."""
    try:
        return orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise ConfigError(f"the body is no JSON: {error}") from error


ENDPOINTS: Endpoints = (("GET", "/faults", read), ("PUT", "/faults", exchange), ("DELETE", "/faults", remove))
