"""Bodies of /chat, as far as they read or change accounts and stored conversations."""

from fake_evolution.api.bodies.parts import BOTH, TEXT, not_empty
from fake_evolution.api.schema import Schema
from fake_evolution.domain.account import PRIVACY

_FILLED: Schema = {"type": "string", "minLength": 1}
_KEY_PART: Schema = {"type": "string", "minLength": 1, "description": "The property cannot be empty"}
_WHO: Schema = {"type": "string", "enum": ("all", "contacts", "contact_blacklist", "none")}

WHATSAPP_NUMBERS: Schema = {
    "type": "object",
    "properties": {
        "numbers": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string", "description": '"numbers" must be an array of numeric strings'},
        }
    },
}
FIND_CONTACTS: Schema = {
    "type": "object",
    "properties": {
        "where": {
            "type": "object",
            "properties": {"_id": _FILLED, "pushName": _FILLED, "id": _FILLED},
            **not_empty("_id", "id", "pushName"),
        }
    },
}
FIND_MESSAGES: Schema = {
    "type": "object",
    "properties": {
        "where": {
            "type": "object",
            "properties": {
                "_id": _FILLED,
                "key": {
                    "type": "object",
                    "if": {"propertyNames": {"enum": ("fromMe", "remoteJid", "id")}},
                    "then": {"properties": {"remoteJid": _KEY_PART, "id": _KEY_PART, "fromMe": BOTH}},
                },
                "message": {"type": "object"},
            },
            **not_empty("_id"),
        },
        "limit": {"type": "integer"},
    },
}
FIND_STATUS_MESSAGE: Schema = {
    "type": "object",
    "properties": {
        "where": {
            "type": "object",
            "properties": {
                "_id": TEXT,
                "remoteJid": TEXT,
                "id": TEXT,
                "fromMe": BOTH,
                "participant": TEXT,
                "status": {
                    "type": "string",
                    "enum": ("ERROR", "PENDING", "SERVER_ACK", "DELIVERY_ACK", "READ", "PLAYED"),
                },
            },
            **not_empty("_id", "remoteJid", "id", "status"),
        },
        "limit": {"type": "integer"},
    },
}
PICTURE: Schema = {"type": "object", "properties": {"number": TEXT, "picture": TEXT}}
PROFILE: Schema = {
    "type": "object",
    "properties": {"wuid": TEXT, "name": TEXT, "picture": TEXT, "status": TEXT, "isBusiness": {"type": "boolean"}},
}
PROFILE_NAME: Schema = {"type": "object", "properties": {"name": TEXT}, **not_empty("name")}
PROFILE_STATUS: Schema = {"type": "object", "properties": {"status": TEXT}, **not_empty("status")}
PRIVACY_SETTINGS: Schema = {
    "type": "object",
    "properties": {
        "readreceipts": {"type": "string", "enum": ("all", "none")},
        "profile": _WHO,
        "status": _WHO,
        "online": {"type": "string", "enum": ("all", "match_last_seen")},
        "last": _WHO,
        "groupadd": _WHO,
    },
    "required": PRIVACY,
    **not_empty(*PRIVACY),
}
BLOCK: Schema = {
    "type": "object",
    "properties": {"number": TEXT, "status": {"type": "string", "enum": ("block", "unblock")}},
    "required": ("number", "status"),
    **not_empty("number", "status"),
}
