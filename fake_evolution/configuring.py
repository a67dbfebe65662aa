"""What is configured for one instance beside its webhook: settings and proxy."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.answers import bad_request, no_such_instance
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.settings import ProxyRow, Settings
from fake_evolution.engine import Engine

Body = Mapping[str, Any]

_PROXY_TEXTS = ("host", "port", "protocol", "username", "password")


def change_settings(engine: Engine, instance: Instance, body: Body) -> dict[str, Any]:
    """POST /settings/set: keeps what it knows, answers what was sent; what is left out keeps its old value."""
    known = {name: body[name] for name in Settings.__slots__ if body.get(name) is not None}
    engine.instances[instance.name] = replace(instance, settings=replace(instance.settings, **known))
    return dict(body)


def change_proxy(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /proxy/set: switched off it loses all its fields; a host is tested, and here no proxy is ever reached."""
    instance = engine.instances.get(name)
    if instance is None:
        raise no_such_instance(name)
    chosen = dict(body) if body["enabled"] else {**body, **dict.fromkeys(_PROXY_TEXTS, "")}
    if chosen["host"]:
        raise bad_request("Invalid proxy")
    engine.instances[name] = replace(instance, proxy=_proxy_row(engine, instance, chosen))
    return chosen


def _proxy_row(engine: Engine, instance: Instance, chosen: Body) -> ProxyRow:
    old, now = instance.proxy, engine.now_iso()
    return ProxyRow(
        row_id=old.row_id if old else engine.ids.database("Proxy", instance.name),
        enabled=chosen["enabled"],
        host=chosen["host"],
        port=chosen["port"],
        protocol=chosen["protocol"],
        username=chosen.get("username"),
        password=chosen.get("password"),
        created_at=old.created_at if old else now,
        updated_at=now,
        instance_id=instance.instance_id,
    )
