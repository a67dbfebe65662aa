"""/message: sendText."""

from fake_evolution import messaging
from fake_evolution.answers import bad_request, invalid, no_such_instance
from fake_evolution.api.bodies.message import SEND_TEXT
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.schema import problems


async def send_text(call: Call) -> Reply:
    """Send a text."""
    found = problems(call.body, SEND_TEXT)
    if found:
        raise invalid(found)
    if not call.body["text"].strip():
        raise bad_request("Text is required")
    if call.instance not in call.engine.instances:
        raise no_such_instance(call.instance)
    return Reply(201, await messaging.send_text(call.engine, call.instance, call.body))


ROUTES = (Route("POST", "/message/sendText/{instance}", send_text),)
