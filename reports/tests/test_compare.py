"""Two runs side by side."""

import json
from pathlib import Path
from typing import Any

import pytest

from reports.cli import main
from reports.comparison import Change, Comparison, compare
from reports.run_files import read_run
from reports.tests.sample_gates import failing, passing
from reports.tests.test_render import Strict, words


def compared(before: Path, after: Path) -> Comparison:
    """The two run directories."""
    return compare(read_run(before), read_run(after))


def changes(found: Comparison) -> dict[str, Change]:
    """What became of each thing."""
    return {line.name: line.change for line in found.lines}


def run_of(tmp_path: Path, name: str, run: dict[str, Any], waits_s: list[float | None] | None = None) -> Path:
    """A run directory with only this in it."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(run))
    lines = [
        {"journey": str(at), "phase": "load", "intended_s": at, "qr_s": wait_s, "connected_s": wait_s}
        for at, wait_s in enumerate(waits_s or [])
    ]
    (folder / "samples.ndjson").write_text("".join(json.dumps({**one, "outcome": "completed"}) + "\n" for one in lines))
    (folder / "journal.jsonl").write_text("")
    return folder


@pytest.mark.slow
def test_a_run_compared_with_itself_is_the_same(tmp_path: Path) -> None:
    """Nothing is better, worse or less known, and the exit code is 0."""
    run_dir = passing(tmp_path)

    found = compared(run_dir, run_dir)

    assert set(changes(found).values()) == {Change.SAME}
    assert found.facts == ()
    assert main(["compare", str(run_dir), str(run_dir)]) == 0


def test_a_worse_run_is_worse_and_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Verdict, criteria and broken gaps are told; the exit code is 1."""
    good, bad = passing(tmp_path / "good"), failing(tmp_path / "bad")

    code = main(["compare", str(good), str(bad)])

    told = capsys.readouterr().out
    assert code == 1
    assert "! verdict                PASS → FAIL  worse" in told
    assert "! connect_success" in told
    assert compared(good, bad).is_worse
    assert not compared(bad, good).is_worse


def test_the_page_shows_the_same_and_is_well_formed(tmp_path: Path) -> None:
    """It stands in the second directory unless told otherwise, and every tag is closed."""
    good, bad = passing(tmp_path / "good"), failing(tmp_path / "bad")
    elsewhere = tmp_path / "page.html"

    main(["compare", str(good), str(bad)])
    main(["compare", str(bad), str(good), "--out", str(elsewhere)])

    page = (bad / "comparison.html").read_text()
    Strict().feed(page)
    assert "Worse" in words(page)
    assert "<script>alert" not in page
    assert "Not worse" in words(elsewhere.read_text())


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("holds", "broken", Change.WORSE),
        ("not exercised", "broken", Change.WORSE),
        ("broken", "holds", Change.BETTER),
        ("broken", "not exercised", Change.LESS_KNOWN),
        ("holds", "not exercised", Change.LESS_KNOWN),
        ("not exercised", "holds", Change.MORE_KNOWN),
        ("broken", "broken", Change.SAME),
    ],
)
def test_a_gap_that_is_not_looked_at_is_no_better(tmp_path: Path, before: str, after: str, change: Change) -> None:
    """What was broken and is not exercised any more was not repaired for all that is known."""
    runs = [
        run_of(tmp_path, name, {"verdict": "PASS", "gaps": [{"id": "G4-idempotency", "verdict": verdict}]})
        for name, verdict in (("one", before), ("two", after))
    ]

    assert changes(compared(*runs))["G4-idempotency"] is change


@pytest.mark.parametrize(
    ("waits_s", "change"),
    [
        ([1.0, 1.2, 0.9] * 20, Change.SAME),
        ([2.0, 2.2, 1.9] * 20, Change.WORSE),
        ([0.5, 0.6, 0.4] * 20, Change.BETTER),
        ([0.5, 0.6, None] * 20, Change.WORSE),
    ],
)
def test_times_count_only_beyond_chance(tmp_path: Path, waits_s: list[float | None], change: Change) -> None:
    """The same times in another order are the same; faster ones do not make up for some that never come."""
    first = run_of(tmp_path, "one", {"verdict": "PASS"}, [0.9, 1.1, 1.0] * 20)
    second = run_of(tmp_path, "two", {"verdict": "PASS"}, waits_s)

    assert changes(compared(first, second))["qr"] is change


def test_few_samples_prove_nothing(tmp_path: Path) -> None:
    """Four journeys that are slower may be chance."""
    first = run_of(tmp_path, "one", {"verdict": "PASS"}, [1.0] * 4)
    second = run_of(tmp_path, "two", {"verdict": "PASS"}, [9.0] * 4)

    assert changes(compared(first, second))["qr"] is Change.SAME


def test_what_is_missing_is_said_and_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    """A run that never came to a verdict is worse than one that passed."""
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "journal.jsonl").write_text("")

    found = compared(passing(tmp_path / "good"), bare)

    assert (found.verdicts.after, found.verdicts.change) == ("INVALID", Change.WORSE)
    assert any(note.startswith("bare: ") for note in found.notes)


def test_no_run_directory_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Either argument is refused with what would be legal, and exit code 4."""
    assert main(["compare", str(tmp_path / "none"), str(passing(tmp_path))]) == 4
    assert "is no directory; give a run directory" in capsys.readouterr().err
    assert main(["compare", str(tmp_path)]) == 4
