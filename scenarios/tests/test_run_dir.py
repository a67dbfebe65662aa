"""The directory of a run, and what is written into it."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from fake_evolution import Journal, MonotonicClock, Record, read_journal
from scenarios.conclusion import merge_journals
from scenarios.errors import ScenarioError
from scenarios.run_dir import RunDir, make_run_dir
from scenarios.schedule import schedule_sha256
from scenarios.survey import Survey

NOW = datetime(2026, 7, 1, 12, 30, 15, tzinfo=UTC)


def test_latest_points_to_the_newest_run_from_its_start(tmp_path: Path) -> None:
    """A run that is still going, or was cut off, is found as the latest."""
    first = make_run_dir(tmp_path, label="gate", seed=7, now=NOW)
    second = make_run_dir(tmp_path, label="load", seed=7, now=NOW)

    assert first.path.name == "20260701T123015Z-gate-seed7"
    assert (tmp_path / "latest").resolve() == second.path.resolve()


def test_runs_of_the_same_second_do_not_collide(tmp_path: Path) -> None:
    """Two runs with one name get a directory each."""
    names = {make_run_dir(tmp_path, label="gate", seed=7, now=NOW).path.name for _ in range(3)}

    assert names == {f"20260701T123015Z-gate-seed7{turn}" for turn in ("", "-2", "-3")}


def test_a_root_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    """A file in the way is told in one line, with the option that helps."""
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ScenarioError, match="give --run-root"):
        make_run_dir(tmp_path / "file", label="gate", seed=7, now=NOW)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """What cannot be encoded leaves the old file as it was, and no other."""
    run_dir = RunDir(tmp_path)
    run_dir.write_json("run.json", {"verdict": "PASS"})

    with pytest.raises(TypeError):
        run_dir.write_json("run.json", {"verdict": object()})

    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert orjson.loads((tmp_path / "run.json").read_bytes()) == {"verdict": "PASS"}


def test_two_journals_become_one_in_the_order_of_time(tmp_path: Path) -> None:
    """Records of the load's process take their place among the others, numbered anew."""
    run_dir, clock = RunDir(tmp_path), MonotonicClock(rate=0)
    with Journal(run_dir.journal, clock=clock) as mine, Journal(run_dir.load_journal, clock=clock) as theirs:
        for turn, journal in enumerate((mine, theirs, mine, theirs)):
            journal.write("click", turn=turn)
            clock.advance(1.0)

    merge_journals(run_dir)

    records = read_journal(run_dir.journal)
    assert [(record.seq, record["turn"]) for record in records] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert not run_dir.load_journal.exists()


def planned(*deliveries: str, due_s: float = 0.0) -> list[bytes]:
    """The schedule of a phase that planned these deliveries, in this order."""
    survey = Survey("told", 0)
    about = {"event": "connection.update", "due_offsets_s": [due_s], "faults": []}
    for turn, delivery in enumerate(deliveries):
        survey.take(turn, Record(turn, float(turn), "", "plan", {"delivery": delivery, **about}))
    return survey.schedule


def test_the_schedule_does_not_depend_on_who_was_first() -> None:
    """Two runs whose channels overtook each other planned the same."""
    assert schedule_sha256(planned("1#1", "2#1")) == schedule_sha256(planned("2#1", "1#1"))


@pytest.mark.parametrize("other", [planned("1#1"), planned("1#1", "2#2"), planned("1#1", "2#1", due_s=0.5)])
def test_another_plan_is_another_schedule(other: list[bytes]) -> None:
    """A delivery less, another one, or the same ones later: none of them is the same plan."""
    assert schedule_sha256(other) != schedule_sha256(planned("1#1", "2#1"))
