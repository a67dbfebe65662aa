"""Everything that the fake answers and sends in a life through all families is as the contract says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from contracts.compare import Context
from contracts.conformity import answer_violations, event_violations
from contracts.deliveries import Matcher
from contracts.imitation import not_imitated
from contracts.loader import schema_names
from contracts.recording import Json
from contracts.sink import Sink
from contracts.wire import judge_wire
from fake_evolution import Client, Config, FakeServer

PATIENCE_S = 60.0  # a guard against hanging, never a measure
OTHER = "5511988880002"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"
NEVER_BY_WEBHOOK = {"groups.update", "labels.association", "error"}
"""Events that no webhook of an instance can carry; the list of what is not recorded says why."""


@dataclass
class Life:
    """One instance, asked through the API, with everything it said."""

    session: aiohttp.ClientSession
    fake: FakeServer
    control: Client
    sink: Sink
    violations: list[str]

    async def ask(self, method: str, path: str, body: Json = None) -> Any:
        """Calls the API and holds the answer against the contract."""
        headers = {"apikey": self.fake.api_key}
        async with self.session.request(method, self.fake.url + path, json=body, headers=headers) as response:
            answer = await response.json() if await response.read() else ""
        found = answer_violations(method, path.split("?", maxsplit=1)[0], response.status, answer)
        self.violations += [f"{method} {path} {response.status}: {text}" for text in found]
        return answer

    async def sees(self, event: str, state: str | None = None) -> None:
        """Waits for a webhook."""
        there = await self.sink.wait_until(
            lambda: any(told(a.body, event, state) for a in self.sink.arrivals), PATIENCE_S
        )
        assert there, f"no {event} {state or ''} within {PATIENCE_S} s"


def told(body: dict[str, Any], event: str, state: str | None) -> bool:
    """Whether a webhook is that event, with that state where one is asked for."""
    return bool(body["event"] == event and (state is None or body["data"]["state"] == state))


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    """A fast fake with a sink that takes everything."""
    async with Sink(asyncio.sleep) as sink, FakeServer(Config(rate=50, api_key="Wire")) as fake:
        sink.expect(Matcher((), Context()), lambda: 0.0)
        async with Client(fake.control_url) as control, aiohttp.ClientSession() as session:
            yield Life(session, fake, control, sink, [])


async def connected(life: Life) -> None:
    """Creates an instance and scans its code."""
    webhook = {"url": life.sink.origin, "events": []}
    body = {"instanceName": "a", "integration": "WHATSAPP-BAILEYS", "qrcode": True, "webhook": webhook}
    await life.ask("POST", "/instance/create", body)
    await life.sees("qrcode.updated")
    await life.control.scan(instance="a")
    await life.sees("connection.update", "open")


async def sends(life: Life) -> None:
    """Every kind of message, an edit and a deletion."""
    to = {"number": OTHER}
    first = await life.ask("POST", "/message/sendText/a", to | {"text": "Boa tarde"})
    bodies: dict[str, dict[str, Json]] = {
        "sendMedia": to | {"mediatype": "image", "media": PIXEL, "fileName": "a.png"},
        "sendSticker": to | {"sticker": PIXEL},
        "sendLocation": to | {"latitude": -23.5, "longitude": -46.6, "name": "Sé", "address": "Praça da Sé"},
        "sendContact": to | {"contact": [{"fullName": "Bia", "phoneNumber": OTHER}]},
        "sendReaction": {"key": first["key"], "reaction": "🚀"},
        "sendPoll": to | {"name": "?", "selectableCount": 1, "values": ["a", "b"]},
        "sendList": to
        | {"title": "T", "footerText": "F", "buttonText": "B"}
        | {"sections": [{"title": "S", "rows": [{"title": "R", "rowId": "1"}]}]},
        "sendButtons": to | {"title": "T", "buttons": [{"type": "reply", "displayText": "D", "id": "1"}]},
        "sendStatus": {"type": "text", "content": "oi", "backgroundColor": "#000000", "font": 1, "allContacts": True},
    }
    for kind, body in bodies.items():
        await life.ask("POST", f"/message/{kind}/a", body)
    await life.ask("POST", "/chat/updateMessage/a", to | {"text": "Boa noite", "key": first["key"]})
    await life.control.ack("a", first["key"]["id"], "READ")
    await life.ask("DELETE", "/chat/deleteMessageForEveryone/a", first["key"])
    for event in ("send.message", "send.message.update", "messages.update", "messages.delete"):
        await life.sees(event)


async def hears(life: Life) -> None:
    """Whatever a phone can tell."""
    [first] = await life.control.messages("a", text="Bom dia")
    await life.sees("messages.upsert")
    await life.control.messages("a", text="de novo")
    await life.control.edit("a", first, "Boa noite")
    await life.control.revoke("a", first)
    await life.control.presence("a", "composing")
    await life.control.ring("a")
    await life.control.history("a")
    await life.control.contact("a", name="Bia")
    for action in ("upsert", "update", "delete"):
        await life.control.chat("a", number=OTHER, name="Bia", action=action)
    await life.control.label("a", label_id="1", name="novo")
    group = await life.control.join_group("a", subject="Time")
    await life.control.change_group_people("a", group["id"], action="add", count=1)
    for event in (
        *("messages.edited", "presence.update", "call", "messages.set", "contacts.upsert", "contacts.update"),
        *("chats.set", "chats.upsert", "chats.update", "chats.delete", "labels.edit", "groups.upsert"),
        "group-participants.update",
    ):
        await life.sees(event)


READS: tuple[tuple[str, str, Json], ...] = (
    *(("GET", path, None) for path in ("/", "/instance/connectionState/a", "/instance/connect/a")),
    *(("GET", path, None) for path in ("/instance/fetchInstances", "/webhook/find/a", "/settings/find/a")),
    *(("GET", path, None) for path in ("/chat/fetchPrivacySettings/a", "/label/findLabels/a", "/proxy/find/a")),
    ("GET", f"/chat/findChatByRemoteJid/a?remoteJid={OTHER}@s.whatsapp.net", None),
    ("GET", "/group/fetchAllGroups/a?getParticipants=true", None),
    *(("POST", f"/chat/{name}/a", {}) for name in ("findMessages", "findChats", "findContacts", "findStatusMessage")),
    ("POST", "/chat/whatsappNumbers/a", {"numbers": [OTHER, "5511900000000"]}),
    ("POST", "/chat/fetchProfile/a", {"number": OTHER}),
    ("POST", "/chat/fetchBusinessProfile/a", {"number": OTHER}),
    ("POST", "/chat/fetchProfilePictureUrl/a", {"number": OTHER}),
    ("POST", "/business/getCatalog/a", {"number": OTHER}),
    ("POST", "/template/create/a", {}),
    ("POST", "/call/offer/a", {"number": OTHER, "callDuration": 3}),
    ("POST", "/chat/whatsappNumbers/a", {"numbers": []}),
    ("POST", "/verify-creds", {}),
    ("GET", "/no/such/route", None),
)


async def reads(life: Life) -> None:
    """Asks everything that changes nothing."""
    for method, path, body in READS:
        await life.ask(method, path, body)


async def ends(life: Life) -> None:
    """Logs out, connects again and is deleted."""
    await life.ask("DELETE", "/instance/logout/a")
    await life.sees("connection.update", "close")
    await life.ask("GET", "/instance/connect/a")
    await life.ask("DELETE", "/instance/delete/a")
    await life.sees("remove.instance")


CHAPTERS: tuple[Callable[[Life], Awaitable[None]], ...] = (connected, reads, sends, hears, reads, ends)


@pytest.fixture
async def lived(life: Life) -> Life:
    """A whole life."""
    for chapter in CHAPTERS:
        await chapter(life)
    return life


async def test_a_whole_life_is_as_the_contract_says(lived: Life) -> None:
    """Every webhook and answer fits its schema, every event came, and the journal, judged by itself, agrees."""
    bodies = [arrival.body for arrival in lived.sink.arrivals]
    known = {name.removeprefix("events/") for name in schema_names() if name.startswith("events/")}

    assert [text for body in bodies for text in event_violations(body)] == []
    assert lived.violations == []
    assert judge_wire(lived.fake.journal.after(0)).violations == ()
    assert known - {body["event"] for body in bodies} == NEVER_BY_WEBHOOK
    assert set(not_imitated().events_not_recorded) >= NEVER_BY_WEBHOOK
