"""/instance: create, connect, connectionState, fetchInstances, restart, logout, delete."""

from fake_evolution import operations
from fake_evolution.answers import invalid
from fake_evolution.api.bodies.instance import CREATE
from fake_evolution.api.call import Call, Guard, Reply, Route
from fake_evolution.api.schema import problems


async def create(call: Call) -> Reply:
    """Create, and with `qrcode: true` connect and wait 5 s."""
    found = problems(call.body, CREATE)
    if found:
        raise invalid(found)
    body = await operations.create(call.engine, call.body, instances_max=call.config.instances_max)
    return Reply(201, body)


async def connect(call: Call) -> Reply:
    """The QR object; on a closed instance after 2 s."""
    return Reply(200, await operations.connect(call.engine, call.instance, call.query.get("number")))


async def connection_state(call: Call) -> Reply:
    """The state in memory."""
    return Reply(200, operations.state_answer(call.engine, call.instance))


async def fetch_instances(call: Call) -> Reply:
    """Database rows: all of them with the global key, its own with an instance token."""
    token = None if call.apikey == call.engine.settings.api_key else call.apikey
    return Reply(200, operations.rows(call.engine, call.query, token=token))


async def restart(call: Call) -> Reply:
    """Close the socket and connect again."""
    return Reply(200, operations.restart(call.engine, call.instance))


async def logout(call: Call) -> Reply:
    """End the session."""
    return Reply(200, await operations.logout(call.engine, call.instance))


async def delete(call: Call) -> Reply:
    """Remove the instance."""
    return Reply(200, await operations.delete(call.engine, call.instance))


ROUTES = (
    Route("POST", "/instance/create", create, Guard.CREATE),
    Route("GET", "/instance/fetchInstances", fetch_instances, Guard.FETCH),
    Route("GET", "/instance/connect/{instance}", connect),
    Route("GET", "/instance/connectionState/{instance}", connection_state),
    Route("POST", "/instance/restart/{instance}", restart),
    Route("DELETE", "/instance/logout/{instance}", logout),
    Route("DELETE", "/instance/delete/{instance}", delete),
)
