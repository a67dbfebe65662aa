"""The whole journey, in front of the fake Evolution server, with its real waits."""

from typing import Any

import pytest

from channel_backend.status import ChannelStatus

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"


@pytest.fixture
async def ana(backend_with: Any, person_at: Any, fake: Any) -> Any:
    """A tenant's admin, at a backend in front of the fake."""
    backend = await backend_with(fake.url, patient=True, evolution_api_key=fake.api_key)
    return await person_at(backend)


async def code_of(control: Any, channel: int) -> str:
    """The code that WhatsApp would accept now."""
    return str((await control.instance(str(channel)))["code"])


async def test_the_regression_journey_twice(ana: Any, control: Any) -> None:
    """Start, code, scan, connected, disconnected, and the same again on the same channel."""
    channel = await ana.new_channel()

    for _ in range(2):
        asked, reply = await ana.call("PUT", f"{START}/{channel}")
        scanned = await control.scan(code=await code_of(control, channel))
        linked = await ana.until(channel, ChannelStatus.CONNECTED)
        ended, _ = await ana.call("DELETE", f"{START}/{channel}")

        assert (asked, reply["whatsapp"]["status"], scanned["verdict"]) == (200, "QRCODE", "linked")
        assert (linked["number"], linked["qrcode"], ended) == (scanned["number"], None, 200)
        assert (await ana.read(channel))["status"] == "DISCONNECTED"
        assert await control.instances() == []


async def test_the_code_comes_before_evolution_answers(ana: Any, fake: Any, control: Any) -> None:
    """The request takes as long as the code takes, not the five seconds of Evolution's answer."""
    channel = await ana.new_channel()
    await control.clock(rate=0.25)  # so much later comes the answer that no machine is too slow for the code

    status, reply = await ana.call("PUT", f"{START}/{channel}")
    answered = {record["path"] for record in fake.journal.after(0, kind="answer")}
    await control.clock(rate=50)

    assert (status, reply["whatsapp"]["status"], "/instance/create" in answered) == (200, "QRCODE", False)


async def test_the_phone_unlinks_and_links_again(ana: Any, control: Any) -> None:
    """Unlinked on the phone: disconnected; a new start gets a fresh instance and a fresh code."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    await control.scan(code=await code_of(control, channel))
    await ana.until(channel, ChannelStatus.CONNECTED)

    await control.phone(str(channel), "unlink")
    await ana.until(channel, ChannelStatus.DISCONNECTED)
    await ana.call("PUT", f"{START}/{channel}")
    scanned = await control.scan(code=await code_of(control, channel))

    assert scanned["verdict"] == "linked"
    await ana.until(channel, ChannelStatus.CONNECTED)


async def test_an_instance_that_exists_is_reused(ana: Any, fake: Any, control: Any) -> None:
    """403 at create: the instance of that name gets our webhook, and its scan is heard."""
    channel = await ana.new_channel()
    body = {"instanceName": str(channel), "integration": "WHATSAPP-BAILEYS", "qrcode": True}
    headers = {"apikey": fake.api_key}
    async with ana.http.post(f"{fake.url}/instance/create", json=body, headers=headers) as reply:
        assert reply.status == 201

    status, shown = await ana.call("PUT", f"{START}/{channel}")
    await control.scan(code=await code_of(control, channel))

    assert (status, shown["whatsapp"]["status"]) == (200, "QRCODE")
    await ana.until(channel, ChannelStatus.CONNECTED)


async def test_deleting_while_the_code_is_on_show_leaves_nothing(ana: Any, control: Any) -> None:
    """No instance survives its channel."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")

    status, _ = await ana.call("DELETE", f"/api/whatsapp/whatsapp/{channel}")

    assert (status, await control.instances()) == (200, [])
