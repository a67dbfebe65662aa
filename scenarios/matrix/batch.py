"""One batch: a backend with its defects lives scenarios one after the other; a process of its own.

    python -m scenarios.matrix.batch < batch.json > rows.json

A backend that dies is replaced, and the batch goes on behind the scenario that it did not survive.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from scenarios.conclusion import judge_history
from scenarios.dsl import Scenario
from scenarios.errors import ScenarioError
from scenarios.finish import judge_calls
from scenarios.gate import Course, drive
from scenarios.judging import Truth, Verdict
from scenarios.options import DEFECTS, DEFECTS_ALLOWED, RunOptions
from scenarios.run_dir import RunDir, make_run_dir
from scenarios.scenario_file import find_scenario
from scenarios.verdict import ScenarioOutcome, Word

DIED = "died"
"""Stands beside the invariants: the backend ended, or did not come back, while it was needed."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one scenario under one seed showed."""

    scenario: str
    seed: int
    verdict: str
    reason: str
    broken: Mapping[str, str] = field(default_factory=dict)
    first: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As it goes to the process that asked."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "verdict": self.verdict,
            "reason": self.reason,
            "broken": dict(self.broken),
            "first": self.first,
        }


@dataclass(frozen=True, slots=True)
class Batch:
    """Which backend lives what."""

    label: str
    defects: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    run_root: Path
    lateness_ms_max: float = 1_000.0

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> "Batch":
        """Read what the other process wrote."""
        rows = tuple((str(name), int(seed)) for name, seed in found["rows"])
        return cls(found["label"], tuple(found["defects"]), rows, Path(found["run_root"]))


def run_batch(batch: Batch) -> list[Row]:
    """Every row; ScenarioError when no backend can be brought up."""
    left = [(_named(find_scenario(name), seed), seed) for name, seed in batch.rows]
    rows: list[Row] = []
    while left:
        done = _run_some(batch, left)
        rows += done
        left = left[len(done) :]
    return rows


def _run_some(batch: Batch, wanted: Sequence[tuple[Scenario, int]]) -> list[Row]:
    """As many as one backend survives, and the one that it did not."""
    env = {DEFECTS: ",".join(batch.defects), DEFECTS_ALLOWED: "1"} if batch.defects else {}
    run_dir = make_run_dir(batch.run_root, label=batch.label, seed=wanted[0][1], now=datetime.now(UTC))
    options = RunOptions(
        label=batch.label,
        seed=wanted[0][1],
        scenarios=tuple(wanted),
        load=None,
        repeat="",
        run_root=batch.run_root,
        lateness_ms_max=batch.lateness_ms_max,
        backend_env=env,
    )
    course = asyncio.run(drive(options, run_dir, _Silent()))
    if course.interrupted:
        raise KeyboardInterrupt
    if course.unusable is not None or ((course.failed or course.trouble) and not course.died):
        told = [course.unusable, course.failed, *course.trouble, *course.log_tail[-3:]]
        raise ScenarioError("; ".join(filter(None, told)))
    judge_calls(run_dir, course)
    return list(_rows(batch, run_dir, course, wanted))


def _rows(batch: Batch, run_dir: RunDir, course: Course, wanted: Sequence[tuple[Scenario, int]]) -> list[Row]:
    judged = judge_history(run_dir, wanted, lateness_ms_max=batch.lateness_ms_max)
    rows: list[Row] = []
    for (scenario, seed), outcome in zip(wanted, judged.scenarios, strict=True):
        died = course.died and outcome.journeys < scenario.channels.count
        rows.append(_row(scenario, seed, outcome, why_died=course.failed if died else None))
        if died:
            break
    return rows


def _row(scenario: Scenario, seed: int, outcome: ScenarioOutcome, *, why_died: str | None) -> Row:
    found = [one for one in outcome.invariants if one.verdict is Truth.FALSE]
    broken = {one.id: one.diagnosis for one in found}
    if why_died is not None:
        return Row(_plain(scenario, seed), seed, Word.FAIL.value, why_died, {DIED: why_died, **broken}, DIED)
    return Row(_plain(scenario, seed), seed, outcome.verdict.value, outcome.reason, broken, _first(found))


def _first(found: Sequence[Verdict]) -> str | None:
    """The invariant whose first finding came before all others."""
    return min(found, key=lambda one: one.first.t if one.first is not None else 0.0).id if found else None


def _named(scenario: Scenario, seed: int) -> Scenario:
    """A name of its own for each seed, because a phase is known by its name."""
    return replace(scenario, name=f"{scenario.name}-s{seed}")


def _plain(scenario: Scenario, seed: int) -> str:
    return scenario.name.removesuffix(f"-s{seed}")


class _Silent:
    """Standard output belongs to the rows."""

    def say(self, text: str) -> None:
        """To where people look when something goes wrong."""
        sys.stderr.write(f"{text}\n")

    def count(self, what: str, done: int, total: int, *, failed: int = 0) -> None:
        """Nobody counts journeys here."""


def main() -> int:
    """Read the batch, live it, write the rows."""
    try:
        rows = run_batch(Batch.of_json(orjson.loads(sys.stdin.buffer.read())))
    except ScenarioError as error:
        sys.stderr.write(f"{error}\n")
        return 4
    except KeyboardInterrupt:
        return 130
    sys.stdout.buffer.write(orjson.dumps([row.to_json() for row in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
