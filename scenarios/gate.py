"""A run from start to end: the stack comes up once, every scenario is a phase, the load is the last one.

    make the directory ─▶ fake + stack ─▶ scenario ─▶ scenario ─▶ … ─▶ load (a process) ─▶ all down
                                                                                              │
    exit code ◀─ report (a process) ◀─ run.json, verdicts.json ◀─ verdict ◀─ judge ◀─ one journal

Whatever ends the run early (the backend dies, Ctrl-C, a stack that does not come up) only shortens the upper line:
what was recorded until then is judged and reported all the same.
"""

import asyncio
import signal
import traceback
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fake_evolution import ConfigError, Journal, MonotonicClock, World
from scenarios.adapters.base import AdapterError
from scenarios.itinerary import JourneyResult
from scenarios.needs import wanted_links
from scenarios.options import LoadOptions, RunOptions
from scenarios.outages import NotBackError
from scenarios.processes import run_room
from scenarios.progress import Reporter
from scenarios.rig import Rig, open_bench, open_rig, target_of
from scenarios.run_dir import RunDir
from scenarios.runner import BackendDiedError, run_scenario, unless_it_dies
from scenarios.stack.base import Stack
from scenarios.stack.errors import BackendFailedError, StackError

LOG_LINES = 40
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The exit code of the load room that speaks of the backend and not of the load.
_LET_NOBODY_IN = 1


class LoadFailedError(Exception):
    """The load process could not do its work."""


class LoadRefusedError(Exception):
    """The backend did not let the load begin."""


@dataclass(slots=True)
class Course:
    """How a run went, besides what the journal says."""

    sut: dict[str, Any] = field(default_factory=dict)
    died: bool = False
    failed: str | None = None
    log_tail: list[str] = field(default_factory=list)
    interrupted: bool = False
    trouble: list[str] = field(default_factory=list)
    unusable: str | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """What every part of a run needs to know."""

    options: RunOptions
    run_dir: RunDir
    reporter: Reporter
    journal: Journal
    course: Course


async def drive(options: RunOptions, run_dir: RunDir, reporter: Reporter) -> Course:
    """Bring everything up, run all phases, take everything down; how it went, never an exception of the backend's."""
    course = Course(sut={"adapter": options.sut, "stack": options.stack, "version": None})
    with Journal(run_dir.journal, clock=MonotonicClock()) as journal:
        try:
            await _until_a_signal(_everything(_Run(options, run_dir, reporter, journal, course)))
        except asyncio.CancelledError:
            course.interrupted = True
        except Exception as error:  # noqa: BLE001  a bug of ours makes the run invalid; its report is still written
            if not _is_noted(course, error):
                run_dir.write("harness-error.txt", traceback.format_exc().encode())
                course.trouble.append(f"the harness has a bug ({type(error).__name__}); see harness-error.txt")
    return course


def _is_noted(course: Course, error: Exception) -> bool:
    """Say on the course what this error means for the run; False for one that nobody expected."""
    match error:
        case BackendDiedError():
            course.died, course.failed = True, str(error)
        case NotBackError():
            course.died, course.failed, course.log_tail = True, str(error), list(error.log_tail)
        case BackendFailedError():
            course.failed, course.log_tail = str(error.args[0]), list(error.log_tail)
        case LoadRefusedError():
            course.failed = str(error)
        case StackError():
            course.unusable, course.log_tail = str(error.args[0]), list(error.log_tail)
        case ConfigError():
            course.unusable = f"the fake: {str(error).replace(' --', ' --fake-')}"
        case AdapterError():
            course.unusable = str(error)
        case LoadFailedError():
            course.trouble.append(str(error))
        case _:
            return False
    return True


async def _until_a_signal(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; the first signal cancels it, so that everything it opened is closed, and further ones wait."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    stopping = asyncio.Event()

    def stop() -> None:
        if not stopping.is_set():
            stopping.set()
            task.cancel()

    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await task
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


async def _everything(run: _Run) -> None:
    """The fake, the stack and all phases."""
    options, say = run.options, run.reporter.say
    links = wanted_links(scenario for scenario, _ in options.scenarios)
    opening = open_rig(options, journal=run.journal, folder=run.run_dir.path / "stack", links=links, say=say)
    async with opening as rig, _watched(rig.stack, run):
        say(f"backend {rig.stack.version} at {rig.stack.url}")
        await _scenarios(run, rig)
        if options.load is not None:
            await _load(run, options.load, rig)


async def _scenarios(run: _Run, rig: Rig) -> None:
    """Every scenario, one after the other."""

    def keep(result: JourneyResult, phase: str) -> None:
        run.run_dir.add_sample(result.sample(phase))

    opening = open_bench(rig, run.options, journal=run.journal, reporter=run.reporter, keep=keep)
    async with opening as bench:
        for scenario, seed in run.options.scenarios:
            await run_scenario(bench, scenario, seed=seed)


async def _load(run: _Run, load: LoadOptions, rig: Rig) -> None:
    """The load phase: a process of another room, on the same clock, against the same backend and fake."""
    await rig.fake.reset(world=World(), seed=run.options.seed)
    wanted = {"channels": load.channels, "arrivals_per_s": load.arrivals_per_s, "phase": "load"}
    target = target_of(rig, run.options) | wanted
    path = run.run_dir.write_json("target.json", target)
    # It holds the credentials of a backend that is thrown away, and is of no use after the run.
    path.chmod(0o600)
    try:
        arguments = ("load", "run", "--target", str(path), "--out", str(run.run_dir.path))
        code = await unless_it_dies(rig.stack, run_room(arguments, run.reporter.say))
    finally:
        path.unlink()
    if code == _LET_NOBODY_IN:
        raise LoadRefusedError("the backend let nobody in when the load began")
    if code:
        raise LoadFailedError(f"the load process ended with exit code {code}; its lines are above")


@asynccontextmanager
async def _watched(stack: Stack, run: _Run) -> AsyncIterator[None]:
    """The backend's life on record, with its last lines when it dies or the run fails."""
    journal, course = run.journal, run.course
    about: dict[str, Any] = {"pid": stack.pid, "exit_code": None, "log_tail": []}
    course.sut |= {"version": stack.version, **dict(stack.describe())}
    journal.write("sut", what="started", detail=stack.url, **about)
    journal.write("sut", what="healthy", detail=stack.version, **about)
    try:
        yield
    finally:
        course.log_tail = stack.log_tail(LOG_LINES)
        if stack.exited.done() and not stack.exited.cancelled():
            code = stack.exited.result()
            dead = {"exit_code": code, "log_tail": course.log_tail}
            journal.write("sut", what="exited", detail=f"exit code {code}", **(about | dead))
