"""The events that the imitated server emits: one class an event, a file per family; the folder is walked.

An event knows its dotted name and writes its own `data`, because in a fake the wire format is the domain.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from fake_evolution.domain.events.base import CONFIGURATION_NAMES, Event, any_event, configuration_name, url_suffix


def _walk() -> Mapping[str, frozenset[type[Event]]]:
    found: dict[str, set[type[Event]]] = {}
    for module in iter_modules(__path__):
        for value in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Event) and value is not Event:
                found.setdefault(value.NAME, set()).add(value)
    return {name: frozenset(classes) for name, classes in sorted(found.items())}


if TYPE_CHECKING:
    EVENTS: Mapping[str, frozenset[type[Event]]]

__all__ = ["CONFIGURATION_NAMES", "EVENTS", "Event", "any_event", "configuration_name", "url_suffix"]


if not TYPE_CHECKING:  # a type checker shall know an unknown name

    def __getattr__(name: str) -> Any:
        """All events there are by their names, loaded when somebody asks."""
        if name != "EVENTS":
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        found = globals()["EVENTS"] = _walk()
        return found
