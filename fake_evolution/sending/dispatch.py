"""From a draft to a sent message: address, delay, context, line; then the archive and the event."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fake_evolution.answers import bad_request
from fake_evolution.archiving import archive_sent
from fake_evolution.domain.events.messages import SendMessage
from fake_evolution.domain.instance import Instance
from fake_evolution.domain.messages import Message
from fake_evolution.domain.wire import Wire
from fake_evolution.engine import Engine
from fake_evolution.errors import ThrownError
from fake_evolution.sending.addressing import Addressee, reach
from fake_evolution.sending.context import base_context, placed, quote
from fake_evolution.sending.draft import Draft, Holder
from fake_evolution.sending.line import signal, transmit


async def dispatch(engine: Engine, name: str, draft: Draft) -> dict[str, Any]:
    """Send a draft; the message record, or an ApiError as the real server words it."""
    to = await reach(engine, name, draft.number)  # a line that does not carry the question is told as it is thrown
    try:
        instance, message = await _sent(engine, name, to, draft)
    except ThrownError as thrown:
        raise bad_request(thrown.told) from thrown
    archive_sent(engine, instance, message)
    told = _with_file(instance, message, draft.data)
    engine.emit(name, SendMessage(told))
    return told.record()


async def _sent(engine: Engine, name: str, to: Addressee, draft: Draft) -> tuple[Instance, Message]:
    if draft.options.delay_s:
        await signal(engine, name, method="presenceSubscribe")
        await engine.scheduler.sleep(draft.options.delay_s)
    if to.is_group and to.group is None:
        raise bad_request("[object Object]")
    instance = await transmit(engine, name)
    return instance, _message(engine, instance, to, draft)


def _message(engine: Engine, instance: Instance, to: Addressee, draft: Draft) -> Message:
    at_s, profile = int(engine.clock.wall().timestamp()), engine.profile
    quoting = quote(engine, instance, to, draft.options.quoted)
    content, context = placed(draft, base_context(engine, to, draft.options, at_s), quoting)
    return Message(
        key=_key(engine, instance.name, to, draft),
        push_name=profile.own_push_name,
        status="PENDING",
        content=content,
        kind=draft.kind,
        timestamp=at_s,
        instance_id=instance.instance_id,
        context=context,
        null_context=draft.holder is Holder.PREPARED,
        wire=Wire.OBJECTS if profile.plain_message_trees else Wire.PROTOBUF_JSON,
    )


def _key(engine: Engine, name: str, to: Addressee, draft: Draft) -> Mapping[str, Any]:
    message_id = engine.ids.message(name, length=engine.profile.api_id_length)
    if draft.kind == "viewOnceMessage":  # relayed by hand in the real server, with a key of its own making
        own = {"participant": to.jid} if to.jid.endswith("@s.whatsapp.net") else {}
        return {"id": message_id, "remoteJid": to.jid, **own, "fromMe": True}
    return {"remoteJid": to.jid, "fromMe": True, "id": message_id}


def _with_file(instance: Instance, message: Message, data: bytes | None) -> Message:
    """The message with its file in it, where the webhook asked for that when the instance connected (Q12)."""
    if data is None or not instance.sends_base64:
        return message
    return replace(message, content={**message.content, "base64": b64encode(data).decode()})
