"""The contract's word on every call stands on the call's record."""

from pathlib import Path

import orjson
import pytest

from fake_evolution import Journal, MonotonicClock, read_journal
from scenarios.calls import write_violations
from scenarios.finish import judge_calls
from scenarios.gate import Course
from scenarios.run_dir import RunDir

pytestmark = pytest.mark.stack


def written(run_dir: RunDir, *paths: str) -> None:
    """A journal with a call of each of these paths, between other records."""
    with Journal(run_dir.journal, clock=MonotonicClock()) as journal:
        journal.write("phase.start", phase="p")
        for path in paths:
            journal.write("call", call=1, method="GET", path=path, instance=None, query={}, body=None)
        journal.write("phase.end", phase="p")


def test_a_run_notes_what_the_contract_has_against_each_call(tmp_path: Path) -> None:
    """A right call gets an empty list, one that Evolution does not have gets the reason; nothing else changes."""
    run_dir, course = RunDir(tmp_path), Course()
    written(run_dir, "/instance/fetchInstances", "/instance/qrcode/7")

    judge_calls(run_dir, course)

    records = read_journal(run_dir.journal)
    noted = [record.get("violations") for record in records]
    assert noted == [None, [], ["Evolution has no such route"], None]
    assert [record.kind for record in records] == ["phase.start", "call", "call", "phase.end"]
    assert course.trouble == []


def test_a_cut_off_line_stays_as_it_is(tmp_path: Path) -> None:
    """What was being written when the run was killed is not touched."""
    run_dir = RunDir(tmp_path)
    written(run_dir, "/instance/fetchInstances")
    cut = b'{"seq":9,"kind":"call","me'
    run_dir.journal.write_bytes(run_dir.journal.read_bytes() + cut)

    write_violations(run_dir.journal, {"2": ["no such thing"]})

    lines = run_dir.journal.read_bytes().splitlines()
    assert lines[-1] == cut
    assert orjson.loads(lines[1])["violations"] == ["no such thing"]


def test_a_contract_that_cannot_be_asked_is_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose calls nobody held against the contract says so, and keeps its journal."""
    run_dir, course = RunDir(tmp_path), Course()
    written(run_dir, "/instance/fetchInstances")
    before = run_dir.journal.read_bytes()
    monkeypatch.setattr("sys.executable", "/bin/false")

    judge_calls(run_dir, course)

    assert "contracts calls" in course.trouble[0]
    assert run_dir.journal.read_bytes() == before


def test_without_a_journal_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """A run that ended before its journal began is not accused."""
    course = Course()

    judge_calls(RunDir(tmp_path), course)

    assert course.trouble == []
