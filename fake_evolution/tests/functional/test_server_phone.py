"""Tests of what may happen to a phone beside being scanned and unlinked: silent deaths, and codes out of turn."""

import pytest

from fake_evolution import ControlError, WhatsApp, World
from fake_evolution.tests.stage import Stage


async def test_dead_socket_is_not_noticed(stage: Stage) -> None:
    """The state stays open, and a logout says SUCCESS and changes nothing (Q10)."""
    await stage.open("sales")

    await stage.control.phone("sales", "die-silently")
    answer = await stage.call("DELETE", "/instance/logout/sales")
    await stage.pass_time(60)

    assert (answer.status, answer.body["status"]) == (200, "SUCCESS")
    assert await stage.state("sales") == ("open", "open")


async def test_restart_of_the_instance_revives_a_dead_socket(stage: Stage) -> None:
    """A new socket is made, which lives."""
    await stage.open("sales")
    await stage.control.phone("sales", "die-silently")
    before = len(stage.emitted())

    await stage.call("POST", "/instance/restart/sales")
    await stage.pass_time(1)

    assert stage.emitted()[before:] == ["connection.update connecting", "connection.update open"]


async def test_dead_socket_can_be_noticed_later(stage: Stage) -> None:
    """With a time the server's own watching finds it: it reconnects then, without a close event."""
    await stage.open("sales")
    before = len(stage.emitted())

    await stage.control.phone("sales", "die-silently", for_s=30)
    await stage.pass_time(29)
    assert stage.emitted()[before:] == []
    await stage.pass_time(2)

    assert stage.emitted()[before:] == ["connection.update connecting", "connection.update open"]


async def test_code_out_of_turn_leaves_the_rhythm_alone(stage: Stage) -> None:
    """One more code comes at once; the next of its own accord comes when it would have come anyway."""
    await stage.create("sales", qrcode=True)

    await stage.control.phone("sales", "next-qr")
    assert (await stage.control.instance("sales"))["qr_count"] == 2
    await stage.pass_time(45.5)

    assert (await stage.control.instance("sales"))["qr_count"] == 3


async def test_code_can_be_forced_where_whatsapp_gives_none() -> None:
    """A scenario may decide itself when the QR code comes."""
    async with Stage(world=World(whatsapp=WhatsApp(qr_first_s=float("inf")))) as stage:
        await stage.create("sales", qrcode=True)

        await stage.control.phone("sales", "next-qr")

        assert stage.emitted()[-1] == "qrcode.updated"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("die-silently", "needs a paired phone, and instance 'sales' is 'closed'; legal while: open, opening"),
        ("next-qr", "needs an instance that waits for a scan, and 'sales' is 'closed'; legal while: starting, qr"),
    ],
)
async def test_phone_is_refused_what_cannot_be(stage: Stage, action: str, told: str) -> None:
    """One sentence, 409, and nothing has changed."""
    await stage.create("sales")

    with pytest.raises(ControlError, match=told) as refusal:
        await stage.control.phone("sales", action)

    assert refusal.value.status == 409
    assert (await stage.control.instance("sales"))["phase"] == "closed"
