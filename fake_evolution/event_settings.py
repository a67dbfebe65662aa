"""Which events of an instance socket.io tells: /websocket/set and find, and `websocket` in create's body."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.answers import bad_request, native_error
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.settings import EventRow
from fake_evolution.engine import Engine

_NO_LENGTH = "Cannot read properties of undefined (reading 'length')"


def set_row(engine: Engine, name: str, given: Any) -> dict[str, Any] | None:
    """POST /websocket/set, after its schema: stores and answers the row; None while websockets are off."""
    instance = engine.instance(name)
    if not engine.settings.socket.enabled:
        return None
    if not isinstance(given, Mapping):
        raise native_error("Cannot set properties of undefined (setting 'events')")
    if given["enabled"] and given.get("events") is None:
        raise native_error(_NO_LENGTH)
    row = _row(engine, instance, enabled=given["enabled"], events=given.get("events") or ())
    engine.instances[name] = replace(instance, websocket=row)
    return row.answer()


def inline(engine: Engine, instance: Instance, given: Any) -> EventRow | None:
    """The row that create's body asks for: checked by no schema, always enabled; none while websockets are off."""
    if not given or not engine.settings.socket.enabled:
        return None
    if not isinstance(given, Mapping) or given.get("events") is None:
        raise bad_request(_NO_LENGTH)
    if not isinstance(given["events"], list):
        raise bad_request("\nInvalid `this.prisma.websocket.upsert()` invocation\nArgument `events`: Invalid value.")
    return _row(engine, instance, enabled=True, events=given["events"])


def _row(engine: Engine, instance: Instance, *, enabled: bool, events: Any) -> EventRow:
    old, now = instance.websocket, engine.now_iso()
    listed = tuple(events) or engine.profile.event_names
    return EventRow(
        row_id=old.row_id if old else engine.ids.database("Websocket", instance.name),
        enabled=enabled,
        events=listed if enabled else (),
        created_at=old.created_at if old else now,
        updated_at=now,
        instance_id=instance.instance_id,
    )
