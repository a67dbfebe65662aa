"""Starts Locust as a process of its own, ends it when asked to, and says how it went.

Importing Locust changes how a process does its waiting, so nobody here imports it. What the process recorded is
complete when it ends; journeys that it did not live to the end are written down here, as interrupted.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from fake_evolution import FakeEvolutionError, read_journal
from load.arrivals import plan_arrivals, users_needed
from load.endings import Ending
from load.errors import TargetError
from load.samples import FILE_NAME, JOURNAL, encoded, interrupted, read_samples
from load.target import Target, read_target

LOG = "locust.log"
STATISTICS = "locust"
HARNESS_BUG = 3
SPAWN_PER_S = 100
STOP_S_MAX = 10.0
# Beyond the last journey's own limit: opening the stage, and closing it.
MARGIN_S = 90.0
_LOCUSTFILE = Path(__file__).with_name("locustfile.py")
_EXIT_CODES = {Ending.DONE: 0, Ending.UNREACHABLE: 1, Ending.MISUSED: 4, Ending.BROKEN: HARNESS_BUG}


def run_load(target_file: Path, out: Path) -> int:
    """Run the load into a directory; 0 when every journey came to its end, whatever that was."""
    target = read_target(target_file)
    _prepare(out)
    plan = plan_arrivals(profile=target.profile, count=target.channels, per_s=target.arrivals_per_s, seed=target.seed)
    needed = users_needed(plan, journey_s_max=target.journey.journey_s_max)
    limit_s = plan[-1].due_s + target.journey.journey_s_max + MARGIN_S
    users = min(needed, target.users_max)
    command = _command(out, users=users, limit_s=limit_s)
    environment = {
        **os.environ,
        "LOAD_TARGET": str(target_file.resolve()),
        "LOAD_OUT": str(out.resolve()),
        "LOCUST_SKIP_MONKEY_PATCH": "1",
    }
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603  our own interpreter
    with _ended_by_signals(process) as received:
        code = _wait(process, limit_s + STOP_S_MAX)
    cut_off = _complete(out, target)
    return _exit_code(code, received, out, cut_off=cut_off)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TargetError(f"--out {out} cannot be made: {error.strerror}; give a directory") from error
    if (out / JOURNAL).exists():
        raise TargetError(f"--out {out} holds the {JOURNAL} of an earlier load; give another directory")
    if not os.access(out, os.W_OK):
        raise TargetError(f"--out {out} cannot be written; give a directory of your own")


def _command(out: Path, *, users: int, limit_s: float) -> list[str]:
    options = {
        "-f": str(_LOCUSTFILE),
        "--users": str(users),
        "--spawn-rate": str(SPAWN_PER_S),
        "--run-time": f"{limit_s:.0f}s",
        "--logfile": str(out / LOG),
        "--json-file": str(out / STATISTICS),
    }
    given = [part for option in options.items() for part in option]
    return [sys.executable, "-m", "locust", "--headless", "--only-summary", *given]


@contextmanager
def _ended_by_signals(process: subprocess.Popen[bytes]) -> Iterator[list[int]]:
    """SIGINT and SIGTERM end the process instead of this one; which came is in the list."""
    received: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        process.terminate()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(process: subprocess.Popen[bytes], limit_s: float) -> int:
    """Until it ends by itself; one that does not is asked to, and then made to."""
    for end in (process.terminate, process.kill):
        try:
            return process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            end()
            limit_s = STOP_S_MAX
    return process.wait()


def _complete(out: Path, target: Target) -> int:
    """Write down the journeys that began and have no sample: the run did not let them end."""
    try:
        records = read_journal(out / JOURNAL)
    except FakeEvolutionError:
        return 0  # it ended before there was a journal
    path = out / FILE_NAME
    known = {sample.journey for sample in read_samples(path)} if path.exists() else set()
    channels = {str(record.get("journey")): record.get("channel") for record in records if record.kind == "journey.end"}
    missing = [
        interrupted(
            journey=name,
            phase=target.phase,
            intended_s=float(record.get("intended_s", record.t)),
            channel=channels.get(name),
        )
        for record in records
        if record.kind == "journey.start" and (name := str(record.get("journey"))) not in known
    ]
    with path.open("ab") as file:
        file.writelines(encoded(sample.line()) for sample in missing)
    return len(missing)


def _exit_code(code: int, received: list[int], out: Path, *, cut_off: int) -> int:
    if received:
        _say(f"load: ended by {signal.Signals(received[0]).name}; {cut_off} journeys were cut off and count as neither")
        return 128 + received[0]
    if code in _EXIT_CODES:
        return _EXIT_CODES[Ending(code)]
    why = f"{cut_off} journeys did not end in time" if code == Ending.CUT_OFF else f"Locust ended with {code}"
    _say(f"load: {why}; {out / LOG} has the details")
    return HARNESS_BUG


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
