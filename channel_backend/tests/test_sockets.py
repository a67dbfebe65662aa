"""What a tenant's socket hears, once, in order, and nobody else does."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import socketio

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
WAIT_S = 60.0  # a guard against hanging, never a measure


@pytest.fixture
async def ears() -> AsyncIterator[Callable[..., Any]]:
    """Connects sockets and collects what they hear."""
    clients: list[socketio.AsyncClient] = []

    async def listen(person: Any, **how: Any) -> asyncio.Queue[tuple[str, Any]]:
        heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        client = socketio.AsyncClient(reconnection=False)
        client.on("*", lambda name, payload: heard.put_nowait((name, payload)))
        clients.append(client)
        await client.connect(person.backend.url, wait_timeout=WAIT_S, **(how or {"auth": {"token": person.token}}))
        return heard

    yield listen
    for client in clients:
        await client.disconnect()


async def next_of(heard: asyncio.Queue[tuple[str, Any]]) -> tuple[str, Any]:
    """The next thing heard."""
    async with asyncio.timeout(WAIT_S):
        return await heard.get()


async def test_a_journey_is_heard_once_and_in_order(ana: Any, double: Any, ears: Any) -> None:
    """Every visible change is one event; duplicates and latecomers are none."""
    double.then("instance/create", asyncio.Event().wait)
    heard = await ears(ana)
    channel = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")
    for _ in range(2):
        await ana.post_qr(channel, "A", at_s=2)
    await ana.post_state(channel, "open", at_s=4)
    await ana.post_state(channel, "connecting", at_s=3)
    await ana.call("DELETE", f"{START}/{channel}")
    await ana.call("DELETE", f"/api/whatsapp/whatsapp/{channel}")

    names = [await next_of(heard) for _ in range(7)]

    t = ana.tenant_id
    assert [name for name, _ in names] == [
        *(f"{t}:joinSuccessfully", f"{t}:whatsapp"),
        *[f"{t}:whatsappSession"] * 4,
        f"{t}:whatsapp",
    ]
    statuses = [payload["status"] for name, payload in names if name.endswith("whatsappSession")]
    assert statuses == ["CONNECTING", "QRCODE", "CONNECTED", "DISCONNECTED"]
    assert names[-1][1].items() >= {"action": "delete", "whatsappId": channel}.items()


async def test_the_event_carries_the_code(ana: Any, ears: Any) -> None:
    """A client that only listens can show the code."""
    heard = await ears(ana)
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")

    payloads = [(await next_of(heard))[1] for _ in range(4)]

    assert payloads[3]["action"] == "update"
    assert payloads[3]["whatsappId"] == payloads[3]["session"]["id"] == channel
    assert payloads[3]["session"]["qrcode"] == "data:image/png;base64,AAAA"


async def test_another_tenant_hears_nothing(backend: Any, ana: Any, person_at: Any, ears: Any) -> None:
    """Bia hears of her own channel and of no other."""
    bia = await person_at(backend)
    heard = await ears(bia)

    await ana.new_channel("de ana")
    await bia.new_channel("de bia")

    await next_of(heard)
    name, payload = await next_of(heard)
    assert (name, payload["whatsapp"]["name"]) == (f"{bia.tenant_id}:whatsapp", "de bia")


async def test_the_token_may_come_in_the_header(ana: Any, ears: Any) -> None:
    """Clients that cannot send auth data use the Authorization header."""
    heard = await ears(ana, headers={"Authorization": f"Bearer {ana.token}"})

    assert await next_of(heard) == (f"{ana.tenant_id}:joinSuccessfully", {})


@pytest.mark.parametrize("how", [{}, {"auth": {"token": "nonsense"}}, {"auth": {"token": 7}}, {"auth": "text"}])
async def test_without_a_token_there_is_no_socket(ana: Any, how: Any) -> None:
    """Nobody listens without having logged in."""
    client = socketio.AsyncClient(reconnection=False)

    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(ana.backend.url, wait_timeout=WAIT_S, **how)
