"""/settings: set and find."""

from fake_evolution import configuring
from fake_evolution.api.bodies.small import SET_SETTINGS
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked


async def settings_set(call: Call) -> Reply:
    """Change the settings; the answer repeats what was sent."""
    body = checked(call, SET_SETTINGS)
    settings = configuring.change_settings(call.engine, asked_instance(call, "setSettings"), body)
    return Reply(201, {"settings": {"instanceName": call.instance, **call.query, "settings": settings}})


async def settings_find(call: Call) -> Reply:
    """The settings, or null for a name that nobody has."""
    found = call.engine.instances.get(call.instance)
    return Reply(200, None if found is None else found.settings.answer())


ROUTES = (
    Route("POST", "/settings/set/{instance}", settings_set),
    Route("GET", "/settings/find/{instance}", settings_find),
)
