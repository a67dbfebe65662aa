"""What WhatsApp tells the server about an instance: one module a family of the socket library's events; walked.

A module has HANDLERS: the library's event name → what the server makes of it (rows in the archive, events emitted).
"""

from collections.abc import Callable, Coroutine, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from fake_evolution.domain.instance import Instance
from fake_evolution.domain.states import Link
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, IllegalSignalError, unknown_name

Handler = Callable[[Engine, Instance, Any], Coroutine[Any, Any, None]]


def handlers() -> Mapping[str, Handler]:
    """All handlers by the name of the event they take."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return {name: handler for module in modules for name, handler in module.HANDLERS.items()}


async def take(engine: Engine, name: str, event: str, data: Any) -> None:
    """Let WhatsApp tell an event to a connected instance; returns when the server is through with it, or waits."""
    instance, known = engine.instance(name), handlers()
    if event not in known:
        raise ConfigError(unknown_name("WhatsApp event", event, known))
    if instance.memory is not Link.OPEN:
        raise IllegalSignalError(
            f"WhatsApp tells nothing to instance '{name}' while it is '{instance.phase}'; legal while: open"
        )
    engine.journal.write("whatsapp", instance=name, event=event)
    await engine.chores.start(known[event](engine, instance, data))
