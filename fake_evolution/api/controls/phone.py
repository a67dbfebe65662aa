"""Phones: scanning a code, and what else happens to them."""

from math import inf, isfinite

from aiohttp import web

from fake_evolution import phones
from fake_evolution.api.asked import Control, answer, read_keys, shown
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import InstanceShown, PhoneBody, ScanBody, Scanned
from fake_evolution.errors import ConfigError


async def scan(request: web.Request) -> web.Response:
    """A phone scans a code; 200 when that linked it, 409 when it was refused. The verdict says why."""
    body = await read_keys(request, ScanBody)
    number = body.get("number")
    if number is not None and not (number.isdigit() and len(number) >= 8):  # noqa: PLR2004
        raise ConfigError(f"'number' is {number!r}; legal: at least 8 digits, country code first")
    told = phones.scan(
        request.app[ENGINE],
        code=body.get("code"),
        instance=request.match_info.get("name"),
        number=number,
        profile_name=body.get("profile_name"),
    )
    return answer(told, 200 if told["verdict"] == "linked" else 409)


async def phone(request: web.Request) -> web.Response:
    """Something happens to the phone of an instance."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, PhoneBody)
    if body.get("action") is None:
        raise ConfigError(f"'action' is missing; legal: {', '.join(phones.ACTIONS)}")
    for_s = body.get("for_s")
    if for_s is not None and not (isfinite(for_s) and for_s >= 0):
        raise ConfigError(f"'for_s' is {for_s!r}; legal: a number of seconds that is not negative")
    if body.get("until_recover"):
        if for_s is not None or body["action"] != "lose-connection":
            raise ConfigError("'until_recover' is true; legal: with the action lose-connection, and without 'for_s'")
        for_s = inf
    phones.act(engine, name, body["action"], code=body.get("code"), for_s=for_s)
    return answer(shown(engine, engine.instance(name)))


_REFUSED = {409: "The code was refused, and the verdict says why; or the instance shows no code."}

ENDPOINTS: Endpoints = (
    Control("POST", "/instances/{name}/scan", scan, Scanned, takes=ScanBody, also=_REFUSED),
    Control("POST", "/scan", scan, Scanned, takes=ScanBody, also=_REFUSED),
    Control("POST", "/instances/{name}/phone", phone, InstanceShown, takes=PhoneBody, also=NOT_NOW),
)
