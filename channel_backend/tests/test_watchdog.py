"""What silence leads to, on a real database."""

import asyncio
from typing import Any

import psycopg
import pytest

from channel_backend.flow.watchdog import Watchdog

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"


@pytest.fixture
def sweep_interval_s() -> str:
    """So seldom that the backend's own watchdog takes nothing that the test is to find."""
    return "3600"


@pytest.fixture
async def silence(backend: Any, migrated_url: str) -> Any:
    """Lets all channels' deadlines pass, up to giving up if asked, and looks after them."""
    parts = backend.parts
    watchdog = Watchdog(parts.book, parts.applying, interval_s=3600)

    def deadlines_pass(*, give_up: bool) -> None:
        with psycopg.connect(migrated_url, autocommit=True) as connection:
            connection.execute("UPDATE channels SET check_at = now() WHERE check_at IS NOT NULL")
            if give_up:
                connection.execute("UPDATE channels SET give_up_at = now() WHERE give_up_at IS NOT NULL")

    async def pass_by(*, give_up: bool = False) -> int:
        # A start sets deadlines of its own and locks the row at its end; a locked row is left to the next look.
        await backend.starts_are_over()
        # Beside the event loop: a transaction of the backend may hold a row, and needs the loop to end.
        await asyncio.to_thread(deadlines_pass, give_up=give_up)
        return await watchdog.sweep()

    return pass_by


async def test_a_lost_code_is_fetched(ana: Any, double: Any, silence: Any) -> None:
    """No webhook and no code in the answer: after a while Evolution's current code is shown."""
    double.qr = False
    channel = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")
    await ana.backend.starts_are_over()
    double.qr = True

    await silence()

    assert (await ana.read(channel))["status"] == "QRCODE"


async def test_a_lost_open_is_found(ana: Any, double: Any, silence: Any) -> None:
    """The session opened and nobody told: the channel connects, with the phone's number."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"

    await silence()

    shown = await ana.read(channel)
    assert (shown["status"], shown["number"], shown["qrcode"]) == ("CONNECTED", "5511999990002", None)


async def test_a_rotated_code_is_shown(ana: Any, double: Any, silence: Any) -> None:
    """The code changed and its webhook was lost: the current one replaces it."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    newer = {"code": "2@newer", "base64": "data:image/png;base64,BBBB", "count": 2}
    double.then("instance/connect", (200, newer))

    await silence()

    assert (await ana.read(channel))["qrcode"] == "data:image/png;base64,BBBB"


async def test_a_start_that_comes_to_nothing_is_an_error(ana: Any, double: Any, silence: Any) -> None:
    """CONNECTING ends, says why, and a retry works."""
    double.qr = False
    channel = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")

    await silence(give_up=True)
    shown = await ana.read(channel)
    double.qr = True
    retried, _ = await ana.call("PUT", f"{START}/{channel}")

    assert (shown["status"], retried) == ("ERROR", 200)
    assert "no QR code in time" in shown["statusReason"]


async def test_an_unreachable_evolution_ends_in_error(ana: Any, double: Any, silence: Any) -> None:
    """A start whose answer never came, and nobody to ask: ERROR, not CONNECTING for ever."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.then("instance/connectionState", (500, {}), (500, {}))

    await silence()
    waiting = await ana.read(channel)
    await silence(give_up=True)

    assert (waiting["status"], (await ana.read(channel))["status"]) == ("QRCODE", "ERROR")


async def test_what_has_arrived_is_left_alone(ana: Any, double: Any, silence: Any) -> None:
    """Channels that have no session cost no question, and a connected one stays as it is."""
    double.state = "open"
    channel = await ana.new_channel()
    await ana.new_channel("outra")
    await ana.call("PUT", f"{START}/{channel}")
    await ana.post_state(channel, "open", at_s=9)

    looked_at = await silence(give_up=True)

    assert (looked_at, (await ana.read(channel))["status"]) == (1, "CONNECTED")


async def test_a_lost_logout_is_found(ana: Any, double: Any, silence: Any) -> None:
    """The phone unlinked and the event was lost: the next look ends the session here, too."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "open", at_s=9)
    double.state = None

    await silence()

    assert (await ana.read(channel))["status"] == "DISCONNECTED"


async def test_a_session_that_came_back_unheard_is_found(ana: Any, double: Any, silence: Any) -> None:
    """Evolution restarted: closed for a moment, open again, and nobody told of the second."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "open", at_s=9)
    double.state = "close"
    await silence()
    double.state = "open"

    await silence()

    assert (await ana.read(channel))["status"] == "CONNECTED"
