"""What is believed is compared with what is so: at a start, now and then, and when somebody asks."""

import asyncio
from typing import Any

import psycopg
import pytest
from redis.asyncio import Redis

from channel_backend.counters import UsageCounters
from channel_backend.flow.reconciling import Cause
from channel_backend.status import ChannelStatus
from channel_backend.store.accounts import Profile, TenantChanges

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
RECONCILE = "/api/admin/reconcile"
INSERT = """
    INSERT INTO channels (tenant_id, name, provider_instance_name, status, session_number, session_live, session_linked)
    VALUES (%s, %s, %s, %s, 1, %s, %s) RETURNING id
"""


@pytest.fixture
async def root(backend: Any, person_at: Any) -> Any:
    """A super user."""
    return await person_at(backend, profile=Profile.SUPER)


@pytest.fixture
async def counters(redis_url: str) -> Any:
    """Somebody else who looks at the counters."""
    async with Redis.from_url(redis_url) as redis:
        yield UsageCounters(redis)


async def reported(person: Any, body: Any = None) -> Any:
    """The answer to a request to reconcile."""
    status, answer = await person.call("POST", RECONCILE, body)
    assert status == 200
    return answer


async def test_a_lost_logout_is_corrected_on_demand(root: Any, ana: Any, double: Any) -> None:
    """Nobody has to wait until the next look."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.state = "open"
    await ana.post_state(channel, "open", at_s=9)
    double.state = "close"

    first = await reported(root)
    second = await reported(root, {"tenantId": ana.tenant_id})

    assert first["channels"] == {"checked": 1, "corrected": 1, "unanswered": 0}
    assert second["channels"] == {"checked": 1, "corrected": 0, "unanswered": 0}
    assert (await ana.read(channel))["status"] == "DISCONNECTED"


async def test_an_evolution_that_does_not_answer_changes_nothing(root: Any, ana: Any, double: Any) -> None:
    """A connection is not given up because nobody can be asked about it."""
    channel = await ana.new_channel()
    await ana.call("PUT", f"{START}/{channel}")
    double.then("instance/connectionState", (500, {}))

    report = await reported(root)

    assert report["channels"] == {"checked": 1, "corrected": 0, "unanswered": 1}
    assert (await ana.read(channel))["status"] == "QRCODE"


async def test_a_wrong_counter_is_corrected_once_and_audited(
    root: Any, ana: Any, counters: UsageCounters, migrated_url: str
) -> None:
    """The rows decide; a line in the audit says what the counter said."""
    await ana.call("PUT", f"{START}/{await ana.new_channel()}")
    await reported(root)
    counters.note(ana.tenant_id, 4)
    await counters.flush()

    first, second = await reported(root), await reported(root)

    wrong = {"tenantId": ana.tenant_id, "measure": "whatsappSessions", "counted": 5, "actual": 1}
    assert [{**wrong, "at": audit["at"]} for audit in first["usage"]["audit"]] == first["usage"]["audit"]
    assert (first["usage"]["corrected"], second["usage"]["corrected"]) == (1, 0)
    assert await counters.read([ana.tenant_id]) == {ana.tenant_id: 1}
    with psycopg.connect(migrated_url) as connection:
        audit = connection.execute("SELECT tenant_id, counted, actual, cause FROM usage_audit").fetchall()
    assert audit == [(ana.tenant_id, 5, 1, "request")]


async def test_the_counter_follows_the_sessions(root: Any, ana: Any, counters: UsageCounters) -> None:
    """Started, ended, deleted: no drift, nothing to correct."""
    first, second = await ana.new_channel(), await ana.new_channel("outra")
    await reported(root)
    for channel in (first, second):
        await ana.call("PUT", f"{START}/{channel}")
    await ana.call("DELETE", f"{START}/{first}")
    await ana.call("DELETE", f"/api/whatsapp/whatsapp/{second}")

    report = await reported(root)

    assert report["usage"]["corrected"] == 0
    assert await counters.read([ana.tenant_id]) == {ana.tenant_id: 0}


async def test_a_counter_that_moves_is_left_alone(ana: Any, counters: UsageCounters) -> None:
    """Corrected is only what is still as it was seen: a change in between is on its way to being right."""
    await ana.backend.parts.operations.reconciling.usage(ana.tenant_id, Cause.PERIODIC)

    stale = await counters.correct(ana.tenant_id, seen=7, actual=3)
    good = await counters.correct(ana.tenant_id, seen=0, actual=3)

    assert (stale, good) == (False, True)


@pytest.fixture
def customer(database_url: str) -> tuple[int, Any]:
    """A tenant that is there before any process is, and a way to give it channels in whatever status."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("INSERT INTO tenants (name, webhook_key) VALUES ('T', 'key') RETURNING id").fetchone()
    assert row is not None
    tenant = int(row[0])

    def add(status: ChannelStatus, *, live: bool = True) -> int:
        values = (tenant, f"{status}", f"{status}-{tenant}", status.value, live, status is ChannelStatus.CONNECTED)
        with psycopg.connect(database_url, autocommit=True) as connection:
            found = connection.execute(INSERT, values).fetchone()
        assert found is not None
        return int(found[0])

    return tenant, add


@pytest.mark.parametrize("status", list(ChannelStatus))
@pytest.mark.parametrize("live", [True, False])
async def test_a_start_with_a_channel_in_any_status_converges(
    customer: Any, double: Any, backend_with: Any, person_at: Any, status: ChannelStatus, *, live: bool
) -> None:
    """Whatever the rows say when a process starts, they say what Evolution says soon after."""
    tenant, add = customer
    channel = add(status, live=live)
    double.state = "open"

    backend = await backend_with(double.url, check_s="0.2", qr_check_s="0.2", sweep_interval_s="0.1")

    has_session = live or status in ("CONNECTING", "QRCODE", "CONNECTED")
    expected = ChannelStatus.CONNECTED if has_session else status
    dora = await person_at(backend, tenant_id=tenant)
    assert (await dora.until(channel, expected))["status"] == expected


async def test_a_start_without_evolution_stays_up(customer: Any, backend_with: Any, person_at: Any) -> None:
    """Channels on their way end in ERROR with a reason, connected ones stay, and the process serves."""
    tenant, add = customer
    channels = {status: add(status) for status in ChannelStatus}
    quick = {"start_timeout_s": "0.5", "qr_silence_s": "0.5", "check_s": "0.2", "sweep_interval_s": "0.1"}

    dora = await person_at(await backend_with("http://127.0.0.1:9", **quick), tenant_id=tenant)

    for status in (ChannelStatus.CONNECTING, ChannelStatus.QRCODE):
        shown = await dora.until(channels[status], ChannelStatus.ERROR)
        assert "cannot be reached" in shown["statusReason"]
    assert (await dora.read(channels[ChannelStatus.CONNECTED]))["status"] == "CONNECTED"


async def test_ten_starts_at_once_with_two_allowed(
    person_at: Any, backend: Any, backend_with: Any, double: Any
) -> None:
    """Exactly two, over two processes; the other eight are told about the plan."""
    cleo = await person_at(backend, limit=10)
    channels = [await cleo.new_channel(f"canal {number}") for number in range(10)]
    await backend.parts.accounts.update_tenant(cleo.tenant_id, TenantChanges(max_connections=2))
    other = await backend_with(double.url)

    async def start(number: int, channel: int) -> int:
        url = f"{(backend, other)[number % 2].url}{START}/{channel}"
        async with cleo.http.post(url, headers={"Authorization": f"Bearer {cleo.token}"}) as reply:
            return int(reply.status)

    statuses = await asyncio.gather(*(start(number, channel) for number, channel in enumerate(channels)))
    _, usage = await cleo.call("GET", "/api/billing/tenant/usage")

    assert sorted(statuses) == [200] * 2 + [403] * 8
    assert (usage["usage"]["whatsappSessions"], usage["limits"]["whatsappSessions"]) == (2, 2)
