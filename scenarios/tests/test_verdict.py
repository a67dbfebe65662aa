"""The verdict of a run and of a scenario."""

from dataclasses import replace
from typing import Any

import pytest

from scenarios.judging import Truth, Verdict
from scenarios.rules import Gap
from scenarios.verdict import EXIT_CODES, Findings, ScenarioOutcome, Word, judge_run, judge_scenario

PASSED = {"connect_success": {"verdict": "PASS"}, "time_to_qr": {"verdict": "PASS"}}
GOOD = Findings(scenarios=(), invariants=(), acceptance=PASSED, load_wanted=True)


def outcome(word: Word) -> ScenarioOutcome:
    """A scenario with this verdict."""
    return ScenarioOutcome("regression", 1, word, f"it is {word}", 3, 0, ())


def invariant(truth: Truth, trace: str | None = None) -> Verdict:
    """An invariant with this verdict."""
    return Verdict("I5", Gap.IDEMPOTENCY, "newest wins", truth, exercised=1, count=2, trace=trace)


def numbers(success: str, qr: str) -> dict[str, Any]:
    """An acceptance block with these words."""
    return {"connect_success": {"verdict": success}, "time_to_qr": {"verdict": qr}}


@pytest.mark.parametrize(
    ("changes", "word", "reason"),
    [
        ({}, Word.PASS, ""),
        ({"failed": "the backend ended with exit code 1"}, Word.FAIL, "exit code 1"),
        ({"invariants": (invariant(Truth.FALSE),)}, Word.FAIL, "I5 broken 2 times"),
        ({"invariants": (invariant(Truth.UNKNOWN, "LookupError: no"),)}, Word.INVALID, "I5 could not be judged"),
        ({"invariants": (invariant(Truth.UNKNOWN),)}, Word.PASS, ""),
        ({"interrupted": True}, Word.INVALID, "interrupted"),
        ({"trouble": ("the harness was late",)}, Word.INVALID, "late"),
        ({"acceptance": None}, Word.INVALID, "nothing to judge"),
        ({"acceptance": None, "load_wanted": False}, Word.PASS, ""),
        ({"acceptance": numbers("FAIL", "PASS")}, Word.FAIL, "connect_success is FAIL"),
        ({"acceptance": numbers("PASS", "FAIL")}, Word.FAIL, "time_to_qr is FAIL"),
        ({"acceptance": numbers("INCONCLUSIVE", "PASS")}, Word.INCONCLUSIVE, "connect_success"),
        ({"acceptance": numbers("INCONCLUSIVE", "FAIL")}, Word.FAIL, "time_to_qr is FAIL"),
        ({"scenarios": (outcome(Word.FAIL),)}, Word.FAIL, "regression: it is FAIL"),
        ({"scenarios": (outcome(Word.INVALID),)}, Word.INVALID, "regression"),
        ({"scenarios": (outcome(Word.INCONCLUSIVE), outcome(Word.PASS))}, Word.INCONCLUSIVE, "regression"),
        ({"trouble": ("late",), "acceptance": numbers("FAIL", "PASS")}, Word.INVALID, "late"),
        ({"trouble": ("late",), "invariants": (invariant(Truth.FALSE),)}, Word.FAIL, "I5"),
    ],
)
def test_what_counts_first(changes: dict[str, Any], word: Word, reason: str) -> None:
    """Broken beats a late harness, which beats the numbers, which beat what stayed open; anything open is no pass."""
    found, reasons = judge_run(replace(GOOD, **changes))

    assert found is word
    assert reason in "; ".join(reasons)
    assert bool(reasons) is (word is not Word.PASS)


@pytest.mark.parametrize(
    ("changes", "word", "reason"),
    [
        ({}, Word.PASS, ""),
        ({"invariants": [invariant(Truth.FALSE)]}, Word.FAIL, "broken: I5"),
        ({"failed": {"j-1": "no_qr, never"}}, Word.FAIL, "1 journeys did not complete; j-1: no_qr, never"),
        ({"cut": True}, Word.INVALID, "cut off before its end"),
        (
            {"failed_steps": ["script[0] unlink: no instance", "script[1] ban: no"], "unfired": ["late"]},
            Word.INVALID,
            "2 steps could not be done; script[0] unlink: no instance",
        ),
        ({"unfired": ["late"]}, Word.INVALID, "declared but never happened: late"),
        ({"unexercised": ["I7"]}, Word.INCONCLUSIVE, "must be exercised but was not: I7"),
        ({"unfired": ["late"], "failed": {"j-1": "refused, 500"}}, Word.FAIL, "refused"),
    ],
)
def test_a_scenario_passes_only_when_it_showed_what_it_is_for(changes: dict[str, Any], word: Word, reason: str) -> None:
    """A fault that never fired and an invariant that stayed open are never a pass."""
    given: dict[str, Any] = {"failed": {}, "unfired": [], "unexercised": [], "invariants": [], "cut": False}

    found, why = judge_scenario(**given | changes)

    assert found is word
    assert reason in why
    assert bool(why) is (word is not Word.PASS)


def test_exit_codes_are_those_people_script_against() -> None:
    """0 to 3, in the order of the words."""
    assert [EXIT_CODES[word] for word in (Word.PASS, Word.FAIL, Word.INCONCLUSIVE, Word.INVALID)] == [0, 1, 2, 3]
