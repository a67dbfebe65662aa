"""Bodies of /websocket."""

from fake_evolution.api.bodies.parts import EVENTS, SWITCH
from fake_evolution.api.schema import Schema

# `websocket` itself is not required: a body without it fails later, and worse.
WEBSOCKET_SET: Schema = {
    "type": "object",
    "properties": {
        "websocket": {
            "type": "object",
            "properties": {"enabled": SWITCH, "events": EVENTS},
            "required": ("enabled",),
        }
    },
}
