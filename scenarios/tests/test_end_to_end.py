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


def begin_regression(root: Path) -> subprocess.Popen[str]:
    """`python -m scenarios run regression`, as anybody would call it."""
    command = ["run", "regression", "--channels", "2", "--seed", "3", "--run-root", str(root)]
    return subprocess.Popen(  # noqa: S603  our own interpreter and modules
        [sys.executable, "-m", "scenarios", *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def read(root: Path) -> dict[str, Any]:
    """The newest run."""
    found: dict[str, Any] = orjson.loads((root / "latest" / "run.json").read_bytes())
    return found


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two run roots, each with one run of the regression in it; both ran at the same time."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    runs = [begin_regression(root) for root in (first, second)]
    told = [run.communicate(timeout=240)[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], told
    return first, second


@pytest.fixture
def root(roots: tuple[Path, Path]) -> Path:
    """A run root with one run of the regression in it."""
    return roots[0]


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


def test_same_scenario_and_seed_plan_the_same(roots: tuple[Path, Path]) -> None:
    """Another run has other ports and other times, and the same schedule."""
    first, second = ((root / "latest" / "journal.jsonl").read_bytes() for root in roots)

    assert read(roots[0])["schedule_sha256"] == read(roots[1])["schedule_sha256"]
    assert first != second
