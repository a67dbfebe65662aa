"""Tests of the journal's live stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any

import pytest

from fake_evolution import Client, ControlError, FakeServer, Journal, MonotonicClock
from fake_evolution.config import Config
from fake_evolution.tests.stage import WAIT_S_MAX, Stage, recorded


async def taken(stream: AsyncIterator[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The next records of a stream."""
    async with asyncio.timeout(WAIT_S_MAX):
        return [await anext(stream) for _ in range(count)]


async def lines(stage: Stage, wanted: int, **headers: str) -> list[str]:
    """The first lines of a stream as they come over the wire."""
    async with stage.session.get(f"{stage.fake.control_url}/journal/stream", headers=headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        async with asyncio.timeout(WAIT_S_MAX):
            return [(await answer.content.readline()).decode().strip() for _ in range(wanted)]


async def test_stream_gives_what_was_and_what_comes(stage: Stage) -> None:
    """A follower gets the records so far, and then each as it is written, in order and without a gap."""
    async with aclosing(stage.control.stream()) as stream:
        before = await taken(stream, 2)
        await stage.create("sales")
        after = await taken(stream, 3)

    assert [record["kind"] for record in before] == ["world", "server.start"]
    assert [record["seq"] for record in before + after] == [1, 2, 3, 4, 5]
    assert [record["kind"] for record in after][:2] == ["call", "state"]


async def test_stream_of_one_kind(stage: Stage) -> None:
    """A follower of one kind hears nothing else."""
    await stage.create("sales")
    async with aclosing(stage.control.stream(kind="state", after=1)) as stream:
        (first,) = await taken(stream, 1)
        await stage.create("support")
        (second,) = await taken(stream, 1)

    assert (first["instance"], second["instance"]) == ("sales", "support")
    assert {first["kind"], second["kind"]} == {"state"}


async def test_stream_goes_on_behind_the_last_id(stage: Stage) -> None:
    """The id is the record's number, and whoever comes back with it misses nothing and hears nothing twice."""
    await stage.create("sales")

    whole = await lines(stage, 8)
    resumed = await lines(stage, 5, **{"Last-Event-ID": "2"})

    assert [line for line in whole if line.startswith("id")] == ["id: 1", "id: 2"]
    assert [line for line in resumed if line.startswith("id")] == ["id: 3"]
    assert whole[0].startswith(": ")


async def test_quiet_stream_says_that_it_is_alive() -> None:
    """Without a record a comment comes, so that nobody in between closes the connection."""
    async with Stage(stream_keep_alive_s=0.001) as stage:
        told = await lines(stage, 4, **{"Last-Event-ID": "1000"})

    assert told[2] == ": still here"


async def test_slow_reader_is_told_what_it_missed() -> None:
    """Where the journal has forgotten records already, their numbers come instead, and the stream goes on behind."""
    journal = Journal(clock=MonotonicClock(rate=0), records_kept_max=5)
    async with FakeServer(Config(rate=0), journal=journal) as fake, Client(fake.control_url) as control:
        for number in range(20):
            journal.write("tick", number=number)
        async with aclosing(control.stream(after=3)) as stream:
            found = await taken(stream, 6)

    assert found[0] == {"kind": "lost", "from_seq": 4, "to_seq": 17, "records": 14}
    assert [record["seq"] for record in found[1:]] == [18, 19, 20, 21, 22]


async def test_reader_that_missed_something_goes_on_behind_it() -> None:
    """The event that tells it has the number of the last missing record as its id."""
    async with Stage() as stage:
        stage.fake.journal._records_kept_max = 5
        for number in range(20):
            stage.fake.journal.write("tick", number=number)

        told = await lines(stage, 7, **{"Last-Event-ID": "3"})

    assert told[2:4] == ["event: lost", "id: 17"]
    assert told[6] == "id: 18"


async def test_reader_that_takes_nothing_is_cut_off() -> None:
    """A connection that is full for longer than the fake's patience is closed, and the journal says so."""
    async with Stage(stream_patience_s=0.01) as stage:
        reader, writer = await asyncio.open_connection("127.0.0.1", stage.fake._runner.addresses[0][1], limit=1)
        writer.write(b"GET /__fake__/journal/stream HTTP/1.1\r\nhost: x\r\n\r\n")
        for _ in range(300):
            stage.fake.journal.write("tick", text="x" * 100_000)

        cut = await recorded(stage.fake, "stream.cut")

        assert cut["patience_s"] == 0.01
        assert (await stage.control.health())["streams"] == 0
        async with asyncio.timeout(WAIT_S_MAX):
            with suppress(ConnectionError):  # a reset is an end, too
                while await reader.read(1 << 20):
                    assert not reader.at_eof()
        writer.close()


async def test_too_many_followers_are_refused() -> None:
    """The limit is named, and who is in stays in."""
    async with Stage(streams_max=1) as stage, aclosing(stage.control.stream()) as first:
        await taken(first, 1)

        with pytest.raises(ControlError, match=r"^1 streams are open already; legal: 1 \(streams_max\)") as refusal:
            await taken(stage.control.stream(), 1)

        assert (refusal.value.status, refusal.value.kind) == (429, "limit-reached")
        assert (await stage.control.health())["streams"] == 1


async def test_stream_ends_with_the_fake() -> None:
    """A fake that stops lets its followers go at once, with everything that was written."""
    async with Stage(grace_s=60.0) as stage, Client(stage.fake.control_url) as control:
        stream = control.stream()
        await taken(stream, 2)
        async with asyncio.timeout(WAIT_S_MAX):
            await stage.fake.__aexit__(None, None, None)

            left = [record async for record in stream]

        await stage.fake.__aenter__()
        assert left == []


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "²"])
async def test_bad_last_id_is_refused(stage: Stage, last: str) -> None:
    """What is no record's number is told as it was found."""
    url = f"{stage.fake.control_url}/journal/stream"

    async with stage.session.get(url, headers={"Last-Event-ID": last}) as answer:
        told = await answer.json()

    assert (answer.status, told["kind"]) == (400, "bad-request")
    assert told["error"].endswith("legal: the number of a record, as 17")
