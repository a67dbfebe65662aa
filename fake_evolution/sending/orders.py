"""Orders about messages that are out: revoke and edit. Their answers are the protocol library's own JSON."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.answers import bad_request, failure, native_error
from fake_evolution.domain.archive import MessageRow, StatusRow
from fake_evolution.domain.events.messages import MessagesDeleteByApi, SendMessageUpdate
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message, jid_of
from fake_evolution.domain.wire import Long, protobuf_json
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.sending.line import transmit

_SEEN = ("imageMessage", "videoMessage")

Body = Mapping[str, Any]


async def revoke(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """DELETE /chat/deleteMessageForEveryone: sent for any id; the event comes when the message is stored (Q30)."""
    try:
        instance = await transmit(engine, name)
    except ThrownError as thrown:
        raise failure(500, ["Error while deleting message for everyone", thrown.told]) from thrown
    row = _deleted(engine, instance, body["id"])
    if row is None and not engine.profile.revokes_unstored:
        told = "TypeError: Cannot read properties of null (reading 'id')"
        raise failure(500, ["Error while deleting message for everyone", told])
    if row is not None:
        engine.emit(name, MessagesDeleteByApi(row.row_id, row.message))
    key = {part: body[part] for part in ("remoteJid", "fromMe", "id", "participant") if part in body}
    return _answer(engine, instance, body["remoteJid"], {"key": key, "type": "REVOKE"})


def _deleted(engine: Engine, instance: Instance, message_id: str) -> MessageRow | None:
    """The stored message, removed, or with logical deletion marked; None when it is not stored."""
    kept = engine.archive(instance)
    if not engine.settings.deletes_logically:
        return kept.drop_message(message_id)
    row = kept.change_message(
        message_id, lambda found: replace(found, key={**found.key, "deleted": True}, status="DELETED")
    )
    if row is not None:
        _note_status(engine, instance, row, "DELETED")
    return row


async def edit(engine: Engine, name: str, body: Body) -> dict[str, Any]:
    """POST /chat/updateMessage: only a stored text, picture or video of that very chat can be edited."""
    if "number" not in body:
        raise native_error("Cannot read properties of undefined (reading 'replace')")
    jid, row = jid_of(body["number"]), _editable(engine, name, body)
    if row is not None and row.jid != jid:
        raise bad_request("RemoteJid does not match")
    try:
        instance = await transmit(engine, name)
    except ThrownError as thrown:
        if not engine.profile.edits_only_stored:
            raise bad_request(thrown.told) from thrown
        raise native_error(thrown.message) from thrown
    millis = int(engine.clock.wall().timestamp() * 1000)
    protocol = {
        "key": body.get("key", {}),
        "type": "MESSAGE_EDIT",
        "editedMessage": _edited(row, body),
        "timestampMs": Long(millis),
    }
    if engine.profile.emits_api_edits:
        engine.emit(name, SendMessageUpdate(protocol))
    if row is not None:
        _rewrite(engine, instance, row, body.get("text", ""))
    return _answer(engine, instance, jid, protocol)


def _editable(engine: Engine, name: str, body: Body) -> MessageRow | None:
    """The stored message that is to be edited; None where nobody looks whether it is stored."""
    if "NEW_MESSAGE" not in engine.settings.saves or not engine.profile.edits_only_stored:
        return None
    row = engine.archive(engine.instance(name)).message(str((body.get("key") or {}).get("id")))
    if row is None or row.message.kind not in ("conversation", *_SEEN):
        raise bad_request("Message not compatible")
    return row


def _edited(row: MessageRow | None, body: Body) -> dict[str, Any]:
    text = body.get("text")
    if row is None or row.message.kind == "conversation":
        return {"extendedTextMessage": {} if text is None else {"text": text}}
    kind = row.message.kind
    return {kind: {**row.message.content[kind], "caption": text}}


def _rewrite(engine: Engine, instance: Instance, row: MessageRow, text: str) -> None:
    """The stored message says from now on what it was edited to."""
    at_s, kind = int(engine.clock.wall().timestamp()), row.message.kind

    def rewritten(found: Message) -> Message:
        content = {"conversation": text} if kind == "conversation" else {kind: {**found.content[kind], "caption": text}}
        return replace(found, content={**found.content, **content}, status="EDITED", timestamp=at_s)

    engine.archive(instance).change_message(row.message.key["id"], rewritten)
    _note_status(engine, instance, row, "EDITED")


def _note_status(engine: Engine, instance: Instance, row: MessageRow, status: str) -> None:
    """A row of the message's statuses, where the settings keep them."""
    if "MESSAGE_UPDATE" in engine.settings.saves:
        key, row_id = row.message.key, engine.ids.database("MessageUpdate", instance.name)
        noted = StatusRow(row_id, row.row_id, key["id"], row.jid, bool(key["fromMe"]), status, key.get("participant"))
        engine.archive(instance).statuses.append(noted)


def _answer(engine: Engine, instance: Instance, jid: str, protocol: Body) -> dict[str, Any]:
    """The message that carries the order: numbers of 64 bits as digits, enumerations by name."""
    in_group = jid.endswith("@g.us") and instance.phone is not None
    author = {"participant": instance.phone.jid} if in_group and instance.phone else {}
    told = {
        "key": {
            "remoteJid": jid,
            "fromMe": True,
            "id": engine.ids.message(instance.name, length=engine.profile.api_id_length),
        },
        "message": {"protocolMessage": protocol},
        "messageTimestamp": Long(int(engine.clock.wall().timestamp())),
        "status": "PENDING",
        **author,
    }
    written: dict[str, Any] = protobuf_json(told)
    return written
