"""Every run holds what the fake said against the contract."""

from pathlib import Path
from typing import Any

import pytest

from fake_evolution import Journal, MonotonicClock
from scenarios.finish import judge_wire
from scenarios.gate import Course
from scenarios.run_dir import RunDir

pytestmark = pytest.mark.stack

CONNECTING = {"instance": "7", "state": "connecting", "statusReason": 200}


@pytest.mark.parametrize(("data", "complaints"), [(CONNECTING, 0), ({**CONNECTING, "state": 5}, 1)])
def test_a_fake_that_breaks_its_contract_is_trouble(tmp_path: Path, data: dict[str, Any], complaints: int) -> None:
    """An event of a wrong shape makes the run's result worthless, one of the right shape does not."""
    run_dir, course = RunDir(tmp_path), Course()
    with Journal(run_dir.journal, clock=MonotonicClock()) as journal:
        journal.write("event", event_id="7#1", instance="7", order=1, event="connection.update", data=data)

    judge_wire(run_dir, course)

    assert [trouble.partition(":")[0] for trouble in course.trouble] == ["the fake broke its contract"] * complaints


def test_a_run_without_a_journal_has_nothing_to_hold(tmp_path: Path) -> None:
    """A run that ended before its journal began is not accused."""
    course = Course()

    judge_wire(RunDir(tmp_path), course)

    assert course.trouble == []
