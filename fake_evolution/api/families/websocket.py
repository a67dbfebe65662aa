"""/websocket: set and find."""

from fake_evolution import event_settings
from fake_evolution.answers import invalid, no_such_instance
from fake_evolution.api.bodies.parts import for_names
from fake_evolution.api.bodies.websocket import WEBSOCKET_SET
from fake_evolution.api.call import NOTHING, Call, Reply, Route
from fake_evolution.api.schema import problems


async def websocket_set(call: Call) -> Reply:
    """Store which events socket.io tells of an instance; nothing, without a word, while websockets are off."""
    found = problems(call.body, for_names(WEBSOCKET_SET, call.engine.profile.event_names))
    if found:
        raise invalid(found)
    if call.instance not in call.engine.instances:
        raise no_such_instance(call.instance)
    row = event_settings.set_row(call.engine, call.instance, call.body.get("websocket"))
    return Reply(201, NOTHING if row is None else row)


async def websocket_find(call: Call) -> Reply:
    """The row, or null; nothing at all while websockets are off."""
    if not call.engine.settings.socket.enabled:
        return Reply(200, NOTHING)
    found = call.engine.instances.get(call.instance)
    row = None if found is None else found.websocket
    return Reply(200, None if row is None else row.answer())


ROUTES = (
    Route("POST", "/websocket/set/{instance}", websocket_set),
    Route("GET", "/websocket/find/{instance}", websocket_find),
)
