"""/webhook: set and find."""

from fake_evolution import operations
from fake_evolution.answers import invalid, no_such_instance
from fake_evolution.api.bodies.parts import for_names
from fake_evolution.api.bodies.webhook import WEBHOOK_SET
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.schema import problems


async def webhook_set(call: Call) -> Reply:
    """Store the webhook of an instance; the address itself is not checked."""
    found = problems(call.body, for_names(WEBHOOK_SET, call.engine.profile.event_names))
    if found:
        raise invalid(found)
    if call.instance not in call.engine.instances:
        raise no_such_instance(call.instance)
    return Reply(201, operations.webhook_set(call.engine, call.instance, call.body["webhook"]))


async def webhook_find(call: Call) -> Reply:
    """The row, or null."""
    instance = call.engine.instances.get(call.instance)
    webhook = None if instance is None else instance.webhook
    return Reply(200, None if webhook is None else webhook.answer())


ROUTES = (
    Route("POST", "/webhook/set/{instance}", webhook_set),
    Route("GET", "/webhook/find/{instance}", webhook_find),
)
