"""Sending and receiving messages: which number exists, what a dead or closed socket answers, which events come."""

from collections.abc import Mapping
from typing import Any

from fake_evolution.answers import bad_request, native_error
from fake_evolution.domain.events.messages import MessagesUpsert, SendMessage
from fake_evolution.domain.messages import jid_of, received_text, sent_text
from fake_evolution.domain.states import Link, Phase
from fake_evolution.engine import Engine
from fake_evolution.errors import IllegalSignalError


async def send_text(engine: Engine, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """POST /message/sendText, after its schema: the message record, or one of the many refusals."""
    jid = await _reach_whatsapp(engine, name, jid_of(body["number"]))
    _refuse_unknown_number(engine, jid, body["number"])
    delay_s = (body.get("delay") or 0) / 1000
    await engine.scheduler.sleep(engine.world.whatsapp.send_s + delay_s)
    instance = engine.instances.get(name)  # it may have been deleted meanwhile
    if instance is None or instance.memory is not Link.OPEN:
        raise bad_request("Error: Connection Closed")
    message = sent_text(
        jid=jid,
        message_id=engine.ids.message(name),
        text=body["text"],
        at_s=int(engine.clock.wall().timestamp()),
        instance_id=instance.instance_id,
    )
    engine.known_numbers.remember(jid)
    engine.emit(name, SendMessage(message))
    return message.record()


async def _reach_whatsapp(engine: Engine, name: str, jid: str) -> str:
    """The address to send to: numbers met before come from the server's cache, others are asked for."""
    instance = engine.instance(name)
    if instance.instance_id not in engine.clients:
        if jid.endswith("@g.us"):
            raise bad_request("[object Object]")
        raise native_error("Cannot read properties of undefined (reading 'onWhatsApp')")
    known = engine.known_numbers.find(jid)
    if known is not None:
        if instance.memory is not Link.OPEN or instance.socket_dead:
            raise bad_request("Error: Connection Closed")
        return known
    if instance.phase in (Phase.STARTING, Phase.QR):
        await engine.scheduler.sleep(engine.world.whatsapp.unauthenticated_query_s)
        raise native_error("Timed Out")
    if instance.memory is not Link.OPEN or instance.socket_dead:
        raise native_error("Connection Closed")
    await engine.scheduler.sleep(engine.world.whatsapp.query_s)
    return jid


def _refuse_unknown_number(engine: Engine, jid: str, number: str) -> None:
    digits = jid.partition("@")[0]
    ends = engine.world.whatsapp.not_on_whatsapp
    if jid.endswith("@s.whatsapp.net") and (not digits or digits.endswith(tuple(ends))):
        raise bad_request({"jid": jid, "exists": False, "number": number})


def receive_text(engine: Engine, name: str, *, number: str, text: str, push_name: str | None) -> str:
    """The instance's phone receives a text; returns the message's id. Only while it is connected."""
    instance = engine.instance(name)
    if instance.memory is not Link.OPEN:
        raise IllegalSignalError(
            f"a message cannot come in while instance '{name}' is '{instance.phase}'; legal while: open"
        )
    message_id = engine.ids.received_message(name)
    jid = f"{number}@s.whatsapp.net"
    engine.known_numbers.remember(jid)
    message = received_text(
        jid=jid,
        message_id=message_id,
        text=text,
        push_name=push_name,
        at_s=int(engine.clock.wall().timestamp()),
        instance_id=instance.instance_id,
    )
    engine.emit(name, MessagesUpsert(message))
    return message_id
