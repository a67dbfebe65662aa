"""Bodies of the /chat routes that act on messages and chats."""

from fake_evolution.api.bodies.parts import BOTH, TEXT, not_empty
from fake_evolution.api.schema import Schema

_NAMES = ("id", "fromMe", "remoteJid")
_KEY: Schema = {
    "type": "object",
    "properties": {"id": TEXT, "remoteJid": TEXT, "fromMe": BOTH},
    "required": _NAMES,
    **not_empty("id", "remoteJid"),
}
_LAST_MESSAGE: Schema = {
    "type": "object",
    "properties": {"key": _KEY, "messageTimestamp": {"type": "integer", "minLength": 1}},
    "required": ("key",),
    **not_empty("messageTimestamp"),
}

READ: Schema = {
    "type": "object",
    "properties": {
        "readMessages": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "properties": {"id": TEXT, "fromMe": BOTH, "remoteJid": TEXT},
                "required": _NAMES,
                **not_empty("id", "remoteJid"),
            },
        }
    },
    "required": ("readMessages",),
}
ARCHIVE: Schema = {
    "type": "object",
    "properties": {"chat": TEXT, "lastMessage": _LAST_MESSAGE, "archive": BOTH},
    "required": ("archive",),
}
UNREAD: Schema = {
    "type": "object",
    "properties": {"chat": TEXT, "lastMessage": _LAST_MESSAGE},
    "required": ("lastMessage",),
}
DELETE: Schema = {
    "type": "object",
    "properties": {"id": TEXT, "fromMe": BOTH, "remoteJid": TEXT, "participant": TEXT},
    "required": _NAMES,
    **not_empty("id", "remoteJid", "participant"),
}
UPDATE: Schema = {
    "type": "object",
    "properties": {"number": TEXT, "text": TEXT, "key": _KEY},
    **not_empty("number", "text", "key"),
}
PRESENCE: Schema = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "description": "Invalid format"},
        "delay": {"type": "number"},
        "presence": {"type": "string", "enum": ("unavailable", "available", "composing", "recording", "paused")},
    },
    "required": ("number", "presence", "delay"),
}
