"""What several bodies have in common."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.api.schema import Schema
from fake_evolution.domain.events import CONFIGURATION_NAMES

TEXT: Schema = {"type": "string"}
SWITCH: Schema = {"type": "boolean"}
EVENTS: Schema = {"type": "array", "minItems": 0, "items": {"type": "string", "enum": CONFIGURATION_NAMES}}
BOTH: Schema = {"type": "boolean", "enum": (True, False)}


def not_empty(*names: str) -> Schema:
    """The rule that none of these is an empty text; it looks only at bodies that have no other names than these."""
    filled = {name: {"minLength": 1, "description": f'The "{name}" cannot be empty'} for name in names}
    return {"if": {"propertyNames": {"enum": names}}, "then": {"properties": filled}}


def for_names(schema: Schema, names: tuple[str, ...]) -> Schema:
    """The schema of a version that knows only these events; its refusals list them."""
    if names is CONFIGURATION_NAMES:
        return schema
    return {keyword: _for_names(rule, names) for keyword, rule in schema.items()}


def _for_names(rule: Any, names: tuple[str, ...]) -> Any:
    if rule is CONFIGURATION_NAMES:
        return names
    return for_names(rule, names) if isinstance(rule, Mapping) else rule
