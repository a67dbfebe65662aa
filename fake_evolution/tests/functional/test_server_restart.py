"""Tests of the server's process going away and coming back, over real sockets."""

import asyncio

import aiohttp
import pytest

from fake_evolution import ControlError, World
from fake_evolution.tests.sink import Sink
from fake_evolution.tests.stage import Stage, recorded


async def state_after_restart(stage: Stage, name: str) -> tuple[str, str]:
    """Memory and database of an instance once the server is back."""
    await stage.control.restart(down_s=1)
    await stage.pass_time(3)
    return await stage.state(name)


async def test_stored_session_opens_again(stage: Stage) -> None:
    """A paired instance connects by itself, and until it is open its envelopes name no sender."""
    await stage.open("sales")
    before = len(stage.emitted())

    assert await state_after_restart(stage, "sales") == ("open", "open")

    assert stage.emitted()[before:] == ["connection.update connecting", "connection.update open"]


async def test_envelopes_name_no_sender_until_the_next_open(stage: Stage, sink: Sink) -> None:
    """The number is what the process knew; the row's owner is not asked."""
    await stage.open("sales", sink.url)
    told = len(sink.received)

    await state_after_restart(stage, "sales")

    after = [(one.event, one.body.get("sender")) for one in (await sink.count(told + 2))[told:]]
    assert after == [
        ("connection.update connecting", None),
        ("connection.update open", "5531988887777@s.whatsapp.net"),
    ]


@pytest.mark.parametrize("life", ["never connected", "waiting for a scan", "logged out"])
async def test_unpaired_instances_begin_to_show_codes(stage: Stage, life: str) -> None:
    """Nobody asked for it: every stored instance is connected at boot, and one without a session gets QR codes."""
    if life == "logged out":
        await stage.open("sales")
        await stage.call("DELETE", "/instance/logout/sales")
    else:
        await stage.create("sales", qrcode=life == "waiting for a scan")
    await stage.pass_time(1)

    assert await state_after_restart(stage, "sales") == ("connecting", "connecting")

    assert (await stage.control.instance("sales"))["qr_count"] == 1


async def test_newer_version_leaves_closed_instances_closed() -> None:
    """Since 2.3.7 only rows that say open or connecting are connected."""
    async with Stage(world=World(profile="2.3.7")) as stage:
        await stage.create("sales")
        await stage.create("support", qrcode=True)

        assert await state_after_restart(stage, "sales") == ("close", "close")
        assert await stage.state("support") == ("connecting", "connecting")


async def test_without_stored_instances_nothing_connects() -> None:
    """Rows that the server does not keep are not loaded."""
    async with Stage(world=World(server={"DATABASE_SAVE_DATA_INSTANCE": "false"})) as stage:
        await stage.open("sales")

        assert await state_after_restart(stage, "sales") == ("close", "open")


async def test_pending_retries_are_lost(stage: Stage, sink: Sink) -> None:
    """The queue is process memory: what failed before the restart is not sent again."""
    sink.answers = [500]
    await stage.create("sales", sink.url)

    await stage.control.restart(down_s=1)
    await stage.pass_time(400)

    assert sink.events.count("instance.create") == 1


async def test_connections_end_without_an_answer_while_it_is_down(stage: Stage) -> None:
    """Callers see the connection close; the control API tells that the server is down."""
    await stage.control.restart(down_s=3)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await stage.call("GET", "/")

    assert (await stage.control.health())["down"] is True
    await stage.pass_time(3)
    assert (await stage.call("GET", "/")).status == 200


async def test_waiting_calls_lose_their_connection(stage: Stage) -> None:
    """A create that waits for its QR code never gets its answer; its row is there afterwards."""
    body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "qrcode": True}
    waiting = asyncio.ensure_future(stage.call("POST", "/instance/create", body))
    await recorded(stage.fake, "state")
    await stage.settle()

    await stage.control.restart(down_s=0)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await waiting
    assert [found["name"] for found in await stage.control.instances()] == ["sales"]


async def test_second_restart_has_to_wait(stage: Stage) -> None:
    """What is down cannot go down: one sentence, 409."""
    await stage.control.restart(down_s=3)

    with pytest.raises(ControlError, match="the server is down already") as refusal:
        await stage.control.restart()

    assert refusal.value.status == 409


@pytest.mark.parametrize("down_s", [-1, 3601])
async def test_time_of_a_restart_is_bounded(stage: Stage, down_s: float) -> None:
    """The refusal says what is legal."""
    with pytest.raises(ControlError, match=f"'down_s' is {down_s}; legal: seconds from 0 to 3600"):
        await stage.control.restart(down_s=down_s)


async def test_late_clean_up_shows_at_the_next_restart(stage: Stage, sink: Sink) -> None:
    """Q31: a logout.instance that was retried took the credentials of the session paired meanwhile."""
    await stage.open("sales", sink.url)
    sink.answers = [200, 500]
    await stage.call("DELETE", "/instance/logout/sales")
    await stage.pass_time(1)
    await stage.during(stage.call("GET", "/instance/connect/sales"))
    await stage.control.scan(instance="sales")
    await stage.pass_time(10)
    assert await stage.state("sales") == ("open", "close")

    assert await state_after_restart(stage, "sales") == ("connecting", "connecting")
