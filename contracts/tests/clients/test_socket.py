"""The official Python client listens on socket.io, with its own socket."""

import asyncio
from collections.abc import AsyncIterator
from queue import SimpleQueue
from typing import Any

import pytest
from evolutionapi.client import EvolutionClient
from evolutionapi.models.websocket import WebSocketConfig
from evolutionapi.services.websocket import WebSocketManager

from contracts.tests.clients.life import API_KEY, NAME, PATIENCE_S, RATE, WORLD
from fake_evolution import Client, Config, FakeServer

pytestmark = pytest.mark.stack
SETTING = {"websocket": {"enabled": True, "events": ["QRCODE_UPDATED", "CONNECTION_UPDATE"]}}


@pytest.fixture
async def fake() -> AsyncIterator[FakeServer]:
    """A fast fake whose server has sockets on, one namespace an instance."""
    sockets = {"WEBSOCKET_ENABLED": "true", "WEBSOCKET_GLOBAL_EVENTS": "false"}
    async with FakeServer(Config(api_key=API_KEY, rate=RATE, server_env=sockets), world=WORLD) as server:
        yield server


@pytest.fixture
async def code(fake: FakeServer) -> str:
    """The code of an instance whose events go to sockets; its namespace exists, because a QR was announced."""
    client = EvolutionClient(base_url=fake.url, api_token=fake.api_key)
    created = {"instanceName": NAME, "integration": "WHATSAPP-BAILEYS"}
    await asyncio.to_thread(client.post, "instance/create", created)
    await asyncio.to_thread(client.post, f"websocket/set/{NAME}", SETTING)  # see the last test
    shown = await asyncio.to_thread(client.get, f"instance/connect/{NAME}")
    return str(shown["code"])


@pytest.fixture
async def socket(fake: FakeServer, code: str) -> AsyncIterator[WebSocketManager]:
    """The client's socket in the namespace of the instance."""
    assert code
    client = EvolutionClient(base_url=fake.url, api_token=fake.api_key)
    opened = client.create_websocket(NAME, fake.api_key, max_retries=0)
    await asyncio.to_thread(opened.connect)
    yield opened
    await asyncio.to_thread(opened.disconnect)


async def test_the_socket_hears_the_phone_link(socket: WebSocketManager, control: Client, code: str) -> None:
    """A client that listens is told `connecting` and then `open`, in the shape of socket.io."""
    heard: SimpleQueue[dict[str, Any]] = SimpleQueue()
    socket.on("connection.update", heard.put)

    await control.scan(code=code)
    events = [await asyncio.to_thread(heard.get, timeout=PATIENCE_S) for _ in range(2)]

    assert [event["data"]["state"] for event in events] == ["connecting", "open"]
    assert {(event["event"], event["instance"]) for event in events} == {("connection.update", NAME)}


async def test_what_the_client_asks_of_sockets_fails_as_on_the_server(fake: FakeServer, code: str) -> None:
    """`set_websocket` forgets the key `websocket`; the server's schema lets that pass, and then it fails."""
    assert code
    client = EvolutionClient(base_url=fake.url, api_token=fake.api_key)
    config = WebSocketConfig(enabled=True, events=["CONNECTION_UPDATE"])

    answer = await asyncio.to_thread(client.websocket.set_websocket, NAME, config, fake.api_key)

    assert answer["status"] == 500
    assert answer["response"]["message"] == "Cannot set properties of undefined (setting 'events')"
