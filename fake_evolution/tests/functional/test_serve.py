"""Tests of the command line, as a process."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fake_evolution import Client, read_journal
from fake_evolution.tests.receiver import OK, Receiver

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("FAKE_EVOLUTION_")}
ENDS_WITHIN_S = 60.0  # a guard against hanging, never a measure


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process left: its code and what it said."""

    code: int | None
    out: str
    err: str


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts `python -m fake_evolution …`; what is still running afterwards is ended."""
    processes: list[asyncio.subprocess.Process] = []

    async def run(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "fake_evolution", *arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**ENVIRONMENT, **environment},
        )
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> Ended:
    """Wait for its end."""
    async with asyncio.timeout(ENDS_WITHIN_S):
        out, err = await process.communicate()
    return Ended(process.returncode, out.decode(), err.decode())


async def first_line(process: asyncio.subprocess.Process) -> str:
    """The line with which it says that it listens."""
    assert process.stdout is not None
    async with asyncio.timeout(ENDS_WITHIN_S):
        return (await process.stdout.readline()).decode()


async def test_serve_says_where_and_ends_cleanly(start: Start, tmp_path: Path) -> None:
    """One line with the URL, a ready file with everything to use it, exit 0 on SIGTERM, and a complete journal."""
    ready, journal = tmp_path / "ready.json", tmp_path / "run" / "journal.jsonl"
    process = await start("serve", "--port", "0", "--ready-file", str(ready), "--journal", str(journal), "--seed", "9")
    line = await first_line(process)
    told = json.loads(ready.read_text())
    async with Client(told["control_url"]) as control:
        health = await control.health()

    process.send_signal(signal.SIGTERM)

    assert await ended(process) == Ended(0, "", "")
    assert line == f"fake Evolution API 2.3.6 at {told['url']}\n"
    assert told == {
        "url": told["url"],
        "api_key": "429683C4C977415CAAFCCE10F7D57E11",
        "control_url": f"{told['url']}/__fake__",
        "pid": process.pid,
    }
    assert (health["seed"], ready.exists()) == (9, False)
    assert [record.kind for record in read_journal(journal)] == ["world", "server.start", "server.stop"]


async def test_ctrl_c_ends_it_cleanly_while_a_call_waits(start: Start, tmp_path: Path) -> None:
    """A caller in the middle of a five second wait does not keep the process, and no traceback is shown."""
    ready, journal = tmp_path / "ready.json", tmp_path / "journal.jsonl"
    process = await start("serve", "--port", "0", "--ready-file", str(ready), "--journal", str(journal), "--rate", "0")
    await first_line(process)
    told = json.loads(ready.read_text())
    body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "qrcode": True}
    async with aiohttp.ClientSession(headers={"apikey": told["api_key"]}) as session:
        waiting = asyncio.ensure_future(session.post(f"{told['url']}/instance/create", json=body))
        async with Client(told["control_url"]) as control:
            await control.journal(kind="state", wait_s=10)

        process.send_signal(signal.SIGINT)

        assert await ended(process) == Ended(0, "", "")
        with pytest.raises(aiohttp.ClientConnectionError):
            await waiting
    assert read_journal(journal)[-1].kind == "server.stop"


async def test_every_option_has_a_twin_in_the_environment(start: Start, tmp_path: Path) -> None:
    """Variables set what options set, and an option wins."""
    ready = tmp_path / "ready.json"
    twins = {"FAKE_EVOLUTION_PORT": "0", "FAKE_EVOLUTION_API_KEY": "from-variable", "FAKE_EVOLUTION_SEED": "5"}

    process = await start("serve", "--seed", "6", "--ready-file", str(ready), **twins)
    await first_line(process)

    told = json.loads(ready.read_text())
    async with Client(told["control_url"]) as control:
        assert (await control.health())["seed"] == 6
    assert told["api_key"] == "from-variable"


async def test_settings_without_effect_are_told_once(start: Start, tmp_path: Path) -> None:
    """A team's own .env works as it is; what does nothing here is listed in one line."""
    env_file = tmp_path / ".env"
    env_file.write_text("AUTHENTICATION_API_KEY=theirs\nREDIS_URI=redis://x\n", encoding="utf-8")
    process = await start("serve", "--port", "0", "--env-file", str(env_file))
    await first_line(process)

    process.send_signal(signal.SIGTERM)

    assert (await ended(process)).err == "without effect here: REDIS_URI\n"


async def test_port_in_use_is_one_line_and_exit_4(start: Start) -> None:
    """The line names the port and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        left = await ended(await start("serve", "--port", str(port)))

    told = (
        f"fake-evolution: 127.0.0.1:{port} is in use by another program; give another --port, or 0 for any free one\n"
    )
    assert left == Ended(4, "", told)


async def test_bad_world_file_is_one_line_and_exit_4(start: Start, tmp_path: Path) -> None:
    """The line names file, path in it, found and legal."""
    world = tmp_path / "world.yaml"
    world.write_text("faults:\n  - {fault: delay, delay: 4}\n", encoding="utf-8")

    left = await ended(await start("serve", "--world", str(world)))

    told = f"fake-evolution: {world}:2: world.faults[0].delay is 4; legal: a time with its unit, as 800ms, 4s or 20m\n"
    assert left == Ended(4, "", told)


async def hooked(told: dict[str, Any], receiver: Receiver) -> None:
    """Create an instance whose webhook goes to the receiver, and wait until its first one is there."""
    hook = {"url": receiver.url, "events": []}
    body = {"instanceName": "sales", "integration": "WHATSAPP-BAILEYS", "webhook": hook}
    async with aiohttp.ClientSession(headers={"apikey": told["api_key"]}) as session:
        await (await session.post(f"{told['url']}/instance/create", json=body)).read()
    await receiver.count(1)


async def test_sigterm_lets_finish_what_is_on_the_wire(start: Start, tmp_path: Path) -> None:
    """A webhook whose receiver takes its time is finished, and its outcome is in the journal."""
    ready, journal = tmp_path / "ready.json", tmp_path / "journal.jsonl"
    process = await start("serve", "--port", "0", "--ready-file", str(ready), "--journal", str(journal))
    await first_line(process)
    async with Receiver(lambda _number: None) as receiver:
        await hooked(json.loads(ready.read_text()), receiver)

        process.send_signal(signal.SIGTERM)
        receiver.lines[0].writer.write(OK)
        left = await ended(process)

    attempt, stop = read_journal(journal)[-2:]
    assert left == Ended(0, "", "")
    assert (attempt.kind, attempt["outcome"]) == ("attempt", "ok")
    assert (stop["attempts_cut"], stop["attempts_to_come"]) == (0, 0)


async def test_sigterm_cuts_off_what_takes_too_long_and_says_so(start: Start, tmp_path: Path) -> None:
    """A receiver that never answers keeps the fake for the grace it has, which is named, and no longer."""
    ready, journal = tmp_path / "ready.json", tmp_path / "journal.jsonl"
    process = await start(
        *("serve", "--port", "0", "--ready-file", str(ready), "--journal", str(journal), "--grace-s", "0.1")
    )
    await first_line(process)
    async with Receiver(lambda _number: None) as receiver:
        await hooked(json.loads(ready.read_text()), receiver)

        process.send_signal(signal.SIGTERM)
        left = await ended(process)

    told = "left behind: 1 attempts cut off after 0.1 s (--grace-s), 0 to come\n"
    assert left == Ended(0, "", told)
    assert read_journal(journal)[-1]["attempts_cut"] == 1


async def test_sigterm_tells_the_retries_that_never_come(start: Start, tmp_path: Path) -> None:
    """A webhook that was refused and waits for its next attempt is counted."""
    ready, journal = tmp_path / "ready.json", tmp_path / "journal.jsonl"
    process = await start("serve", "--port", "0", "--ready-file", str(ready), "--journal", str(journal))
    await first_line(process)
    told = json.loads(ready.read_text())
    async with Receiver(lambda _number: OK.replace(b"200 OK", b"500 No")) as receiver:
        await hooked(told, receiver)
        async with Client(told["control_url"]) as control:
            await control.journal(kind="attempt", wait_s=10)

        process.send_signal(signal.SIGTERM)
        left = await ended(process)

    assert left == Ended(0, "", "left behind: 0 attempts cut off after 5 s (--grace-s), 1 to come\n")


@pytest.mark.parametrize(("option", "value"), [("--grace-s", "-1"), ("--instances-max", "0"), ("--streams-max", "x")])
async def test_wrong_limit_is_one_line_and_exit_4(start: Start, option: str, value: str) -> None:
    """The option, what was found and what is legal."""
    left = await ended(await start("serve", option, value))

    assert (left.code, left.out) == (4, "")
    assert left.err.startswith(f"fake-evolution: {option} is '{value}'; legal: a ")
