"""Hands on the embedded stack: its parts die, stand still and come back where they were."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis

from scenarios.stack import Scratch, StackError, StackSettings, open_stack
from scenarios.stack.backend import Backend
from scenarios.stack.controls import Link, Part
from scenarios.stack.embedded import EmbeddedStack
from scenarios.stack.hands import EmbeddedControls
from scenarios.stack.services import PostgresServer, ValkeyServer
from scenarios.tests.test_stack_embedded import PROGRAM, SERVERS

pytestmark = pytest.mark.stack


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    """How the backend in a few lines is started."""
    program = tmp_path / "backend.py"
    program.write_text(PROGRAM)
    return StackSettings(
        evolution_url="http://127.0.0.1:1",
        evolution_api_key="key",
        run_dir=tmp_path,
        command=(sys.executable, str(program)),
    )


@asynccontextmanager
async def backend_alone(settings: StackSettings) -> AsyncIterator[tuple[Backend, EmbeddedControls]]:
    """A backend that uses no servers, and the hands on it."""
    with Scratch() as place:
        backend = Backend(settings, place, SERVERS)
        await backend.start()
        yield backend, EmbeddedControls(backend, PostgresServer(place), ValkeyServer(place))
        await asyncio.to_thread(backend.stop)


async def test_a_killed_backend_comes_back_on_its_port_and_nobody_says_that_it_died(settings: StackSettings) -> None:
    """It gets no chance to end in order, and its end is no news."""
    async with backend_alone(settings) as (backend, controls):
        first = backend.pid

        code = await controls.kill(Part.BACKEND)
        gone = not backend.alive()
        await controls.start(Part.BACKEND)

        assert (code, gone) == (-9, True)
        assert backend.alive()
        assert backend.pid != first
        assert not backend.exited.done()


async def test_a_backend_that_dies_by_itself_after_an_outage_is_still_news(settings: StackSettings) -> None:
    """What was asked for once is no licence for later."""
    async with backend_alone(settings) as (backend, controls):
        await controls.stop(Part.BACKEND)
        await controls.start(Part.BACKEND)
        child = backend.child
        assert child is not None

        await asyncio.to_thread(child.kill)

        assert await asyncio.wait_for(backend.exited, 60.0) == -9


async def test_a_frozen_backend_answers_when_it_goes_on(settings: StackSettings) -> None:
    """A question asked while it stands still waits, and is answered."""
    async with backend_alone(settings) as (backend, controls):
        await controls.pause(Part.BACKEND)
        reader, writer = await asyncio.open_connection("127.0.0.1", backend.port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        answer = asyncio.create_task(reader.read(12))
        done, _ = await asyncio.wait({answer}, timeout=0.3)

        await controls.resume(Part.BACKEND)

        assert not done
        assert await asyncio.wait_for(answer, 60.0) == b"HTTP/1.0 200"
        writer.close()


async def test_a_backend_that_does_not_come_back_says_why(settings: StackSettings, tmp_path: Path) -> None:
    """Its last lines are in the error."""
    async with backend_alone(settings) as (_, controls):
        await controls.kill(Part.BACKEND)
        (tmp_path / "backend.py").write_text("raise SystemExit('the migration is missing')")

        with pytest.raises(StackError, match=r"(?s)it exits at start: exit code 1 .*the migration is missing"):
            await controls.start(Part.BACKEND)


async def test_killed_servers_come_back_and_the_database_has_kept_what_was_committed(settings: StackSettings) -> None:
    """The database recovers its rows; Redis is empty; both are where they were."""
    with Scratch() as place:
        postgres, valkey = PostgresServer(place), ValkeyServer(place)
        await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(valkey.start)
        url = postgres.create_database("kept")
        with psycopg.connect(url) as connection:
            connection.execute("create table kept as select 42 as answer")
        redis.Redis.from_url(valkey.url).set("kept", "no")
        controls = EmbeddedControls(Backend(settings, place, SERVERS), postgres, valkey)

        for part in (Part.DATABASE, Part.REDIS):
            assert await controls.kill(part) == -9
            await controls.start(part)

        with psycopg.connect(url) as connection:
            assert connection.execute("select answer from kept").fetchone() == (42,)
        assert redis.Redis.from_url(valkey.url).get("kept") is None


async def test_links_that_the_run_wants_go_through_a_proxy(settings: StackSettings) -> None:
    """The backend is given the proxy's address; a cut link refuses, a mended one passes again."""
    wanted = replace(settings, links=frozenset({Link.BACKEND_TO_REDIS}))
    async with open_stack("embedded", settings=wanted) as stack:
        assert isinstance(stack, EmbeddedStack)
        assert stack.links is not None
        url = stack.servers.redis_url
        client = redis.Redis.from_url(url)

        before = await asyncio.to_thread(client.ping)
        await stack.links.cut(Link.BACKEND_TO_REDIS)
        with pytest.raises(redis.ConnectionError):
            await asyncio.to_thread(client.ping)
        await stack.links.mend(Link.BACKEND_TO_REDIS)

        assert before is True
        assert await asyncio.to_thread(client.ping) is True
