"""Tests of what the owner of a fake gets to know: its own bugs, its files, and what went wrong at the start."""

import asyncio
import gc
import socket
from contextlib import suppress
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from fake_evolution import Config, ConfigError, FakeServer, Journal, MonotonicClock, World, read_journal
from fake_evolution.domain.instance import Instance
from fake_evolution.tests.stage import Reply, Stage, recorded

BROKEN = cast("Instance", object())


async def ask_a_broken_fake() -> Reply:
    """What a caller gets when the fake itself goes wrong, as the fake's context ends."""
    async with Stage() as stage:
        stage.fake.engine.instances["sales"] = BROKEN
        return await stage.call("GET", "/instance/connectionState/sales")


async def test_bug_in_a_route_reaches_the_owner() -> None:
    """The owner gets the exception itself when the context ends."""
    with pytest.raises(ExceptionGroup, match="faults of the fake itself") as group:
        await ask_a_broken_fake()

    assert [type(bug) for bug in group.value.exceptions] == [AttributeError]


async def test_bug_in_a_route_is_told_to_the_caller() -> None:
    """The caller gets a 500 that says whose fault it is, in place of an imitated answer."""
    stage = Stage()
    with suppress(ExceptionGroup):
        async with stage:
            stage.fake.engine.instances["sales"] = BROKEN
            await stage.call("GET", "/instance/connectionState/sales")

    (answer,) = stage.records("answer")
    assert (answer["status"], answer["body"]["error"]) == (500, "Fault of the fake")
    assert answer["body"]["response"]["message"].startswith("this is a fault of the fake itself, not an imitated answ")


async def break_what_comes_later() -> None:
    """A QR code is due for an instance that broke meanwhile; then another instance is made."""
    async with Stage() as stage:
        await stage.create("sales", qrcode=True)
        stage.fake.engine.instances["sales"] = BROKEN
        await stage.pass_time(46)
        del stage.fake.engine.instances["sales"]
        assert (await stage.create("support", qrcode=True)).body["qrcode"]["count"] == 1


async def test_bug_in_something_that_happens_later_reaches_the_owner() -> None:
    """What goes wrong in the scheduler is not lost in the event loop, and time goes on for the others."""
    with pytest.raises(ExceptionGroup) as group:
        await break_what_comes_later()

    assert [type(bug) for bug in group.value.exceptions] == [AttributeError]


async def ask_a_broken_fake_and_fail() -> None:
    """Both the fake and whoever uses it go wrong."""
    async with Stage() as stage:
        stage.fake.engine.instances["sales"] = BROKEN
        await stage.call("GET", "/instance/connectionState/sales")
        raise LookupError("of the test")


async def test_bug_beside_another_error_is_noted_there() -> None:
    """When the body of the context raises, its error stays, with the fake's bugs as a note."""
    with pytest.raises(LookupError, match="of the test") as error:
        await ask_a_broken_fake_and_fail()

    assert str(error.value.__notes__[0]).startswith("faults of the fake itself: AttributeError: ")


async def test_port_in_use_is_one_sentence() -> None:
    """Where somebody listens already the fake says so, and leaves nothing open."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as refusal:
            async with FakeServer(Config(port=port)):
                pass

    assert str(refusal.value) == (
        f"127.0.0.1:{port} is in use by another program; give another --port, or 0 for any free one"
    )


async def test_failed_start_leaves_nothing_open(tmp_path: Path) -> None:
    """A world that cannot be used closes journal and connections again; open ones would warn here."""
    with pytest.raises(ConfigError, match="QRCODE_LIMIT is 'x'"):
        async with FakeServer(Config(journal=tmp_path / "j.jsonl"), world=World(server={"QRCODE_LIMIT": "x"})):
            pass

    gc.collect()
    assert read_journal(tmp_path / "j.jsonl") == []


async def test_own_journal_is_complete_when_the_context_ends(tmp_path: Path) -> None:
    """From world and start to stop, numbered without a gap."""
    path = tmp_path / "journal.jsonl"
    async with Stage(journal=path) as stage:
        await stage.create("sales")

    records = read_journal(path)
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    kinds = [record.kind for record in records]
    assert kinds == ["world", "server.start", "call", "state", "event", "answer", "server.stop"]


async def test_journal_of_somebody_else_stays_open(tmp_path: Path) -> None:
    """A fake writes to the journal it is given, on that journal's clock, and does not close it."""
    clock = MonotonicClock(rate=0)
    with Journal(tmp_path / "journal.jsonl", clock=clock, first_seq=10) as journal:
        async with FakeServer(Config(), journal=journal) as fake:
            assert fake.clock is clock
        journal.write("phase.end", phase="regression")

    assert [record.kind for record in read_journal(tmp_path / "journal.jsonl")][-2:] == ["server.stop", "phase.end"]
    assert journal.last_seq == 13


async def test_end_does_not_wait_for_who_waits() -> None:
    """A call that sleeps when the fake ends is cut off at once, whatever the time it had left."""
    body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "qrcode": True}
    async with aiohttp.ClientSession(headers={"apikey": "k"}) as session:
        async with asyncio.timeout(60), FakeServer(Config(rate=0, api_key="k", grace_s=60.0)) as fake:
            waiting = asyncio.ensure_future(session.post(f"{fake.url}/instance/create", json=body))
            await recorded(fake, "state")

        with pytest.raises(aiohttp.ClientConnectionError):
            await waiting
