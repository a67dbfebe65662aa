"""What people's phones tell beside messages: presence, calls, the past, names and chats, labels."""

from typing import Any

from fake_evolution.conversation.partners import Partner, group_jid, partner
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError, unknown_name
from fake_evolution.incoming import take
from fake_evolution.people import drawn_words

PRESENCES = ("available", "unavailable", "composing", "recording", "paused")
CALL_STATUSES = ("offer", "ringing", "accept", "reject", "timeout", "terminate")
CHAT_ACTIONS = ("upsert", "update", "delete")
_HISTORY_STEP_S = 60


def chosen(what: str, found: str, known: tuple[str, ...]) -> str:
    """One of a few words; ConfigError lists them."""
    if found not in known:
        raise ConfigError(unknown_name(what, found, known))
    return found


async def show_presence(engine: Engine, name: str, who: Partner, presence: str, *, group: str | None) -> None:
    """Somebody is online, types or records."""
    shown: dict[str, Any] = {"lastKnownPresence": chosen("presence", presence, PRESENCES)}
    if presence == "unavailable":
        shown["lastSeen"] = int(engine.clock.wall().timestamp())
    chat = who.jid if group is None else group_jid(group)
    await take(engine, name, "presence.update", {"id": chat, "presences": {who.jid: shown}})


async def call(
    engine: Engine, name: str, who: Partner, *, status: str, call_id: str | None, video: bool
) -> dict[str, Any]:
    """Somebody rings, or a call goes on; the call as it was told."""
    told = {
        "chatId": who.jid,
        "from": who.jid,
        "id": call_id or engine.ids.received_message(f"{name} call"),
        "date": engine.now_iso(),
        "offline": False,
        "status": chosen("status of a call", status, CALL_STATUSES),
        "isVideo": video,
        "isGroup": False,
    }
    await take(engine, name, "call", [told])
    return told


async def send_history(engine: Engine, name: str, *, chats: int, messages: int) -> dict[str, int]:
    """The phone sends some of its past: people, a chat with each, and messages in it."""
    people = [partner(engine, f"{name} past {number}") for number in range(chats)]
    now_s = int(engine.clock.wall().timestamp())
    told = [
        _past_message(engine, name, who, now_s - _HISTORY_STEP_S * (messages - number), number)
        for who in people
        for number in range(messages)
    ]
    data = {
        "chats": [{"id": who.jid, "name": who.name, "unreadCount": 0} for who in people],
        "contacts": [{"id": who.jid, "name": who.name} for who in people],
        "messages": told,
        "isLatest": True,
        "progress": 100,
        "syncType": 3,
    }
    await take(engine, name, "messaging-history.set", data)
    return {"chats": len(people), "contacts": len(people), "messages": len(told)}


def _past_message(engine: Engine, name: str, who: Partner, second: int, number: int) -> dict[str, Any]:
    own = number % 2 == 1
    message_id = engine.ids.received_message(name)
    words = drawn_words(engine.rng.keyed("past", name, message_id).integer(2**32))
    return {
        "key": {"remoteJid": who.jid, "fromMe": own, "id": message_id},
        "messageTimestamp": second,
        "message": {"conversation": words},
        **({} if own else {"pushName": who.name}),
    }


async def name_contact(engine: Engine, name: str, who: Partner, *, known: bool) -> None:
    """The account's owner saves a contact in the phone, or changes its name."""
    event = "contacts.update" if known else "contacts.upsert"
    await take(engine, name, event, [{"id": who.jid, "name": who.name}])


async def change_chat(engine: Engine, name: str, who: Partner, action: str, *, unread: int) -> None:
    """A chat begins, changes or is deleted on the phone."""
    event = f"chats.{chosen('action', action, CHAT_ACTIONS)}"
    chat = {"id": who.jid, "name": who.name, "unreadCount": unread}
    await take(engine, name, event, [who.jid] if action == "delete" else [chat])


async def edit_label(engine: Engine, name: str, *, label_id: str, title: str, color: int, deleted: bool) -> None:
    """A label is made, changed or deleted on the phone."""
    label = {"id": label_id, "name": title, "color": color, "deleted": deleted, "predefinedId": label_id}
    await take(engine, name, "labels.edit", label)


async def put_label(engine: Engine, name: str, who: Partner, *, label_id: str, action: str) -> None:
    """A label is put on a chat, or taken off it, on the phone."""
    association = {"type": "label_jid", "chatId": who.jid, "labelId": label_id}
    change = chosen("action", action, ("add", "remove"))
    await take(engine, name, "labels.association", {"association": association, "type": change})
