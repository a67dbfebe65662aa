"""A backend comes up on real servers, or says in one line why it does not."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import psycopg
import pytest
import redis

from scenarios.errors import ScenarioError
from scenarios.stack import Scratch, StackError, StackSettings, open_stack
from scenarios.stack.backend import Backend, Servers
from scenarios.stack.errors import BackendFailedError
from scenarios.stack.services import HOST

pytestmark = pytest.mark.stack

# A backend in a few lines. MODE says what is wrong with it.
PROGRAM = """
import http.server, json, os, signal, sys

command, mode = sys.argv[1], os.environ.get("MODE", "good")
setting = lambda name: os.environ["CHANNEL_BACKEND_" + name]
print(command, *sys.argv[2:], "evolution", setting("EVOLUTION_URL"), os.environ.get("CHANNEL_BACKEND_STRAY"))
if command == mode:
    sys.exit("no such table")
if mode == "refuses":
    print("LOG_LEVEL is 'loud'; legal: debug, info")
    sys.exit(4)
if mode == "hang":
    signal.pause()
if command != "serve":
    sys.exit()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            print("the disk is full", flush=True)
            os._exit(9)
        urls = {name: setting(name) for name in ("DATABASE_URL", "REDIS_URL")}
        compiled = {"compiled": os.environ.get("PYTHONPYCACHEPREFIX")}
        body = json.dumps({"version": "7.1"} | urls | compiled).encode()
        self.send_response(503 if mode == "sick" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

http.server.HTTPServer(("127.0.0.1", int(setting("PORT"))), Handler).serve_forever()
"""
SERVERS = Servers("postgresql://nowhere", "redis://nowhere")


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    """How the backend in a few lines is started."""
    program = tmp_path / "backend.py"
    program.write_text(PROGRAM)
    return StackSettings(
        evolution_url="http://evolution.example",
        evolution_api_key="key",
        run_dir=tmp_path,
        command=(sys.executable, str(program)),
    )


@asynccontextmanager
async def started(settings: StackSettings) -> AsyncIterator[Backend]:
    """The backend without servers, which it does not use."""
    with Scratch() as place:
        backend = Backend(settings, place, SERVERS)
        try:
            await backend.start()
            yield backend
        finally:
            await asyncio.to_thread(backend.stop)


async def failure(settings: StackSettings) -> str:
    """The error of a backend that must not come up."""
    with pytest.raises(StackError) as caught:
        async with started(settings):
            pass
    return str(caught.value)


async def test_brings_everything_up_and_down(settings: StackSettings) -> None:
    """Inside the block the backend is healthy on real servers; after it, nobody listens."""
    async with open_stack("embedded", settings=settings) as stack:
        described = stack.describe()

        assert stack.alive()
        assert stack.version == "7.1"
        assert described["stack"] == "embedded"
        assert stack.credentials is not None

    assert not stack.alive()
    assert not stack.exited.done()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, int(described["url"].rpartition(":")[2])))


async def test_hands_the_backend_servers_that_answer(settings: StackSettings) -> None:
    """The URLs in the backend's environment open a database and a Redis."""
    async with (
        open_stack("embedded", settings=settings) as stack,
        aiohttp.ClientSession() as session,
        session.get(f"{stack.url}/") as response,
    ):
        urls = await response.json(content_type=None)

        with (
            psycopg.connect(urls["DATABASE_URL"]) as connection,
            redis.Redis.from_url(urls["REDIS_URL"]) as client,
        ):
            assert connection.execute("select current_database()").fetchone() == ("channel_backend",)
            assert client.ping()


async def test_prepares_before_it_serves(settings: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has the three commands in order; stray settings of the user's shell do not reach the backend."""
    monkeypatch.setenv("CHANNEL_BACKEND_STRAY", "stray")

    async with started(settings):
        lines = (settings.run_dir / "backend.log").read_text().splitlines()

    commands = ("migrate", "create-admin --email admin@example.test", "serve")
    assert lines[:3] == [f"{command} evolution http://evolution.example None" for command in commands]


async def test_modules_are_compiled_once_and_nowhere_else(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Python may not write beside the sources, it writes where everything is removed."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    async with (
        started(settings) as backend,
        aiohttp.ClientSession() as session,
        session.get(backend.url) as response,
    ):
        compiled = Path((await response.json(content_type=None))["compiled"])

        assert compiled.parent == backend._scratch.path


async def test_a_backend_that_dies_is_news(settings: StackSettings) -> None:
    """Its exit code and last words are there as soon as it is gone."""
    async with started(settings) as backend, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"{backend.url}/die")

        assert await backend.exited == 9
        assert not backend.alive()
        assert backend.log_tail(1) == ["the disk is full"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("migrate", "'migrate' ended with exit code 1; the whole log is"),
        ("create-admin", "'create-admin' ended with exit code 1; the whole log is"),
        ("serve", "it exits at start: exit code 1 after"),
    ],
)
async def test_a_step_that_fails_is_named(settings: StackSettings, mode: str, expected: str) -> None:
    """The error says which step ended how, and ends with the last lines."""
    message = await failure(replace(settings, backend_env={"MODE": mode}))

    assert expected in message
    assert message.endswith("\n  no such table")


@pytest.mark.parametrize(
    ("mode", "kind"), [("migrate", BackendFailedError), ("serve", BackendFailedError), ("refuses", StackError)]
)
async def test_what_ends_by_itself_is_judged_and_what_refuses_its_settings_is_not(
    settings: StackSettings, mode: str, kind: type[StackError]
) -> None:
    """A failure of the backend is a verdict on it; its own exit code 4 tells that the question was wrong."""
    with pytest.raises(StackError) as caught:
        async with started(replace(settings, backend_env={"MODE": mode})):
            pass

    assert type(caught.value) is kind


async def test_a_backend_that_never_gets_healthy_is_given_up(settings: StackSettings) -> None:
    """The error says how long was waited, for what, and what came instead."""
    message = await failure(replace(settings, backend_env={"MODE": "sick"}, healthy_s_max=3.0))

    assert "it never becomes healthy: after 3 s http://127.0.0.1:" in message
    assert '/health gives status 503 {"version": "7.1", "DATABASE_URL": ' in message


async def test_a_step_that_hangs_is_given_up(settings: StackSettings) -> None:
    """Preparing has its limit, too."""
    message = await failure(replace(settings, backend_env={"MODE": "hang"}, prepare_s_max=0.5))

    assert "'migrate' did not end within 0.5 s" in message


async def test_a_port_in_use_is_one_clear_line(settings: StackSettings) -> None:
    """The port is named, and what to do about it."""
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        message = await failure(replace(settings, port=port))

    assert message == (
        f"the backend cannot have port {port} of 127.0.0.1: Address already in use; choose another, or 0 for a free one"
    )


async def test_a_missing_backend_is_one_clear_line(settings: StackSettings) -> None:
    """A command that does not exist is named."""
    message = await failure(replace(settings, command=("/no/such/backend",)))

    assert message.startswith("cannot start the backend with /no/such/backend: No such file")


def test_an_unknown_stack_lists_the_known_ones(settings: StackSettings) -> None:
    """A typing error is answered with what would be legal."""
    with pytest.raises(ScenarioError, match=r"unknown stack 'embeded'; known: .*embedded"):
        open_stack("embeded", settings=settings)


def test_secrets_are_not_shown(settings: StackSettings) -> None:
    """What may end up in a report or a traceback has no keys in it."""
    assert "key" not in repr(settings).replace("evolution_api_key", "")
