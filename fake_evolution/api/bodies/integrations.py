"""Bodies of the integrations that are off here: queues, chatbots, Chatwoot and file storage.

Their properties are those that decide between a schema problem and "is disabled"; the rest is not looked at.
"""

from collections.abc import Mapping

from fake_evolution.api.bodies.parts import BOTH, EVENTS, SWITCH, TEXT, not_empty
from fake_evolution.api.schema import Schema

_COUNT: Schema = {"type": "integer"}
_TEXTS: Schema = {"type": "array", "items": TEXT}
_TRIGGERS: Schema = {"type": "string", "enum": ("all", "keyword", "none", "advanced")}
_OPERATORS: Schema = {"type": "string", "enum": ("equals", "contains", "startsWith", "endsWith", "regex")}

_QUEUE: Schema = {"type": "object", "properties": {"enabled": BOTH, "events": EVENTS}, "required": ("enabled",)}

QUEUES: Schema = {
    "type": "object",
    "properties": dict.fromkeys(("websocket", "rabbitmq", "nats", "sqs", "kafka"), _QUEUE),
}

_PUSHER_NEEDS = ("enabled", "appId", "key", "secret", "cluster", "useTLS")
PUSHER: Schema = {
    "type": "object",
    "properties": {
        "pusher": {
            "type": "object",
            "properties": {
                "enabled": SWITCH,
                "appId": TEXT,
                "key": TEXT,
                "secret": TEXT,
                "cluster": TEXT,
                "useTLS": SWITCH,
                "events": EVENTS,
            },
            "required": _PUSHER_NEEDS,
            **not_empty(*_PUSHER_NEEDS),
        }
    },
    "required": ("pusher",),
}

_BOT: Mapping[str, Schema] = {
    "triggerType": _TRIGGERS,
    "triggerOperator": _OPERATORS,
    "triggerValue": TEXT,
    "expire": _COUNT,
    "keywordFinish": TEXT,
    "delayMessage": _COUNT,
    "unknownMessage": TEXT,
    "listeningFromMe": SWITCH,
    "stopBotFromMe": SWITCH,
    "keepOpen": SWITCH,
    "debounceTime": _COUNT,
    "ignoreJids": _TEXTS,
}
_SETTINGS = ("expire", "keywordFinish", "delayMessage", "unknownMessage", "listeningFromMe", "stopBotFromMe")
_KINDS: Mapping[str, tuple[str, ...]] = {
    "dify": ("chatBot", "textGenerator", "agent", "workflow"),
    "openai": ("assistant", "chatCompletion"),
}


def bot(kind: str, *needs: str) -> Schema:
    """The body that creates a bot of a kind: switched on or off, described, with an own set of needed texts."""
    own = {name: TEXT for name in needs if name not in ("enabled", "triggerType", "botType")}
    kinds: Mapping[str, Schema] = {"botType": {"type": "string", "enum": _KINDS[kind]}} if kind in _KINDS else {}
    return {
        "type": "object",
        "properties": {"enabled": SWITCH, "description": TEXT, **own, **kinds, **_BOT},
        "required": needs,
        **not_empty(*needs),
    }


BOT_SETTINGS: Schema = {
    "type": "object",
    "properties": {name: _BOT[name] for name in _BOT if not name.startswith("trigger")},
    "required": _SETTINGS,
    **not_empty(*_SETTINGS),
}
BOT_STATUS: Schema = {
    "type": "object",
    "properties": {
        "remoteJid": TEXT,
        "status": {"type": "string", "enum": ("opened", "closed", "paused", "delete")},
    },
    "required": ("remoteJid", "status"),
    **not_empty("remoteJid", "status"),
}
IGNORE_JID: Schema = {
    "type": "object",
    "properties": {"remoteJid": TEXT, "action": {"type": "string", "enum": ("add", "remove")}},
    "required": ("remoteJid", "action"),
    **not_empty("remoteJid", "action"),
}
TYPEBOT_START: Schema = {
    "type": "object",
    "properties": {"remoteJid": TEXT, "url": TEXT, "typebot": TEXT},
    "required": ("remoteJid", "url", "typebot"),
    **not_empty("remoteJid", "url", "typebot"),
}
OPENAI_CREDS: Schema = {
    "type": "object",
    "properties": {"name": TEXT, "apiKey": TEXT},
    "required": ("name", "apiKey"),
    **not_empty("name", "apiKey"),
}

_CHATWOOT_NEEDS = ("enabled", "accountId", "token", "url", "signMsg", "reopenConversation", "conversationPending")
CHATWOOT: Schema = {
    "type": "object",
    "properties": {
        "enabled": BOTH,
        "accountId": TEXT,
        "token": TEXT,
        "url": TEXT,
        "signMsg": BOTH,
        "reopenConversation": BOTH,
        "conversationPending": BOTH,
    },
    "required": _CHATWOOT_NEEDS,
    **not_empty(*_CHATWOOT_NEEDS),
}

MEDIA: Schema = {
    "type": "object",
    "properties": {"id": TEXT, "type": TEXT, "messageId": TEXT},
    **not_empty("id", "type", "messageId"),
}
MEDIA_URL: Schema = {
    "type": "object",
    "properties": {"id": {"type": "string", "pattern": r"\d+", "minLength": 1}, "expiry": TEXT},
    "required": ("id",),
    **not_empty("id"),
}
ANY: Schema = {}
