"""A child of the stack is watched from its first line to its end."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.stack import Scratch, StackError
from scenarios.stack.child import Child

SECONDS = 60.0
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
PATIENT = "import signal; print('up', flush=True); signal.pause()"


@pytest.fixture(scope="module")
def place() -> Iterator[Scratch]:
    """Where the children of these tests live."""
    with Scratch() as scratch:
        yield scratch


def python(place: Scratch, code: str, *, log: Path | None = None) -> Child:
    return place.spawn([sys.executable, "-c", code], name="child", ready=lambda line: line == "up", log=log)


def test_keeps_the_last_lines_and_the_exit_code(place: Scratch) -> None:
    """What it wrote last and how it ended are known after its end."""
    child = python(place, "import sys; [print(n, flush=True) for n in range(300)]; sys.exit('no key')")

    assert child.wait_exit(SECONDS)

    assert child.exit_code == 1
    assert child.tail(3) == ["298", "299", "no key"]


def test_writes_everything_to_its_log(place: Scratch, tmp_path: Path) -> None:
    """Both outputs go to the log, behind what is there already."""
    log = tmp_path / "log"
    log.write_text("before\n")

    child = python(place, "import sys; print('out', flush=True); print('err', file=sys.stderr)", log=log)

    assert child.wait_exit(SECONDS)
    assert log.read_text() == "before\nout\nerr\n"


def test_is_ready_when_it_says_so(place: Scratch) -> None:
    """The line decides about readiness, not time."""
    child = python(place, PATIENT)

    assert child.wait_ready(SECONDS)

    assert child.exit_code is None
    child.stop()


def test_is_not_ready_when_it_ends_instead(place: Scratch) -> None:
    """Whoever waits for readiness learns of the end at once."""
    child = python(place, "print('nearly')")

    assert not child.wait_ready(SECONDS)

    assert child.exit_code == 0


@pytest.mark.parametrize(("code", "ended_by"), [(PATIENT, signal.SIGTERM), (STUBBORN, signal.SIGKILL)])
def test_stop_ends_it_by_force_when_asking_does_not_help(place: Scratch, code: str, ended_by: signal.Signals) -> None:
    """A child that ignores its stop signal is killed after the grace time."""
    child = python(place, code)
    child.wait_ready(SECONDS)

    child.stop(grace_s=0.3 if ended_by is signal.SIGKILL else SECONDS)

    assert child.exit_code == -ended_by


def test_stop_reaches_what_the_child_started(place: Scratch) -> None:
    """A grandchild that cannot be asked, and holds the output open, ends with the child."""
    code = "(trap '' TERM; exec sleep 600) & echo up; wait"
    child = place.spawn(["sh", "-c", code], name="child", ready=lambda line: line == "up")
    child.wait_ready(SECONDS)

    child.stop(grace_s=SECONDS)

    assert not child._reader.is_alive()


def test_calls_back_at_its_end_even_when_asked_late(place: Scratch) -> None:
    """The exit code reaches those who asked before the end and those who ask after it."""
    codes: list[int] = []
    child = python(place, "import sys; sys.stdin.read(); sys.exit(4)")
    child.on_exit(codes.append)

    child.wait_exit(SECONDS)
    child.stop()
    child.on_exit(codes.append)

    assert codes == [4, 4]


def test_a_missing_program_is_one_clear_line(place: Scratch) -> None:
    """The error names the program that is not there."""
    with pytest.raises(StackError, match="cannot start the backend with /no/such: No such file or directory"):
        place.spawn(["/no/such", "serve"], name="the backend")
