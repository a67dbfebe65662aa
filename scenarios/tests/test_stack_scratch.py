"""Nothing of a run is left: not after its end, not after Ctrl-C, not after it was killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.stack import Scratch, StackError, scratch
from scenarios.stack.scratch import sweep

pytestmark = pytest.mark.stack

ROOT = Path(__file__).parents[2]
SECONDS = 60.0
# Starts a child that holds a FIFO open as long as it lives and tells it when it is asked to stop; says where it
# works, and beside which guard.
RUN = """
import signal, sys
from pathlib import Path
from scenarios.stack import Scratch
with Scratch(base=Path(sys.argv[1])) as place:
    child = "trap 'echo asked; exit' TERM; exec >" + sys.argv[2] + "; sleep 600 & wait"
    place.spawn(["sh", "-c", child], name="child")
    print(place.path, place._guard.pid, flush=True)
    signal.pause()
"""


class Run:
    """Another process with a scratch directory, and a pipe that ends when its child does."""

    def __init__(self, tmp_path: Path) -> None:
        fifo = tmp_path / "alive"
        os.mkfifo(fifo)
        self.process = subprocess.Popen(  # noqa: S603  our own code
            [sys.executable, "-c", RUN, str(tmp_path), str(fifo)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.process.stdout is not None
        place, guard_pid = self.process.stdout.readline().split()
        self.place = Path(place)
        self.guard_pid = int(guard_pid)
        self.child_alive = fifo.open()

    def wait(self) -> str:
        """Until the process is gone and its guard, which shares its error output, too."""
        return self.process.communicate(timeout=SECONDS)[1]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """A run of its own process."""
    run = Run(tmp_path)
    yield run
    run.process.kill()
    run.wait()
    if run.place.exists():
        os.utime(run.place, (0, 0))
        sweep(tmp_path)
    run.child_alive.close()


def test_closing_removes_the_directory_and_the_guard(tmp_path: Path) -> None:
    """After the block there is neither directory nor guard; closing again is harmless."""
    with Scratch(base=tmp_path) as place:
        (place.directory("data") / "file").write_text("x")

    place.close()

    assert list(tmp_path.iterdir()) == []
    assert place._guard.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_run_leaves_nothing(run: Run, number: signal.Signals) -> None:
    """The guard ends the children and removes the directory of a run that had no time to."""
    run.process.send_signal(number)

    run.wait()

    assert run.process.returncode == -number
    assert run.child_alive.read() == "asked\n"
    assert not run.place.exists()


def test_ctrl_c_leaves_nothing(run: Run) -> None:
    """An interrupted run cleans up by itself and ends as interrupted."""
    run.process.send_signal(signal.SIGINT)

    errors = run.wait()

    assert errors.endswith("KeyboardInterrupt\n")
    assert run.child_alive.read() == "asked\n"
    assert not run.place.exists()


def test_the_next_run_sweeps_up_when_the_guard_was_killed_too(run: Run, tmp_path: Path) -> None:
    """A later run ends the orphans of a run whose guard is gone, and removes their directory."""
    os.kill(run.guard_pid, signal.SIGKILL)
    run.process.kill()
    run.wait()
    os.utime(run.place, (0, 0))

    sweep(tmp_path)

    assert run.child_alive.read() == "asked\n"
    assert not run.place.exists()


def test_a_sweep_spares_the_living(run: Run, tmp_path: Path) -> None:
    """However old its directory is, a run that is alive keeps it."""
    os.utime(run.place, (0, 0))

    sweep(tmp_path)

    assert run.place.exists()


def test_a_sweep_spares_strangers_with_a_recorded_pid(tmp_path: Path) -> None:
    """A pid that has gone to another process since is not touched."""
    stale = tmp_path / f"{scratch.PREFIX}stale"
    stale.mkdir()
    (stale / scratch.PROCESSES).write_text(f"{os.getpid()} 12.5 {int(signal.SIGKILL)}\n")
    os.utime(stale, (0, 0))

    sweep(tmp_path)

    assert not stale.exists()


def test_a_sweep_believes_only_our_own_directories(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another user put there, or a link to elsewhere, ends no process and loses no file."""
    os.kill(run.guard_pid, signal.SIGKILL)
    run.process.kill()
    run.wait()
    os.utime(run.place, (0, 0))
    monkeypatch.setattr(os, "geteuid", lambda: run.place.stat().st_uid + 1)

    sweep(tmp_path)

    assert (run.place / scratch.PROCESSES).exists()


def test_without_an_interpreter_for_the_guard_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scratch directory without a guard is refused rather than unguarded."""
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    with pytest.raises(StackError, match="cannot start a second /no/such/python"):
        Scratch(base=tmp_path)

    assert list(tmp_path.iterdir()) == []
