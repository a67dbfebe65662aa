"""The routes of the imitated server as data: method, path, handler and how it is guarded. The families are walked."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from aiohttp import hdrs, web

import fake_evolution.api.families as families_room
from fake_evolution.answers import forbidden, no_such_instance, unauthorized
from fake_evolution.api.call import CONFIG, ENGINE, Call, Guard, Route, absent_route, asked, read_body
from fake_evolution.api.forms import read_form
from fake_evolution.api.paths import add_route
from fake_evolution.api.replies import json_response
from fake_evolution.config import Config
from fake_evolution.engine import Engine
from fake_evolution.operations import guard_name_free
from fake_evolution.profiles import version_order


def routes() -> tuple[Route, ...]:
    """All routes of all families."""
    modules = (
        import_module(f"{families_room.__name__}.{found.name}") for found in iter_modules(families_room.__path__)
    )
    return tuple(route for module in modules for route in module.ROUTES)


def add_to(app: web.Application) -> None:
    """Register all routes, each behind its guards."""
    for route in routes():
        endpoint = _endpoint(route)
        add_route(app, route.method, route.path, endpoint)
        if route.method == hdrs.METH_GET:
            add_route(app, hdrs.METH_HEAD, route.path, endpoint)


def _endpoint(route: Route):  # type: ignore[no-untyped-def]  # noqa: ANN202  aiohttp's handler type is private
    since = version_order(route.since)

    async def endpoint(request: web.Request) -> web.StreamResponse:
        if since > request.app[ENGINE].profile.order:
            raise absent_route()
        body = await read_body(request)
        query, name = asked(request), request.match_info.get("instance", "")
        given = Given(request.app[ENGINE], request.app[CONFIG], name, query, body)
        call = guarded(route, _caller(request), given)
        if route.takes_file:
            fields, file = await read_form(request)
            call = call._replace(body={**body, **fields} if fields else body, file=file)
        return json_response(await route.handler(call))

    return endpoint


class Caller(NamedTuple):
    """Who calls, with what key and what path."""

    apikey: str | None
    authorization: str | None
    host: str
    path: str
    address: str


def _caller(request: web.Request) -> Caller:
    headers = request.headers
    authorization, host = headers.get(hdrs.AUTHORIZATION), headers.get(hdrs.HOST, "")
    return Caller(headers.get("apikey"), authorization, host, request.path, request.remote or "")


class Given(NamedTuple):
    """What of a call has been read before its guards look at it."""

    engine: Engine
    config: Config
    name: str
    query: Mapping[str, str]
    body: Mapping[str, Any]


def guarded(route: Route, caller: Caller, given: Given) -> Call:
    """The call, once all guards let it through: existence, then a taken name, then the key."""
    engine, config, name, query, body = given
    if route.guard is Guard.INSTANCE and name not in engine.instances:
        raise no_such_instance(name)
    if route.guard is Guard.CREATE:
        taken = guard_name_free(engine, body)
        if taken is not None:
            raise forbidden(f'This name "{taken}" is already in use.')
    if route.guard is not Guard.NONE and not _key_fits(engine, route.guard, name, caller.apikey):
        raise unauthorized()
    return Call(
        engine=engine,
        config=config,
        instance=query.get("instanceName", name) if route.guard is Guard.INSTANCE else name,
        query=query,
        body=body,
        apikey=caller.apikey,
        host=caller.host,
        path=caller.path,
        address=caller.address,
        authorization=caller.authorization,
    )


def _key_fits(engine: Engine, guard: Guard, name: str, apikey: str | None) -> bool:
    if apikey is None:
        return False
    if apikey == engine.settings.api_key:
        return True
    if guard is Guard.INSTANCE:
        return engine.instances[name].token == apikey
    return guard is Guard.FETCH and any(found.token == apikey for found in engine.instances.values())
