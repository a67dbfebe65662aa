"""What it takes to run this backend: numbers, usage, health, good order at the end."""

import asyncio
import re
from typing import Any

import psycopg
import pytest
from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from channel_backend.store.accounts import Profile
from channel_backend.store.database import open_engine

pytestmark = pytest.mark.stack

START = "/api/whatsapp-sessions/whatsappsession"
USAGE = "/api/billing/tenant/usage"

Numbers = dict[tuple[str, tuple[str, ...]], float]


async def numbers_at(url: str, **headers: str) -> Numbers:
    """Every sample, by its name and the values of its labels in the order of their names."""
    async with ClientSession() as http, http.get(f"{url}/metrics", headers=headers) as reply:
        assert (reply.status, reply.content_type) == (200, "text/plain")
        text = await reply.text()
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def connected_channel(person: Any, double: Any, name: str) -> int:
    """A channel after a whole connect."""
    channel = int(await person.new_channel(name))
    double.state = "open"
    await person.call("PUT", f"{START}/{channel}")
    await person.post_state(channel, "open", at_s=9)
    return channel


async def test_a_connect_is_counted_and_timed(ana: Any, double: Any) -> None:
    """One attempt, one verdict, both times, one channel CONNECTED."""
    await connected_channel(ana, double, "loja")

    found, tenant = await numbers_at(ana.backend.url), str(ana.tenant_id)

    assert found["channel_connect_attempts_total", ("connected", tenant)] == 1
    assert found["channel_connect_attempts_open", (tenant,)] == 0
    assert found["channel_time_to_qr_seconds_count", (tenant,)] == 1
    assert found["channel_time_to_connected_seconds_count", (tenant,)] == 1
    assert found["channel_status", ("CONNECTED", tenant)] == 1
    assert found["provider_requests_total", ("ok", "instance/create")] == 1
    assert found["webhook_events_total", ("connection.update", "applied")] == 1
    assert found["webhook_ack_seconds_count", ()] == 1


async def test_attempts_survive_restarts_and_deletions(ana: Any, double: Any, backend_with: Any) -> None:
    """The numbers are those of the database: another process tells the same, the channel may be gone."""
    channel = await connected_channel(ana, double, "loja")
    await ana.call("DELETE", f"/api/whatsapp/whatsapp/{channel}")
    double.then("instance/create", (400, {"response": {"message": ["no"]}}))
    double.state = "connecting"
    other = await ana.new_channel("outra")
    await ana.call("PUT", f"{START}/{other}")
    await ana.call("PUT", f"{START}/{other}")
    await ana.call("DELETE", f"{START}/{other}")

    restarted = await backend_with(double.url)

    kept = dict.fromkeys(("connected", "failed", "not_connected", "no_qr"), 0.0)
    found, tenant = await numbers_at(restarted.url), str(ana.tenant_id)
    counted = {outcome: found["channel_connect_attempts_total", (outcome, tenant)] for outcome in kept}
    assert counted == {**kept, "connected": 1, "failed": 1, "not_connected": 1}


async def test_labels_are_bounded(ana: Any, double: Any) -> None:
    """No channel, no instance, and no event's name that a stranger makes up."""
    channel = await connected_channel(ana, double, "loja")
    await ana.post_event(channel, "made.up.event", {})

    found = await numbers_at(ana.backend.url)

    names = {name for name, _ in found}
    assert ("webhook_events_total", ("other", "ignored")) in found
    assert not [key for key in found if "made.up.event" in key[1]]
    assert not [name for name in names if re.search("channel_id|instance", name)]


async def test_numbers_without_a_database_are_those_of_the_process(ana: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scrape does not fail when the database is away: it says so."""
    nowhere = open_engine("postgresql://a:b@127.0.0.1:9/x", pool_size=1)
    monkeypatch.setattr(ana.backend.parts.operations.facts, "_engine", nowhere)

    found = await numbers_at(ana.backend.url)

    assert found["channel_facts_available", ()] == 0
    assert ("process_cpu_seconds_total", ()) in found
    assert not [name for name, _ in found if name.startswith("channel_status")]


async def test_numbers_may_need_a_token(double: Any, backend_with: Any) -> None:
    """With a token set, nobody reads them without."""
    backend = await backend_with(double.url, metrics_token="read-the-numbers")

    async with ClientSession() as http, http.get(f"{backend.url}/metrics") as refused:
        assert (refused.status, "ERR_METRICS_TOKEN" in await refused.text()) == (403, True)
    assert await numbers_at(backend.url, Authorization="Bearer read-the-numbers")


async def test_usage_is_what_the_rows_say(ana: Any, double: Any, person_at: Any) -> None:
    """Open sessions, people and messages of the own tenant, beside what the plan allows."""
    await connected_channel(ana, double, "loja")
    await ana.new_channel("outra")
    bia = await person_at(ana.backend, profile=Profile.USER, tenant_id=ana.tenant_id)

    status, found = await bia.call("GET", USAGE)

    assert status == 200
    assert found == {
        "usage": {"messages": 0, "storageBytes": 0, "users": 2, "whatsappSessions": 1},
        "limits": {"messagesPerMonth": None, "storageGB": None, "users": 9, "whatsappSessions": 50},
        "tenantId": ana.tenant_id,
    }


async def test_an_old_inbox_is_told_by_health(ana: Any, backend_with: Any, double: Any, migrated_url: str) -> None:
    """Ready to serve, but what is shown may be old."""
    backend = await backend_with(double.url, inbox_age_max_s="10")
    waiting = """
        INSERT INTO webhook_inbox (lane, tenant_id, channel_id, event, body, mark, received_at, due_at)
        VALUES ('x', 1, 1, 'messages.upsert', '', 'mark', now() - interval '60 s', now() + interval '1 h')
    """
    await asyncio.to_thread(_run, migrated_url, waiting)

    async with ana.http.get(f"{backend.url}/health/ready") as reply:
        status, health = reply.status, await reply.json()

    assert (status, health["status"], health["checks"]["inbox"]) == (200, "degraded", "late")
    assert (health["inbox"]["size"], health["inbox"]["oldestSeconds"] >= 60) == (1, True)


def _run(url: str, query: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(query)
