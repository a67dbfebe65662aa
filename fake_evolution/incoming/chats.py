"""chats.upsert, chats.update and chats.delete."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.domain.archive import ChatRow
from fake_evolution.domain.events.chats import Chat, ChatsDelete, ChatsUpdate, ChatsUpsert
from fake_evolution.domain.instance import Instance
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError

Items = list[Mapping[str, Any]]


async def upsert(engine: Engine, instance: Instance, data: Any) -> None:
    """New chats; those that are stored already are left out of the event, which may then be empty."""
    new = [item for item in checked_chats(data) if item["id"] not in engine.archive(instance).chats]
    chats = tuple(
        Chat(item["id"], instance.instance_id, item.get("name"), item.get("unreadCount") or 0) for item in new
    )
    engine.emit(instance.name, ChatsUpsert(chats))
    if "CHATS" in engine.settings.saves:
        for chat in chats:
            keep_chat(engine, instance, chat)


def keep_chat(engine: Engine, instance: Instance, chat: Chat) -> None:
    """Store a chat that is new; a stored one stays as it is."""
    kept, now = engine.archive(instance), engine.now_iso()
    if chat.jid not in kept.chats:
        row_id = engine.ids.database("Chat", instance.name)
        kept.keep_chat(ChatRow(row_id, chat.jid, chat.name, chat.unread or 0, now, now))


async def update(engine: Engine, instance: Instance, data: Any) -> None:
    """Changed chats: nothing but the moment of the change is stored, and only where the name is not another."""
    items = checked_chats(data)
    engine.emit(instance.name, ChatsUpdate(tuple(Chat(item["id"], instance.instance_id) for item in items)))
    kept = engine.archive(instance)
    for item in items:
        chat = kept.chats.get(item["id"])
        if chat is not None and item.get("name") in (None, chat.name):
            kept.chats[chat.jid] = replace(chat, updated_at=engine.now_iso())


async def delete(engine: Engine, instance: Instance, data: Any) -> None:
    """Chats were deleted on the phone; their messages stay stored."""
    if not isinstance(data, list) or not all(isinstance(jid, str) for jid in data):
        raise ConfigError("data is no list of addresses; legal: a list of texts")
    for jid in data:
        engine.archive(instance).chats.pop(jid, None)
    engine.emit(instance.name, ChatsDelete(tuple(data)))


def checked_chats(data: Any) -> Items:
    """The chats; ConfigError when they are not as the socket library words them."""
    shaped = isinstance(data, list) and all(
        isinstance(item, Mapping) and isinstance(item.get("id"), str) for item in data
    )
    if not shaped:
        raise ConfigError("data is no list of chats; legal: objects with `id`, an address, and what is known of it")
    items: Items = data
    return items


HANDLERS = {"chats.upsert": upsert, "chats.update": update, "chats.delete": delete}
