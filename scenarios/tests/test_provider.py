"""What an operator sets at the provider during a run."""

import aiohttp
import pytest

from fake_evolution import FakeServer
from scenarios.provider import ProviderClient
from scenarios.stage import Phones
from scenarios.steps.base import StepError

HOOK = "http://127.0.0.1:9/hook"


async def made(fake: FakeServer, **more: object) -> None:
    """An instance of the name 'shop'."""
    body = {"instanceName": "shop", "integration": "WHATSAPP-BAILEYS", "qrcode": False, **more}
    async with (
        aiohttp.ClientSession(headers={"apikey": fake.api_key}) as session,
        session.post(f"{fake.url}/instance/create", json=body) as response,
    ):
        assert response.status == 201


async def test_a_webhook_is_switched_to_one_address_an_event(fake: FakeServer) -> None:
    """The rest of it stays: address, headers, events."""
    webhook = {"url": HOOK, "events": ["QRCODE_UPDATED"], "headers": {"jwt_key": "k"}, "byEvents": False}
    await made(fake, webhook=webhook)

    async with ProviderClient(fake) as client:
        await client.subscribe_by_events("shop")
        found = (await client.instance("shop"))["webhook"]

    assert found is not None
    kept = {name: found[name] for name in ("url", "events", "headers", "webhookByEvents")}
    assert kept == {"url": HOOK, "events": ["QRCODE_UPDATED"], "headers": {"jwt_key": "k"}, "webhookByEvents": True}


async def test_without_a_webhook_there_is_nothing_to_switch(fake: FakeServer) -> None:
    """The step says so instead of inventing an address."""
    await made(fake)

    async with ProviderClient(fake) as client:
        with pytest.raises(StepError, match="instance 'shop' has no webhook to switch"):
            await client.subscribe_by_events("shop")


async def test_the_client_has_all_that_steps_ask_of_a_provider(fake: FakeServer) -> None:
    """No step finds out in the middle of a run that something is missing."""
    assert isinstance(ProviderClient(fake), Phones)
