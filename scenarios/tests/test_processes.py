"""Other rooms as processes."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.processes import RoomError, call_room, run_room

pytestmark = pytest.mark.stack

# Ignores SIGTERM, and so does its child; both say who they are.
DEAF = r"""
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.fork()
os.write(1, b"%d\n" % os.getpid())
signal.pause()
"""
Write = Callable[[str], None]


@pytest.fixture
def write_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module `a_room` where `python -m` finds it."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(source: str) -> None:
        (tmp_path / "a_room.py").write_text(source)

    return write


async def test_lines_are_passed_on_while_it_runs(write_room: Write) -> None:
    """What the room prints, also as an error, is said line by line; its exit code is the result."""
    write_room("import sys\nprint('one', flush=True)\nprint('two', file=sys.stderr)\nsys.exit(7)")
    said: list[str] = []

    code = await run_room(("a_room",), said.append)

    assert (code, said) == (7, ["one", "two"])


async def test_a_cancelled_room_is_asked_to_stop_and_may_finish(write_room: Write, tmp_path: Path) -> None:
    """SIGTERM comes first, so that the room can write down what it has."""
    write_room(
        "import pathlib, signal, sys\n"
        "done = pathlib.Path(sys.argv[1])\n"
        "signal.signal(signal.SIGTERM, lambda *_: (done.write_text('written'), sys.exit(0)))\n"
        "print('ready', flush=True)\n"
        "signal.pause()"
    )
    ready, done = asyncio.Event(), tmp_path / "done"

    task = asyncio.create_task(run_room(("a_room", str(done)), lambda _: ready.set()))
    await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert done.read_text() == "written"


async def test_a_room_that_does_not_listen_is_killed_with_its_children(
    write_room: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is left, however deaf it is."""
    monkeypatch.setattr("scenarios.processes.STOP_S_MAX", 0.2)
    write_room(DEAF)
    said: asyncio.Queue[str] = asyncio.Queue()

    task = asyncio.create_task(run_room(("a_room",), said.put_nowait))
    pids = [int(await said.get()), int(await said.get())]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(60):
        while any(is_running(pid) for pid in pids):  # noqa: ASYNC110  nobody tells of the end of a child's child
            await asyncio.sleep(0)


def is_running(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and os.getpgid(pid) != os.getpgid(0)
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_call_gives_lines_or_the_last_thing_that_went_wrong(write_room: Write) -> None:
    """A room that fails is quoted with its last line."""
    write_room("import sys\nprint('fine') if len(sys.argv) == 1 else sys.exit('room: no samples')")

    assert call_room(("a_room",)) == ["fine"]
    with pytest.raises(RoomError, match="`a_room fail` ended with 1: room: no samples"):
        call_room(("a_room", "fail"))


def test_a_call_has_an_end(write_room: Write) -> None:
    """A room that hangs does not hang the run."""
    write_room("import signal\nsignal.pause()")

    with pytest.raises(RoomError, match=r"did not end within 0\.5 s"):
        call_room(("a_room",), timeout_s=0.5)
