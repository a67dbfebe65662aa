"""The real thing: PostgreSQL, Valkey, the reference backend and the fake, driven and judged."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

pytestmark = pytest.mark.stack
FILES = {"run.json", "scenario.yaml", "journal.jsonl", "verdicts.json", "samples.ndjson", "calls.json"}
REPORTS = {"junit.xml", "summary.md", "report.html"}


def run_regression(root: Path) -> tuple[int, str]:
    """`python -m scenarios run regression`, as anybody would call it."""
    command = ["run", "regression", "--channels", "2", "--seed", "3", "--run-root", str(root)]
    done = subprocess.run(  # noqa: S603  our own interpreter and modules
        [sys.executable, "-m", "scenarios", *command], capture_output=True, text=True, timeout=240, check=False
    )
    return done.returncode, done.stdout + done.stderr


def read(root: Path) -> dict[str, Any]:
    """The newest run."""
    found: dict[str, Any] = orjson.loads((root / "latest" / "run.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run root with one run of the regression in it."""
    root = tmp_path_factory.mktemp("runs")
    code, told = run_regression(root)
    assert code == 0, told
    return root


def test_the_regression_passes_on_the_reference_backend(root: Path) -> None:
    """Every journey completes, and what the scenario must exercise holds."""
    run = read(root)

    assert (run["verdict"], run["reasons"]) == ("PASS", [])
    assert run["scenarios"][0]["journeys"] == 2
    truth = {one["id"]: one["verdict"] for one in run["invariants"]}
    assert {truth[name] for name in ("I7", "I10", "I21", "I27", "I28")} == {"true"}
    assert {one["journey"] for one in samples(root)} == {"regression-0001", "regression-0002"}


def samples(root: Path) -> list[dict[str, Any]]:
    """The journeys' numbers."""
    return [orjson.loads(line) for line in (root / "latest" / "samples.ndjson").read_bytes().splitlines()]


def test_everything_a_run_promises_is_in_its_directory(root: Path) -> None:
    """Data and reports, and nothing half written."""
    names = {path.name for path in (root / "latest").iterdir() if path.is_file()}

    assert names == FILES | REPORTS


def test_same_scenario_and_seed_plan_the_same(root: Path) -> None:
    """Another run has other ports and other times, and the same schedule."""
    before = read(root)["schedule_sha256"]

    code, told = run_regression(root)

    assert code == 0, told
    assert read(root)["schedule_sha256"] == before
