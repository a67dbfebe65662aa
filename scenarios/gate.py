"""A run from start to end: the stack comes up once, every scenario is a phase, the load is the last one.

    make the directory ─▶ fake + stack ─▶ scenario ─▶ scenario ─▶ … ─▶ load (a process) ─▶ all down
                                                                                              │
    exit code ◀─ report (a process) ◀─ run.json, verdicts.json ◀─ verdict ◀─ judge ◀─ one journal

Whatever ends the run early (the backend dies, Ctrl-C, a stack that does not come up) only shortens the upper line:
what was recorded until then is judged and reported all the same.
"""

import asyncio
import secrets
import signal
import traceback
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fake_evolution import Config, ConfigError, FakeServer, Journal, MonotonicClock, World
from scenarios.adapters.base import AdapterError, open_adapter
from scenarios.itinerary import JourneyResult
from scenarios.needs import wanted_links
from scenarios.options import LoadOptions, RunOptions
from scenarios.outages import NotBackError
from scenarios.processes import run_room
from scenarios.progress import Reporter
from scenarios.provider import ProviderClient
from scenarios.run_dir import RunDir
from scenarios.runner import BackendDiedError, Bench, run_scenario, unless_it_dies
from scenarios.stack.base import Stack, StackSettings, open_stack
from scenarios.stack.errors import BackendFailedError, StackError
from scenarios.stack.place import LOOPBACK, FakePlace, fake_place
from scenarios.timing import LoopClock

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
        except BackendDiedError as error:
            course.died = True
            course.failed = str(error)
        except NotBackError as error:
            course.died, course.failed = True, str(error)
            course.log_tail = list(error.log_tail)
        except LoadRefusedError as error:
            course.failed = str(error)
        except BackendFailedError as error:
            course.failed = str(error.args[0])
            course.log_tail = list(error.log_tail)
        except ConfigError as error:
            course.unusable = f"the fake: {str(error).replace(' --', ' --fake-')}"
        except StackError as error:
            course.unusable = str(error.args[0])
            course.log_tail = list(error.log_tail)
        except AdapterError as error:
            course.unusable = str(error)
        except LoadFailedError as error:
            course.trouble.append(str(error))
        except asyncio.CancelledError:
            course.interrupted = True
        except Exception as error:  # noqa: BLE001  a bug of ours makes the run invalid; its report is still written
            run_dir.write("harness-error.txt", traceback.format_exc().encode())
            course.trouble.append(f"the harness has a bug ({type(error).__name__}); see harness-error.txt")
    return course


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
    place = await asyncio.to_thread(fake_place, options.stack, options.choices)
    async with FakeServer(_fake_config(options, place), journal=run.journal) as fake:
        say(f"fake Evolution at {fake.url}; bringing up the {options.stack} stack")
        settings = StackSettings(
            evolution_url=place.as_the_backend_sees(fake.url),
            evolution_api_key=fake.api_key,
            run_dir=run.run_dir.path / "stack",
            adapter=options.sut,
            choices=options.choices,
            links=wanted_links(scenario for scenario, _ in options.scenarios),
        )
        async with open_stack(options.stack, settings=settings) as stack, _watched(stack, run):
            say(f"backend {stack.version} at {stack.url}")
            await _scenarios(run, fake, stack)
            if options.load is not None:
                await _load(run, options.load, fake, stack)


def _fake_config(options: RunOptions, place: FakePlace) -> Config:
    """Where others can reach it, nobody but us may tell it what to do."""
    return Config(
        host=place.host,
        port=place.port,
        api_key=options.choices.fake_key or f"key-of-run-{options.seed}",
        control_key=None if place.host == LOOPBACK else secrets.token_urlsafe(24),
        seed=options.seed,
    )


async def _scenarios(run: _Run, fake: FakeServer, stack: Stack) -> None:
    """Every scenario, one after the other."""

    def keep(result: JourneyResult, phase: str) -> None:
        run.run_dir.add_sample(result.sample(phase))

    async with AsyncExitStack() as opened:
        adapter = open_adapter(run.options.sut, url=stack.url, credentials=stack.credentials)
        opened.push_async_callback(adapter.close)
        bench = Bench(
            fake=fake,
            journal=run.journal,
            clock=LoopClock(fake.clock),
            adapter=adapter,
            phone=await opened.enter_async_context(ProviderClient(fake)),
            backend=stack,
            reporter=run.reporter,
            keep=keep,
            hands=stack,
        )
        for scenario, seed in run.options.scenarios:
            await run_scenario(bench, scenario, seed=seed)


async def _load(run: _Run, load: LoadOptions, fake: FakeServer, stack: Stack) -> None:
    """The load phase: a process of another room, on the same clock, against the same backend and fake."""
    await fake.reset(world=World(), seed=run.options.seed)
    credentials = stack.credentials
    target = {
        "adapter": run.options.sut,
        "url": stack.url,
        "credentials": credentials and {"email": credentials.email, "password": credentials.password},
        "control_url": fake.control_url,
        "control_key": fake.config.control_key,
        "clock_origin": fake.clock.origin,
        "seed": run.options.seed,
        "channels": load.channels,
        "arrivals_per_s": load.arrivals_per_s,
        "phase": "load",
    }
    path = run.run_dir.write_json("target.json", target)
    # It holds the credentials of a backend that is thrown away, and is of no use after the run.
    path.chmod(0o600)
    try:
        arguments = ("load", "run", "--target", str(path), "--out", str(run.run_dir.path))
        code = await unless_it_dies(stack, run_room(arguments, run.reporter.say))
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
