"""messages.update and message-receipt.update: statuses and revokes of messages that are stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.domain.archive import MessageRow, StatusRow
from fake_evolution.domain.events.chats import Chat, ChatsUpsert
from fake_evolution.domain.events.messages import MessagesDelete, MessagesUpdate
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.polls import counted_votes
from fake_evolution.domain.protocol import decoded
from fake_evolution.domain.received import status_name
from fake_evolution.engine import Engine
from fake_evolution.errors import ConfigError
from fake_evolution.profiles import Statusless

SEEN_S = 1800.0

Item = Mapping[str, Any]


async def update(engine: Engine, instance: Instance, data: Any) -> None:
    """Changes of messages, one by one; those of messages that are not stored are dropped."""
    for item in checked_items(data):
        key, change = item["key"], item["update"]
        ignored = instance.settings.groupsIgnore and "@g.us" in str(key.get("remoteJid"))
        if ignored or _is_repeated(engine, instance, key, change) or key.get("remoteJid") == "status@broadcast":
            continue
        row = engine.archive(instance).message(str(key["id"]))
        if row is None and engine.settings.saves & {"HISTORIC", "NEW_MESSAGE"}:
            continue
        if "message" in change and change["message"] is None and change.get("status") is None:
            _tell_revoke(engine, instance, key, row)
        else:
            _tell_status(engine, instance, item, row)


def checked_items(data: Any) -> list[Item]:
    """The changes; ConfigError when they are not as the socket library words them."""
    if not isinstance(data, list):
        raise ConfigError("data is no list; legal: a list of objects with `key` and `update`")
    for index, item in enumerate(data):
        shaped = isinstance(item, Mapping) and all(isinstance(item.get(part), Mapping) for part in ("key", "update"))
        if not shaped or not item["key"].get("id"):
            raise ConfigError(f"data[{index}] is no change; legal: an object with `key`, that has an id, and `update`")
    return data


def _is_repeated(engine: Engine, instance: Instance, key: Item, change: Item) -> bool:
    """Whether this status came for this message in the last half hour; it did from now on."""
    if not (engine.profile.drops_repeated_statuses and engine.settings.cache):
        return False
    inbox, now_s, thing = engine.inbox(instance), engine.clock.now(), f"{key['id']}_{change.get('status')}"
    if inbox.knows(thing, now_s=now_s):
        return True
    inbox.note(thing, now_s=now_s, for_s=SEEN_S)
    return False


def _tell_revoke(engine: Engine, instance: Instance, key: Item, row: MessageRow | None) -> None:
    status = "DELETED"
    engine.emit(instance.name, MessagesDelete(key, status if engine.profile.delete_tells_status else None))
    if row is not None:
        _keep_status(engine, instance, row, key, status)


def _tell_status(engine: Engine, instance: Instance, item: Item, row: MessageRow | None) -> None:
    key, change = item["key"], item["update"]
    status = status_name(change.get("status"))
    if status is None and engine.profile.statusless_update is Statusless.DROPPED:
        return
    if status is None and engine.profile.statusless_update is Statusless.ACKNOWLEDGED:
        status = "SERVER_ACK"
    if row is not None and status is not None and not key.get("fromMe"):
        _change_status(engine, instance, row, status)
    participant = key.get("participant") if engine.profile.update_names_participant else key.get("remoteJid")
    row_id = None if row is None else row.row_id
    votes = _votes(instance, row, change)
    told = MessagesUpdate(key, status, instance.instance_id, row_id, participant, votes)
    engine.emit(instance.name, told)
    if row is not None and status is not None:
        _keep_status(engine, instance, row, key, status, votes=votes)
    _reset_unread(engine, instance, str(key.get("remoteJid")))
    if not key.get("fromMe"):
        engine.archive(instance).count_unread(str(key.get("remoteJid")), at=engine.now_iso())


def _change_status(engine: Engine, instance: Instance, row: MessageRow, status: str) -> None:
    """What came in has a new status; when it was read, so was all that came before it."""
    kept = engine.archive(instance)
    if status == "READ":
        kept.mark_read(row.jid, until=row.message.timestamp)
    kept.change_message(row.message.key["id"], lambda message: replace(message, status=status))


def _votes(instance: Instance, row: MessageRow | None, change: Item) -> Any:
    """The votes so far, when the change is one of a stored poll."""
    updates = change.get("pollUpdates")
    if row is None or not isinstance(updates, list):
        return None
    own_jid = "" if instance.phone is None else instance.phone.jid
    return counted_votes(row.message.content, [decoded(update) for update in updates], own_jid=own_jid)


def _keep_status(
    engine: Engine, instance: Instance, row: MessageRow, key: Item, status: str, *, votes: Any = None
) -> None:
    if "MESSAGE_UPDATE" not in engine.settings.saves:
        return
    engine.archive(instance).statuses.append(
        StatusRow(
            row_id=engine.ids.database("MessageUpdate", instance.name),
            message_row_id=row.row_id,
            key_id=key["id"],
            jid=str(key.get("remoteJid")),
            from_me=bool(key.get("fromMe")),
            status=status,
            participant=key.get("participant"),
            poll_updates=votes,
        )
    )


def _reset_unread(engine: Engine, instance: Instance, jid: str) -> None:
    """Any status in a stored chat sets its unread count to nothing, and is told as a new chat."""
    kept = engine.archive(instance)
    chat = kept.chats.get(jid)
    if chat is None:
        return
    engine.emit(instance.name, ChatsUpsert((Chat(jid, instance.instance_id, unread=0),)))
    if "CHATS" in engine.settings.saves:
        kept.chats[jid] = replace(chat, unread=0, updated_at=engine.now_iso())


async def receipts(engine: Engine, instance: Instance, data: Any) -> None:
    """Receipts of people: what was read up to a moment counts as read; no event."""
    if not isinstance(data, list) or not all(isinstance(item, Mapping) for item in data):
        raise ConfigError("data is no list of receipts; legal: a list of objects with `key` and `receipt`")
    for item in data:
        jid, second = (item.get("key") or {}).get("remoteJid"), (item.get("receipt") or {}).get("readTimestamp")
        if isinstance(jid, str) and isinstance(second, int) and engine.archive(instance).mark_read(jid, until=second):
            engine.archive(instance).count_unread(jid, at=engine.now_iso())


HANDLERS = {"messages.update": update, "message-receipt.update": receipts}
