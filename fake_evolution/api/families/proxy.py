"""/proxy: set and find."""

from fake_evolution import configuring
from fake_evolution.answers import no_such_instance
from fake_evolution.api.bodies.small import SET_PROXY
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import checked


async def proxy_set(call: Call) -> Reply:
    """Store the proxy of an instance."""
    proxy = configuring.change_proxy(call.engine, call.instance, checked(call, SET_PROXY))
    return Reply(201, {"proxy": {"instanceName": call.instance, **call.query, "proxy": proxy}})


async def proxy_find(call: Call) -> Reply:
    """The row, or null."""
    found = call.engine.instances.get(call.instance)
    if found is None:
        raise no_such_instance(call.instance)
    return Reply(200, None if found.proxy is None else found.proxy.answer())


ROUTES = (
    Route("POST", "/proxy/set/{instance}", proxy_set),
    Route("GET", "/proxy/find/{instance}", proxy_find),
)
