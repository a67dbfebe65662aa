"""What several bodies have in common."""

from fake_evolution.api.schema import Schema
from fake_evolution.domain.events import CONFIGURATION_NAMES

TEXT: Schema = {"type": "string"}
SWITCH: Schema = {"type": "boolean"}
EVENTS: Schema = {"type": "array", "minItems": 0, "items": {"type": "string", "enum": CONFIGURATION_NAMES}}
