"""The fault rules in force: looked at, exchanged, and taken away, while everything else goes on."""

from dataclasses import replace

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_json
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import Endpoints
from fake_evolution.control_types import Rules
from fake_evolution.engine import Engine
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


ENDPOINTS: Endpoints = (
    Control("GET", "/faults", read, Rules),
    Control("PUT", "/faults", exchange, Rules, takes=Rules),
    Control("DELETE", "/faults", remove, Rules),
)
