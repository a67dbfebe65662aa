"""The page of the matrix: what is caught, what is not, and what the clean backend was accused of."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from reports.cli import main

LINE = {"stands_for": "G3", "scenario": "regression", "is_own": True, "seeds": 10, "invalid": 0, "broken": {}}
CAUGHT = {**LINE, "defect": "sleeps", "caught": 10, "word": "caught", "first": {"I28": 10}, "sentence": "it slept"}
LUCKY = {**LINE, "defect": "forgets", "caught": 4, "word": "by luck", "first": {"I3": 4}, "sentence": "<b>twice</b>"}
ALARM = {"scenario": "regression", "seed": 3, "reason": "broken: I5", "broken": {"I5": "it came back"}}


def written(folder: Path, *lines: dict[str, Any], alarms: tuple[dict[str, Any], ...] = ()) -> Path:
    """The directory of a matrix."""
    clean = {"runs": 50, "false_alarms": list(alarms), "undecided": []}
    holds = not alarms and all(line["word"] == "caught" for line in lines)
    (folder / "matrix.json").write_bytes(orjson.dumps({"holds": holds, "lines": lines, "clean": clean}))
    return folder


def page(folder: Path) -> str:
    """The page that is made of it."""
    assert main(["matrix", str(folder)]) == 0
    return (folder / "matrix.html").read_text(encoding="utf-8")


def test_a_matrix_that_holds_says_so_first(tmp_path: Path) -> None:
    """The first sentence has both numbers, and nothing is listed as not caught."""
    found = page(written(tmp_path, CAUGHT))

    assert "1 of 1 defects are caught by their own scenario; 0 false alarms in 50 runs" in found
    assert 'id="look"' not in found
    assert 'id="alarms"' not in found


def test_what_is_not_caught_comes_before_everything_else(tmp_path: Path) -> None:
    """By luck is not caught, and what was seen is text."""
    found = page(written(tmp_path, CAUGHT, LUCKY))

    assert found.index('id="look"') < found.index('id="own"')
    assert "Does not see everything" in found
    assert "&lt;b&gt;twice&lt;/b&gt;" in found


def test_a_false_alarm_is_shown_with_its_sentence(tmp_path: Path) -> None:
    """Whoever mends it needs the scenario, the seed and what was said."""
    found = page(written(tmp_path, CAUGHT, alarms=(ALARM,)))

    assert "1 false alarms in 50 runs" in found
    assert "it came back" in found


@pytest.mark.parametrize("content", [None, b"{", b"{}"])
def test_what_is_no_matrix_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    """No file, no JSON, nothing in it."""
    if content is not None:
        (tmp_path / "matrix.json").write_bytes(content)

    code = main(["matrix", str(tmp_path)])

    told = capsys.readouterr().err
    assert (code, told.count("\n")) == (4, 1)
    assert "`python -m scenarios matrix` writes one" in told
