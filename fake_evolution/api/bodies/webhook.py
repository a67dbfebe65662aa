"""Bodies of /webhook."""

from fake_evolution.api.bodies.parts import EVENTS, SWITCH, TEXT
from fake_evolution.api.schema import Schema

WEBHOOK_SET: Schema = {
    "type": "object",
    "properties": {
        "webhook": {
            "type": "object",
            "properties": {
                "enabled": SWITCH,
                "url": TEXT,
                "headers": {"type": "object"},
                "byEvents": SWITCH,
                "base64": SWITCH,
                "events": EVENTS,
            },
            "required": ("enabled", "url"),
        }
    },
    "required": ("webhook",),
}
