"""Bodies of /message."""

from fake_evolution.api.bodies.parts import SWITCH, TEXT
from fake_evolution.api.schema import Schema

SEND_TEXT: Schema = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "description": "Invalid format"},
        "text": TEXT,
        "linkPreview": SWITCH,
        "delay": {"type": "integer", "description": "Enter a value in milliseconds"},
        "quoted": {
            "type": "object",
            "properties": {
                "key": {
                    "type": "object",
                    "required": ("id",),
                    "properties": {"id": {"type": "string", "minLength": 1, "description": 'The "id" cannot be empty'}},
                },
                "message": {"type": "object"},
            },
        },
        "mentionsEveryOne": SWITCH,
        "mentioned": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "type": "string",
                "pattern": r"^\d+",
                "description": '"mentioned" must be an array of numeric strings',
            },
        },
    },
    "required": ("number", "text"),
}
