"""Bodies of /group."""

from fake_evolution.api.bodies.parts import BOTH, TEXT, not_empty
from fake_evolution.api.schema import Schema


def _numbers(name: str) -> Schema:
    return {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {
            "type": "string",
            "minLength": 10,
            "pattern": r"\d+",
            "description": f'"{name}" must be an array of numeric strings',
        },
    }


def _of_group(name: str, rule: Schema) -> Schema:
    """A body that names a group and one thing more."""
    return {
        "type": "object",
        "properties": {"groupJid": TEXT, name: rule},
        "required": ("groupJid", name),
        **not_empty("groupJid", name),
    }


CREATE: Schema = {
    "type": "object",
    "properties": {
        "subject": TEXT,
        "description": TEXT,
        "profilePicture": TEXT,
        "promoteParticipants": BOTH,
        "participants": _numbers("participants"),
    },
    "required": ("subject", "participants"),
    **not_empty("subject", "description", "profilePicture"),
}
GROUP_JID: Schema = {
    "type": "object",
    "properties": {"groupJid": {"type": "string", "pattern": r"^[\d-]+@g.us$"}},
    "required": ("groupJid",),
    **not_empty("groupJid"),
}
PARTICIPANTS_WANTED: Schema = {
    "type": "object",
    "properties": {"getParticipants": {"type": "string", "enum": ("true", "false")}},
    "required": ("getParticipants",),
    **not_empty("getParticipants"),
}
SEND_INVITE: Schema = {
    "type": "object",
    "properties": {"groupJid": TEXT, "description": TEXT, "numbers": _numbers("numbers")},
    "required": ("groupJid", "description", "numbers"),
    **not_empty("groupJid", "description", "numbers"),
}
INVITE: Schema = {
    "type": "object",
    "properties": {"inviteCode": {"type": "string", "pattern": "^[a-zA-Z0-9]{22}$"}},
    "required": ("inviteCode",),
    **not_empty("inviteCode"),
}
UPDATE_PARTICIPANT: Schema = {
    "type": "object",
    "properties": {
        "groupJid": TEXT,
        "action": {"type": "string", "enum": ("add", "remove", "promote", "demote")},
        "participants": _numbers("participants"),
    },
    "required": ("groupJid", "action", "participants"),
    **not_empty("groupJid", "action"),
}
UPDATE_SETTING = _of_group(
    "action", {"type": "string", "enum": ("announcement", "not_announcement", "locked", "unlocked")}
)
TOGGLE_EPHEMERAL = _of_group("expiration", {"type": "number", "enum": (0, 86400, 604800, 7776000)})
UPDATE_PICTURE = _of_group("image", TEXT)
UPDATE_SUBJECT = _of_group("subject", TEXT)
UPDATE_DESCRIPTION = _of_group("description", TEXT)
ANY: Schema = {}
