"""`python -m scenarios search`: look for a schedule that breaks the backend, until the time is up."""

import argparse
import asyncio
import re
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from scenarios.errors import ScenarioError
from scenarios.options import DEFECTS, RunOptions
from scenarios.progress import Reporter, reporting
from scenarios.run_dir import make_run_dir
from scenarios.search.hunt import Attempt, Hunt, State, read_state
from scenarios.search.live import Live, OverError, Tried, living
from scenarios.search.plan import Plan

EXIT_FOUND = 1
BUDGET_S_MAX = 24 * 3600.0
JOBS_MAX = 16
_BUDGET = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def add_options(command: argparse.ArgumentParser) -> None:
    """The options that only the search has."""
    command.add_argument("--budget", default="10m", help="how long to look, as 90s, 10m or 1h (default 10m)")
    command.add_argument("--jobs", type=int, default=2, help="backends that try side by side (default 2)")
    command.add_argument("--resume", type=Path, metavar="DIR", help="go on where an earlier search stopped")


def run_command(parsed: argparse.Namespace, options: RunOptions) -> int:
    """Look, tell, and give the exit code: 0 nothing found, 1 something was."""
    budget_s = _budget_s(parsed.budget)
    if not 1 <= parsed.jobs <= JOBS_MAX:
        raise ScenarioError(f"--jobs is {parsed.jobs}; legal: 1 to {JOBS_MAX}")
    if parsed.resume is not None:
        folder, state = parsed.resume, read_state(parsed.resume)
    else:
        now = datetime.now(UTC)
        folder = make_run_dir(options.run_root, label=options.label, seed=options.seed, now=now).path
        state = State(options.seed)
    with reporting() as reporter:
        reporter.say(f"searching for {budget_s:g} s; what is found goes to {folder}")
        state = asyncio.run(_search(options, folder, state, reporter, budget_s=budget_s, jobs=parsed.jobs))
        _tell(state, folder, reporter, options)
    return EXIT_FOUND if state.found else 0


async def _search(
    options: RunOptions, folder: Path, state: State, reporter: Reporter, *, budget_s: float, jobs: int
) -> State:
    """The backends live on this loop; the hunt, which knows nothing of loops, in threads."""
    loop = asyncio.get_running_loop()

    def trying(live: Live) -> Attempt:
        def attempt(plan: Plan) -> Tried:
            try:
                return asyncio.run_coroutine_threadsafe(live.attempt(plan.scenario()), loop).result()
            except CancelledError as error:
                raise OverError from error

        return attempt

    async with AsyncExitStack() as opened:
        folders = [folder / f"backend-{number + 1}" for number in range(jobs)]
        lives = [await opened.enter_async_context(living(options, one, reporter)) for one in folders]
        ends_s = time.monotonic() + budget_s
        hunt = Hunt(
            state,
            folder,
            attempts=[trying(live) for live in lives],
            time_left=lambda: ends_s - time.monotonic(),
            say=reporter.say,
        )
        return await asyncio.to_thread(hunt.run)


def _tell(state: State, folder: Path, reporter: Reporter, options: RunOptions) -> None:
    reporter.say(f"{state.tries} tries; found: {', '.join(sorted(state.known)) or 'nothing'}")
    for found in state.found:
        reporter.say(f"repeat python -m scenarios run {folder / found['file']}{_as_given(options)}")
    reporter.say(f"go on with python -m scenarios search --resume {folder}{_as_given(options)}")


def _as_given(options: RunOptions) -> str:
    """The options without which it would be another backend."""
    parts: Sequence[str] = (
        f" --sut {options.sut}" if options.sut != "zechat" else "",
        f" --stack {options.stack}" if options.stack != "embedded" else "",
        f" --defects {options.backend_env[DEFECTS]}" if DEFECTS in options.backend_env else "",
    )
    return "".join(parts)


def _budget_s(text: str) -> float:
    found = _BUDGET.fullmatch(text)
    budget_s = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < budget_s <= BUDGET_S_MAX:
        raise ScenarioError(f"--budget is {text!r}; legal: a time with its unit, as 90s, 10m or 1h, up to 24h")
    return budget_s
