"""Conversations on a real database: one ticket, one message, whatever comes how often and in which order."""

import asyncio
from typing import Any

import pytest

from channel_backend.store.accounts import Profile

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
PERSON = "5511988887777@s.whatsapp.net"


@pytest.fixture
async def connected(ana: Any, double: Any) -> int:
    """A channel that is linked."""
    channel: int = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "open", at_s=4)
    return channel


async def post_message(person: Any, channel: int, message_id: str, event: str = "messages.upsert", **how: Any) -> int:
    """Post one message as Evolution would."""
    key = {"id": message_id, "remoteJid": how.pop("jid", PERSON), "fromMe": how.pop("from_me", False)}
    data = {
        "key": key,
        "pushName": "Bia",
        "status": how.pop("status", "DELIVERY_ACK"),
        "message": {"conversation": how.pop("text", "oi")},
        "messageType": "conversation",
        "messageTimestamp": 1_767_225_600 + how.pop("second", 0),
    }
    status: int = await person.post_event(channel, event, data, **how)
    return status


async def post_ack(person: Any, channel: int, message_id: str, status: str) -> int:
    """Post how far a message got."""
    data = {"keyId": message_id, "remoteJid": PERSON, "fromMe": True, "status": status}
    answer: int = await person.post_event(channel, "messages.update", data)
    return answer


async def tickets_of(person: Any, query: str = "") -> list[dict[str, Any]]:
    """The tenant's tickets."""
    _, found = await person.call("GET", f"/api/tickets{query}")
    return list(found["tickets"])


async def messages_of(person: Any) -> list[dict[str, Any]]:
    """The messages of the only ticket."""
    (ticket,) = await tickets_of(person)
    _, found = await person.call("GET", f"/api/messages/{ticket['id']}")
    return list(found["messages"])


async def test_a_message_is_a_ticket(ana: Any, connected: int) -> None:
    """Who wrote, how many are unread, the last text."""
    await post_message(ana, connected, "M1", text="oi")
    await post_message(ana, connected, "M2", text="tudo bem?", second=1)

    (ticket,) = await tickets_of(ana)

    assert (ticket["whatsappId"], ticket["tenantId"], ticket["status"]) == (connected, ana.tenant_id, "pending")
    assert (ticket["unreadMessages"], ticket["lastMessage"]) == (2, "tudo bem?")
    assert (ticket["contact"]["number"], ticket["contact"]["name"]) == ("5511988887777", "Bia")
    assert [message["body"] for message in await messages_of(ana)] == ["oi", "tudo bem?"]


async def test_twenty_reports_at_once_are_one_message(ana: Any, connected: int) -> None:
    """Concurrent repetitions, byte by byte and not, are one message in one ticket."""
    await asyncio.gather(*(post_message(ana, connected, "M1", at_s=number % 3) for number in range(20)))

    (ticket,) = await tickets_of(ana)
    assert (ticket["unreadMessages"], [found["messageId"] for found in await messages_of(ana)]) == (1, ["M1"])


async def test_acks_that_come_first_are_kept(ana: Any, connected: int) -> None:
    """Read before it was there: it is read when it is there, and does not go back."""
    await post_ack(ana, connected, "M1", "READ")
    await post_ack(ana, connected, "M1", "DELIVERY_ACK")
    await post_message(ana, connected, "M1", from_me=True, status="PENDING")
    await post_ack(ana, connected, "M1", "SERVER_ACK")

    (message,) = await messages_of(ana)
    assert (message["ack"], message["fromMe"]) == (3, True)


async def test_edits_and_revokes_find_their_message(ana: Any, connected: int) -> None:
    """The new text is shown; what was taken back is not."""
    await post_message(ana, connected, "M1", text="errado")
    await post_message(ana, connected, "M2", text="segredo", second=1)
    edit = {"key": {"id": "M1"}, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": "certo"}}
    await ana.post_event(connected, "messages.edited", edit)
    await ana.post_event(connected, "messages.delete", {"id": "M2", "remoteJid": PERSON, "fromMe": False})

    first, second = await messages_of(ana)
    assert (first["body"], first["isEdited"]) == ("certo", True)
    assert (second["body"], second["isDeleted"]) == ("", True)


async def test_a_reply_and_its_echo_are_one_message(ana: Any, double: Any, connected: int) -> None:
    """Sent through Evolution, answered with the record, echoed by webhook: one message, and the ticket is open."""
    await post_message(ana, connected, "M1")
    (ticket,) = await tickets_of(ana)
    sent = {"key": {"id": "M2", "remoteJid": PERSON, "fromMe": True}, "message": {"conversation": "olá"}}
    double.then("message/sendText", (201, {**sent, "status": "PENDING", "messageTimestamp": 1_767_225_700}))

    status, message = await ana.call("POST", f"/api/messages/{ticket['id']}", {"body": "olá"})
    await post_message(ana, connected, "M2", "send.message", from_me=True, status="SERVER_ACK", text="olá", second=100)

    assert (status, message["messageId"], message["fromMe"], message["ack"]) == (200, "M2", True, 0)
    assert [(found["body"], found["ack"]) for found in await messages_of(ana)] == [("oi", 2), ("olá", 1)]
    assert [(found["status"], found["unreadMessages"]) for found in await tickets_of(ana)] == [("open", 0)]


async def test_a_reply_that_fails_says_why(ana: Any, double: Any, connected: int) -> None:
    """Evolution's refusal is a 502 with its words; nothing is stored."""
    await post_message(ana, connected, "M1")
    (ticket,) = await tickets_of(ana)
    double.then("message/sendText", (400, {"status": 400, "response": {"message": [{"exists": False}]}}))

    status, reply = await ana.call("POST", f"/api/messages/{ticket['id']}", {"body": "olá"})

    assert (status, len(await messages_of(ana))) == (502, 1)
    assert reply["error"].startswith("ERR_SENDING_WAPP_MSG: ")


async def test_a_reply_needs_a_connection(ana: Any, connected: int) -> None:
    """409 names the status and what to do."""
    await post_message(ana, connected, "M1")
    (ticket,) = await tickets_of(ana)
    await ana.call("DELETE", f"{START}/{connected}")

    status, reply = await ana.call("POST", f"/api/messages/{ticket['id']}", {"body": "olá"})

    assert (status, "DISCONNECTED; connect it first" in reply["error"]) == (409, True)


@pytest.mark.parametrize("body", [{}, {"body": 7}, {"body": "  "}, {"body": "a\x00"}, []])
async def test_a_reply_of_the_wrong_shape_is_a_400(ana: Any, body: object) -> None:
    """The path of the field comes first."""
    status, reply = await ana.call("POST", "/api/messages/1", body)

    assert (status, reply["error"].split(":")[0]) == (400, "body")


async def test_another_tenant_sees_nothing(backend: Any, ana: Any, person_at: Any, connected: int) -> None:
    """Tickets and messages are the tenant's own; another's ticket is not there."""
    await post_message(ana, connected, "M1")
    (ticket,) = await tickets_of(ana)
    bia = await person_at(backend, profile=Profile.ADMIN)

    read, _ = await bia.call("GET", f"/api/messages/{ticket['id']}")
    written, _ = await bia.call("POST", f"/api/messages/{ticket['id']}", {"body": "oi"})

    assert (await tickets_of(bia), await tickets_of(bia, f"?whatsappId={connected}"), read, written) == (
        [],
        [],
        404,
        404,
    )


async def test_tickets_are_found_by_what_a_person_types(ana: Any, connected: int) -> None:
    """A part of the name or the number; signs of patterns are signs."""
    await post_message(ana, connected, "M1")

    found = [len(await tickets_of(ana, f"?searchParam={part}")) for part in ("bi", "98888", "%25", "_")]

    assert found == [1, 1, 0, 0]
