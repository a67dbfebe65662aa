"""presence.update: handed on as it is."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.domain.events.presence import PresenceUpdate
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError


async def update(engine: Engine, instance: Instance, data: Any) -> None:
    """Somebody is online, types or records; nothing of groups where groups are ignored."""
    if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
        raise ConfigError("data is no presence; legal: an object with `id`, an address, and `presences`")
    if not (instance.settings.groupsIgnore and "@g.us" in data["id"]):
        engine.emit(instance.name, PresenceUpdate(data))


HANDLERS = {"presence.update": update}
