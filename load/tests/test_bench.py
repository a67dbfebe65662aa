"""Tests of the bench: its bounds, its judgement and its table; what it measures is measured elsewhere."""

from pathlib import Path

import orjson
import pytest

from load.bench import run as bench_run
from load.bench.bounds import Bound, read_bounds
from load.bench.rows import names, row
from load.bench.run import Found, judged, table
from load.budgets import BUDGETS
from load.cli import main
from load.errors import BenchError, BudgetError

FAST = Bound("qr", "cpu_ms", 1.3, is_max=True)
MANY = Bound("qr", "per_s", 700, is_max=False)


def test_every_row_has_bounds_and_a_sentence() -> None:
    """A row that nobody judges, or that does not say what it measures, is none."""
    bounded = {bound.row for bound in read_bounds(BUDGETS)}

    assert bounded == set(names())
    assert [name for name in names() if not (row(name).__doc__ or "").strip().endswith(".")] == []
    assert [name for name in names() if not callable(row(name).measure)] == []


@pytest.mark.parametrize(("value", "fast", "many"), [(1.3, True, False), (1.31, False, False), (700, False, True)])
def test_bound_includes_its_limit(value: float, fast: bool, many: bool) -> None:  # noqa: FBT001  what is expected
    """At the limit a bound holds, beyond it it does not, on the side that it is about."""
    assert (FAST.holds(value), MANY.holds(value)) == (fast, many)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[gate]\n", "has no tables"),
        ("[bench.speed]\nx_max = 1\n", "bench.speed is unknown; legal: backend, create, "),
        ("[bench.qr]\ncpu_ms = 1\n", "bench.qr.cpu_ms is no bound; legal: a measure with _max or _min"),
        ('[bench.qr]\ncpu_ms_max = "1"\n', "bench.qr.cpu_ms_max is '1'; legal: a number"),
        ("[bench.qr]\ncpu_ms_max = inf\n", "bench.qr.cpu_ms_max is inf; legal: a number"),
        ("[bench", "is no TOML"),
    ],
)
def test_wrong_budgets_are_one_clear_sentence(tmp_path: Path, text: str, told: str) -> None:
    """Whatever is wrong with the file, the sentence names the place and what is legal."""
    path = tmp_path / "budgets.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BudgetError) as caught:
        read_bounds(path)

    assert told in str(caught.value)


def test_bound_of_something_unmeasured_is_an_error() -> None:
    """A bound that can never be judged is not passed over."""
    with pytest.raises(BenchError, match="bounds 'per_s', which the row does not measure; legal: cpu_ms"):
        judged("qr", {"cpu_ms": 1.0}, [FAST, MANY])


def test_table_shows_what_is_broken() -> None:
    """Value, bound and verdict stand in columns."""
    lines = table([Found(FAST, 0.81234), Found(MANY, 3)])

    assert lines == [
        "row  measure  value   bound",
        "qr   cpu_ms   0.8123  ≤ 1.3  holds",
        "qr   per_s    3       ≥ 700  BROKEN",
    ]


def test_unknown_row_ends_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name is answered with one line and exit code 4, before anything is measured."""
    code = main(["bench", "--row", "speed"])

    assert code == 4
    assert capsys.readouterr().err.startswith("load: no row is called 'speed'; legal: backend, create, ")


@pytest.mark.parametrize(("cpu_ms", "code"), [(0.8, 0), (1.9, 1)])
def test_exit_code_and_report_follow_the_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpu_ms: float, code: int
) -> None:
    """0 and 1; the JSON has measures, bounds, and what machine it was."""
    monkeypatch.setattr(bench_run, "_measured", lambda _name: {"cpu_ms": cpu_ms, "first_cpu_ms": 20.0})

    found = main(["bench", "--row", "qr", "--json", str(tmp_path / "deep" / "bench.json")])

    report = orjson.loads((tmp_path / "deep" / "bench.json").read_bytes())
    assert (found, report["holds"]) == (code, code == 0)
    assert report["rows"] == {"qr": {"cpu_ms": cpu_ms, "first_cpu_ms": 20.0}}
    assert [report["bounds"][0][key] for key in ("measure", "value", "bound")] == ["cpu_ms", cpu_ms, "≤ 1.3"]
    assert {"cores", "python", "system"} <= set(report["machine"])


@pytest.mark.stack
def test_row_is_measured_in_a_process_of_its_own(tmp_path: Path) -> None:
    """The quickest row, for real: its code is drawn and its measures arrive."""
    main(["bench", "--row", "qr", "--json", str(tmp_path / "bench.json")])

    measures = orjson.loads((tmp_path / "bench.json").read_bytes())["rows"]["qr"]
    assert 0 < measures["cpu_ms"] < 100
    assert 13 < measures["data_url_kb"] < 15


def test_table_says_where_the_best_of_several_rounds_counts() -> None:
    """A figure that was chosen is told as one."""
    chosen = Bound("lateness", "p99_ms", 5, is_max=True)

    assert table([Found(chosen, 2.0)])[1].split("  ")[-1] == "best of 3"
    compared = Bound("create", "of_bare", 0.6, is_max=False)
    assert table([Found(compared, 0.7)])[1].split("  ")[-1] == "median of 25"
    assert table([Found(FAST, 1.0)])[1].split("  ")[-1] == "holds"
