"""Tests of the limits: each is a named setting, holds, and says so when it is reached."""

import asyncio
from dataclasses import fields
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from fake_evolution import Config, read_journal
from fake_evolution.cli import LIMITS, read_config
from fake_evolution.tests.receiver import Receiver
from fake_evolution.tests.stage import Stage, recorded


def test_every_limit_is_a_setting_with_an_option() -> None:
    """Whatever the config bounds can be given on the command line; so can the grace of an end."""
    bounds = {item.name for item in fields(Config) if item.name.endswith("_max")}
    not_for_people = {"webhooks_waiting_soft_max"}  # where the fake begins to emit more slowly: no limit

    assert set(LIMITS) == (bounds - not_for_people) | {"grace_s"}
    assert read_config({"instances_max": "5", "grace_s": "0.5"}) == Config(port=8080, instances_max=5, grace_s=0.5)


async def test_instances() -> None:
    """One instance too many is refused, and the refusal names the setting."""
    async with Stage(instances_max=1) as stage:
        await stage.create("sales")

        refused = await stage.create("support")

        assert refused.status == 400
        assert "limited to 1 instances; raise instances_max" in orjson.dumps(refused.body).decode()
        assert [one["name"] for one in await stage.control.instances()] == ["sales"]


async def test_body_of_the_control_api() -> None:
    """A body that is too large is refused with the size that would be legal."""
    async with (
        Stage(body_bytes_max=1000) as stage,
        stage.session.put(f"{stage.fake.control_url}/world", data=b"x" * 2000) as answer,
    ):
        told = await answer.json()

    assert (answer.status, told) == (
        413,
        {"error": "the body is too large; legal: 1000 bytes (body_bytes_max)", "kind": "limit-reached"},
    )


async def test_open_connections_of_callers() -> None:
    """Who comes when all are taken gets 503 and a reason; who is in stays, and a freed place is given again."""
    async with Stage(api_connections_max=2) as stage:
        port = stage.fake._runner.addresses[0][1]
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        async with aiohttp.ClientSession() as stranger, stranger.get(stage.fake.url) as refused:
            told = await refused.json()
        for _, writer in idle:
            writer.close()
            await writer.wait_closed()

        assert refused.status == 503
        assert told["response"]["message"] == ["2 connections are open already; legal: 2 (api_connections_max)"]
        assert (await stage.call("GET", "/")).status == 200
        assert stage.records("connection.refused")[0]["limit"] == "api_connections_max"


async def test_journal_file(tmp_path: Path) -> None:
    """A full file ends with a record that says so, and loads; the newest records go on in memory, and health tells."""
    path = tmp_path / "journal.jsonl"
    async with Stage(journal=path, journal_bytes_max=5000) as stage:
        for number in range(100):
            stage.fake.journal.write("tick", number=number, text="x" * 100)
        health = await stage.control.health()
        newest = (await stage.control.journal(after=health["journal_seq"] - 1))[0]

    records = read_journal(path)
    assert (health["journal_full"], newest["number"]) == (True, 99)
    assert (records[-1].kind, records[-1]["file_octets_max"]) == ("journal.full", 5000)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert path.stat().st_size < 6000


async def test_stored_messages() -> None:
    """Beyond the limit the oldest messages of an instance go, and the journal says so."""
    async with Stage(messages_kept_max=3) as stage:
        await stage.open("sales")
        ids = await stage.control.messages("sales", text="Oi", count=5)
        await stage.pass_time(1)
        limit = await recorded(stage.fake, "limit")
        rows = (await stage.call("POST", "/chat/findMessages/sales", {})).body["messages"]["records"]

        assert {row["key"]["id"] for row in rows} == set(ids[-3:])
        assert (limit["limit"], limit["legal"], limit["instance"]) == ("messages_kept_max", 3, "sales")
        assert (await stage.control.instance("sales"))["counters"]["messages"] == 3


async def test_receiver_that_never_answers_costs_one_connection() -> None:
    """Whatever waits for it waits in the fake, up to the limit; beyond, attempts fail with the limit's name."""
    limits: dict[str, Any] = {"connections_a_target_max": 1, "webhooks_waiting_a_target_max": 3}
    async with Receiver(lambda _number: None) as receiver, Stage(**limits) as stage:
        await stage.call("POST", "/instance/create", hooked_to(receiver))
        await receiver.count(1)
        for number in range(10):
            stage.fake.emit("sales", "call", [number])
        failed = await recorded(stage.fake, "attempt")

        assert len(receiver.lines) == 1
        assert "3 webhooks wait for 127.0.0.1" in failed["error"]
        assert "waiting_a_target_max" in failed["error"]
        assert (await stage.control.health())["backlog"]["webhooks"] == 3


def hooked_to(receiver: Receiver) -> dict[str, Any]:
    """An instance whose webhook goes to this receiver."""
    hook = {"url": receiver.url, "events": []}
    return {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "webhook": hook}
