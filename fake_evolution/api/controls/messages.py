"""Messages that come in, and what becomes of messages: receipts, edits, revokes."""

from collections.abc import Mapping

from aiohttp import web

from fake_evolution.api.asked import Control, answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import (
    AckBody,
    AckTold,
    EditBody,
    MessagesBody,
    MessagesTold,
    MessageTold,
    RevokeBody,
)
from fake_evolution.conversation import talk
from fake_evolution.conversation.partners import partner
from fake_evolution.errors import ConfigError

_MESSAGES_MAX = 1000


async def messages(request: web.Request) -> web.Response:
    """Somebody sends messages of one kind; `from_me` are the account's own, sent from its phone."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, MessagesBody)
    count = 1 if body.get("count") is None else body["count"]
    if not 1 <= count <= _MESSAGES_MAX:
        raise ConfigError(f"'count' is {count}; legal: 1 to {_MESSAGES_MAX}")
    who = partner(engine, name, number=body.get("from"), name=body.get("push_name"))
    saying = talk.Saying(
        kind=body.get("type") or "text",
        text=body.get("text"),
        group=body.get("group"),
        quoted=body.get("quoted"),
        own=body.get("from_me") or False,
        by_lid=body.get("lid") or False,
    )
    ids = [await talk.say(engine, name, who, saying) for _ in range(count)]
    return answer({"message_ids": ids, "from": who.number, "push_name": who.name}, 201)


async def acks(request: web.Request) -> web.Response:
    """A message reached the other phone, was read or played."""
    body = await read_keys(request, AckBody)
    message_id, status = _needed(body, "message_id"), _needed(body, "status")
    told = await talk.acknowledge(request.app[ENGINE], request.match_info["name"], message_id, status)
    return answer({"status": told}, 201)


async def edits(request: web.Request) -> web.Response:
    """The sender of a message changes its text."""
    body = await read_keys(request, EditBody)
    message_id, text = _needed(body, "message_id"), _needed(body, "text")
    told_by = await talk.edit(request.app[ENGINE], request.match_info["name"], message_id, text)
    return answer({"message_id": told_by}, 201)


async def revokes(request: web.Request) -> web.Response:
    """The sender of a message takes it back."""
    body = await read_keys(request, RevokeBody)
    told_by = await talk.revoke(request.app[ENGINE], request.match_info["name"], _needed(body, "message_id"))
    return answer({"message_id": told_by}, 201)


def _needed(body: Mapping[str, object], key: str) -> str:
    found = body.get(key)
    if not isinstance(found, str):
        raise ConfigError(f"'{key}' is missing; legal: a text")
    return found


ENDPOINTS: Endpoints = (
    Control("POST", "/instances/{name}/messages", messages, MessagesTold, takes=MessagesBody, status=201, also=NOT_NOW),
    Control("POST", "/instances/{name}/acks", acks, AckTold, takes=AckBody, status=201, also=NOT_NOW),
    Control("POST", "/instances/{name}/edits", edits, MessageTold, takes=EditBody, status=201, also=NOT_NOW),
    Control("POST", "/instances/{name}/revokes", revokes, MessageTold, takes=RevokeBody, status=201, also=NOT_NOW),
)
