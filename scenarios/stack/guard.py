"""Ends what a run left behind when the run itself is killed.

A process that dies of SIGKILL cleans nothing up. This one is started beside it and reads a pipe that only
the run holds open: when the pipe ends, however that came about, it ends the processes that are still being
watched and removes the directory. It is run as a plain file in an isolated interpreter, so it imports the
standard library only.
"""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

GRACE_S = 5.0
POLL_S = 0.02


def watched_until_end(lines: TextIO) -> dict[int, int]:
    """Read `watch <pid> <signal>` and `forget <pid>` until the pipe ends; what is left is ours to end."""
    watched: dict[int, int] = {}
    for line in lines:
        word, pid, *rest = line.split()
        if word == "watch":
            watched[int(pid)] = int(rest[0])
        else:
            watched.pop(int(pid), None)
    return watched


def end(watched: Mapping[int, int], *, grace_s: float = GRACE_S) -> None:
    """Ask every process group to stop in its own way, then stop by force what is still there."""
    for pid, number in watched.items():
        send(pid, number)
    deadline = time.monotonic() + grace_s
    while time.monotonic() < deadline and any(runs(pid) for pid in watched):
        time.sleep(POLL_S)
    for pid in watched:
        send(pid, signal.SIGKILL)


def send(pid: int, number: int) -> bool:
    """Signal the process group that `pid` leads; false when nothing is left of it."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # Permission: on macOS a group of zombies answers this way.
        return False
    return True


def runs(pid: int) -> bool:
    """Whether the process is alive: one that ended and is not yet buried by its parent is not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        # It is gone, or this system has no /proc.
        return send(pid, 0)
    return state not in "ZX"


def main(directory: str) -> None:
    """Wait for the end of the run, then leave nothing of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with contextlib.suppress(ValueError):
            signal.signal(number, signal.SIG_IGN)
    end(watched_until_end(sys.stdin))
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
