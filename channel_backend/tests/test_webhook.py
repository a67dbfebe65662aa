"""What Evolution posts, and what comes of it."""

import asyncio
import time
from io import BytesIO
from typing import Any

import jwt
import msgspec
import psycopg
import pytest

from channel_backend.status import ChannelStatus

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
WEBHOOK = "/api/webhook/evolution"


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


@pytest.fixture
async def posted(ana: Any) -> Any:
    """Posts raw bytes with raw headers; status and JSON, once it had its effect."""

    async def post(body: bytes | BytesIO, path: str = WEBHOOK, **headers: str) -> tuple[int, Any]:
        url = ana.backend.url + path
        async with ana.http.post(url, data=body, headers={"Content-Type": "application/json", **headers}) as reply:
            await ana.backend.parts.inbound.settled()
            return reply.status, await reply.json()

    return post


def signed(key: str, **claims: Any) -> str:
    """An Authorization header as Evolution would send it."""
    body = {"iat": int(time.time()), "app": "evolution", "action": "webhook", **claims}
    return f"Bearer {jwt.encode(body, key, algorithm='HS256')}"


async def test_a_whole_session_by_webhook(ana: Any, opening: int) -> None:
    """connecting, code, scan, open: the channel shows each in turn, and the number at the end."""
    await ana.post_state(opening, "connecting", at_s=1)
    await ana.post_qr(opening, "A", at_s=2)
    waiting = await ana.read(opening)
    await ana.post_state(opening, "connecting", at_s=3)
    linking = await ana.read(opening)
    await ana.post_state(opening, "open", at_s=4)
    linked = await ana.read(opening)

    assert (waiting["status"], linking["status"], linked["status"]) == ("QRCODE", "CONNECTING", "CONNECTED")
    assert waiting["qrcode"].startswith("data:image/png;base64,")
    assert (linking["qrcode"], linked["qrcode"], linked["number"]) == (None, None, "5511999990001")


async def test_open_is_not_overtaken_by_connecting(ana: Any, opening: int) -> None:
    """`connecting` that arrives after the newer `open` changes nothing."""
    await ana.post_qr(opening, "A", at_s=2)
    await ana.post_state(opening, "open", at_s=4)
    await ana.post_state(opening, "connecting", at_s=3)

    assert (await ana.read(opening))["status"] == "CONNECTED"


async def test_an_older_code_does_not_replace_a_newer_one(ana: Any, double: Any, opening: int) -> None:
    """The older code makes us look at Evolution, whose current code is shown already."""
    await ana.post_qr(opening, "B", at_s=5)
    double.qr = False

    await ana.post_qr(opening, "A", at_s=2)

    assert (await ana.read(opening))["qrcode"].endswith(b"B".hex())


async def test_fifty_at_once_end_in_the_newest(ana: Any, double: Any, opening: int) -> None:
    """Concurrent posts of one session, repeated: no error, one truth."""
    double.state = "open"

    statuses = await asyncio.gather(
        *(ana.post_state(opening, "connecting", at_s=1) for _ in range(15)),
        *(ana.post_qr(opening, "A", at_s=2) for _ in range(15)),
        *(ana.post_state(opening, "open", at_s=4) for _ in range(20)),
    )

    assert set(statuses) == {200}
    assert (await ana.read(opening))["status"] == "CONNECTED"


@pytest.mark.parametrize("suffix", ["", "/", "/connection-update"])
async def test_every_spelling_of_route_and_event_is_understood(
    ana: Any, posted: Any, opening: int, suffix: str
) -> None:
    """The name in the body in capitals, or only in the URL."""
    key = await ana.backend.parts.accounts.webhook_key(ana.tenant_id)
    name = '"event":"CONNECTION_UPDATE",' if not suffix.strip("/") else ""
    body = f'{{{name}"instance":"{opening}","data":{{"state":"open"}},"date_time":"2026-01-01T00:00:01.000Z"}}'

    status, _ = await posted(body.encode(), WEBHOOK + suffix, Authorization=signed(key), **{"X-Channel-Session": "1"})

    assert (status, (await ana.read(opening))["status"]) == (200, "CONNECTED")


async def test_a_server_of_the_2_2_line_sends_the_key_itself(ana: Any, posted: Any, opening: int) -> None:
    """Older servers send `jwt_key` as a header; it is compared with the tenant's."""
    key = await ana.backend.parts.accounts.webhook_key(ana.tenant_id)
    body = f'{{"event":"connection.update","instance":"{opening}","data":{{"state":"refused"}}}}'.encode()

    wrong, _ = await posted(body, jwt_key=key[:-1])
    right, _ = await posted(body, jwt_key=key)

    assert (wrong, right) == (401, 200)


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _: {}, id="no signature"),
        pytest.param(lambda _: {"Authorization": signed("x" * 64)}, id="another key"),
        pytest.param(lambda key: {"Authorization": signed(key, app="other")}, id="another purpose"),
        pytest.param(lambda key: {"Authorization": signed(key, iat=int(time.time()) - 7200)}, id="too old"),
        pytest.param(lambda key: {"Authorization": f"Bearer {jwt.encode({}, key, algorithm='HS512')}"}, id="HS512"),
        pytest.param(lambda _: {"Authorization": "Bearer not.a.token"}, id="no token"),
    ],
)
async def test_a_forged_webhook_is_refused_without_effect(ana: Any, posted: Any, opening: int, forge: Any) -> None:
    """401, and the channel stays as it was."""
    key = await ana.backend.parts.accounts.webhook_key(ana.tenant_id)
    body = f'{{"event":"connection.update","instance":"{opening}","data":{{"state":"open"}}}}'

    status, reply = await posted(body.encode(), **forge(key))

    assert (status, (await ana.read(opening))["status"]) == (401, "CONNECTING")
    assert set(reply) == {"error"}


async def test_another_tenants_key_opens_nothing(
    backend: Any, ana: Any, person_at: Any, posted: Any, opening: int
) -> None:
    """A webhook is signed with the key of the channel's own tenant, or it is forged."""
    bia = await person_at(backend)
    key = await backend.parts.accounts.webhook_key(bia.tenant_id)
    body = f'{{"event":"connection.update","instance":"{opening}","data":{{"state":"open"}}}}'

    status, _ = await posted(body.encode(), Authorization=signed(key))

    assert (status, (await ana.read(opening))["status"]) == (401, "CONNECTING")


@pytest.mark.parametrize("name", ["999999999", "loja", "٣", "9" * 40, "-1", "1.0", "007"])
async def test_an_unknown_instance_is_received_without_effect(posted: Any, name: str) -> None:
    """Not 404, after which Evolution would never try again; not an error either."""
    status, reply = await posted(
        f'{{"event":"connection.update","instance":"{name}","data":{{"state":"open"}}}}'.encode()
    )

    assert (status, reply) == (202, {"received": True})


async def test_an_instance_is_found_by_its_stored_name(ana: Any, opening: int, migrated_url: str) -> None:
    """An instance that is not named by an id belongs to the channel that stored its name."""
    with psycopg.connect(migrated_url) as connection:
        connection.execute("UPDATE channels SET provider_instance_name = 'loja-centro' WHERE id = %s", (opening,))

    status = await ana.post_event(opening, "connection.update", {"state": "open"}, instance="loja-centro", at_s=1)

    assert (status, (await ana.read(opening))["status"]) == (200, "CONNECTED")


@pytest.mark.parametrize(
    "case",
    [
        ("connection.update", {}, "data: Object missing required field `state`"),
        ("connection.update", {"state": 7}, "data.state: Expected `str`, got `int`"),
        ("connection.update", None, "data: Expected `object`, got `null`"),
        ("connection.update", {"state": "open", "instance": "other"}, "data.instance: 'other' is not the instance"),
        ("qrcode.updated", {}, "data.qrcode: expected an object, found none"),
        ("qrcode.updated", {"qrcode": {"code": "A", "base64": None}}, "data.qrcode.base64: Expected `str`, got `null`"),
        ("qrcode.updated", {"qrcode": {"code": "A", "base64": "<svg>"}}, "data.qrcode: expected a code, and in base64"),
        ("status.instance", [], "data: Expected `object`, got `array`"),
    ],
)
async def test_a_malformed_event_is_a_400_with_its_path(
    ana: Any, posted: Any, opening: int, case: tuple[str, Any, str]
) -> None:
    """Wrong shapes are named, and the channel keeps a canonical status."""
    event, data, path = case
    key = await ana.backend.parts.accounts.webhook_key(ana.tenant_id)
    body = msgspec.json.encode({"event": event, "instance": str(opening), "data": data})

    status, reply = await posted(body, Authorization=signed(key))

    assert status == 400
    assert reply["error"].startswith(path)
    assert (await ana.read(opening))["status"] in set(ChannelStatus)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"event":"connection.update"',
        b"[]",
        b"7",
        b'{"instance":7}',
        b'{"instance":""}',
        b'{"instance":"1\\u0000","event":"x"}',
        b'{"instance":"1"}',
        b'{"instance":"1","event":[]}',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"instance":"\\ud800"}',
    ],
)
async def test_garbage_is_a_400(posted: Any, body: bytes) -> None:
    """Nothing that is posted makes a 5xx."""
    status, reply = await posted(body)

    assert (status, set(reply)) == (400, {"error"})


async def test_an_oversized_body_is_a_413(posted: Any) -> None:
    """A body larger than the limit is not read to its end."""
    status, _ = await posted(BytesIO(b"x" * 1_100_000))

    assert status == 413


async def test_an_event_without_use_is_received(ana: Any, opening: int) -> None:
    """Events that this backend does not handle are acknowledged and change nothing."""
    before = await ana.read(opening)

    status = await ana.post_event(opening, "presence.update", {"id": "x", "presences": {}})

    assert (status, await ana.read(opening)) == (200, before)


async def test_an_unlink_is_one_disconnect_in_any_order(ana: Any, double: Any, opening: int) -> None:
    """The three reports of one unlink, in any order, are one change."""
    await ana.post_state(opening, "open", at_s=4)
    double.state = "close"

    await ana.post_event(opening, "logout.instance", None, at_s=6.002)
    await ana.post_state(opening, "close", at_s=6.003)
    once = await ana.read(opening)
    await ana.post_event(opening, "status.instance", {"instance": str(opening), "status": "closed"}, at_s=6.001)

    assert (once["status"], await ana.read(opening)) == ("DISCONNECTED", once)


async def test_the_qr_limit_is_one_error(ana: Any, opening: int) -> None:
    """`refused` and the limit payload are two reports of one thing."""
    await ana.post_qr(opening, "A", at_s=2)
    limit = {"message": "QR code limit reached, please login again", "statusCode": 500}

    await ana.post_event(opening, "qrcode.updated", limit, at_s=9)
    once = await ana.read(opening)
    await ana.post_state(opening, "refused", at_s=9.001)

    assert (once["status"], once["qrcode"]) == ("ERROR", None)
    assert await ana.read(opening) == once


async def test_a_doubt_that_cannot_be_settled_is_kept(ana: Any, double: Any, opening: int) -> None:
    """Out of order, and Evolution does not answer: kept, and asked about again until it counts."""
    await ana.post_qr(opening, "A", at_s=5)
    double.then("instance/connectionState", (500, {}))
    double.state = "open"

    status = await ana.post_state(opening, "open", at_s=4)

    assert (status, (await ana.read(opening))["status"]) == (200, "QRCODE")
    await ana.until(opening, ChannelStatus.CONNECTED)


# Whoever sweeps would find the connections dead before the event does, and open new ones.
@pytest.mark.parametrize("sweep_interval_s", ["3600"])
async def test_a_lost_database_is_a_503_and_passes(ana: Any, opening: int, migrated_url: str) -> None:
    """An event that cannot be stored is asked for again, and counts when it comes again."""
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    statuses = [await ana.post_state(opening, "open", at_s=4) for _ in range(2)]

    assert (statuses, (await ana.read(opening))["status"]) == ([503, 200], "CONNECTED")


async def test_an_applied_webhook_is_remembered(ana: Any, double: Any, opening: int) -> None:
    """An exact duplicate is answered from Redis: Evolution is not asked a second time."""
    double.state = "open"
    await ana.post_state(opening, "open", at_s=4)
    await ana.post_state(opening, "close", at_s=5)
    asked = len(double.calls)

    again = await ana.post_state(opening, "close", at_s=5)

    assert (again, len(double.calls)) == (200, asked)


async def test_without_redis_duplicates_are_still_one_effect(backend: Any, ana: Any, double: Any, opening: int) -> None:
    """The database is right by itself when Redis has lost its memory."""
    double.state = "open"
    await ana.post_state(opening, "open", at_s=4)
    once = await ana.read(opening)
    await backend.parts.health.redis.flushdb()

    await ana.post_state(opening, "open", at_s=4)

    assert await ana.read(opening) == once
