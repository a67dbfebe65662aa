"""What is acknowledged, begun or committed survives the process that did it."""

import asyncio
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from redis.asyncio import Redis

from channel_backend.dedupe import Dedupe
from channel_backend.events import Event
from channel_backend.intake import Decision, decide
from channel_backend.seams import CLEAN
from channel_backend.standing import Standing
from channel_backend.status import ChannelStatus
from channel_backend.store.claims import Claims, Work

pytestmark = pytest.mark.stack

WAIT_S = 60.0  # a guard against hanging, never a measure
START = "/api/whatsapp-sessions/whatsappsession"
OPEN = b'{"event":"connection.update","instance":"%d","data":{"state":"open"},"date_time":"2026-01-01T00:00:09.000Z"}'


@pytest.fixture
def database(migrated_url: str) -> Any:
    """Runs one statement; its rows."""

    def run(statement: str, *values: object) -> list[Any]:
        with psycopg.connect(migrated_url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    async def beside(statement: str, *values: object) -> list[Any]:
        """Beside the event loop: a transaction of the backend may hold a row, and needs the loop to end."""
        return await asyncio.to_thread(run, statement, *values)

    return beside


async def never() -> Any:
    """An answer that does not come."""
    await asyncio.Event().wait()


@pytest.fixture
async def opening(ana: Any, double: Any) -> int:
    """A channel that was started, with Evolution still at work."""
    double.then("instance/create", never)
    channel: int = await ana.new_channel()
    await ana.call("POST", f"{START}/{channel}")
    await double.asked("POST /instance/create")
    return channel


async def test_what_was_kept_and_not_applied_is_applied(ana: Any, opening: int, database: Any) -> None:
    """A process died between its answer and the effect: the row it left has its effect all the same."""
    await database(
        "INSERT INTO webhook_inbox (lane, tenant_id, channel_id, event, session_number, body, mark)"
        " VALUES (%s, %s, %s, 'connection.update', 1, %s, 'mark')",
        *(str(opening), ana.tenant_id, opening, OPEN % opening),
    )

    await ana.until(opening, ChannelStatus.CONNECTED)

    assert await database("SELECT state, outcome, body FROM webhook_inbox") == [("applied", "applied", b"")]


async def test_what_was_committed_and_not_announced_is_announced(ana: Any, database: Any) -> None:
    """A process died between commit and announcement: the tenant hears it once."""
    payload = '{"action": "delete", "whatsappId": 7}'
    row = "INSERT INTO socket_outbox (tenant_id, name, payload) VALUES (%s, 'whatsapp', %s) RETURNING id"
    ((number,),) = await database(row, ana.tenant_id, payload)

    left = "SELECT count(*) FROM socket_outbox WHERE id = %s AND announced_at IS NULL"
    async with asyncio.timeout(WAIT_S):
        while left_over := (await database(left, number)) != [(0,)]:
            await ana.call("GET", "/api/whatsapp/whatsapp")

    assert not left_over


async def test_a_start_whose_process_died_is_begun_again(ana: Any, double: Any, database: Any) -> None:
    """Half a start in the row: another process gets a code, long before patience ends."""
    channel = await ana.new_channel()
    await database(
        "UPDATE channels SET status = 'CONNECTING', session_number = 1, session_live = true, provider_present = true,"
        " opening_session = 1, check_at = now() + interval '1 h', give_up_at = now() + interval '1 h' WHERE id = %s",
        channel,
    )

    shown = await ana.until(channel, ChannelStatus.QRCODE)

    assert (shown["qrcode"], double.calls[-1]) == ("data:image/png;base64,AAAA", "POST /instance/create")
    assert double.bodies[-1]["webhook"]["headers"]["X-Channel-Session"] == "2"


async def test_a_live_start_is_nobody_elses(ana: Any, double: Any, opening: int, backend_with: Any) -> None:
    """Another process on the same database leaves a start alone whose process lives."""
    double.qr = False  # a process that starts looks at every session, and would find a code

    other = await backend_with(double.url)
    await other.parts.openings.take_over()

    worked = [call for call in double.calls if not call.startswith("GET ")]
    assert (worked, (await ana.read(opening))["status"]) == (["POST /instance/create"], "CONNECTING")


async def test_a_deleted_channel_leaves_no_half_made_instance(ana: Any, opening: int, database: Any) -> None:
    """Deleted while Evolution still makes it: written down, so that it is removed whoever dies."""
    await ana.call("DELETE", f"/api/whatsapp/whatsapp/{opening}")

    assert await database("SELECT instance FROM provider_removals") == [(str(opening),)]


async def test_poison_is_given_up_and_holds_nobody_up(
    backend_with: Any, person_at: Any, double: Any, database: Any
) -> None:
    """An event that makes us fail is tried a few times and then dead with its reason; what is behind it counts."""

    def fails_at_nine(standing: Standing, event: Event) -> Decision:
        if event.at is not None and event.at.second == 9:
            raise ArithmeticError("nine")
        return decide(standing, event)

    backend = await backend_with(double.url, seams=replace(CLEAN, decide=fails_at_nine), sweep_interval_s="0.05")
    ana = await person_at(backend)
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "close", at_s=9)
    await ana.post_state(channel, "open", at_s=10)
    found = (await ana.read(channel))["status"]
    await database("UPDATE webhook_inbox SET attempts = 100, due_at = now() WHERE state = 'waiting'")
    async with asyncio.timeout(WAIT_S):
        while await database("SELECT count(*) FROM webhook_inbox WHERE state = 'waiting'") != [(0,)]:
            await backend.parts.inbound.settled()
            await ana.read(channel)

    assert found == "CONNECTED"
    assert await database("SELECT reason FROM webhook_inbox WHERE state = 'dead'") == [("ArithmeticError: nine",)]


async def test_two_processes_share_the_work(ana: Any, double: Any, opening: int, backend_with: Any) -> None:
    """Events of one channel that reach two processes by turns are applied once each and end in the newest."""
    other = replace(ana, backend=await backend_with(double.url, check_s="3600", qr_check_s="3600"))
    double.state = "open"

    answers = await asyncio.gather(
        *((ana, other)[number % 2].post_qr(opening, f"code {number}", at_s=number + 1) for number in range(20)),
        *((ana, other)[number % 2].post_state(opening, "open", at_s=40) for number in range(6)),
    )
    async with asyncio.timeout(WAIT_S):
        # The bell rings in the process that applied the last one, which may be the other.
        while (shown := await ana.read(opening))["status"] != "CONNECTED":
            pass

    assert (set(answers), shown["qrcode"]) == ({200}, None)


async def test_a_claim_dies_with_its_connection(migrated_url: str) -> None:
    """One holder among all; a holder that dies gives it back without being asked."""
    first, second = Claims(migrated_url), Claims(migrated_url)

    taken = [await first.take(Work.EVENTS, "1"), await second.take(Work.EVENTS, "1")]
    await first.close()
    async with asyncio.timeout(WAIT_S):
        while not (after := await second.take(Work.EVENTS, "1")):
            pass
    await second.close()

    assert (taken, after) == ([True, False], True)


async def test_without_redis_nothing_is_known_and_nobody_waits() -> None:
    """A Redis that is not there makes no duplicate and no error."""
    dedupe = Dedupe(Redis.from_url("redis://127.0.0.1:9"), 60, clock=lambda: 0.0)

    known = [await dedupe.known(["mark"]), await dedupe.known(["mark"])]
    await dedupe.remember(["mark"])

    assert known == [set(), set()]


async def test_a_mark_that_was_never_kept_is_no_duplicate(redis_url: str) -> None:
    """Asked about and lost with its process: the repetition is news; kept: it is not."""
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
        dedupe = Dedupe(redis, 60)

        before = [await dedupe.known(["mark"]), await dedupe.known(["mark"])]
        await dedupe.remember(["mark"])

        assert (before, await dedupe.known(["mark"])) == ([set(), set()], {"mark"})
