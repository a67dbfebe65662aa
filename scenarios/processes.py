"""The other rooms as processes of their own: started, listened to, and ended with the run."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

STOP_S_MAX = 15.0
_LINE_BYTES_MAX = 1 << 20


class RoomError(Exception):
    """Another room's process did not do its work."""


async def run_room(arguments: Sequence[str], say: Callable[[str], None]) -> int:
    """Run `python -m …` and pass its lines on; when this is cancelled the process is asked to stop, then made to."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        limit=_LINE_BYTES_MAX,
        # Of its own, so that Ctrl-C on the terminal reaches it through us, once.
        start_new_session=True,
    )
    assert process.stdout is not None  # noqa: S101  asked for above
    try:
        async for line in process.stdout:
            say(line.decode(errors="replace").rstrip())
        return await process.wait()
    finally:
        if process.returncode is None:
            await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    """SIGTERM; whatever of the group is still there when that is not heard, or not waited for, is killed."""
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_S_MAX):
                await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # The pipe ends when the last of the group is gone.
    await process.communicate()


def call_room(
    arguments: Sequence[str], *, timeout_s: float = 120.0, fine: frozenset[int] = frozenset({0})
) -> list[str]:
    """Run `python -m …` to its end and give its lines; RoomError when it ends with a code that is not `fine`."""
    name = " ".join(arguments[:2])
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and modules
            [sys.executable, "-m", *arguments],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise RoomError(f"`{name}` did not end within {timeout_s:g} s") from error
    if done.returncode not in fine:
        tail = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no output"]
        raise RoomError(f"`{name}` ended with {done.returncode}: {tail[0]}")
    return done.stdout.splitlines()
