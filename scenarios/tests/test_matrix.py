"""The matrix: what counts as caught, by luck and missed, and what as a false alarm."""

from pathlib import Path

import pytest

from scenarios.cli import main
from scenarios.matrix.batch import Batch, Row, run_batch
from scenarios.matrix.tally import Clean, Defect, clean_of, holds, line_of, table
from scenarios.matrix.wanted import CLEAN, batches, known_defects
from scenarios.scenario_file import catalogue

DEFECT = Defect("sleeps", "G3", "regression", ("I28",))


def row(seed: int, *broken: str, verdict: str | None = None, scenario: str = "regression") -> Row:
    """What a run showed."""
    word = verdict or ("FAIL" if broken else "PASS")
    first = broken[0] if broken else None
    return Row(scenario, seed, word, "", {name: f"{name} was broken" for name in broken}, first)


@pytest.mark.parametrize(
    ("caught", "word"), [(10, "caught"), (9, "caught"), (8, "by luck"), (1, "by luck"), (0, "missed")]
)
def test_nine_of_ten_seeds_are_caught(caught: int, word: str) -> None:
    """Less is luck, and nothing is missed."""
    rows = [row(seed, "I28") if seed < caught else row(seed) for seed in range(10)]

    line = line_of(DEFECT, "regression", rows)

    assert (line.caught, line.seeds, line.word) == (caught, 10, word)


def test_only_the_right_invariant_catches_in_its_own_scenario() -> None:
    """That something else is broken, too, is no proof that this defect is seen."""
    line = line_of(DEFECT, "regression", [row(1, "I21"), row(2, "I21", "I28")])

    assert (line.caught, line.first, line.sentence) == (1, {"I21": 1}, "I28 was broken")


def test_an_invalid_run_neither_catches_nor_misses() -> None:
    """The harness was late: that seed says nothing."""
    line = line_of(DEFECT, "regression", [row(1, "I28"), row(2, verdict="INVALID")])

    assert (line.caught, line.seeds, line.invalid, line.word) == (1, 1, 1, "caught")


def test_a_defect_that_was_never_tried_is_missed() -> None:
    """No run is no proof."""
    assert line_of(DEFECT, "regression", []).word == "missed"


def test_the_clean_backend_accused_of_anything_breaks_the_matrix() -> None:
    """A failed clean run is a false alarm; one that proves nothing is told apart."""
    caught = line_of(DEFECT, "regression", [row(1, "I28")])

    clean = clean_of([row(1), row(2, "I5"), row(3, verdict="INVALID")])

    assert ([one.seed for one in clean.false_alarms], [one.seed for one in clean.undecided]) == ([2], [3])
    assert not holds([caught], clean)
    assert holds([caught], clean_of([row(1), row(3, verdict="INCONCLUSIVE")]))


def test_a_defect_by_luck_breaks_the_matrix() -> None:
    """Only what is caught counts; other scenarios than its own may miss it."""
    other = line_of(DEFECT, "lost-webhooks", [row(1, scenario="lost-webhooks")])
    luck = line_of(DEFECT, "regression", [row(1, "I28"), row(2)])

    assert not holds([luck], Clean(0, (), ()))
    assert holds([line_of(DEFECT, "regression", [row(1, "I28")]), other], Clean(0, (), ()))


def test_the_table_says_it_all() -> None:
    """Each defect with what caught it first, then the clean backend."""
    lines = [line_of(DEFECT, "regression", [row(1, "I28"), row(2, "I28")])]

    text = table(lines, clean_of([row(3, "I5")]))

    assert "| sleeps | G3 | regression | 2/2 | I28 in 2 | caught |" in text
    assert "| *clean* | | regression seed 3 | |" in text
    assert text.endswith("clean backend: 1 runs, 1 false alarms, 0 undecided")


def test_every_scenario_has_its_turn_on_the_clean_backend() -> None:
    """Round after round through the catalogue, every round with another seed."""
    count = len(catalogue())
    options = {"choice": "own", "seeds": 2, "first_seed": 5, "clean_runs": count + 1, "clean_size": 10}

    wanted = list(batches([DEFECT], **options))  # type: ignore[arg-type]

    clean = [one for batch in wanted if batch.defect == CLEAN for one in batch.rows]
    assert wanted[0].rows == (("regression", 5), ("regression", 6))
    assert {name for name, _ in clean} == {one.name for one in catalogue()}
    assert clean[-1] == (clean[0][0], 6)


@pytest.mark.stack
def test_every_defect_has_a_scenario_of_the_catalogue() -> None:
    """The backend's own list and ours are the same, and name what there is."""
    names = {one.name for one in catalogue()}

    defects = known_defects()

    assert len(defects) >= 24
    assert [one.id for one in defects if one.scenario not in names] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--jobs", "0"], "--jobs is 0; legal: 1 to 32"),
        (["--seeds", "0"], "--seeds is 0"),
        pytest.param(["no-such-defect"], "unknown defect 'no-such-defect'", marks=pytest.mark.stack),
    ],
)
def test_wrong_options_start_nothing(capsys: pytest.CaptureFixture[str], arguments: list[str], says: str) -> None:
    """One line, exit code 4."""
    code = main(["matrix", *arguments])

    told = capsys.readouterr().err
    assert code == 4
    assert says in told


@pytest.mark.stack
def test_a_batch_lives_a_scenario_under_several_seeds(tmp_path: Path) -> None:
    """One backend, every row with its verdict; the clean backend passes."""
    rows = run_batch(Batch(CLEAN, (), (("numeric-instance-name", 1), ("numeric-instance-name", 2)), tmp_path))

    assert [(one.scenario, one.seed, one.verdict, one.broken) for one in rows] == [
        ("numeric-instance-name", 1, "PASS", {}),
        ("numeric-instance-name", 2, "PASS", {}),
    ]
