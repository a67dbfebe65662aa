"""The server's process: ending, and coming back."""

from math import isfinite

from aiohttp import web

from fake_evolution import restarting
from fake_evolution.api.asked import Control, answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import RestartBody, RestartTold
from fake_evolution.errors import ConfigError

_DOWN_S = 5.0  # about what the real process takes
_DOWN_S_MAX = 3600.0


async def restart(request: web.Request) -> web.Response:
    """The server goes away and comes back after `down_s` seconds; answers at once, `health` tells when it is back."""
    body = await read_keys(request, RestartBody)
    asked_s = body.get("down_s")
    down_s = _DOWN_S if asked_s is None else asked_s
    if not (isfinite(down_s) and 0 <= down_s <= _DOWN_S_MAX):
        raise ConfigError(f"'down_s' is {down_s!r}; legal: seconds from 0 to {_DOWN_S_MAX:g}")
    engine = request.app[ENGINE]
    await restarting.restart(engine, down_s=down_s)
    return answer({"down_s": down_s, "back_at_s": round(engine.clock.now() + down_s, 6)}, 202)


ENDPOINTS: Endpoints = (Control("POST", "/restart", restart, RestartTold, takes=RestartBody, status=202, also=NOT_NOW),)
