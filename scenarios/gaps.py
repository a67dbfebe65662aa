"""The gaps of the technical report, and the duties beside them: what a run says about each."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from scenarios.evidence import finding_of
from scenarios.judging import Truth, Verdict
from scenarios.rules import Duty, Gap


class GapVerdict(StrEnum):
    """What a run says about a gap."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_EXERCISED = "not exercised"


def judge_gaps(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """For each gap its verdict with the evidence; what no invariant put to the test is not exercised."""
    verdicts = tuple(verdicts)
    return [_judge(gap, [verdict for verdict in verdicts if verdict.gap == gap]) for gap in Gap]


def judge_duties(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """The same for each duty that no gap names."""
    verdicts = tuple(verdicts)
    return [_judge(duty, [verdict for verdict in verdicts if verdict.gap == duty]) for duty in Duty]


def _judge(gap: Gap | Duty, verdicts: list[Verdict]) -> dict[str, Any]:
    broken = [verdict for verdict in verdicts if verdict.verdict is Truth.FALSE]
    held = [verdict for verdict in verdicts if verdict.verdict is Truth.TRUE]
    word = GapVerdict.BROKEN if broken else GapVerdict.HOLDS if held else GapVerdict.NOT_EXERCISED
    return {
        "id": gap.value,
        "verdict": word.value,
        "evidence": _in_words(broken, held, verdicts),
        "findings": [found for verdict in broken if (found := finding_of(verdict)) is not None],
        "held": {verdict.id: verdict.exercised for verdict in held},
        "not_exercised": [verdict.id for verdict in verdicts if verdict.verdict is Truth.UNKNOWN],
    }


def _in_words(broken: list[Verdict], held: list[Verdict], verdicts: list[Verdict]) -> str:
    if broken:
        return " | ".join(f"{verdict.id}: {verdict.diagnosis}" for verdict in broken)
    if held:
        return "; ".join(f"{verdict.id} held in {verdict.exercised} observations" for verdict in held)
    named = ", ".join(verdict.id for verdict in verdicts)
    return f"{named} had nothing to judge" if named else "no invariant of this run stands for it"
