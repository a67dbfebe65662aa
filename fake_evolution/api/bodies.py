"""The schemas of request bodies, keyword by keyword in the order in which the real server's have them."""

from fake_evolution.api.schema import Schema
from fake_evolution.domain.events import CONFIGURATION_NAMES

_TEXT: Schema = {"type": "string"}
_SWITCH: Schema = {"type": "boolean"}
_EVENTS: Schema = {"type": "array", "minItems": 0, "items": {"type": "string", "enum": CONFIGURATION_NAMES}}

CREATE: Schema = {
    "type": "object",
    "properties": {
        "instanceName": {},
        "token": _TEXT,
        "number": {"type": "string", "pattern": r"^\d+[\.@\w-]+"},
        "businessId": _TEXT,
        "qrcode": _SWITCH,
        # The capital letter is the real server's mistake: `integration` itself is not checked by the schema.
        "Integration": {"type": "string", "enum": ("WHATSAPP-BUSINESS", "WHATSAPP-BAILEYS", "EVOLUTION")},
        "rejectCall": _SWITCH,
        "msgCall": _TEXT,
        "groupsIgnore": _SWITCH,
        "alwaysOnline": _SWITCH,
        "readMessages": _SWITCH,
        "readStatus": _SWITCH,
        "syncFullHistory": _SWITCH,
        "wavoipToken": _TEXT,
        "proxyHost": _TEXT,
        "proxyPort": _TEXT,
        "proxyProtocol": _TEXT,
        "proxyUsername": _TEXT,
        "proxyPassword": _TEXT,
        "webhookUrl": _TEXT,
        "webhookByEvents": _SWITCH,
        "webhookBase64": _SWITCH,
        "webhookEvents": _EVENTS,
    },
}

WEBHOOK_SET: Schema = {
    "type": "object",
    "properties": {
        "webhook": {
            "type": "object",
            "properties": {
                "enabled": _SWITCH,
                "url": _TEXT,
                "headers": {"type": "object"},
                "byEvents": _SWITCH,
                "base64": _SWITCH,
                "events": _EVENTS,
            },
            "required": ("enabled", "url"),
        }
    },
    "required": ("webhook",),
}

SEND_TEXT: Schema = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "description": "Invalid format"},
        "text": _TEXT,
        "linkPreview": _SWITCH,
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
        "mentionsEveryOne": _SWITCH,
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
