"""The backend in memory is correct, and so is what it says of itself."""

import asyncio
from typing import Any

import pytest

from scenarios.adapters import Channel, Tenant, open_adapter
from scenarios.adapters.echo import EchoAdapter, echo_code
from scenarios.eyes import read_qr


class HandClock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.asked_s: list[float] = []

    async def sleep(self, delay_s: float) -> None:
        self.asked_s.append(delay_s)


async def connected(echo: EchoAdapter) -> tuple[Tenant, Channel, str]:
    """A tenant with a connected channel, and the code that connected it."""
    tenant = await echo.provision("shop", channels_max=2)
    _, channel = await echo.create_channel(tenant, "sales")
    assert channel is not None
    await echo.start(tenant, channel)
    code = echo_code(channel.id, 1)
    assert (await echo.scan(code=code, number="5511900000001"))["verdict"] == "linked"
    return tenant, channel, code


async def test_shows_the_code_it_is_given() -> None:
    """The image holds the code that the author of the test chose."""
    echo = EchoAdapter(code=lambda channel_id, count: f"code {count} of {channel_id}")
    tenant = await echo.provision("shop", channels_max=1)
    _, channel = await echo.create_channel(tenant, "sales")
    assert channel is not None

    await echo.start(tenant, channel)
    shown = (await echo.request_qr(tenant, channel)).seen

    assert shown is not None
    assert shown.status == "QRCODE"
    assert read_qr(str(shown.qr_image)).code == "code 2 of 1"


async def test_a_connected_channel_shows_its_number_and_no_qr() -> None:
    """After the scan the code is gone from sight."""
    echo = EchoAdapter()
    tenant, channel, _ = await connected(echo)

    shown = (await echo.read(tenant, channel)).seen

    assert shown is not None
    assert (shown.status, shown.qr_image, shown.number) == ("CONNECTED", None, "5511900000001")


async def test_a_code_links_once_and_only_while_it_is_the_newest() -> None:
    """Old, used, misdirected and invented codes are refused, each by its own word."""
    echo = EchoAdapter()
    tenant, _, used = await connected(echo)
    _, other = await echo.create_channel(tenant, "support")
    assert other is not None
    await echo.start(tenant, other)
    await echo.request_qr(tenant, other)
    newest = echo_code(other.id, 2)

    asked = [(used, None), (echo_code(other.id, 1), None), (newest, "1"), ("invented", None), (newest, other.id)]
    verdicts = [(await echo.scan(code=code, instance=name))["verdict"] for code, name in asked]

    assert verdicts == ["repeated", "expired", "foreign", "unknown", "linked"]


async def test_what_was_pending_is_dropped_with_its_session() -> None:
    """A channel that is disconnected before its phone is through stays disconnected."""
    echo = EchoAdapter(open_after_s=5.0, sleep=HandClock().sleep)
    tenant, channel, _ = await connected(echo)

    await echo.disconnect(tenant, channel)
    await asyncio.gather(*echo._pending)

    shown = (await echo.read(tenant, channel)).seen
    assert shown is not None
    assert shown.status == "DISCONNECTED"


async def test_delays_are_those_it_is_given() -> None:
    """Time is only ever asked of the clock that was handed in."""
    clock = HandClock()
    echo = EchoAdapter(qr_after_s=2.5, sleep=clock.sleep)
    tenant = await echo.provision("shop", channels_max=1)
    _, channel = await echo.create_channel(tenant, "sales")
    assert channel is not None

    async with echo.events(tenant) as announcements:
        await echo.start(tenant, channel)
        statuses = [(await anext(announcements)).seen for _ in range(2)]

    assert [seen and seen.status for seen in statuses] == ["CONNECTING", "QRCODE"]
    assert clock.asked_s == [2.5]


async def test_records_what_the_fake_would_have_journalled() -> None:
    """The history of a connection is complete, from the first state to the last."""
    records: list[tuple[str, dict[str, Any]]] = []
    echo = EchoAdapter(record=lambda kind, **fields: records.append((kind, fields)))

    _, _, code = await connected(echo)

    assert [(kind, fields.get("phase")) for kind, fields in records] == [
        ("state", "starting"),
        ("qr", None),
        ("state", "qr"),
        ("scan", None),
        ("state", "open"),
    ]
    assert records[1][1] == {"instance": "1", "instance_id": "1", "count": 1, "code": code}


@pytest.mark.parametrize("click", ["start", "request_qr", "read", "disconnect", "delete"])
async def test_nobody_reaches_another_tenants_channel(click: str) -> None:
    """To a stranger a channel does not exist."""
    echo = EchoAdapter()
    _, channel, _ = await connected(echo)
    stranger = await echo.provision("other", channels_max=1)

    answer = await getattr(echo, click)(stranger, channel)

    assert (answer.status_code, answer.seen) == (404, None)


async def test_is_found_by_name() -> None:
    """It opens like any other adapter, and its backend is nowhere."""
    echo = open_adapter("echo", url="http://nowhere.example")

    assert echo.name == "echo"
    assert await echo.metrics() is None
