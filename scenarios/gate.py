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
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fake_evolution import Config, ControlClient, FakeServer, Journal, MonotonicClock, World
from scenarios.adapters.base import AdapterError, open_adapter
from scenarios.itinerary import JourneyResult
from scenarios.options import LoadOptions, RunOptions
from scenarios.processes import run_room
from scenarios.progress import Reporter
from scenarios.run_dir import RunDir
from scenarios.runner import BackendDiedError, Bench, run_scenario, unless_it_dies
from scenarios.stack.base import Stack, StackSettings, open_stack
from scenarios.stack.errors import StackError
from scenarios.timing import LoopClock

LOG_LINES = 40
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


async def drive(options: RunOptions, run_dir: RunDir, reporter: Reporter) -> Course:
    """Bring everything up, run all phases, take everything down; how it went, never an exception of the backend's."""
    course = Course(sut={"adapter": options.sut, "stack": options.stack, "version": None})
    clock = MonotonicClock()
    with Journal(run_dir.journal, clock=clock) as journal:
        try:
            await _until_a_signal(_phases(options, run_dir, reporter, journal, course))
        except BackendDiedError as error:
            course.died = True
            course.failed = str(error)
        except (StackError, AdapterError) as error:
            course.unusable = str(error)
        except LoadRefusedError as error:
            course.failed = str(error)
        except LoadFailedError as error:
            course.trouble.append(str(error))
        except asyncio.CancelledError:
            course.interrupted = True
        except Exception as error:  # noqa: BLE001  a bug of ours makes the run invalid; its report is still written
            run_dir.write("harness-error.txt", traceback.format_exc().encode())
            course.trouble.append(f"the harness has a bug ({type(error).__name__}); see harness-error.txt")
    return course


async def _until_a_signal(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; Ctrl-C and SIGTERM cancel it, so that everything it opened is closed."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        await task
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _phases(options: RunOptions, run_dir: RunDir, reporter: Reporter, journal: Journal, course: Course) -> None:
    config = Config(api_key=f"key-of-run-{options.seed}", seed=options.seed)
    async with FakeServer(config, journal=journal) as fake:
        reporter.say(f"fake Evolution at {fake.url}; bringing up the {options.stack} stack")
        settings = StackSettings(evolution_url=fake.url, evolution_api_key=fake.api_key, run_dir=run_dir.path / "stack")
        async with open_stack(options.stack, settings=settings) as stack, _watched(stack, journal, course):
            reporter.say(f"backend {stack.version} at {stack.url}")
            await _all_phases(options, run_dir, reporter, fake, stack)


async def _all_phases(options: RunOptions, run_dir: RunDir, reporter: Reporter, fake: FakeServer, stack: Stack) -> None:
    def keep(result: JourneyResult, phase: str) -> None:
        run_dir.add_sample(result.sample(phase))

    async with AsyncExitStack() as opened:
        adapter = open_adapter(options.sut, url=stack.url, credentials=stack.credentials)
        opened.push_async_callback(adapter.close)
        phone = await opened.enter_async_context(ControlClient(fake.control_url))
        bench = Bench(
            fake=fake,
            journal=fake.journal,
            clock=LoopClock(fake.clock),
            adapter=adapter,
            phone=phone,
            backend=stack,
            reporter=reporter,
            keep=keep,
        )
        for scenario, seed in options.scenarios:
            await run_scenario(bench, scenario, seed=seed)
        if options.load is not None:
            await _load(options, options.load, run_dir, bench, stack)


async def _load(options: RunOptions, load: LoadOptions, run_dir: RunDir, bench: Bench, stack: Stack) -> None:
    """The load phase: a process of another room, on the same clock, against the same backend and fake."""
    await bench.fake.reset(world=World(), seed=options.seed)
    credentials = stack.credentials
    target = {
        "adapter": options.sut,
        "url": stack.url,
        "credentials": credentials and {"email": credentials.email, "password": credentials.password},
        "control_url": bench.fake.control_url,
        "control_key": None,
        "clock_origin": bench.fake.clock.origin,
        "seed": options.seed,
        "channels": load.channels,
        "arrivals_per_s": load.arrivals_per_s,
        "phase": "load",
    }
    path = run_dir.write_json("target.json", target)
    # It holds the credentials of a backend that is thrown away, and is of no use after the run.
    path.chmod(0o600)
    try:
        run = run_room(("load", "run", "--target", str(path), "--out", str(run_dir.path)), bench.reporter.say)
        code = await unless_it_dies(stack, run)
    finally:
        path.unlink()
    if code == _LET_NOBODY_IN:
        raise LoadRefusedError("the backend let nobody in when the load began")
    if code:
        raise LoadFailedError(f"the load process ended with exit code {code}; its lines are above")


@asynccontextmanager
async def _watched(stack: Stack, journal: Journal, course: Course) -> AsyncIterator[None]:
    """The backend's life on record, with its last lines when it dies or the run fails."""
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
