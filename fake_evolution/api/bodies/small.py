"""Bodies of the small families: labels, calls, proxy, settings, presence, template, business."""

from fake_evolution.api.bodies.parts import BOTH, SWITCH, TEXT, not_empty
from fake_evolution.api.schema import Schema

_NUMBER: Schema = {"type": "string", "description": "Invalid format"}
_SWITCHES = ("rejectCall", "groupsIgnore", "alwaysOnline", "readMessages", "readStatus", "syncFullHistory")

HANDLE_LABEL: Schema = {
    "type": "object",
    "properties": {
        "number": _NUMBER,
        "labelId": TEXT,
        "action": {"type": "string", "enum": ("add", "remove")},
    },
    "required": ("number", "labelId", "action"),
    **not_empty("number", "labelId", "action"),
}
OFFER_CALL: Schema = {
    "type": "object",
    "properties": {
        "number": _NUMBER,
        "isVideo": BOTH,
        "callDuration": {"type": "integer", "minimum": 1, "maximum": 15},
    },
    "required": ("number", "callDuration"),
}
SET_PROXY: Schema = {
    "type": "object",
    "properties": {
        "enabled": BOTH,
        "host": TEXT,
        "port": TEXT,
        "protocol": TEXT,
        "username": TEXT,
        "password": TEXT,
    },
    "required": ("enabled", "host", "port", "protocol"),
    **not_empty("enabled", "host", "port", "protocol"),
}
SET_SETTINGS: Schema = {
    "type": "object",
    "properties": {
        "rejectCall": SWITCH,
        "msgCall": TEXT,
        "groupsIgnore": SWITCH,
        "alwaysOnline": SWITCH,
        "readMessages": SWITCH,
        "readStatus": SWITCH,
        "syncFullHistory": SWITCH,
        "wavoipToken": TEXT,
    },
    "required": _SWITCHES,
    **not_empty(*_SWITCHES),
}
SET_PRESENCE: Schema = {
    "type": "object",
    "properties": {
        "presence": {"type": "string", "enum": ("unavailable", "available", "composing", "recording", "paused")}
    },
    "required": ("presence",),
}
CREATE_TEMPLATE: Schema = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "category": {"type": "string", "enum": ("AUTHENTICATION", "MARKETING", "UTILITY")},
        "allowCategoryChange": SWITCH,
        "language": TEXT,
        "components": {"type": "array"},
        "webhookUrl": TEXT,
    },
    "required": ("name", "category", "language", "components"),
    **not_empty("name", "category", "language", "components"),
}
CATALOG: Schema = {"type": "object", "properties": {"number": TEXT, "limit": {"type": "number"}}}
