"""Raw packets about calls, which the server hands on to socket.io and to nobody else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fake_evolution.domain.events import any_event
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine

Handler = Callable[[Engine, Instance, Any], Awaitable[None]]


def _handed_on(name: str) -> Handler:
    async def handler(engine: Engine, instance: Instance, data: Any) -> None:
        engine.emit_to_sockets(instance.name, any_event("call", {"event": name, "packet": data}))

    return handler


HANDLERS: Mapping[str, Handler] = {name: _handed_on(name) for name in ("CB:call", "CB:ack,class:call")}
