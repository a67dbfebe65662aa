"""`python -m scenarios judge`: any journal, by itself."""

from pathlib import Path

import orjson
import pytest

from scenarios.cli import main
from scenarios.tests.odd_tale import OddTale


def written(path: Path, *statuses: str | None) -> Path:
    """A journal of a channel that showed these statuses."""
    tale = OddTale()
    for turn, status in enumerate(statuses):
        tale.seen(float(turn), status, via="list")
    lines = (orjson.dumps(record.line()) + b"\n" for record in tale.records())
    path.write_bytes(b"".join(lines))
    return path


@pytest.mark.parametrize(
    ("statuses", "code", "word"),
    [(("CONNECTED",), 0, "PASS"), (("connected",), 1, "FAIL"), ((), 2, "INCONCLUSIVE")],
)
def test_the_exit_code_tells_the_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], statuses: tuple[str, ...], code: int, word: str
) -> None:
    """Nothing broken, something broken, nothing to judge."""
    path = written(tmp_path / "any.jsonl", *statuses)

    assert main(["judge", str(path)]) == code
    assert capsys.readouterr().out.splitlines()[-1].startswith(f"{word}: {len(statuses)} records")


def test_a_runs_directory_is_judged_by_its_journal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever gives the directory means the journal in it; what is broken is said in one line."""
    written(tmp_path / "journal.jsonl", "CONNECTED", "open")

    assert main(["judge", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "showed the status 'open' (list); expected one of" in told


def test_what_was_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Half a line at the end, and a line that is none."""
    path = written(tmp_path / "any.jsonl", "CONNECTED")
    path.write_bytes(b"not a record\n" + path.read_bytes() + b'{"seq": 9, "t"')

    assert main(["judge", str(path)]) == 0
    assert [line[:30] for line in capsys.readouterr().out.splitlines() if line.startswith("note:")] == [
        "note: the journal ends in the ",
        "note: left out: 1 lines that a",
    ]


def test_a_crash_shows_its_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checker's bug is neither a pass nor a failure of the backend."""
    monkeypatch.setattr("scenarios.invariants.canonical_status.CANONICAL", None)

    assert main(["judge", str(written(tmp_path / "any.jsonl", "CONNECTED"))]) == 3
    assert "TypeError" in capsys.readouterr().out


@pytest.mark.parametrize("missing", ["nowhere.jsonl", "."])
def test_what_is_not_there_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], missing: str
) -> None:
    """No file, or a directory without a journal."""
    assert main(["judge", str(tmp_path / missing)]) == 4
    assert capsys.readouterr().err.count("\n") == 1
