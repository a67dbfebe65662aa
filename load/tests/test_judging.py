"""Tests of samples on disk, limits on disk, and the acceptance block."""

import json
from math import inf
from pathlib import Path

import pytest

from load.acceptance import acceptance
from load.budgets import read_limits
from load.errors import BudgetError, SamplesError
from load.judge import judge, sentence
from load.meters import Limits
from load.samples import Sample, encoded, interrupted, read_samples


def sample(index: int, *, qr_s: float = 1.0, connected_s: float = 3.0, outcome: str = "completed") -> Sample:
    """One journey."""
    return Sample(f"j-{index}", "load", index / 4, qr_s, connected_s, outcome, "", f"ch-{index}")


def written(run_dir: Path, samples: list[Sample]) -> Path:
    """A run directory with these samples."""
    path = run_dir / "samples.ndjson"
    path.write_bytes(b"".join(encoded(one.line()) for one in samples))
    return path


def test_samples_survive_the_disk(tmp_path: Path) -> None:
    """What is read is what was written, never included."""
    samples = [sample(1), sample(2, qr_s=inf, connected_s=inf, outcome="no_qr"), sample(3, connected_s=inf)]

    assert read_samples(written(tmp_path, samples)) == samples


def test_a_cut_last_line_is_dropped(tmp_path: Path) -> None:
    """A killed writer costs the line that it was writing and no other."""
    path = written(tmp_path, [sample(1), sample(2)])
    path.write_bytes(path.read_bytes()[:-20])

    assert read_samples(path) == [sample(1)]


def test_a_bad_line_is_refused(tmp_path: Path) -> None:
    """A wrong line in the middle is named with its number."""
    path = written(tmp_path, [sample(1)])
    path.write_bytes(b'{"journey": "j-0", "phase": "load"}\n' + path.read_bytes())

    with pytest.raises(SamplesError, match=r"samples\.ndjson:1 is no sample"):
        read_samples(path)


def test_sixty_good_journeys_pass() -> None:
    """The acceptance block holds the agreed keys with exact values."""
    judged = acceptance([sample(index, qr_s=index / 10) for index in range(60)], Limits())

    assert judged["connect_success"] == {
        "n": 60,
        "failures": 0,
        "rate": 1.0,
        "lower_95": pytest.approx(0.05 ** (1 / 60)),
        "upper_95": 1.0,
        "limit": 0.95,
        "verdict": "PASS",
        "further_successes": None,
        "further_alike": None,
        "first_look": None,
    }
    qr = judged["time_to_qr"]
    assert (qr["n"], qr["missing"], qr["within"], qr["limit_s"], qr["verdict"]) == (60, 0, 60, 10.0, "PASS")
    assert (qr["p50_s"], qr["p95_s"], qr["p99_s"]) == (2.9, 5.6, 5.9)


def test_a_qr_that_never_shows_fails_both() -> None:
    """Missing is null in JSON, counted, and as bad as can be in the percentiles."""
    samples = [sample(index) for index in range(50)]
    samples += [sample(50 + index, qr_s=inf, connected_s=inf, outcome="no_qr") for index in range(10)]

    judged = acceptance(samples, Limits())

    assert judged["connect_success"]["verdict"] == judged["time_to_qr"]["verdict"] == "FAIL"
    assert (judged["time_to_qr"]["missing"], judged["time_to_qr"]["p95_s"]) == (10, None)
    assert judged["time_to_connected"] == {"n": 60, "missing": 10, "p50_s": 3.0, "p95_s": None, "p99_s": None}


def test_what_the_harness_cut_off_counts_as_neither() -> None:
    """An interrupted journey is no success and no failure, and it is not hidden either."""
    cut = interrupted(journey="j-9", phase="load", intended_s=9.0)

    judged = acceptance([sample(1), cut], Limits())

    assert (judged["connect_success"]["n"], judged["excluded"]) == (1, {"interrupted": 1})


def test_connected_counts_even_when_disconnecting_failed() -> None:
    """Connect success is about connecting; what came later is judged elsewhere."""
    judged = acceptance([sample(1, outcome="not_disconnected")], Limits())

    assert judged["connect_success"]["failures"] == 0


def test_judging_reads_one_phase_and_writes_the_block(tmp_path: Path) -> None:
    """Scenario journeys in the same file do not dilute the load's."""
    written(tmp_path, [sample(1), Sample("s-1", "regression", 0.0, inf, inf, "no_qr")])

    judged = judge(tmp_path)

    assert judged["connect_success"]["n"] == 1
    assert json.loads((tmp_path / "acceptance.json").read_text()) == judged
    assert "1 of 1" in sentence(judged)


def test_the_limits_of_the_gate_are_on_disk() -> None:
    """The file beside the code holds the acceptance criteria."""
    assert read_limits() == Limits(connect_success=0.95, qr_within_s=10.0, qr_share=0.95, confidence=0.95)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("qr_share = 1.2", "gate.qr_share is 1.2; legal: between 0 and 1"),
        ("qr_share = 'all'", "gate.qr_share is 'all'; legal: a number"),
        ("qr_share = true", "gate.qr_share is True; legal: a number"),
        ("qr_shares = 0.9", "gate.qr_shares is unknown; legal: connect_success, qr_within_s"),
        ("", "gate.qr_share is missing"),
        ("qr_share = ", "is no TOML"),
    ],
)
def test_impossible_limits_are_refused(tmp_path: Path, change: str, said: str) -> None:
    """A budget file with a slip says where, what was found and what would be legal."""
    path = tmp_path / "budgets.toml"
    path.write_text(f"[gate]\nconnect_success = 0.9\nqr_within_s = 5\nconfidence = 0.95\n{change}\n")

    with pytest.raises(BudgetError, match=said):
        read_limits(path)


def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    """Nothing to judge is one clear line, not a traceback."""
    with pytest.raises(SamplesError, match="run the load first"):
        judge(tmp_path)
    with pytest.raises(SamplesError, match="is no directory"):
        judge(tmp_path / "nowhere")
