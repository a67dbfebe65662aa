"""What several bodies have in common."""

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
