"""/instance/setPresence."""

from fake_evolution.answers import bad_request
from fake_evolution.api.bodies.small import SET_PRESENCE
from fake_evolution.api.call import Call, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.errors import ThrownError
from fake_evolution.sending import line


async def set_presence(call: Call) -> Reply:
    """Tell WhatsApp what the account is doing; WhatsApp answers nothing."""
    presence = checked(call, SET_PRESENCE)["presence"]
    asked_instance(call, "setPresence")
    try:
        await line.signal(call.engine, call.instance, method="sendPresenceUpdate")
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown
    return Reply(201, {"presence": presence})


ROUTES = (Route("POST", "/instance/setPresence/{instance}", set_presence),)
