"""`python -m scenarios matrix`: does the harness see what it is there to see?"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from scenarios.errors import ScenarioError
from scenarios.matrix.batch import Row
from scenarios.matrix.tally import Clean, Defect, Line, clean_of, holds, line_of, table
from scenarios.matrix.wanted import CLEAN, Wanted, batches, chosen, known_defects, scenarios_for
from scenarios.options import RUN_ROOT
from scenarios.processes import RoomError, call_room
from scenarios.progress import Reporter, reporting
from scenarios.run_dir import RunDir, make_run_dir

EXIT_MISSED = 1
# So many runs of the clean backend share one backend.
CLEAN_BATCH = 25
JOBS_MAX = 32


def add_options(command: argparse.ArgumentParser) -> None:
    """What can be chosen."""
    command.add_argument("defect", nargs="*", metavar="DEFECT", help="only these (default: all there are)")
    command.add_argument(
        "--scenarios", choices=("own", "all"), default="own", help="each defect's own, or all (default own)"
    )
    command.add_argument("--seeds", type=int, default=10, help="seeds for each defect and scenario (default 10)")
    command.add_argument("--clean-runs", type=int, default=50, help="runs of the clean backend (default 50)")
    command.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    command.add_argument("--jobs", type=int, default=2, help="backends at once (default 2)")
    command.add_argument("--run-root", type=Path, default=RUN_ROOT, help=f"default {RUN_ROOT}")


def run_command(parsed: argparse.Namespace) -> int:
    """Live it all, write it down, and say 0 (everything caught, nothing accused) or 1."""
    for name, low, high in (("seeds", 1, 1_000), ("clean_runs", 0, 100_000), ("jobs", 1, JOBS_MAX)):
        if not low <= getattr(parsed, name) <= high:
            raise ScenarioError(f"--{name.replace('_', '-')} is {getattr(parsed, name)}; legal: {low} to {high}")
    defects = chosen(known_defects(), parsed.defect)
    wanted = tuple(
        batches(
            defects,
            choice=parsed.scenarios,
            seeds=parsed.seeds,
            clean_runs=parsed.clean_runs,
            first_seed=parsed.seed,
            clean_size=CLEAN_BATCH,
        )
    )
    run_dir = make_run_dir(parsed.run_root, label="matrix", seed=parsed.seed, now=datetime.now(UTC))
    with reporting() as reporter:
        rows = asyncio.run(_live(wanted, run_dir, reporter, jobs=parsed.jobs))
        lines, clean = _tallied(defects, rows, parsed.scenarios)
        _write(run_dir, lines, clean, reporter)
    return 0 if holds(lines, clean) else EXIT_MISSED


async def _live(wanted: Sequence[Wanted], run_dir: RunDir, reporter: Reporter, *, jobs: int) -> dict[str, list[Row]]:
    """All batches, `jobs` at once; the first that cannot be lived ends the rest."""
    rows: dict[str, list[Row]] = defaultdict(list)
    room, total, done = asyncio.Semaphore(jobs), sum(len(one.rows) for one in wanted), 0

    async def live(one: Wanted) -> None:
        nonlocal done
        async with room:
            found = await _batch(one, run_dir)
        rows[one.defect] += found
        done += len(found)
        reporter.count("runs", done, total)

    async with asyncio.TaskGroup() as group:
        for one in wanted:
            group.create_task(live(one))
    return rows


async def _batch(one: Wanted, run_dir: RunDir) -> list[Row]:
    defects = [] if one.defect == CLEAN else [one.defect]
    asked = {"label": one.defect, "defects": defects, "rows": one.rows, "run_root": str(run_dir.path / "batches")}
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "scenarios.matrix.batch"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            told, _ = await process.communicate(orjson.dumps(asked))
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
        if process.returncode:
            log.seek(0)
            last = log.read().decode(errors="replace").strip().splitlines()[-1:] or ["no word of why"]
            raise ScenarioError(f"the backend with '{one.defect}' could not be judged: {last[0]}")
    return [Row(**row) for row in orjson.loads(told)]


def _tallied(defects: Sequence[Defect], rows: dict[str, list[Row]], choice: str) -> tuple[list[Line], Clean]:
    lines = []
    for defect in defects:
        for name in scenarios_for(defect, choice):
            lines.append(line_of(defect, name, [row for row in rows[defect.id] if row.scenario == name]))  # noqa: PERF401
    return lines, clean_of(rows[CLEAN])


def _write(run_dir: RunDir, lines: Sequence[Line], clean: Clean, reporter: Reporter) -> None:
    whole: dict[str, Any] = {
        "holds": holds(lines, clean),
        "lines": [line.to_json() for line in lines],
        "clean": clean.to_json(),
    }
    run_dir.write_json("matrix.json", whole)
    text = table(lines, clean)
    run_dir.write("matrix.md", f"# Defects and the scenarios that catch them\n\n{text}\n".encode())
    reporter.say(text)
    try:
        call_room(("reports", "matrix", str(run_dir.path)))
        reporter.say(f"report {run_dir.path / 'matrix.html'}")
    except RoomError as error:
        reporter.say(f"the report could not be made: {error}")
