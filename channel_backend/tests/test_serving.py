"""The command line and the process: what it says, when it refuses, how it stops."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
import socketio

from channel_backend.serving import listening

pytestmark = pytest.mark.stack

WAIT_S = 60.0  # a guard against hanging, never a measure
# Less than a stop would take that waits for an open connection.
STOPS_S_MAX = 30.0
COMMAND = (sys.executable, "-m", "channel_backend")
ANSWERS_NOBODY = "http://127.0.0.1:9"


@pytest.fixture
async def command(environment: dict[str, str]) -> AsyncIterator[Callable[..., Any]]:
    """Starts the command line with the settings of a backend and further ones."""
    processes: list[Process] = []
    base = {key: value for key, value in os.environ.items() if not key.startswith("CHANNEL_BACKEND_")}

    async def start(*arguments: str, **settings: str | None) -> Process:
        named = {f"CHANNEL_BACKEND_{name.upper()}": value for name, value in settings.items()}
        wanted = {**base, **environment, "CHANNEL_BACKEND_EVOLUTION_URL": ANSWERS_NOBODY, **named}
        env = {key: value for key, value in wanted.items() if value is not None}
        process = await asyncio.create_subprocess_exec(*COMMAND, *arguments, env=env, stdout=PIPE, stderr=PIPE)
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def finished(process: Process, within_s: float = WAIT_S) -> tuple[int | None, str, str]:
    """Exit code, stdout and stderr of a command that ends."""
    async with asyncio.timeout(within_s):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def url_of(process: Process) -> str:
    """The URL in the one line that `serve` prints."""
    assert process.stdout is not None
    async with asyncio.timeout(WAIT_S):
        line = await process.stdout.readline()
    assert line.startswith(b"channel backend at http://127.0.0.1:")
    return line.decode().split()[-1]


async def test_serve_says_where_it_is_and_stops_in_order(command: Any, tmp_path: Path) -> None:
    """One line, a ready file, health at once; after SIGTERM exit 0 and no ready file."""
    ready = tmp_path / "ready.json"
    process = await command("serve", ready_file=str(ready))
    url = await url_of(process)
    async with aiohttp.ClientSession() as http, http.get(f"{url}/health") as reply:
        status, health = reply.status, await reply.json()
    found = json.loads(ready.read_text())

    process.send_signal(signal.SIGTERM)
    code, _, _ = await finished(process)

    assert found == {"url": url, "pid": process.pid}
    assert (status, health["statusService"], code, ready.exists()) == (200, "degraded", 0, False)


async def test_a_stop_waits_for_nobody(command: Any) -> None:
    """An open socket and a half-open request do not hold the process back."""
    process = await command("serve")
    url = await url_of(process)
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket")
        await socket.receive()
        process.send_signal(signal.SIGINT)
        code, _, err = await finished(process, STOPS_S_MAX)
        await socket.close()

    assert (code, "Traceback" in err) == (0, False)


async def test_the_first_admin_is_made_once(command: Any, database_url: str) -> None:
    """`create-admin` makes a super user in a tenant; a second time it says that there is one."""
    how = {"admin_password": "a-good-password"}
    first = await finished(await command("create-admin", "--email", "root@example.com", **how))
    second = await finished(await command("create-admin", "--email", "root@example.com", **how))

    assert first[0] == 0
    assert (second[0], second[2]) == (
        4,
        "channel_backend: root@example.com has an account already; choose another --email\n",
    )
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT email, profile FROM users").fetchall() == [("root@example.com", "super")]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"database_url": "postgresql://a:pw@127.0.0.1:9/x"}, "postgresql+psycopg://a:***@127.0.0.1:9/x cannot"),
        ({"redis_url": "redis://127.0.0.1:9"}, "Redis cannot be reached"),
    ],
)
async def test_what_is_not_there_is_one_line_and_exit_4(command: Any, settings: Any, says: str) -> None:
    """Never a traceback, never a password."""
    code, _, err = await finished(await command("serve", **settings))

    assert code == 4
    assert says in err
    assert (err.count("\n"), "pw@" in err) == (1, False)


async def test_a_port_in_use_is_told(command: Any) -> None:
    """The line names the port and a way out."""
    with listening("127.0.0.1", 0) as taken:
        code, _, err = await finished(await command("serve", port=str(taken.getsockname()[1])))

    assert (code, err.count("\n")) == (4, 1)
    assert "Address already in use" in err


async def test_a_database_without_migrations_is_told(command: Any, postgres_url: str) -> None:
    """The line names the command that helps, and that command does help, twice."""
    refused = await finished(await command("serve", database_url=postgres_url))
    migrated = [(await finished(await command("migrate", database_url=postgres_url)))[0] for _ in range(2)]

    assert refused[0] == 4
    assert "run `python -m channel_backend migrate`" in refused[2]
    assert migrated == [0, 0]


async def test_two_processes_are_one_backend(command: Any, ana: Any, double: Any) -> None:
    """A webhook that reaches one process is heard on a socket of the other, and ends a wait there."""
    process = await command("serve", evolution_url=double.url)
    other = await url_of(process)
    heard: asyncio.Queue[str] = asyncio.Queue()
    client = socketio.AsyncClient(reconnection=False)
    client.on(f"{ana.tenant_id}:whatsappSession", lambda payload: heard.put_nowait(payload["status"]))
    await client.connect(other, auth={"token": ana.token}, wait_timeout=WAIT_S)
    double.then("instance/create", asyncio.Event().wait)
    channel = await ana.new_channel()

    url = f"{other}/api/whatsapp-sessions/{channel}"
    asked = asyncio.create_task(ana.http.put(url, headers={"Authorization": f"Bearer {ana.token}"}))
    async with asyncio.timeout(WAIT_S):
        first = await heard.get()
        await ana.post_qr(channel, "A", at_s=1)
        second = await heard.get()
        async with await asked as reply:
            shown = (await reply.json())["whatsapp"]["status"]
    await client.disconnect()

    assert (first, second, shown) == ("CONNECTING", "QRCODE", "QRCODE")


async def test_logs_are_json_without_secrets(command: Any, ana: Any, double: Any) -> None:
    """Each line says which channel and instance; no key, token, password or QR code is in any."""
    process = await command("serve", evolution_url=double.url, log_level="DEBUG")
    url = await url_of(process)
    channel = await ana.new_channel()
    async with ana.http.put(f"{url}/api/whatsapp-sessions/{channel}", headers={"Authorization": f"Bearer {ana.token}"}):
        pass
    await ana.post_state(channel, "open", at_s=1)
    process.send_signal(signal.SIGTERM)
    _, _, err = await finished(process)

    key = await ana.backend.parts.accounts.webhook_key(ana.tenant_id)
    lines = [json.loads(line) for line in err.splitlines()]
    assert lines
    settings = ana.backend.config.secrets
    assert {"test-key", ana.backend.config.jwt_secret} < set(settings)
    assert not [secret for secret in (key, ana.token, *settings, "base64,", "2@code") if secret in err]


async def test_a_request_under_way_ends_before_the_process(command: Any, ana: Any, double: Any) -> None:
    """Who was being served when the stop came gets the answer."""
    process = await command("serve", evolution_url=double.url)
    url = await url_of(process)
    channel = await ana.new_channel()
    await ana.call("PUT", f"/api/whatsapp-sessions/{channel}")
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> tuple[int, object]:
        asked.set()
        await go_on.wait()
        double.state = None
        return 200, {"status": "SUCCESS"}

    double.then("instance/delete", slowly)
    headers = {"Authorization": f"Bearer {ana.token}"}
    ending = asyncio.create_task(ana.http.delete(f"{url}/api/whatsapp-sessions/{channel}", headers=headers))
    await asked.wait()
    process.send_signal(signal.SIGTERM)
    go_on.set()
    async with await ending as reply:
        assert (reply.status, await reply.json()) == (200, {"message": "Session disconnected."})
    assert (await finished(process))[0] == 0
