"""messages.upsert: messages that come in, or that the account's own phone sent.

Batches go through one after another. For each message, in this order: a protocol message is told and awaited; what was
seen before is dropped; the chat takes the sender's name; the message is kept and told; the contact is kept and told,
after its picture was asked for.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.archiving import archive
from fake_evolution.contacts import keep_contact
from fake_evolution.domain.archive import Archive, MessageRow, StatusRow
from fake_evolution.domain.events.chats import ChatRenamed
from fake_evolution.domain.events.contacts import Contact, ContactUpdate, ContactUpsert
from fake_evolution.domain.events.messages import MessagesEdited, MessagesUpsert
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message
from fake_evolution.domain.protocol import decoded
from fake_evolution.domain.received import MEDIA_KINDS, is_unreadable, prepared, protocol_message
from fake_evolution.domain.wire import Wire
from fake_evolution.downloads import downloaded
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.people import picture_of
from fake_evolution.profiles import Alternative, Profile

SEEN_S = 300.0
_TYPES = ("notify", "append")
_STATUS_CHAT = "status@broadcast"

Info = Mapping[str, Any]


async def upsert(engine: Engine, instance: Instance, data: Any) -> None:
    """A batch of messages; dropped when an API logout has ended the instance's queue (Q28)."""
    batch, kind = checked_batch(data), data.get("type", "notify")
    inbox = engine.inbox(instance)
    if inbox.closed:
        engine.journal.write("dropped", instance=instance.name, event="messages.upsert", reason="queue ended by logout")
        return
    async with inbox.turn:
        for info in batch:
            present = present_instance(engine, instance)
            if present is None or not await _take(engine, present, info, notified=kind in _TYPES):
                break


def checked_batch(data: Any) -> list[Info]:
    """The messages of a batch; ConfigError when they are not as the socket library words them."""
    batch = data.get("messages") if isinstance(data, Mapping) else None
    if not isinstance(batch, list):
        raise ConfigError("data is no batch; legal: an object with `messages`, a list, and `type`, notify or append")
    for index, info in enumerate(batch):
        key = info.get("key") if isinstance(info, Mapping) else None
        if not isinstance(key, Mapping) or not key.get("id") or not key.get("remoteJid"):
            raise ConfigError(f"messages[{index}] has no key; legal: `key` with remoteJid, fromMe and id")
        if not isinstance(info.get("message") or {}, Mapping):
            raise ConfigError(f"messages[{index}].message is no object; legal: an object by kind of message, or null")
        if info.get("message") and info.get("messageTimestamp") is None:
            raise ConfigError(f"messages[{index}] has no messageTimestamp; legal: seconds since 1970")
    return batch


def present_instance(engine: Engine, instance: Instance) -> Instance | None:
    """The instance as it is now, or None when it is gone."""
    found = engine.instances.get(instance.name)
    return found if found is not None and found.instance_id == instance.instance_id else None


async def _take(engine: Engine, instance: Instance, info: Info, *, notified: bool) -> bool:
    """Process one message; False when the rest of its batch is lost with it (Q20)."""
    if is_unreadable(info):
        return True
    content = decoded(info.get("message") or {})
    protocol = protocol_message(content)
    if protocol is not None:
        await _tell_protocol(engine, instance, info, protocol)
    if _is_repeated(engine, instance, info["key"]["id"]) and protocol is None:
        return True
    empty = info.get("message") is None
    if not notified or empty or protocol is not None or "pollUpdateMessage" in content:
        return True
    if instance.settings.groupsIgnore and "@g.us" in info["key"]["remoteJid"]:
        return True
    return await _tell(engine, instance, info)


def _is_repeated(engine: Engine, instance: Instance, message_id: str) -> bool:
    """Whether the id was seen in the last minutes; it is from now on, also when nothing came with it."""
    if not (engine.profile.drops_repeated_messages and engine.settings.cache):
        return False
    inbox, now_s = engine.inbox(instance), engine.clock.now()
    if inbox.knows(message_id, now_s=now_s):
        return True
    inbox.note(message_id, now_s=now_s, for_s=SEEN_S)
    return False


# --- protocol messages ------------------------------------------------------------------------------------------------


async def _tell_protocol(engine: Engine, instance: Instance, info: Info, protocol: Mapping[str, Any]) -> None:
    """Tell an edit or revoke, wait until that is delivered or given up, then change the stored message."""
    if not (protocol.get("editedMessage") or engine.profile.edited_for_every_protocol_message):
        return
    delivered = asyncio.get_running_loop().create_future()
    engine.emit(
        instance.name,
        MessagesEdited(protocol),
        done=lambda: None if delivered.done() else delivered.set_result(None),
    )
    await delivered
    key = protocol.get("key") or {}
    found = engine.archive(instance).message(str(key.get("id")))
    if found is not None and engine.profile.own_push_name is not None:  # as all versions that store edits
        _store_edit(engine, instance, found, info, protocol)


def _store_edit(engine: Engine, instance: Instance, found: MessageRow, info: Info, protocol: Mapping[str, Any]) -> None:
    kept, key = engine.archive(instance), protocol["key"]
    content = protocol.get("editedMessage") or found.message.content
    second = int(info.get("messageTimestamp") or found.message.timestamp)
    edited = replace(found.message, content=content, timestamp=second, status="EDITED")
    kept.change_message(key["id"], lambda _: edited)
    kept.statuses.append(
        StatusRow(
            row_id=engine.ids.database("MessageUpdate", instance.name),
            message_row_id=found.row_id,
            key_id=key["id"],
            jid=key.get("remoteJid", found.jid),
            from_me=bool(key.get("fromMe")),
            status="EDITED",
        )
    )


# --- messages with content --------------------------------------------------------------------------------------------


async def _tell(engine: Engine, instance: Instance, info: Info) -> bool:
    key = info["key"]
    _rename_chat(engine, instance, info)
    message = message_of(engine.profile, instance, info)
    _keep(engine, instance, message)
    engine.emit(instance.name, MessagesUpsert(_shown(engine, instance, message)))
    await engine.scheduler.sleep(engine.world.whatsapp.query_s)  # the contact's picture is asked for
    present = present_instance(engine, instance)
    if present is None:
        return False
    if key["remoteJid"] == _STATUS_CHAT:
        return True
    if _is_private(key["remoteJid"]) and not _remember_number(engine, key):
        return False
    _tell_contact(engine, present, info)
    return True


def message_of(profile: Profile, instance: Instance, info: Info) -> Message:
    """The message as this version of the server words it."""
    return prepared(
        info,
        instance_id=instance.instance_id,
        own_push_name=profile.own_push_name,
        wire=Wire.OBJECTS if profile.plain_message_trees else Wire.PROTOBUF_JSON,
    )


def _rename_chat(engine: Engine, instance: Instance, info: Info) -> None:
    """A stored chat takes the name that its only other participant gives himself."""
    key, name = info["key"], info.get("pushName") or ""
    chat = engine.archive(instance).chats.get(key["remoteJid"])
    personal = not key.get("fromMe") and "@g.us" not in key["remoteJid"]
    if chat is None or not name.strip() or chat.name == name or not personal:
        return
    engine.emit(instance.name, ChatRenamed(chat.row_id, name))
    if "CHATS" in engine.settings.saves:
        engine.archive(instance).chats[chat.jid] = replace(chat, name=name, updated_at=engine.now_iso())


def _keep(engine: Engine, instance: Instance, message: Message) -> None:
    """Store the message and count what is unread; of one second and chat only the first message is counted."""
    row = archive(engine, instance, message, saved_as="NEW_MESSAGE")
    if row is None:
        return
    inbox, now_s = engine.inbox(instance), engine.clock.now()
    counted = f"{row.jid}_{message.timestamp}_{message.key.get('fromMe')}"
    if inbox.knows(counted, now_s=now_s):
        return
    _count(engine.archive(instance), message, row.jid, at=engine.now_iso())
    if engine.settings.cache:
        inbox.note(counted, now_s=now_s, for_s=SEEN_S)


def _count(kept: Archive, message: Message, jid: str, *, at: str) -> None:
    if message.key.get("fromMe") or message.status == "READ":
        if kept.mark_read(jid, until=message.timestamp):
            kept.count_unread(jid, at=at)
    elif message.status == "DELIVERY_ACK":
        kept.count_unread(jid, at=at)


def _shown(engine: Engine, instance: Instance, message: Message) -> Message:
    """The message as it is told: with its file where that is wanted, and the number instead of a privacy id."""
    if not MEDIA_KINDS.isdisjoint(message.content):
        message = replace(message, content={**message.content, **downloaded(engine, instance, message)})
    key, alternative = message.key, message.key.get("remoteJidAlt")
    if engine.profile.alternative_number is Alternative.ABSENT:
        told = {name: value for name, value in key.items() if not name.endswith("Alt") and name != "addressingMode"}
        return replace(message, key=told)
    if engine.profile.alternative_number is Alternative.INSTEAD and "@lid" in key["remoteJid"] and alternative:
        swapped = {"remoteJid": alternative, "remoteJidAlt": key["remoteJid"], "addressingMode": "pn"}
        return replace(message, key={**key, **swapped})
    return message


def _is_private(jid: str) -> bool:
    return "@s.whatsapp" in jid or "@lid" in jid


def _remember_number(engine: Engine, key: Mapping[str, Any]) -> bool:
    """The address is known from now on; a privacy id that came without a number makes the server stumble."""
    alternative = key.get("remoteJidAlt")
    if key.get("addressingMode") != "lid":
        engine.known_numbers.remember(key["remoteJid"], alternative=alternative)
    elif alternative:
        engine.known_numbers.remember(alternative, alternative=alternative)
    return key.get("addressingMode") != "lid" or bool(alternative)


def _tell_contact(engine: Engine, instance: Instance, info: Info) -> None:
    key = info["key"]
    name = info.get("pushName") if key.get("fromMe") is False else ""
    contact = Contact(key["remoteJid"], name, picture_of(engine, key["remoteJid"]), instance.instance_id)
    known = contact.jid in engine.archive(instance).contacts
    engine.emit(instance.name, ContactUpdate(contact) if known else ContactUpsert(contact))
    keep_contact(engine, instance, contact)


HANDLERS = {"messages.upsert": upsert}
