"""From a run directory to what a history shows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fake_evolution import Delay, FaultRule, Journal, MonotonicClock, World
from scenarios.conclusion import Judged, judge_history
from scenarios.dsl import Channels, Expectation, Moment, Scenario, Step
from scenarios.judging import Truth
from scenarios.run_dir import RunDir
from scenarios.verdict import Word

LATE = World(faults=(FaultRule("late", Delay(4.0)),))
PLAIN = Scenario(name="plain", description="A test.", channels=Channels(count=1))


@pytest.fixture
def run_dir(tmp_path: Path) -> RunDir:
    """An empty run directory."""
    return RunDir(tmp_path)


def judged(
    run_dir: RunDir, *told: tuple[str, dict[str, Any]], scenario: Scenario = PLAIN, lateness_ms_max: float = 250.0
) -> Judged:
    """What a run shows whose one phase was told so."""
    with Journal(run_dir.journal, clock=MonotonicClock(rate=0)) as journal:
        journal.write("phase.start", phase="plain")
        journal.write("journey.start", journey="j-1", channel_name="sales")
        for kind, fields in told:
            journal.write(kind, **fields)
        journal.write("phase.end", phase="plain")
    return judge_history(run_dir, [(scenario, 1)], lateness_ms_max=lateness_ms_max)


def end(outcome: str = "completed", reason: str = "") -> tuple[str, dict[str, Any]]:
    """The journey's end."""
    return "journey.end", {"journey": "j-1", "channel": "1", "outcome": outcome, "reason": reason}


def seen(status: str) -> tuple[str, dict[str, Any]]:
    """A look at the channel."""
    return "seen", {"channel": "1", "via": "list", "status": status}


def attempt(lateness_ms: float) -> tuple[str, dict[str, Any]]:
    """A webhook that left so late."""
    about = {"delivery": "1#1", "event_id": "1#1", "instance": "1", "event": "connection.update"}
    return "attempt", about | {"sent_s": 0.0, "outcome": "ok", "status": 200, "lateness_ms": lateness_ms}


def test_a_completed_scenario_passes(run_dir: RunDir) -> None:
    """Its journeys are counted and its invariants are known."""
    found = judged(run_dir, seen("CONNECTED"), end())

    assert [(one.name, one.verdict, one.journeys, one.failures) for one in found.scenarios] == [
        ("plain", Word.PASS, 1, 0)
    ]
    assert {one.id: one.verdict for one in found.invariants}["I21"] is Truth.TRUE
    assert found.trouble == ()


def test_what_is_broken_is_named_in_scenario_run_and_gap(run_dir: RunDir) -> None:
    """One wrong status fails the scenario and breaks its gap."""
    found = judged(run_dir, seen("connected"), end())

    assert found.scenarios[0].reason == "broken: I21"
    assert (found.gaps[0]["id"], found.gaps[0]["verdict"]) == ("G1-status-contract", "broken")


def test_a_fault_that_never_fired_is_no_pass(run_dir: RunDir) -> None:
    """A world that declared a fault and did not get it proves nothing."""
    scenario = Scenario(name="plain", description="A test.", channels=Channels(count=1), world=LATE)

    found = judged(run_dir, end(), scenario=scenario)

    assert (found.scenarios[0].verdict, found.scenarios[0].reason) == (
        Word.INVALID,
        "declared but never happened: late",
    )


def test_a_fault_that_fired_is_fine(run_dir: RunDir) -> None:
    """The fault is found by the name of its rule."""
    scenario = Scenario(name="plain", description="A test.", channels=Channels(count=1), world=LATE)

    found = judged(run_dir, ("fault", {"rule": "late", "fault": "delay", "delivery": "1#1"}), end(), scenario=scenario)

    assert found.scenarios[0].verdict is Word.PASS


def test_what_must_be_exercised_and_was_not_is_inconclusive(run_dir: RunDir) -> None:
    """An invariant without evidence is not a pass where the scenario is there for it."""
    scenario = Scenario(
        name="plain", description="A test.", channels=Channels(count=1), expect=Expectation(("I21", "I7"))
    )

    found = judged(run_dir, seen("CONNECTED"), end(), scenario=scenario)

    assert found.scenarios[0].reason == "must be exercised but was not: I7"


def test_a_journey_that_was_cut_off_makes_the_scenario_invalid(run_dir: RunDir) -> None:
    """The run ended before the journey did: no failure of the backend's, and no pass."""
    found = judged(run_dir, end("error", "cut off: the run ended before the journey did"))

    assert (found.scenarios[0].verdict, found.scenarios[0].journeys) == (Word.INVALID, 0)
    assert found.trouble == ()


def test_an_error_of_the_harness_is_trouble(run_dir: RunDir) -> None:
    """A journey that broke by itself is named as the harness's."""
    found = judged(run_dir, end("error", "KeyError: 'verdict'"))

    assert found.trouble == ("1 journeys ended by an error of the harness: KeyError: 'verdict'",)


@pytest.mark.parametrize(("lateness_ms", "late"), [(249.0, False), (251.0, True)])
def test_a_late_harness_is_trouble(run_dir: RunDir, *, lateness_ms: float, late: bool) -> None:
    """Above the bound the run says how late, and what to do."""
    found = judged(run_dir, attempt(lateness_ms), end())

    assert found.harness["lateness_p99_ms"] == lateness_ms
    assert [("the harness was late" in text) for text in found.trouble] == ([True] if late else [])


def test_people_who_click_late_are_trouble(run_dir: RunDir) -> None:
    """A click two seconds after its time would be counted as the backend's slowness."""
    late = "journey.start", {"journey": "j-2", "channel_name": "late", "intended_s": -2.0}

    found = judged(run_dir, late, end())

    assert found.harness["clicks_late_p99_ms"] == 2000.0
    assert found.trouble[0].startswith("the harness was late: people clicked 2000 ms after their time")


def test_a_run_that_recorded_nothing_is_judged_too(run_dir: RunDir) -> None:
    """Without a single phase nothing holds and nothing is broken."""
    Journal(run_dir.journal, clock=MonotonicClock()).close()

    found = judge_history(run_dir, [(PLAIN, 1)], lateness_ms_max=250.0)

    assert found.scenarios[0].verdict is Word.INVALID
    assert {one.verdict for one in found.invariants} <= {Truth.UNKNOWN}


STEPS = (Step(Moment.QR, "unlink"), Step(Moment.CONNECTED, "ban"))


def step(index: int, do: str, **changes: Any) -> tuple[str, dict[str, Any]]:
    """A step of the script was done."""
    return "step", {"index": index, "do": do, "journey": "j-1", "channel": "1", "outcome": "done", **changes}


@pytest.mark.parametrize(
    ("told", "word", "reason"),
    [
        ([step(0, "unlink"), step(1, "ban")], Word.PASS, ""),
        ([step(0, "unlink")], Word.INVALID, "declared but never happened: script[1] ban"),
        (
            [step(0, "unlink"), step(1, "ban", outcome="failed", error="no instance")],
            Word.INVALID,
            "1 steps could not be done; script[1] ban: no instance",
        ),
    ],
)
def test_only_a_script_that_was_played_shows_anything(
    run_dir: RunDir, told: list[tuple[str, dict[str, Any]]], word: Word, reason: str
) -> None:
    """A step that nobody got to, or that could not be done, makes the scenario invalid."""
    found = judged(run_dir, *told, end(), scenario=replace(PLAIN, script=STEPS))

    assert (found.scenarios[0].verdict, found.scenarios[0].reason) == (word, reason)
