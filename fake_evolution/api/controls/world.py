"""The world: looked at as a file has it, and exchanged while its instances live on."""

from typing import Any

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_json
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.errors import IllegalSignalError
from fake_evolution.world import World


async def read(request: web.Request) -> web.Response:
    """The world, as a world file has it."""
    return answer(request.app[ENGINE].world.to_mapping())


async def exchange(request: web.Request) -> web.Response:
    """Another world around the same instances; 409 for another server in it, which only a reset can bring."""
    engine = request.app[ENGINE]
    wanted = World.from_mapping(await read_json(request))
    for part in ("profile", "server"):
        before, after = getattr(engine.world, part), getattr(wanted, part)
        if before != after:
            raise IllegalSignalError(
                f"world.{part} is {after!r}, and the running server's is {before!r}; legal: the same, or POST /reset"
            )
    engine.world = wanted
    engine.trouble.follow(wanted.faults)
    engine.journal.write("world", **wanted.describe())
    return await read(request)


ENDPOINTS: Endpoints = (
    Control("GET", "/world", read, dict[str, Any]),
    Control("PUT", "/world", exchange, dict[str, Any], takes=dict[str, Any], also=NOT_NOW),
)
