"""messaging-history.set: what a phone sends of the past after it was paired."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.archiving import archive
from fake_evolution.domain.events.chats import Chat, ChatsSet
from fake_evolution.domain.events.messages import MessagesSet
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.incoming import contacts
from fake_evolution.incoming.chats import checked_chats, keep_chat
from fake_evolution.incoming.messages import checked_batch, message_of

Item = Mapping[str, Any]


async def history(engine: Engine, instance: Instance, data: Any) -> None:
    """Chats, then messages, then contacts; what is stored already is left out."""
    if not isinstance(data, Mapping):
        raise ConfigError("data is no history; legal: an object with `chats`, `contacts` and `messages`, all lists")
    people = contacts.checked_contacts(data.get("contacts") or [])
    chats, batch = checked_chats(data.get("chats") or []), checked_batch({"messages": data.get("messages") or []})
    _tell_chats(engine, instance, chats)
    _tell_messages(engine, instance, batch, people, data)
    named = [{"id": item["id"], "name": _name(item)} for item in people if _name(item)]
    await contacts.upsert(engine, instance, named)


def _tell_chats(engine: Engine, instance: Instance, items: list[Item]) -> None:
    kept = engine.archive(instance)
    chats = tuple(
        Chat(item["id"], instance.instance_id, item.get("name")) for item in items if item["id"] not in kept.chats
    )
    engine.emit(instance.name, ChatsSet(chats))
    if "HISTORIC" in engine.settings.saves:
        for chat in chats:
            keep_chat(engine, instance, chat)


def _tell_messages(engine: Engine, instance: Instance, batch: list[Item], people: list[Item], data: Item) -> None:
    names = {item["id"]: _name(item) for item in people if _name(item)}
    fresh = [
        info for info in batch if info.get("message") and engine.archive(instance).message(info["key"]["id"]) is None
    ]
    messages = tuple(_message(engine, instance, info, names) for info in fresh)
    progress = {name: data[name] for name in ("isLatest", "progress") if name in data}
    engine.emit(instance.name, MessagesSet(messages, progress if engine.profile.history_tells_progress else {}))
    for message in messages:
        archive(engine, instance, message, saved_as="HISTORIC")


def _message(engine: Engine, instance: Instance, info: Item, names: Mapping[str, Any]) -> Message:
    """The message; its sender is named by the contacts that came along, or else by his number."""
    key = info["key"]
    if not info.get("pushName") and not key.get("fromMe") and engine.profile.own_push_name is not None:
        sender = info.get("participant") or key.get("participant") or key["remoteJid"]
        info = {**info, "pushName": names.get(sender) or str(sender).partition("@")[0]}
    return message_of(engine.profile, instance, info)


def _name(item: Item) -> Any:
    return item.get("name") if item.get("name") is not None else item.get("notify")


HANDLERS = {"messaging-history.set": history}
