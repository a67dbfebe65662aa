"""Tests of messages that come in, over real sockets with a clock advanced by hand."""

from typing import Any

import pytest

from fake_evolution import ControlError, World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage

JID = "5531977776666@s.whatsapp.net"
KEY = {"remoteJid": JID, "fromMe": False, "id": "3A01", "addressingMode": "pn"}


def batch(*contents: dict[str, Any] | None, kind: str = "notify", **changes: Any) -> dict[str, Any]:
    """A batch of messages with ids 3A01, 3A02, …"""
    messages = [
        {
            "key": {**KEY, "id": f"3A{number:02}"},
            "message": content,
            "messageTimestamp": 1_700_000_000,
            "pushName": "Ana",
        }
        | changes
        for number, content in enumerate(contents, start=1)
    ]
    return {"messages": messages, "type": kind}


def told(stage: Stage, event: str) -> list[Any]:
    """The data of all events of a name."""
    return [record["data"] for record in stage.records("event") if record["event"] == event]


def texts(stage: Stage) -> list[str]:
    """The texts of all messages.upsert."""
    return [data["message"]["conversation"] for data in told(stage, "messages.upsert")]


async def tell(stage: Stage, data: dict[str, Any], *, wait_s: float = 1.0) -> None:
    """WhatsApp tells a batch, and the server goes through it."""
    await stage.control.whatsapp("sales", "messages.upsert", data)
    await stage.pass_time(wait_s)


async def test_contact_is_new_once(stage: Stage) -> None:
    """The first message of somebody makes a contact, the next one changes it; both come after their messages."""
    await stage.open("sales")
    await tell(stage, batch({"conversation": "Oi"}, {"conversation": "Tudo bem?"}))

    assert stage.emitted()[-4:] == ["messages.upsert", "contacts.upsert", "messages.upsert", "contacts.update"]
    assert told(stage, "contacts.update")[0]["pushName"] == "Ana"


async def test_repeated_id_is_dropped_for_five_minutes(stage: Stage) -> None:
    """The second message of an id is lost, but not when it comes much later."""
    await stage.open("sales")
    await tell(stage, batch({"conversation": "one"}))
    await tell(stage, batch({"conversation": "two"}), wait_s=300)
    await tell(stage, batch({"conversation": "three"}))

    assert texts(stage) == ["one", "three"]


async def test_placeholder_makes_the_real_message_a_repeat(stage: Stage) -> None:
    """A message without content tells nothing, and what comes under its id is lost; one that cannot be read is not."""
    await stage.open("sales")
    await tell(stage, batch(None))
    await tell(stage, batch({"conversation": "lost"}))
    await tell(stage, batch(None, key={**KEY, "id": "3A77"}, messageStubParameters=["Bad MAC"]))
    await tell(stage, batch({"conversation": "kept"}, key={**KEY, "id": "3A77"}))

    assert texts(stage) == ["kept"]


async def test_without_a_cache_nothing_is_a_repeat() -> None:
    """Suppression needs a cache engine."""
    server = {"CACHE_REDIS_ENABLED": "false", "CACHE_LOCAL_ENABLED": "false"}
    async with Stage(world=World(server=server)) as stage:
        await stage.open("sales")
        await tell(stage, batch({"conversation": "one"}))
        await tell(stage, batch({"conversation": "one"}))

        assert texts(stage) == ["one", "one"]


async def test_older_profile_tells_repeats_and_strings() -> None:
    """2.2.3 knows no suppression and writes messages as the protocol library does."""
    image = {"imageMessage": {"fileLength": 7, "mediaKey": {"$b64": "AQ=="}}}
    async with Stage(world=World(profile="2.2.3")) as stage:
        await stage.open("sales")
        await tell(stage, batch(image, key=KEY))
        await tell(stage, batch(image, key=KEY))

        shown = told(stage, "messages.upsert")
        assert [data["message"] for data in shown] == [{"imageMessage": {"fileLength": "7", "mediaKey": "AQ=="}}] * 2
        assert "addressingMode" not in shown[0]["key"]


async def test_privacy_id_without_number_loses_the_rest_of_its_batch(stage: Stage) -> None:
    """The message itself is told; its contact and what follows it in the batch are not (Q20)."""
    await stage.open("sales")
    lid = {"remoteJid": "200@lid", "fromMe": False, "addressingMode": "lid"}
    first, second = batch({"conversation": "hidden"}, {"conversation": "lost"})["messages"]

    await tell(stage, {"messages": [first | {"key": {**lid, "id": "3A01"}}, second], "type": "notify"})
    await tell(stage, batch({"conversation": "next batch"}, key={**KEY, "id": "3A99"}))

    assert texts(stage) == ["hidden", "next batch"]
    assert [contact["remoteJid"] for contact in told(stage, "contacts.upsert")] == [JID]


async def test_group_messages_can_be_ignored(stage: Stage) -> None:
    """With groupsIgnore nothing of a group is told."""
    await stage.create("sales", qrcode=True, groupsIgnore=True)
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    await stage.control.messages("sales", text="a", group="120363000000000001")
    await stage.control.messages("sales", text="b")
    await stage.pass_time(1)

    assert texts(stage) == ["b"]


async def test_new_push_name_renames_the_stored_chat_first(stage: Stage) -> None:
    """The event names the database id of the chat, and comes before the message."""
    await stage.open("sales")
    await stage.control.chat("sales", number=JID.partition("@")[0], name="Old")
    await tell(stage, batch({"conversation": "Oi"}))

    renamed = told(stage, "chats.upsert")[-1]
    assert stage.emitted()[-3:] == ["chats.upsert", "messages.upsert", "contacts.upsert"]
    assert [(list(item), item["name"]) for item in renamed] == [(["id", "name"], "Ana")]


async def test_status_broadcast_makes_no_contact(stage: Stage) -> None:
    """A status is told as a message, and that is all."""
    await stage.open("sales")
    await tell(stage, batch({"conversation": "status"}, key={**KEY, "remoteJid": "status@broadcast"}))

    assert (texts(stage), told(stage, "contacts.upsert")) == (["status"], [])


async def test_poll_votes_and_unknown_types_of_batches_are_dropped(stage: Stage) -> None:
    """Votes are never told as messages, nor is a batch that is neither notify nor append."""
    await stage.open("sales")
    await tell(stage, batch({"pollUpdateMessage": {}}, kind="append"))
    await tell(stage, batch({"conversation": "old"}, kind="prepend", key={**KEY, "id": "3A50"}))

    assert told(stage, "messages.upsert") == []


async def test_messages_end_with_an_api_logout(stage: Stage) -> None:
    """After a logout through the API and a new pairing no message comes any more (Q28); presence still does."""
    await stage.open("sales")
    await stage.call("DELETE", "/instance/logout/sales")
    await stage.pass_time(1)
    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    await stage.control.messages("sales", text="Oi")
    await stage.control.presence("sales", "composing")
    await stage.pass_time(1)

    assert (texts(stage), len(told(stage, "presence.update"))) == ([], 1)


async def test_messages_go_on_after_a_phone_logout(stage: Stage) -> None:
    """When the phone unlinks the device and pairs it again, messages come as before."""
    await stage.open("sales")
    await stage.control.phone("sales", "unlink")
    await stage.pass_time(1)
    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.control.scan(instance="sales")
    await stage.pass_time(1)

    await tell(stage, batch({"conversation": "Oi"}))

    assert texts(stage) == ["Oi"]


async def test_undelivered_edit_holds_the_queue(stage: Stage, sink: Sink) -> None:
    """While messages.edited is being repeated, the messages behind it wait; other events do not."""
    await stage.open("sales", sink.url)
    await tell(stage, batch({"conversation": "a"}))
    sink.answers = [500]
    await stage.control.edit("sales", "3A01", "b")
    await stage.control.messages("sales", text="waits")
    await stage.control.presence("sales", "composing")
    await stage.pass_time(1)

    waiting = (texts(stage), len(told(stage, "presence.update")))
    await stage.pass_time(10)

    assert waiting == (["a"], 1)
    assert texts(stage) == ["a", "waits"]


async def test_file_comes_along_from_the_next_connect_on(stage: Stage, sink: Sink) -> None:
    """Base64 is what the webhook said when the instance connected (Q12); the journal shows no file."""
    await stage.open("sales", sink.url)
    wanted = {"webhook": {"enabled": True, "url": sink.url, "base64": True, "events": ["MESSAGES_UPSERT"]}}
    await stage.call("POST", "/webhook/set/sales", wanted)
    await stage.control.messages("sales", kind="image")
    await stage.pass_time(1)
    await stage.control.phone("sales", "lose-connection")
    await stage.pass_time(1)
    await stage.control.messages("sales", kind="image")
    await stage.pass_time(1)

    sent = [one.body["data"]["message"] for one in sink.received if one.event == "messages.upsert"]
    assert ["base64" in message for message in sent] == [False, True]
    assert told(stage, "messages.upsert")[-1]["message"]["base64"] == "<file>"


async def test_wrong_words_of_whatsapp_are_refused(stage: Stage) -> None:
    """One sentence says what is wrong and what would be legal."""
    await stage.open("sales")

    with pytest.raises(ControlError, match=r"messages\[0\] has no key; legal: `key` with remoteJid, fromMe and id"):
        await stage.control.whatsapp("sales", "messages.upsert", {"messages": [{}]})
    with pytest.raises(ControlError, match=r"unknown WhatsApp event 'message\.upsert'"):
        await stage.control.whatsapp("sales", "message.upsert", {})


async def test_reset_cuts_off_what_waits(stage: Stage, sink: Sink) -> None:
    """Nothing of the messages in the queue is left after a reset."""
    await stage.open("sales", sink.url)
    await stage.control.messages("sales", count=20)

    await stage.fake.reset()
    await stage.pass_time(5)

    assert stage.fake.engine.chores._tasks == set()
    assert len(told(stage, "messages.upsert")) == 1
