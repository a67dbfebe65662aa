"""Tests of what people do through the control API: kinds of messages, receipts, edits, calls, the past, labels."""

from typing import Any

import pytest

from fake_evolution import ControlError, World
from fake_evolution.conversation.contents import CONTENTS
from fake_evolution.tests.functional.test_incoming_messages import told
from fake_evolution.tests.stage import Stage

ANA = "5531977776666"
SILENT = {"poll-vote", "placeholder"}


@pytest.mark.parametrize("kind", sorted(set(CONTENTS) - SILENT))
async def test_every_kind_comes_in(stage: Stage, kind: str) -> None:
    """Each kind of message is told with its own type, and can be found again."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", text="Oi", sender=ANA)
    await stage.pass_time(1)
    (sent,) = await stage.control.messages("sales", kind=kind, quoted=first, sender=ANA)
    await stage.pass_time(1)

    data = told(stage, "messages.upsert")[-1]
    kept = stage.fake.engine.archive(stage.fake.engine.instance("sales")).message(sent)
    assert (data["key"]["id"], kept is not None) == (sent, True)
    assert data["messageType"] in data["message"]


@pytest.mark.parametrize("kind", sorted(SILENT))
async def test_silent_kinds_tell_nothing(stage: Stage, kind: str) -> None:
    """Votes and messages that cannot be read yet come without an event."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", kind="poll")
    await stage.pass_time(1)

    await stage.control.messages("sales", kind=kind, quoted=first)
    await stage.pass_time(1)

    assert len(told(stage, "messages.upsert")) == 1


async def test_answer_quotes_what_it_answers(stage: Stage) -> None:
    """A quoted text is in the context of the answer, under its id."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", text="Quanto custa?")
    await stage.pass_time(1)
    await stage.control.messages("sales", text="Isso", quoted=first)
    await stage.pass_time(1)

    context = told(stage, "messages.upsert")[-1]["contextInfo"]
    assert (context["stanzaId"], context["quotedMessage"]) == (first, {"conversation": "Quanto custa?"})


async def test_people_are_the_same_under_the_same_seed() -> None:
    """Who writes, their name and their words depend on the seed alone."""
    seen: list[Any] = []
    for _ in range(2):
        async with Stage() as stage:
            await stage.open("sales")
            await stage.control.messages("sales")
            seen += [(data["key"], data["pushName"], data["message"]) for data in told(stage, "messages.upsert")]

    assert seen[0] == seen[1]
    assert len(seen[0][0]["remoteJid"].partition("@")[0]) == 13


async def test_acks_are_told_once_and_kept(stage: Stage) -> None:
    """Every new status of a sent message is an event; a repeated one within half an hour is not."""
    await stage.open("sales")
    body = {"number": ANA, "text": "Oi"}
    sent = await stage.during(stage.call("POST", "/message/sendText/sales", body))
    message_id = sent.body["key"]["id"]

    for status in ("delivered", "READ", "read"):
        await stage.control.ack("sales", message_id, status)

    assert [data["status"] for data in told(stage, "messages.update")] == ["DELIVERY_ACK", "READ"]
    found = await stage.call("POST", "/chat/findStatusMessage/sales", {"where": {"id": message_id}})
    assert [row["status"] for row in found.body] == ["DELIVERY_ACK", "READ"]


async def test_status_of_an_unknown_message_is_dropped(stage: Stage) -> None:
    """The server tells nothing of messages that it has not stored; the control API says so beforehand."""
    await stage.open("sales")
    key = {"remoteJid": f"{ANA}@s.whatsapp.net", "fromMe": True, "id": "3EB0UNKNOWN"}

    await stage.control.whatsapp("sales", "messages.update", [{"key": key, "update": {"status": 4}}])

    assert told(stage, "messages.update") == []
    with pytest.raises(ControlError, match=r"unknown stored message of instance 'sales' '3EB0UNKNOWN' \(known: none\)"):
        await stage.control.ack("sales", "3EB0UNKNOWN", "read")


async def test_edit_is_told_and_stored(stage: Stage) -> None:
    """The event is the protocol message; the stored text is the new one, with the status EDITED."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", text="errado")
    await stage.pass_time(1)

    await stage.control.edit("sales", first, "certo")
    await stage.pass_time(1)

    (edited,) = told(stage, "messages.edited")
    assert (edited["type"], edited["key"]["id"], edited["editedMessage"]) == (
        "MESSAGE_EDIT",
        first,
        {"conversation": "certo"},
    )
    assert edited["timestampMs"].isdigit()
    row = stage.fake.engine.archive(stage.fake.engine.instance("sales")).message(first)
    assert row is not None
    assert (row.message.content, row.message.status) == ({"conversation": "certo"}, "EDITED")


async def test_revoke_is_told_twice(stage: Stage) -> None:
    """A message that is taken back is an edit of type REVOKE, and then a delete with its key."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", text="ops", sender=ANA)
    await stage.pass_time(1)

    await stage.control.revoke("sales", first)

    assert stage.emitted()[-2:] == ["messages.edited", "messages.delete"]
    assert told(stage, "messages.edited")[0]["type"] == "REVOKE"
    assert told(stage, "messages.delete")[0]["id"] == first


async def test_presence_is_handed_on(stage: Stage) -> None:
    """Somebody types; where groups are ignored nothing is told of groups."""
    await stage.open("sales")
    await stage.control.presence("sales", "composing", sender=ANA)

    (data,) = told(stage, "presence.update")
    jid = f"{ANA}@s.whatsapp.net"
    assert data == {"id": jid, "presences": {jid: {"lastKnownPresence": "composing"}}}
    with pytest.raises(ControlError, match="unknown presence 'typing' "):
        await stage.control.presence("sales", "typing")


async def test_call_is_answered_by_the_text_for_calls(stage: Stage) -> None:
    """The call is told after the answer was sent; the answer comes back as an own message."""
    await stage.create("sales", qrcode=True, msgCall="Não atendo")
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    call_id = await stage.control.ring("sales", sender=ANA)
    await stage.pass_time(1)
    await stage.control.ring("sales", sender=ANA, status="terminate", call_id=call_id)

    assert stage.emitted()[-4:] == ["call", "messages.upsert", "contacts.upsert", "call"]
    assert [(data["id"], data["status"]) for data in told(stage, "call")] == [
        (call_id, "offer"),
        (call_id, "terminate"),
    ]
    (answer,) = told(stage, "messages.upsert")
    assert (answer["key"]["fromMe"], answer["message"]) == (True, {"conversation": "Não atendo"})


async def test_history_comes_in_order_and_once(stage: Stage) -> None:
    """Chats, messages, contacts and their pictures; what is stored is not sent again."""
    await stage.open("sales")
    counts = await stage.control.history("sales", chats=2, messages=3)
    await stage.pass_time(1)

    assert counts == {"chats": 2, "contacts": 2, "messages": 6}
    assert stage.emitted()[-4:] == ["chats.set", "messages.set", "contacts.upsert", "contacts.update"]
    kept = stage.fake.engine.archive(stage.fake.engine.instance("sales"))
    assert (len(kept.chats), len(kept.contacts), len(kept.messages)) == (2, 2, 6)
    await stage.control.history("sales", chats=2, messages=0)
    await stage.pass_time(1)
    assert told(stage, "chats.set")[-1] == []


async def test_contacts_are_named_by_the_owner(stage: Stage) -> None:
    """A saved contact is told without picture, then with it; a renamed one is told once."""
    await stage.open("sales")
    await stage.control.contact("sales", number=ANA, name="Ana")
    await stage.pass_time(1)
    await stage.control.contact("sales", number=ANA, name="Ana Lima", known=True)
    await stage.pass_time(1)

    names = [item["pushName"] for data in told(stage, "contacts.update") for item in data]
    assert told(stage, "contacts.upsert")[0][0]["profilePicUrl"] is None
    assert names == ["Ana", "Ana Lima"]
    kept = stage.fake.engine.archive(stage.fake.engine.instance("sales"))
    assert [row.push_name for row in kept.contacts.values()] == ["Ana Lima"]


async def test_chats_begin_and_end(stage: Stage) -> None:
    """A chat that is stored already makes an empty event; a deleted one is gone."""
    await stage.open("sales")
    for action in ("upsert", "upsert", "update", "delete"):
        await stage.control.chat("sales", number=ANA, name="Ana", action=action, unread=2)

    assert [len(data) for data in told(stage, "chats.upsert")] == [1, 0]
    assert told(stage, "chats.upsert")[0][0]["unreadMessages"] == 2
    assert told(stage, "chats.delete") == [[f"{ANA}@s.whatsapp.net"]]
    assert stage.fake.engine.archive(stage.fake.engine.instance("sales")).chats == {}


async def test_deleted_label_is_told_twice(stage: Stage) -> None:
    """And letters that are not plain ASCII are left out of the stored name."""
    await stage.open("sales")
    await stage.control.label("sales", label_id="1", name="Orçamento", color=2)
    kept = stage.fake.engine.archive(stage.fake.engine.instance("sales")).labels["1"]
    await stage.control.label("sales", label_id="1", name="Orçamento", deleted=True)

    assert (kept.name, kept.color) == ("Oramento", "2")
    assert [data["deleted"] for data in told(stage, "labels.edit")] == [False, True, True]


@pytest.mark.parametrize(("saves", "events"), [("true", 0), ("false", 1)])
async def test_label_on_a_chat_is_told_only_without_saved_chats(saves: str, events: int) -> None:
    """Where chats are saved the database refuses it and nobody is told (Q21)."""
    async with Stage(world=World(server={"DATABASE_SAVE_DATA_CHATS": saves})) as stage:
        await stage.open("sales")
        await stage.control.put_label("sales", label_id="1", number=ANA)

        assert len(told(stage, "labels.association")) == events


async def test_unread_messages_are_counted_in_stored_chats(stage: Stage) -> None:
    """What comes in counts; a receipt of the own phone, or an own message, sets it back."""
    await stage.open("sales")
    await stage.control.chat("sales", number=ANA, name="Ana")
    chats = stage.fake.engine.archive(stage.fake.engine.instance("sales")).chats
    jid = f"{ANA}@s.whatsapp.net"

    counted = []
    for own in (False, False, True):
        await stage.control.messages("sales", sender=ANA, from_me=own, push_name="Ana")
        await stage.pass_time(2)
        counted.append(chats[jid].unread)

    assert counted == [1, 2, 0]


async def test_receipts_count_as_read(stage: Stage) -> None:
    """A receipt up to a moment reads everything before it, without any event."""
    await stage.open("sales")
    (first,) = await stage.control.messages("sales", sender=ANA)
    await stage.pass_time(1)
    jid, before = f"{ANA}@s.whatsapp.net", len(stage.emitted())

    receipt = {"key": {"remoteJid": jid}, "receipt": {"readTimestamp": 4_000_000_000}}
    await stage.control.whatsapp("sales", "message-receipt.update", [receipt])

    row = stage.fake.engine.archive(stage.fake.engine.instance("sales")).message(first)
    assert row is not None
    assert (row.message.status, len(stage.emitted())) == ("READ", before)
