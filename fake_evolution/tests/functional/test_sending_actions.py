"""Tests of what is done to messages and chats: read, archive, delete, edit, fetch the file, type."""

from typing import Any

import pytest

from fake_evolution import World
from fake_evolution.tests.functional.test_sending_texts import NUMBER, PERSON, refused, send
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Reply, Stage

KEY = {"id": "3A00", "remoteJid": PERSON, "fromMe": False}


@pytest.fixture
async def sales(stage: Stage, sink: Sink) -> Stage:
    """A connected instance with a webhook."""
    await stage.open("sales", sink.url)
    return stage


async def act(stage: Stage, action: str, body: Any, *, method: str = "POST", name: str = "sales") -> Reply:
    """Call a route of /chat."""
    return await stage.during(stage.call(method, f"/chat/{action}/{name}", body))


async def delete(stage: Stage, **key: Any) -> Reply:
    """Delete a message for everyone."""
    return await act(stage, "deleteMessageForEveryone", {"remoteJid": PERSON, "fromMe": True, **key}, method="DELETE")


async def sent_id(stage: Stage) -> str:
    """The id of a text that was just sent."""
    return str((await send(stage)).body["key"]["id"])


async def test_read(sales: Stage) -> None:
    """Success for any id; a socket that is gone is told with two texts."""
    good = await act(sales, "markMessageAsRead", {"readMessages": [KEY]})
    await sales.control.phone("sales", "lose-connection", for_s=60)
    bad = await act(sales, "markMessageAsRead", {"readMessages": [KEY]})

    assert good == Reply(201, {"message": "Read messages", "read": "success"})
    assert bad == refused(500, ["Read messages fail", "Error: Connection Closed"])


@pytest.mark.parametrize(
    ("action", "fields", "answer"),
    [
        ("archiveChat", {"archive": False}, {"chatId": PERSON, "archived": True}),
        ("markChatUnread", {}, {"chatId": PERSON, "markedChatUnread": True}),
    ],
)
async def test_chats_are_changed(sales: Stage, action: str, fields: dict[str, Any], answer: dict[str, Any]) -> None:
    """By their last message; archived is what it always says."""
    assert await act(sales, action, {"lastMessage": {"key": KEY}, **fields}) == Reply(201, answer)


async def test_chat_alone_fails_in_the_database(sales: Stage) -> None:
    """With only `chat` the real server looks for the last message in vain (Q29)."""
    answer = await act(sales, "archiveChat", {"archive": True, "chat": PERSON})
    nothing = await act(sales, "archiveChat", {"archive": True})

    [told] = answer.body["response"]["message"]
    assert (answer.status, told["archived"]) == (500, False)
    assert told["message"][0] == "An error occurred while archiving the chat. Open a calling."
    assert nothing.body["response"]["message"][0]["message"][1].startswith("TypeError: Cannot set properties")


async def test_delete_a_stored_message(sink: Sink) -> None:
    """Where the server does not keep deleted messages the row goes, and the event tells what it was."""
    async with Stage(world=World(server={"DATABASE_DELETE_MESSAGE": "false"})) as stage:
        await stage.open("sales", sink.url)
        message_id = await sent_id(stage)
        answer = await delete(stage, id=message_id)
        await stage.settle()
        found = await act(stage, "findMessages", {})

    told = next(one.body["data"] for one in sink.received if one.event == "messages.delete")
    assert answer.body["message"]["protocolMessage"]["type"] == "REVOKE"
    assert (told["status"], told["message"], told["key"]["id"]) == ("DELETED", {"conversation": "Oi"}, message_id)
    assert found.body["messages"]["total"] == 0


async def test_delete_what_is_not_there(sales: Stage) -> None:
    """Success without an event (Q30)."""
    answer = await delete(sales, id="nope")

    assert (answer.status, answer.body["messageTimestamp"].isdigit()) == (201, True)
    assert "messages.delete" not in sales.emitted()


async def test_delete_logically(sales: Stage) -> None:
    """As the official image is set, the row is only marked."""
    await delete(sales, id=await sent_id(sales))

    found = await act(sales, "findMessages", {})

    [record] = found.body["messages"]["records"]
    assert (record["key"]["deleted"], record["MessageUpdate"]) == (True, [{"status": "DELETED"}])


async def test_delete_on_a_closed_socket(sales: Stage) -> None:
    """Two texts."""
    await sales.control.phone("sales", "lose-connection", for_s=60)

    answer = await delete(sales, id="X")

    assert answer == refused(500, ["Error while deleting message for everyone", "Error: Connection Closed"])


async def test_edit(sales: Stage, sink: Sink) -> None:
    """The row has the new text, and the event is the protocol message."""
    key = {**KEY, "id": await sent_id(sales), "fromMe": True}

    answer = await act(sales, "updateMessage", {"number": NUMBER, "text": "edited", "key": key})

    await sales.settle()
    told = next(one.body["data"] for one in sink.received if one.event == "send.message.update")
    [record] = (await act(sales, "findMessages", {})).body["messages"]["records"]
    assert (answer.status, told) == (200, answer.body["message"]["protocolMessage"])
    assert (told["type"], told["timestampMs"].isdigit()) == ("MESSAGE_EDIT", True)
    assert (record["message"], record["MessageUpdate"]) == ({"conversation": "edited"}, [{"status": "EDITED"}])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"number": NUMBER, "text": "x", "key": KEY}, refused(400, ["Message not compatible"])),
        ({"text": "x"}, refused(500, "Cannot read properties of undefined (reading 'replace')")),
        ({"number": NUMBER, "text": ""}, refused(400, [['The "text" cannot be empty']])),
    ],
)
async def test_edits_that_cannot_be(sales: Stage, body: dict[str, Any], told: Reply) -> None:
    """Of a message that is not stored, without a number, to nothing."""
    assert await act(sales, "updateMessage", body) == told


async def test_edit_in_another_chat(sales: Stage) -> None:
    """The number must be the chat's."""
    key = {**KEY, "id": await sent_id(sales), "fromMe": True}

    answer = await act(sales, "updateMessage", {"number": "5511977770000", "text": "x", "key": key})

    assert answer == refused(400, ["RemoteJid does not match"])


async def test_presence_takes_its_time(sales: Stage) -> None:
    """The answer comes after the delay; a number that is not on WhatsApp has no text."""
    before_s = sales.fake.clock.now()
    body = {"number": NUMBER, "presence": "composing", "delay": 2000}

    good = await act(sales, "sendPresence", body)

    assert (good, sales.fake.clock.now() - before_s >= 2) == (Reply(201, {"presence": "composing"}), True)
    unknown = await act(sales, "sendPresence", {**body, "number": "551190000"})
    assert unknown == refused(400, ["[object Object]"])


async def test_presence_without_a_socket(stage: Stage) -> None:
    """The exception in an array, unlike a message's."""
    await stage.create("sales")

    answer = await act(stage, "sendPresence", {"number": NUMBER, "presence": "paused", "delay": 0})

    assert answer == refused(400, ["TypeError: Cannot read properties of undefined (reading 'onWhatsApp')"])


async def test_file_of_a_message_that_is_given(sales: Stage) -> None:
    """A message need not be stored; wrappings are taken off."""
    document = {"mimetype": "application/pdf", "directPath": "/p", "fileName": "a.pdf"}
    sales.fake.engine.media.keep("/p", b"%PDF")
    wrapped = {"documentWithCaptionMessage": {"message": {"documentMessage": document}}}

    answer = await act(sales, "getBase64FromMediaMessage", {"message": {"key": KEY, "message": wrapped}})

    expected = {"mediaType": "documentMessage", "fileName": "a.pdf", "size": {}, "mimetype": "application/pdf"}
    assert answer == Reply(201, {**expected, "base64": "JVBERg==", "buffer": None})


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"key": {"id": "nope"}}, "Message not found"),
        ({}, "TypeError: Cannot read properties of undefined (reading 'ephemeralMessage')"),
        ({"message": {"conversation": "t"}}, "The message is not of the media type"),
    ],
)
async def test_messages_without_a_file(sales: Stage, message: dict[str, Any], told: str) -> None:
    """Each with its own text."""
    assert await act(sales, "getBase64FromMediaMessage", {"message": message}) == refused(400, [told])


async def test_file_that_is_gone_is_tried_twice(sales: Stage) -> None:
    """The second try comes five seconds after the first."""
    before_s = sales.fake.clock.now()
    video = {"videoMessage": {"url": "https://mmg.whatsapp.net/x.enc", "directPath": "/x.enc"}}

    answer = await act(sales, "getBase64FromMediaMessage", {"message": {"key": KEY, "message": video}})

    assert answer == refused(400, ["Error: Failed to fetch stream from https://mmg.whatsapp.net/x.enc"])
    assert sales.fake.clock.now() - before_s >= 5
