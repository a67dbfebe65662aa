"""`python -m scenarios up`: the fake and a backend behind it, until somebody says stop; to look around, and for tools.

`--target FILE` receives what a tool needs to drive it: the same file that the load is given.
"""

import argparse
import asyncio
import os
import signal
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from fake_evolution import Journal, MonotonicClock
from scenarios.errors import ScenarioError
from scenarios.options import RunOptions
from scenarios.progress import Reporter, reporting
from scenarios.rig import Rig, open_rig, target_of
from scenarios.run_dir import RunDir, make_run_dir


def add_options(command: argparse.ArgumentParser) -> None:
    """The options that only this command has."""
    command.add_argument("--target", type=Path, metavar="FILE", help="receives what a tool needs to drive it")


def run_command(parsed: argparse.Namespace, options: RunOptions) -> int:
    """Bring it up, say where it is, wait for Ctrl-C or SIGTERM, take it down; 0."""
    run_dir = make_run_dir(options.run_root, label=options.label, seed=options.seed, now=datetime.now(UTC))
    with reporting() as reporter:
        asyncio.run(_up(options, run_dir, parsed.target, reporter))
    return 0


async def _up(options: RunOptions, run_dir: RunDir, target: Path | None, reporter: Reporter) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as opened:
        journal = opened.enter_context(Journal(run_dir.journal, clock=MonotonicClock()))
        folder = run_dir.path / "stack"
        opening = open_rig(options, journal=journal, folder=folder, links=(), say=reporter.say)
        rig = await opened.enter_async_context(opening)
        if target is not None:
            opened.callback(target.unlink, missing_ok=True)
            _write(target, target_of(rig, options))
        reporter.say(_where(rig))
        ended: asyncio.Future[Any] = asyncio.ensure_future(stopped.wait())
        either: set[asyncio.Future[Any]] = {ended, rig.stack.exited}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not stopped.is_set():
            tail = "\n".join(["the backend ended; its last lines:", *rig.stack.log_tail(10)])
            raise ScenarioError(tail)


def _where(rig: Rig) -> str:
    lines = [f"backend   {rig.stack.url}", f"fake      {rig.fake.url}", f"dashboard {rig.fake.control_url}/ui/"]
    if rig.stack.credentials is not None and rig.stack.credentials.email:
        lines.append(f"sign in   {rig.stack.credentials.email} with {rig.stack.credentials.password}")
    return "\n".join([*lines, "Ctrl-C ends it"])


def _write(path: Path, target: dict[str, Any]) -> None:
    """Appears whole or not at all, for nobody else's eyes: it holds a password."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_bytes(orjson.dumps(target))
        draft.replace(path)
    except OSError as error:
        raise ScenarioError(f"--target {path} cannot be written: {error.strerror}") from error
