"""From values back to what a file has."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from fake_evolution.behaviours.values import ACTS, Behaviour
from fake_evolution.distributions import Empirical, Lognormal, Pareto, Uniform
from fake_evolution.faults import FaultRule
from fake_evolution.world.reading import file_name
from fake_evolution.world.units import time_text

_DOES = {kind: name for name, kind in ACTS.items()}


def written(value: Any) -> Any:
    """A value of a world as a file has it; defaults are left out."""
    if isinstance(value, FaultRule):
        return _rule(value)
    if isinstance(value, Behaviour):
        return _behaviour(value)
    if isinstance(value, Empirical):
        return {"empirical": [time_text(sample) for sample in value.samples_s]}
    if isinstance(value, Uniform | Lognormal | Pareto):
        return {type(value).__name__.lower(): _fields(value)}
    return {"does": _DOES[type(value)], **_fields(value)} if type(value) in _DOES else _fields(value)


def _rule(rule: FaultRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "fault": rule.kind,
        **_fields(rule.fault),
        "probability": rule.probability,
        "correlation": rule.correlation,
        "select": _fields(rule.select),
    }


def _behaviour(behaviour: Behaviour) -> dict[str, Any]:
    scan = "never" if behaviour.scan is None and not behaviour.then else None
    return {
        "name": behaviour.name,
        "select": _fields(behaviour.select),
        **({} if scan is None and behaviour.scan is None else {"scan": scan or _fields(behaviour.scan)}),
        "then": [written(act) for act in behaviour.then],
    }


def _fields(value: Any) -> dict[str, Any]:
    return {
        file_name(item.name): _text(item.name, getattr(value, item.name))
        for item in fields(value)
        if getattr(value, item.name) != item.default
    }


def _text(name: str, value: Any) -> Any:
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, Uniform | Lognormal | Pareto | Empirical):
        return written(value)
    if name.endswith("_bytes"):
        return f"{value}B"
    if isinstance(value, float) and (name.endswith("_s") or "_s_" in name):
        return time_text(value)
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_s"):
        return time_text(float(value))
    return list(value) if isinstance(value, tuple) else value
