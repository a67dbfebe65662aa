"""Messages are applied together, and one that fails is alone in that."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import psycopg
import pytest

from channel_backend.seams import CLEAN

pytestmark = pytest.mark.stack

WAIT_S = 60.0  # a guard against hanging, never a measure
START = "/api/whatsapp-sessions/whatsappsession"


def refusing(message_id: str) -> str:
    """The key of a message, unless it is the one that nobody can stand."""
    if message_id == "M2":
        raise ArithmeticError("two")
    return message_id


def body_of(channel: int, number: int) -> bytes:
    """A message as Evolution posts it."""
    key = {"id": f"M{number}", "remoteJid": "5511988887777@s.whatsapp.net", "fromMe": False}
    data = {"key": key, "message": {"conversation": "oi"}, "messageTimestamp": 1_767_225_600 + number}
    return msgspec.json.encode({"event": "messages.upsert", "instance": str(channel), "data": data})


@pytest.fixture
def waiting(migrated_url: str) -> Callable[..., None]:
    """Puts messages into the inbox as if a process had died after it acknowledged them."""

    def put(tenant_id: int, channel: int, numbers: range) -> None:
        row = (
            "INSERT INTO webhook_inbox (lane, tenant_id, channel_id, event, body, mark)"
            " VALUES (%s, %s, %s, 'messages.upsert', %s, %s)"
        )
        with psycopg.connect(migrated_url) as connection, connection.cursor() as cursor:
            about = str(channel), tenant_id, channel
            cursor.executemany(row, [(*about, body_of(channel, number), f"mark {number}") for number in numbers])

    return put


async def ids_once_there(person: Any, count: int) -> list[str]:
    """The ids of the only ticket's messages, once there are so many."""
    async with asyncio.timeout(WAIT_S):
        while not (tickets := (await person.call("GET", "/api/tickets"))[1]["tickets"]):
            await person.backend.parts.inbound.settled()
        while True:
            _, found = await person.call("GET", f"/api/messages/{tickets[0]['id']}")
            if found["count"] >= count:
                return [message["messageId"] for message in found["messages"]]


async def test_more_than_a_batch_is_applied_in_order(ana: Any, waiting: Any) -> None:
    """Whatever a process left is applied, each message once, with the newest as the ticket's last."""
    channel = await ana.new_channel()

    waiting(ana.tenant_id, channel, range(100, 220))
    found = await ids_once_there(ana, 120)

    (ticket,) = (await ana.call("GET", "/api/tickets"))[1]["tickets"]
    assert (found[-1], ticket["unreadMessages"]) == ("M219", 120)


async def test_a_message_that_fails_is_alone_in_that(
    backend_with: Any, person_at: Any, double: Any, waiting: Any
) -> None:
    """Those before and behind it, taken together with it, are applied."""
    backend = await backend_with(double.url, seams=replace(CLEAN, message_key=refusing))
    ana = await person_at(backend)
    channel = await ana.new_channel()

    waiting(ana.tenant_id, channel, range(1, 5))
    found = await ids_once_there(ana, 3)

    assert found == ["M1", "M3", "M4"]


async def test_what_is_told_of_no_message_is_forgotten(ana: Any, migrated_url: str) -> None:
    """An acknowledgement whose message never comes does not stay for ever."""
    channel = await ana.new_channel()
    await ana.post_event(channel, "messages.update", {"keyId": "M1", "status": "READ"})
    archive = ana.backend.parts.talking.archive

    counts = []
    for older_s in (3600.0, 0.0):
        await archive.forget_early(older_s)
        with psycopg.connect(migrated_url) as connection:
            counts += connection.execute("SELECT count(*) FROM early_message_changes").fetchall()

    assert counts == [(1,), (0,)]
