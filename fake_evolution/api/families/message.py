"""/message: one route for every kind of message that can be sent."""

from fake_evolution.api.bodies.message import SCHEMAS
from fake_evolution.api.call import Call, Handler, Reply, Route
from fake_evolution.api.checks import asked_instance, checked
from fake_evolution.sending.draft import Kind
from fake_evolution.sending.posting import KINDS, send


def _sending(kind: Kind) -> Handler:
    """The handler of a kind's route: check the body, then send."""

    async def handle(call: Call) -> Reply:
        checked(call, SCHEMAS[kind.action])
        asked_instance(call, kind.method)
        return Reply(201, await send(call.engine, call.instance, kind.action, call.body, file=call.file))

    return handle


def _route(kind: Kind) -> Route:
    return Route("POST", f"/message/{kind.action}/{{instance}}", _sending(kind), takes_file=kind.takes_file)


ROUTES = tuple(_route(kind) for kind in KINDS.values())
