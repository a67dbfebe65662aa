"""Everything that the fake sends in the life of an instance fits the schemas."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from contracts.compare import Context
from contracts.deliveries import Matcher
from contracts.loader import schema_names, violations
from contracts.recording import Json
from contracts.sink import Sink
from fake_evolution import Config, ControlClient, FakeServer

PATIENCE_S = 10.0


@dataclass
class Life:
    """One instance, asked through the API, with everything it said."""

    session: aiohttp.ClientSession
    fake: FakeServer
    control: ControlClient
    sink: Sink
    answers: list[tuple[str, Json]]

    async def ask(self, method: str, path: str, body: Json = None) -> Any:
        """Calls the API and keeps the answer under the name of its schema."""
        headers = {"apikey": self.fake.api_key}
        async with self.session.request(method, self.fake.url + path, json=body, headers=headers) as response:
            answer = await response.json()
        self.answers.append((f"answers/{'.'.join(path.split('/')[1:3]) or 'root'}", answer))
        return answer

    async def sees(self, event: str, state: str | None = None) -> None:
        """Waits for a webhook."""
        there = await self.sink.wait_until(
            lambda: any(told(a.body, event, state) for a in self.sink.arrivals), PATIENCE_S
        )
        assert there, f"no {event} {state or ''} within {PATIENCE_S} s"


def told(body: dict[str, Any], event: str, state: str | None) -> bool:
    """Whether a webhook is that event, with that state where one is asked for."""
    return bool(body["event"] == event and state in {None, (body["data"] or {}).get("state")})


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    """A fast fake with a sink that takes everything."""
    async with Sink(asyncio.sleep) as sink, FakeServer(Config(rate=50, api_key="Wire")) as fake:
        sink.expect(Matcher((), Context()), lambda: 0.0)
        async with ControlClient(fake.control_url) as control, aiohttp.ClientSession() as session:
            yield Life(session, fake, control, sink, [])


async def connected(life: Life) -> None:
    """Creates an instance and scans its code."""
    webhook = {"url": life.sink.origin, "events": []}
    body = {"instanceName": "a", "integration": "WHATSAPP-BAILEYS", "qrcode": True, "webhook": webhook}
    await life.ask("POST", "/instance/create", body)
    await life.sees("qrcode.updated")
    await life.control.scan(instance="a")
    await life.sees("connection.update", "open")


async def reads(life: Life) -> None:
    """Asks everything that changes nothing."""
    paths = ["/", "/instance/connectionState/a", "/instance/connect/a", "/instance/fetchInstances", "/webhook/find/a"]
    for path in paths:
        await life.ask("GET", path)


async def talks(life: Life) -> None:
    """A message in, a message out."""
    await life.control.messages("a", text="Bom dia")
    await life.ask("POST", "/message/sendText/a", {"number": "5511988880002", "text": "Boa tarde"})
    await life.sees("messages.upsert")
    await life.sees("send.message")


async def ends(life: Life) -> None:
    """Logs out, connects again and is deleted."""
    await life.ask("DELETE", "/instance/logout/a")
    await life.sees("connection.update", "close")
    await life.ask("GET", "/instance/connect/a")
    await life.ask("DELETE", "/instance/delete/a")
    await life.sees("remove.instance")


CHAPTERS: tuple[Callable[[Life], Awaitable[None]], ...] = (connected, reads, talks, reads, ends)


async def test_all_webhooks_fit_their_schemas(life: Life) -> None:
    """Every webhook of a whole life fits the schema of its event, and every event in scope was sent."""
    for chapter in CHAPTERS:
        await chapter(life)

    bodies = [arrival.body for arrival in life.sink.arrivals]
    assert [text for body in bodies for text in violations(f"events/{body['event']}", body)] == []
    assert {f"events/{body['event']}" for body in bodies} == {
        name for name in schema_names() if name.startswith("events/")
    }


async def test_all_answers_fit_their_schemas(life: Life) -> None:
    """Every answer of a whole life fits the schema of its route."""
    for chapter in CHAPTERS:
        await chapter(life)

    assert [text for name, answer in life.answers for text in violations(name, answer)] == []
