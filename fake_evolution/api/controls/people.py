"""What people do beside writing: presence, calls, contacts, chats, labels, and a phone that sends its past."""

from aiohttp import web

from fake_evolution.api.asked import Control, Endpoint, answer, read_keys
from fake_evolution.api.call import ENGINE
from fake_evolution.api.controls import NOT_NOW, Endpoints
from fake_evolution.control_types import (
    CallBody,
    CallTold,
    ChatBody,
    ContactBody,
    HistoryBody,
    HistoryTold,
    LabelBody,
    LabelledBody,
    LabelledTold,
    LabelTold,
    PersonTold,
    PresenceBody,
    PresenceTold,
)
from fake_evolution.conversation import surroundings
from fake_evolution.conversation.partners import partner
from fake_evolution.errors import ConfigError

_CHATS_MAX, _MESSAGES_MAX = 1000, 1000


async def presence(request: web.Request) -> web.Response:
    """Somebody is online, types or records."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, PresenceBody)
    who, shown = partner(engine, name, number=body.get("from")), body.get("presence") or "available"
    await surroundings.show_presence(engine, name, who, shown, group=body.get("group"))
    return answer({"from": who.number, "presence": shown}, 201)


async def calls(request: web.Request) -> web.Response:
    """Somebody rings, or a call goes on: `status` of the call of this `call_id`."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, CallBody)
    told = await surroundings.call(
        engine,
        name,
        partner(engine, name, number=body.get("from")),
        status=body.get("status") or "offer",
        call_id=body.get("call_id"),
        video=body.get("video") or False,
    )
    return answer({"call_id": told["id"], "from": told["from"].partition("@")[0]}, 201)


async def history(request: web.Request) -> web.Response:
    """The phone sends some of its past: chats with people, and messages in each."""
    body = await read_keys(request, HistoryBody)
    chats, messages = body.get("chats") or 1, 1 if body.get("messages") is None else body["messages"]
    if not (1 <= chats <= _CHATS_MAX and 0 <= messages <= _MESSAGES_MAX):
        raise ConfigError(f"legal: 1 to {_CHATS_MAX} `chats` with 0 to {_MESSAGES_MAX} `messages` each")
    engine, name = request.app[ENGINE], request.match_info["name"]
    return answer(await surroundings.send_history(engine, name, chats=chats, messages=messages), 201)


async def contacts(request: web.Request) -> web.Response:
    """The account's owner saves a contact, or renames a `known` one."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, ContactBody)
    who = partner(engine, name, number=body.get("number"), name=body.get("name"))
    await surroundings.name_contact(engine, name, who, known=body.get("known") or False)
    return answer({"number": who.number, "name": who.name}, 201)


async def chats(request: web.Request) -> web.Response:
    """A chat begins, changes or is deleted on the phone."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, ChatBody)
    who = partner(engine, name, number=body.get("number"), name=body.get("name"))
    action = body.get("action") or "upsert"
    await surroundings.change_chat(engine, name, who, action, unread=body.get("unread") or 0)
    return answer({"number": who.number, "name": who.name}, 201)


async def labels(request: web.Request) -> web.Response:
    """A label is made, changed or deleted on the phone."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    body = await read_keys(request, LabelBody)
    label_id = body.get("id") or "1"
    await surroundings.edit_label(
        engine,
        name,
        label_id=label_id,
        title=body.get("name") or "Novo cliente",
        color=body.get("color") or 0,
        deleted=body.get("deleted") or False,
    )
    return answer({"id": label_id}, 201)


async def labelled(request: web.Request) -> web.Response:
    """A label is put on a chat (`add`) or taken off it (`remove`) on the phone."""
    engine, name = request.app[ENGINE], request.match_info["name"]
    label_id = request.match_info["label"]
    body = await read_keys(request, LabelledBody)
    who, action = partner(engine, name, number=body.get("number")), body.get("action") or "add"
    await surroundings.put_label(engine, name, who, label_id=label_id, action=action)
    return answer({"id": label_id, "number": who.number}, 201)


def _told(path: str, answers: Endpoint, takes: type, gives: type) -> Control:
    return Control("POST", f"/instances/{{name}}/{path}", answers, gives, takes=takes, status=201, also=NOT_NOW)


ENDPOINTS: Endpoints = (
    _told("presence", presence, PresenceBody, PresenceTold),
    _told("calls", calls, CallBody, CallTold),
    _told("history", history, HistoryBody, HistoryTold),
    _told("contacts", contacts, ContactBody, PersonTold),
    _told("chats", chats, ChatBody, PersonTold),
    _told("labels", labels, LabelBody, LabelTold),
    _told("labels/{label}/chats", labelled, LabelledBody, LabelledTold),
)
