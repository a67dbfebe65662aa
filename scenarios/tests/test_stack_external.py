"""A backend that runs already is judged and left as it was."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from scenarios.adapters.base import Credentials
from scenarios.stack import StackError, StackSettings, open_stack
from scenarios.stack.base import Stack
from scenarios.stack.choices import PASSWORD_VARIABLE, StackChoices
from scenarios.stack.embedded import EmbeddedStack
from scenarios.stack.services import free_port

KEY = "key-of-the-team"


@dataclass(frozen=True, slots=True)
class Running:
    """A backend of somebody else's, and the port where it expects Evolution."""

    stack: Stack
    evolution_port: int

    @property
    def owner(self) -> Credentials:
        """Who may make tenants."""
        assert self.stack.credentials is not None
        return self.stack.credentials


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """The reference backend, brought up by somebody else."""
    port = free_port()
    settings = StackSettings(f"http://127.0.0.1:{port}", tmp_path_factory.mktemp("theirs"), KEY)
    async with open_stack("embedded", settings=settings) as stack:
        yield Running(stack, port)


@pytest.mark.stack
async def test_run_leaves_nothing_but_empty_tenants(running: Running, tmp_path: Path) -> None:
    """The run passes, says what stays, and no channel of it is left; the backend goes on."""
    stack = ("--stack", "external", "--url", running.stack.url, "--email", running.owner.email)
    fake = ("--fake-port", str(running.evolution_port), "--fake-key", KEY)

    code, out = await _judged(tmp_path, *stack, *fake, password=running.owner.password)

    assert code == 0, out
    assert "all channels of this run but 0; empty tenants: 2 (" in out
    assert running.owner.password not in out
    assert f"{PASSWORD_VARIABLE}=... " in out
    assert _channels(running) == (0,)
    assert running.stack.alive()


async def test_backend_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Where nothing answers, the line names the URL and the option."""
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(StackError, match=f"nothing answers at {url} .*start the backend, or correct --url"):
        await _open(StackChoices(url=url), tmp_path)


@pytest.mark.stack
async def test_webhook_base_that_cannot_be_reached_is_one_line(running: Running, tmp_path: Path) -> None:
    """The fake would never get a webhook there, so it is said before the run."""
    base = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(StackError, match=f"--webhook-base is {base}, and the fake cannot reach it"):
        await _open(StackChoices(url=running.stack.url, webhook_base=base), tmp_path)


async def _open(choices: StackChoices, folder: Path) -> None:
    settings = StackSettings("http://127.0.0.1:9", folder, KEY, choices=choices)
    async with open_stack("external", settings=settings):
        pass


async def _judged(run_root: Path, *arguments: str, password: str) -> tuple[int | None, str]:
    command = (sys.executable, "-m", "scenarios", "run", "regression", "--channels", "1", "--run-root", str(run_root))
    process = await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        "--password",
        password,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(os.environ),
    )
    out, _ = await process.communicate()
    return process.returncode, out.decode()


def _channels(running: Running) -> object:
    assert isinstance(running.stack, EmbeddedStack)
    with psycopg.connect(running.stack.servers.database_url) as connection:
        return connection.execute("SELECT count(*) FROM channels").fetchone()
